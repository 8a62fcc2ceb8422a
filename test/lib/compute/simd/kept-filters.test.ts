import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { conv2dForward, conv2dInputGradient } from "../../../../lib/compute/conv2d.ts";
import { forgetFilters, keptBytes, keptFilters } from "../../../../lib/compute/simd/kept-filters.ts";
import type { Versioned } from "../../../../lib/compute/versioned.ts";
import { workMemory } from "../../../../lib/wasm/jobs.ts";
import { convolution, lengths, uniform } from "../support.ts";
import { expectSameBits } from "./variants.ts";

let ids = 0;
const source = (version = 1): { id: number; version: number } => ({ id: --ids, version }); // tensors' ids are positive

/** Gives back what earlier tests left, the last one used too. */
const forgetAll = () => {
  keptFilters(null, "", 64, () => {});
  forgetFilters();
};
beforeEach(forgetAll);
afterEach(() => {
  vi.restoreAllMocks();
  forgetAll();
});

/** Asks for filters so often; how often they were prepared. */
function prepared(from: Versioned | null, times: number, order = "an order", bytes = 1000): number {
  let count = 0;
  for (let i = 0; i < times; i++) keptFilters(from, order, bytes, () => count++);
  return count;
}

describe("filters that were packed", () => {
  test("are kept from the second time on that the same are asked for, and packed anew when they have changed", () => {
    const filters = source();
    expect([prepared(filters, 1), keptBytes()]).toEqual([1, 0]);
    expect([prepared(filters, 5), keptBytes()]).toEqual([1, 1000]);
    filters.version++;
    expect([prepared(filters, 5), keptBytes()]).toEqual([1, 1000]);
    expect(prepared(filters, 5, "another order")).toBe(2);
  });

  test("are packed in every call where nobody can tell whether they changed, and take no place where they always do", () => {
    expect([prepared(null, 5), prepared(source(Number.NaN), 5)]).toEqual([5, 5]);
    const trained = source();
    for (; trained.version < 100; trained.version++) prepared(trained, 1);
    expect(keptBytes()).toBe(0);
  });

  test("are not taken for whole where packing them was broken off", () => {
    const filters = source();
    prepared(filters, 1);
    const broken = () =>
      keptFilters(filters, "an order", 1000, () => {
        throw new Error("broken off");
      });
    expect(broken).toThrow();
    expect(prepared(filters, 3)).toBe(1);
  });

  test("take an eighth of the memory at most; who comes too late is packed anew until others were idle for long", () => {
    const memory = workMemory()!;
    const quarter = (memory.maximum * 65_536) / 32;
    const first = [1, 2, 3, 4].map(() => source());
    for (const filters of first) prepared(filters, 2, "large", quarter);
    expect(keptBytes()).toBe(4 * quarter);
    const late = source();
    expect(prepared(late, 5, "large", quarter)).toBe(5);
    for (let i = 0; i < 2000; i++) prepared(first[0]!, 1, "large", quarter);
    expect([prepared(late, 5, "large", quarter), keptBytes()]).toEqual([1, 4 * quarter]);
    expect(prepared(first[0]!, 5, "large", quarter)).toBe(0);
  });

  test("give their room to whoever needs it, but for those that the running pass reads", () => {
    const [idle, current] = [source(), source()];
    prepared(idle, 2);
    prepared(current, 2);
    const memory = workMemory()!;
    vi.spyOn(memory.memory, "grow").mockImplementation(() => {
      throw new RangeError("no room");
    });
    expect(memory.reserve(2 ** 32)).toBe(0);
    expect(keptBytes()).toBe(1000);
    expect([prepared(current, 3), prepared(idle, 3)]).toEqual([0, 2]);
  });
});

test.each([
  ["direct", { c: 5, h: 9, w: 9, f: 7, kernelHeight: 3, kernelWidth: 2, groups: 1 }],
  ["direct, in steps", { c: 6, h: 9, w: 9, f: 8, kernelHeight: 3, kernelWidth: 3, strideY: 2, strideX: 2, groups: 2 }],
  ["Winograd, 3×3", { c: 32, h: 16, w: 16, f: 32, kernelHeight: 3, kernelWidth: 3, padTop: 1, padLeft: 1 }],
  ["Winograd, 5×5", { c: 32, h: 16, w: 16, f: 32, kernelHeight: 5, kernelWidth: 5, padTop: 2, padLeft: 2 }],
  ["packed 1×1", { c: 20, h: 8, w: 8, f: 20 }],
])("%s: kept filters give the same bits in both directions, and changed ones new results", (_, sizes) => {
  const g = convolution(sizes);
  const size = lengths(g);
  const [x, filters, dOut] = [uniform(size.x, 1), uniform(size.filters, 2), uniform(size.out, 3)];
  const from = source();
  const both = (given: Versioned | null) => {
    const [out, dX] = [new Float32Array(size.out), new Float32Array(size.x)];
    conv2dForward(g, x, filters, null, out, false, given);
    conv2dInputGradient(g, dOut, filters, dX, given);
    return [out, dX] as const;
  };
  const compare = () => {
    const expected = both(null);
    for (let i = 0; i < 3; i++) both(from).forEach((actual, j) => void expectSameBits(actual, expected[j]!));
  };
  compare();
  expect(keptBytes()).toBeGreaterThan(0);
  filters.reverse();
  from.version++;
  compare();
});

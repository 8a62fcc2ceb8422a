import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { settings } from "../../../../lib/compute/settings.ts";
import { winogradFilterGradient } from "../../../../lib/compute/simd/winograd-gradient.ts";
import { workMemory } from "../../../../lib/wasm/jobs.ts";
import { setThreadCount, threadCount } from "../../../../lib/wasm/threads.ts";
import { expectWithin, generator, lengths, uniform } from "../support.ts";
import { everywhere, normal, paths, rmsError, square, tolerance } from "./winograd-support.ts";

const threads = threadCount();
afterAll(() => {
  settings.instructions = "fused";
  setThreadCount(threads);
});

function expectTheDefinition(g: Conv2dGeometry): void {
  const size = lengths(g);
  const x = uniform(size.x, 1);
  const dOut = uniform(size.out, 2);
  const dFilters = new Float32Array(size.filters).fill(Number.NaN);
  const expected = new Float32Array(size.filters);
  reference.conv2dFilterGradient(g, dOut, x, expected);
  winogradFilterGradient(g, dOut, x, dFilters);
  expectWithin(dFilters, expected, tolerance(g.n * g.p * g.q), everywhere(size.filters));
}

describe.each(paths)("the filter gradient by Winograd's algorithm with %s instructions", (instructions) => {
  beforeEach(() => {
    settings.instructions = instructions;
    setThreadCount(1);
  });

  // Blocks of filters are 4 or 6, panels 8 channels, slices 128 of each, tiles 4 pixels (2 with 5 × 5 filters).
  test.each([1, 3, 4, 5, 6, 7, 8, 9, 12, 13])("equals the definition with %i filters or channels", (count) => {
    expectTheDefinition(square(3, { n: 2, c: 3, h: 7, w: 9, f: count }));
    expectTheDefinition(square(3, { n: 2, c: count, h: 7, w: 9, f: 3 }));
    expectTheDefinition(square(5, { n: 2, c: count, h: 5, w: 6, f: count }));
  });
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17])("with images of %i pixels a side", (side) => {
    expectTheDefinition(square(3, { n: 2, c: 2, h: side, w: side, f: 5 }));
    expectTheDefinition(square(5, { n: 2, c: 2, h: side, w: side, f: 5 }));
  });
  test.each([31, 32, 33, 63, 64, 65, 127, 128, 129, 1100])("with %i images of one tile each, in parts", (n) => {
    expectTheDefinition(square(3, { n, c: 2, h: 4, w: 3, f: 3 }));
  });
  test.each([127, 128, 129, 260])("with %i filters or channels, in slices", (count) => {
    expectTheDefinition(square(3, { c: 2, h: 5, w: 5, f: count }));
    expectTheDefinition(square(3, { c: count, h: 5, w: 5, f: 2 }));
  });
  test("in 100 random geometries of padding, groups and images", () => {
    const draw = generator(11);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let checked = 0; checked < 100; ) {
      const groups = whole(1, 3);
      const g = square(draw() < 0.5 ? 3 : 5, {
        n: whole(1, 4),
        c: groups * whole(1, 9),
        h: whole(1, 14),
        w: whole(1, 14),
        f: groups * whole(1, 9),
        padTop: whole(0, 6),
        padLeft: whole(0, 6),
        groups,
      });
      if (g.p < 1 || g.q < 1) continue;
      expectTheDefinition(g);
      checked++;
    }
  });

  test.each([
    [3, 8, 16],
    [5, 8, 16],
    [3, 64, 2],
    [5, 64, 2],
  ])("is within 5e-6 of the exact sums, relative and root mean square, %i taps a side, %i images", (size, n, c) => {
    const g = square(size, { n, c, h: 32, w: 32, f: 3 });
    for (const numbers of [uniform, normal]) {
      const x = numbers(lengths(g).x, 1);
      const dOut = numbers(lengths(g).out, 2);
      const dFilters = new Float32Array(lengths(g).filters);
      const exact = new Float64Array(dFilters.length);
      winogradFilterGradient(g, dOut, x, dFilters);
      reference.conv2dFilterGradient(g, dOut, x, exact);
      expect(rmsError(dFilters, exact)).toBeLessThan(5e-6);
    }
  });

  test("reads nothing but its operands, and writes nothing beside the result", () => {
    const memory = workMemory()!;
    const margin = 64;
    for (const size of [3, 5]) {
      const g = square(size, { n: 3, c: 5, h: 6, w: 7, f: 7 });
      const arrays = [lengths(g).x, lengths(g).out, lengths(g).filters].map((length) =>
        memory.floats(memory.reserve(4 * (length + 2 * margin)), length + 2 * margin).fill(Number.NaN),
      );
      const [x, dOut, dFilters] = arrays.map((all) => all.subarray(margin, -margin)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      x.set(uniform(x.length, 1));
      dOut.set(uniform(dOut.length, 2));
      const expected = new Float32Array(dFilters.length);
      reference.conv2dFilterGradient(g, dOut, x, expected);
      winogradFilterGradient(g, dOut, x, dFilters);
      expectWithin(dFilters, expected, tolerance(g.n * g.p * g.q), everywhere(dFilters.length));
      expect(arrays[2]!.filter(Number.isNaN).length).toBe(2 * margin);
      for (const all of arrays) memory.release(all.byteOffset);
    }
  });

  test("a NaN in the gradient of a filter's result reaches all its taps, and no other filter's", () => {
    const g = square(3, { n: 2, c: 3, h: 9, w: 9, f: 5 });
    const dOut = uniform(lengths(g).out, 1);
    dOut[2 * 81 + 40] = Number.NaN;
    const dFilters = new Float32Array(lengths(g).filters);
    winogradFilterGradient(g, dOut, uniform(lengths(g).x, 2), dFilters);
    dFilters.forEach((value, i) => {
      expect(Number.isNaN(value)).toBe(Math.floor(i / 27) === 2);
    });
  });

  test("has the same bits on one, two and three threads", () => {
    for (const size of [3, 5]) {
      const g = square(size, { n: 9, c: 9, h: 15, w: 14, f: 70 });
      const [x, dOut] = [uniform(lengths(g).x, 1), uniform(lengths(g).out, 2)];
      const [one, two, three] = [1, 2, 3].map((count) => {
        setThreadCount(count);
        const dFilters = new Float32Array(lengths(g).filters);
        winogradFilterGradient(g, dOut, x, dFilters);
        return Buffer.from(dFilters.buffer);
      }) as [Buffer, Buffer, Buffer];
      expect(two.equals(one)).toBe(true);
      expect(three.equals(one)).toBe(true);
    }
  });

  test("an empty batch gives no gradient", () => {
    const none = new Float32Array(0);
    const dFilters = uniform(54, 1);
    winogradFilterGradient(square(3, { n: 0, c: 2, h: 4, w: 4, f: 3 }), none, none, dFilters);
    expect(dFilters.every((value) => value === 0)).toBe(true);
  });
});

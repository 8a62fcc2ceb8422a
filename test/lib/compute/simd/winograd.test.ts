import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { settings } from "../../../../lib/compute/settings.ts";
import { winogradForward, winogradInputGradient } from "../../../../lib/compute/simd/winograd.ts";
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
  const filters = uniform(size.filters, 2);
  const bias = uniform(g.f, 3);
  const dOut = uniform(size.out, 4);
  const out = new Float32Array(size.out).fill(Number.NaN);
  const expected = new Float32Array(size.out);
  reference.conv2dForward(g, x, filters, bias, expected);
  winogradForward(g, x, filters, bias, false, out);
  expectWithin(out, expected, tolerance(g.c / g.groups), everywhere(size.out));
  winogradForward(g, x, filters, bias, true, out);
  const positive = expected.map((value) => Math.max(0, value));
  expectWithin(out, positive, tolerance(g.c / g.groups), everywhere(size.out));
  const dX = new Float32Array(size.x).fill(Number.NaN);
  const expectedX = new Float32Array(size.x);
  reference.conv2dInputGradient(g, dOut, filters, expectedX);
  winogradInputGradient(g, dOut, filters, dX);
  expectWithin(dX, expectedX, tolerance(g.f / g.groups), everywhere(size.x));
}

describe.each(paths)("Winograd's algorithm with %s instructions", (instructions) => {
  beforeEach(() => {
    settings.instructions = instructions;
    setThreadCount(1);
  });

  // Blocks of filters are 4 or 6, groups of tiles 4, panels 8, tiles 4 pixels (2 with 5 × 5 filters).
  test.each([1, 3, 4, 5, 6, 7, 8, 11, 12, 13])("equals the definition with %i filters, of either size", (f) => {
    expectTheDefinition(square(3, { n: 2, c: 3, h: 7, w: 9, f }));
    expectTheDefinition(square(5, { n: 2, c: 3, h: 5, w: 6, f }));
  });
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17])("with images of %i pixels a side", (side) => {
    expectTheDefinition(square(3, { n: 2, c: 2, h: side, w: side, f: 5 }));
    expectTheDefinition(square(5, { n: 2, c: 2, h: side, w: side, f: 5 }));
  });
  test.each([7, 8, 9, 47, 48, 49, 97])("with %i images of one tile each, in blocks of tiles", (n) => {
    expectTheDefinition(square(3, { n, c: 2, h: 4, w: 3, f: 3 }));
  });
  test.each([127, 128, 129, 260])("with %i filters, in slices", (f) => {
    expectTheDefinition(square(3, { c: 2, h: 5, w: 5, f }));
  });
  test("in 100 random geometries of padding, groups and images", () => {
    const draw = generator(7);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let checked = 0; checked < 100; ) {
      const groups = whole(1, 3);
      const g = square(draw() < 0.5 ? 3 : 5, {
        n: whole(1, 4),
        c: groups * whole(1, 7),
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
    ["normal", 3, 48],
    ["uniform", 3, 48],
    ["normal", 5, 48],
    ["uniform", 5, 48],
    ["normal", 3, 512],
    ["normal", 5, 300],
  ] as const)(
    "of %s numbers is within 5e-6 of the exact sums, relative and root mean square, %i taps a side, %i channels",
    (kind, size, c) => {
      const g = square(size, { n: 2, c, h: 12, w: 12, f: 12 });
      const { x: pixels, filters: taps, out: results } = lengths(g);
      const numbers = (length: number, seed: number) =>
        kind === "uniform" ? uniform(length, seed) : normal(length, seed);
      const [x, filters, dOut] = [numbers(pixels, 1), numbers(taps, 2), numbers(results, 3)];
      const out = new Float32Array(results);
      const exact = new Float64Array(results);
      winogradForward(g, x, filters, null, false, out);
      reference.conv2dForward(g, x, filters, null, exact);
      expect(rmsError(out, exact)).toBeLessThan(5e-6);
      const dX = new Float32Array(pixels);
      const exactX = new Float64Array(pixels);
      winogradInputGradient(g, dOut, filters, dX);
      reference.conv2dInputGradient(g, dOut, filters, exactX);
      expect(rmsError(dX, exactX)).toBeLessThan(5e-6);
    },
  );

  test("reads nothing but the images, and writes nothing beside the result", () => {
    const memory = workMemory()!;
    for (const size of [3, 5]) {
      const g = square(size, { n: 3, c: 2, h: 6, w: 7, f: 5, padTop: size - 1, padLeft: size - 1 });
      const margin = 64;
      const inside = (length: number) => {
        const all = memory.floats(memory.reserve(4 * (length + 2 * margin)), length + 2 * margin).fill(Number.NaN);
        return { all, part: all.subarray(margin, margin + length) };
      };
      const x = inside(lengths(g).x);
      const out = inside(lengths(g).out);
      x.part.set(uniform(x.part.length, 1));
      const filters = uniform(lengths(g).filters, 2);
      const expected = new Float32Array(out.part.length);
      reference.conv2dForward(g, x.part, filters, null, expected);
      winogradForward(g, x.part, filters, null, false, out.part);
      expectWithin(out.part, expected, tolerance(g.c), everywhere(out.part.length));
      expect(out.all.filter(Number.isNaN).length).toBe(2 * margin);
      for (const { all } of [x, out]) memory.release(all.byteOffset);
    }
  });

  test.each([Number.NaN, Infinity])("a %d in the input reaches every pixel that saw it, and no other tile", (value) => {
    const g = square(3, { n: 2, c: 2, h: 12, w: 12, f: 3 });
    const x = uniform(lengths(g).x, 1);
    x[5 * 12 + 6] = value; // tile (1, 1) of the first image: the windows of no other have pixel (5, 6)
    const out = new Float32Array(lengths(g).out);
    winogradForward(g, x, uniform(lengths(g).filters, 2), null, false, out);
    out.forEach((result, i) => {
      const [row, column, image] = [Math.floor(i / 12) % 12, i % 12, Math.floor(i / (3 * 144))];
      const sees = image === 0 && Math.abs(row - 5) <= 1 && Math.abs(column - 6) <= 1;
      const shares = image === 0 && row >> 2 === 1 && column >> 2 === 1;
      if (sees) expect(result).not.toSatisfy(Number.isFinite);
      else if (!shares) expect(result).toSatisfy(Number.isFinite);
    });
  });
  test("a NaN stays one through the rectifier", () => {
    const g = square(3, { c: 1, h: 4, w: 4, f: 1 });
    const out = new Float32Array(16);
    winogradForward(g, new Float32Array(16).fill(Number.NaN), uniform(9, 1), null, true, out);
    expect(out.every(Number.isNaN)).toBe(true);
  });

  test("has the same bits on one, two and three threads", () => {
    for (const size of [3, 5]) {
      const g = square(size, { n: 3, c: 6, h: 15, w: 14, f: 130 });
      const [x, filters, dOut] = [uniform(lengths(g).x, 1), uniform(lengths(g).filters, 2), uniform(lengths(g).out, 3)];
      const results = [1, 2, 3].map((count) => {
        setThreadCount(count);
        const out = new Float32Array(lengths(g).out);
        const dX = new Float32Array(lengths(g).x);
        winogradForward(g, x, filters, null, false, out);
        winogradInputGradient(g, dOut, filters, dX);
        return Buffer.concat([Buffer.from(out.buffer), Buffer.from(dX.buffer)]);
      });
      expect(results[1]!.equals(results[0]!)).toBe(true);
      expect(results[2]!.equals(results[0]!)).toBe(true);
    }
  });

  test("an empty batch gives nothing", () => {
    const g = square(3, { n: 0, c: 2, h: 4, w: 4, f: 3 });
    const none = new Float32Array(0);
    winogradForward(g, none, uniform(54, 1), null, false, none);
    winogradInputGradient(g, none, uniform(54, 1), none);
  });
});

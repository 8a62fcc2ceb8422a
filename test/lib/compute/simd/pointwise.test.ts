import { expect, test } from "vitest";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { pointwiseForward, pointwiseInputGradient } from "../../../../lib/compute/simd/pointwise.ts";
import type { Instructions } from "../../../../lib/wasm/features.ts";
import { convolution, expectWithin, generator, lengths, ROUNDING, uniform } from "../support.ts";
import { describeInstructions, expectSameBits, withThreads } from "./variants.ts";

function compute(g: Conv2dGeometry, instructions: Instructions, threads = 1, relu = false) {
  const size = lengths(g);
  const [x, filters, bias, dOut] = [size.x, size.filters, g.f, size.out].map((length, i) => uniform(length, i + 1));
  const out = new Float32Array(size.out).fill(Number.NaN);
  const dX = new Float32Array(size.x).fill(Number.NaN);
  const steps = g.strideY > 1 || g.strideX > 1;
  withThreads(instructions, threads, () => {
    pointwiseForward(g, x!, filters!, bias!, relu, out, null);
    if (!steps) pointwiseInputGradient(g, dOut!, filters!, dX, null);
  });
  return { x: x!, filters: filters!, bias: bias!, dOut: dOut!, out, dX: steps ? null : dX };
}

/** A sum of K products and a bias errs by at most K + 1 roundings of the sum of absolute products (as in conv2d.test.ts). */
function expectDefinition(g: Conv2dGeometry, instructions: Instructions, threads = 1): void {
  const { x, filters, bias, dOut, out, dX } = compute(g, instructions, threads);
  const [absX, absFilters, absBias, absOut] = [x, filters, bias, dOut].map((numbers) => numbers.map(Math.abs));
  const [expected, scale] = [new Float64Array(out.length), new Float64Array(out.length)];
  reference.conv2dForward(g, x, filters, bias, expected);
  reference.conv2dForward(g, absX!, absFilters!, absBias!, scale);
  expectWithin(out, expected, (g.c + 2) * ROUNDING, scale);
  expect(compute(g, instructions, threads, true).out).toEqual(out.map((value) => Math.max(0, value)));
  if (dX === null) return;
  const [expectedX, scaleX] = [new Float64Array(dX.length), new Float64Array(dX.length)];
  reference.conv2dInputGradient(g, dOut, filters, expectedX);
  reference.conv2dInputGradient(g, absOut!, absFilters!, scaleX);
  expectWithin(dX, expectedX, (g.f + 2) * ROUNDING, scaleX);
}

describeInstructions((instructions) => {
  const isDefined = (g: Partial<Conv2dGeometry>, threads = 1) =>
    expectDefinition(convolution(g), instructions, threads);

  // Tiles are 4 or 6 filters by 8 pixels, blocks of the depth 256 channels, blocks at most 256 pixels by 504 filters.
  test.each([1, 3, 4, 5, 6, 7, 8, 11, 12, 13])("%i filters", (f) => isDefined({ n: 2, c: 3, h: 3, w: 7, f }));
  test.each([1, 7, 8, 9, 15, 16, 17, 49])("%i pixels", (w) => isDefined({ n: 2, c: 5, h: 1, w, f: 9 }));
  test.each([1, 2, 255, 256, 257, 513])("%i channels", (c) => isDefined({ c, h: 2, w: 5, f: 7 }));
  test.each([255, 256, 257, 600])("%i pixels, in blocks", (w) => isDefined({ c: 2, h: 1, w, f: 3 }));
  test.each([503, 504, 505])("%i filters, in blocks", (f) => isDefined({ c: 2, h: 3, w: 3, f }));
  test("enough work to be cut for threads, few pixels and many", () => {
    isDefined({ c: 300, h: 7, w: 7, f: 260 }, 2);
    isDefined({ n: 3, c: 24, h: 20, w: 21, f: 16 }, 2);
  });
  test("steps of one and two, over all of the image and over a part of it", () => {
    for (const strideY of [1, 2, 3]) {
      for (const w of [1, 2, 7, 8, 9, 17]) {
        isDefined({ n: 2, c: 4, h: 7, w, f: 9, strideY, strideX: 2 });
        isDefined({ n: 2, c: 4, h: 7, w, f: 9, strideY, strideX: 1 });
        isDefined({ n: 2, c: 4, h: 7, w: w + 2, f: 9, p: 2, q: Math.ceil(w / 2), strideY, strideX: 2 });
      }
    }
  });
  test("100 random geometries", () => {
    const draw = generator(7);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let i = 0; i < 100; i++) {
      const sizes = { n: whole(1, 3), c: whole(1, 40), h: whole(1, 12), w: whole(1, 12), f: whole(1, 40) };
      isDefined({ ...sizes, ...(i % 3 === 0 ? { strideY: 2, strideX: 2 } : {}) }, 1 + (i % 2));
    }
  });
  test("infinities and NaN are where the definition has them, and ReLU keeps NaN", () => {
    const g = convolution({ n: 2, c: 9, h: 3, w: 5, f: 10 });
    const [x, filters] = [uniform(2 * 9 * 15, 1), uniform(90, 2)];
    [x[3], x[40], x[100], filters[7], filters[50]] = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0,
      0,
    ];
    const [out, rectified, expected] = [0, 1, 2].map(() => new Float32Array(2 * 10 * 15)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    withThreads(instructions, 1, () => {
      pointwiseForward(g, x, filters, null, false, out, null);
      pointwiseForward(g, x, filters, null, true, rectified, null);
    });
    reference.conv2dForward(g, x, filters, null, expected);
    const kind = (value: number) => (Number.isFinite(value) ? 0 : value); // NaN is NaN's equal here
    expect(out.map(kind)).toEqual(expected.map(kind));
    expect(rectified).toEqual(out.map((value) => Math.max(0, value)));
  });
  test("one, two and three threads give the same bits", () => {
    const g = convolution({ n: 2, c: 270, h: 14, w: 14, f: 130 });
    const alone = compute(g, instructions, 1);
    for (let i = 0; i < 6; i++) {
      const together = compute(g, instructions, 2 + (i % 2));
      expectSameBits(together.out, alone.out);
      expectSameBits(together.dX!, alone.dX!);
    }
  });
});

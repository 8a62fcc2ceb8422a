import { describe, expect, test } from "vitest";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import * as simd from "../../../../lib/compute/simd/conv2d.ts";
import type { Instructions } from "../../../../lib/wasm/features.ts";
import { convolution, expectWithin, generator, lengths, ROUNDING, uniform } from "../support.ts";
import { describeInstructions, withThreads } from "./variants.ts";

/** Seeded operands of a convolution. */
function operandsOf(g: Conv2dGeometry) {
  const size = lengths(g);
  const [x, filters, bias, dOut] = [size.x, size.filters, g.f, size.out].map((length, i) => uniform(length, i + 1));
  return { x: x!, filters: filters!, bias: bias!, dOut: dOut! };
}

type Operands = ReturnType<typeof operandsOf>;
type Results = readonly [out: Float32Array, dX: Float32Array, dFilters: Float32Array];

/** Where results go: every pass overwrites all of it. */
function resultsOf(g: Conv2dGeometry): Results {
  const size = lengths(g);
  const target = (length: number) => new Float32Array(length).fill(Number.NaN);
  return [target(size.out), target(size.x), target(size.filters)];
}

function compute(g: Conv2dGeometry, { x, filters, bias, dOut }: Operands, instructions: Instructions, threads = 1) {
  const results = resultsOf(g);
  withThreads(instructions, threads, () => {
    simd.conv2dForward(g, x, filters, bias, false, results[0]);
    simd.conv2dInputGradient(g, dOut, filters, results[1]);
    simd.conv2dFilterGradient(g, dOut, x, results[2]);
  });
  return results;
}

function define(g: Conv2dGeometry, { x, filters, bias, dOut }: Operands): Results {
  const results = resultsOf(g);
  reference.conv2dForward(g, x, filters, bias, results[0]);
  reference.conv2dInputGradient(g, dOut, filters, results[1]);
  reference.conv2dFilterGradient(g, dOut, x, results[2]);
  return results;
}

/**
 * A sum of K products and a bias in any order, each product and each sum rounded once, errs by at most K + 1 roundings
 * of the sum of absolute products (Higham, 2002, section 3.1); one more for the definition's own.
 */
function expectDefinition(g: Conv2dGeometry, instructions: Instructions, threads = 1): void {
  const operands = operandsOf(g);
  const absolute = Object.fromEntries(Object.entries(operands).map(([name, x]) => [name, x.map(Math.abs)]));
  const window = g.kernelHeight * g.kernelWidth;
  const depths = [(g.c / g.groups) * window, (g.f / g.groups) * window, g.n * g.p * g.q];
  const [actual, expected, scale] = [
    compute(g, operands, instructions, threads),
    define(g, operands),
    define(g, absolute as Operands),
  ];
  depths.forEach((depth, i) => {
    expectWithin(actual[i]!, expected[i]!, (depth + 2) * ROUNDING, scale[i]!);
  });
}

const square = (size: number) => ({ kernelHeight: size, kernelWidth: size });
const same = { ...square(3), padTop: 1, padLeft: 1 };

describeInstructions((instructions) => {
  const isDefined = (g: Partial<Conv2dGeometry>) => expectDefinition(convolution(g), instructions);

  // Tiles have up to 6 filters and 3 rows of up to 4 vectors of 4 pixels; rows below 4 pixels go another way.
  test.each([1, 2, 3, 4, 5, 6, 7, 11, 12, 13])("%i filters", (f) => isDefined({ n: 2, c: 3, h: 6, w: 7, f, ...same }));
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17])("%i pixels a row", (w) =>
    isDefined({ n: 2, c: 2, h: 5, w, f: 5, ...same }),
  );
  test.each([1, 2, 3, 4, 5, 7])("%i rows", (h) => isDefined({ c: 2, h, w: 9, f: 5, ...same }));
  test.each([1, 3, 4, 5, 8, 9])("%i channels, which a vector of the filter gradient holds four of", (c) =>
    isDefined({ n: 2, c, h: 5, w: 6, f: 3, ...same }),
  );
  test.each([113, 114, 115])("%i channels of nine taps, at the edge of the depth's 1024", (c) =>
    isDefined({ c, h: 4, w: 5, f: 3, ...same }),
  );
  test("a block of input beyond L2 is cut into bands", () => isDefined({ c: 150, h: 30, w: 62, f: 2, ...same }));
  test("filters are cut into chunks", () => isDefined({ c: 64, h: 5, w: 6, f: 300, ...same }));
  test.each([1, 15, 16, 17, 33])("a batch of %i images, which the filter gradient cuts into 16 parts", (n) =>
    isDefined({ n, c: 2, h: 4, w: 5, f: 3, ...same }),
  );
  test.each([2, 3, 4])("stride %i", (stride) =>
    isDefined({
      n: 2,
      c: 3,
      h: 23,
      w: 22,
      f: 5,
      ...square(5),
      padTop: 2,
      padLeft: 1,
      strideY: stride,
      strideX: stride,
    }),
  );
  test("a window of one tap with stride 2: most pixels reach nothing", () =>
    isDefined({ n: 2, c: 5, h: 9, w: 11, f: 7, strideY: 2, strideX: 2 }));
  test("a padding beyond the window, and rows that no window reaches", () =>
    isDefined({ c: 2, h: 3, w: 9, f: 3, ...square(2), padTop: 4, padLeft: 5, strideY: 3 }));
  test("depthwise, with one and with three filters a channel", () => {
    isDefined({ n: 2, c: 6, h: 9, w: 8, f: 6, ...same, groups: 6 });
    isDefined({ n: 2, c: 6, h: 9, w: 8, f: 18, ...same, groups: 6, strideY: 2, strideX: 2 });
  });
  test("300 random geometries of stride, padding, dilation, groups and window", () => {
    const draw = generator(7);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let checked = 0; checked < 300; ) {
      const groups = whole(1, 3);
      const g = convolution({
        n: whole(1, 4),
        c: groups * whole(1, 5),
        h: whole(1, 10),
        w: whole(1, 13),
        f: groups * whole(1, 7),
        kernelHeight: whole(1, 4),
        kernelWidth: whole(1, 4),
        strideY: whole(1, 3),
        strideX: whole(1, 3),
        padTop: whole(0, 3),
        padLeft: whole(0, 3),
        dilationY: whole(1, 3),
        dilationX: whole(1, 3),
        groups,
      });
      if (g.p < 1 || g.q < 1) continue;
      expectDefinition(g, instructions);
      checked++;
    }
  });

  test.each([
    { n: 9, c: 8, h: 16, w: 18, f: 24, ...same },
    { c: 32, h: 40, w: 41, f: 20, ...square(5), strideY: 2, strideX: 2 },
  ])("one, two and three threads give the same bits (%#)", (sizes) => {
    const g = convolution(sizes);
    const operands = operandsOf(g);
    const alone = compute(g, operands, instructions, 1);
    for (const threads of [2, 3]) expect(compute(g, operands, instructions, threads)).toEqual(alone);
  });

  test("infinities and NaN are where the definition has them, padded zeros multiplied like any number", () => {
    const g = convolution({ n: 2, c: 3, h: 7, w: 9, f: 5, ...same });
    const operands = operandsOf(g);
    operands.x[40] = Number.POSITIVE_INFINITY;
    operands.x[100] = Number.NaN;
    operands.filters[4] = Number.NEGATIVE_INFINITY;
    operands.dOut[33] = Number.POSITIVE_INFINITY;
    const kind = (x: number) => (Number.isFinite(x) ? 0 : x); // NaN is NaN's equal here
    const [actual, expected] = [compute(g, operands, instructions), define(g, operands)];
    for (const i of [0, 1, 2]) expect([...actual[i]!].map(kind)).toEqual([...expected[i]!].map(kind));
  });

  test("ReLU in the same pass makes negative sums 0 and keeps NaN", () => {
    const g = convolution({ n: 2, c: 130, h: 7, w: 9, f: 5, ...same }); // two blocks of the depth
    const { x, filters, bias } = operandsOf(g);
    x[0] = Number.NaN;
    const [plain, rectified] = [resultsOf(g)[0], resultsOf(g)[0]];
    withThreads(instructions, 1, () => {
      simd.conv2dForward(g, x, filters, bias, false, plain);
      simd.conv2dForward(g, x, filters, bias, true, rectified);
    });
    expect([...rectified]).toEqual([...plain].map((sum) => (sum < 0 ? 0 : sum)));
    expect(rectified.some(Number.isNaN)).toBe(true);
  });
});

describe("plans are forgotten and made again", () => {
  test("after more geometries than are kept, the first is computed as before", () => {
    const g = (w: number) => convolution({ c: 2, h: 3, w, f: 3, ...same });
    const operands = operandsOf(g(5));
    const before = compute(g(5), operands, "simd");
    for (let w = 6; w < 300; w++) compute(g(w), operandsOf(g(w)), "simd");
    expect(compute(g(5), operands, "simd")).toEqual(before);
  });
});

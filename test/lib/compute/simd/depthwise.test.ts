import { expect, test } from "vitest";
import { choose, type Pass } from "../../../../lib/compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../../../../lib/compute/conv2d.ts";
import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import type { Instructions } from "../../../../lib/wasm/features.ts";
import { convolution, expectWithin, generator, lengths, ROUNDING, uniform } from "../support.ts";
import { describeInstructions, expectSameBits, withThreads } from "./variants.ts";

const depthwise = (channels: number, multiplier: number, given: Partial<Conv2dGeometry>): Conv2dGeometry =>
  convolution({ c: channels, f: channels * multiplier, groups: channels, ...given });

const hasPass = (g: Conv2dGeometry, pass: Pass) => choose(g, pass, true).algorithm === "depthwise";

/** The arrays of a convolution: operands, and results that each pass must overwrite. */
function arrays(g: Conv2dGeometry) {
  const { x, filters, out } = lengths(g);
  return { x: uniform(x, 1), filters: uniform(filters, 2), bias: uniform(g.f, 3), dOut: uniform(out, 4) };
}

/** All passes that serve the geometry. */
function compute(g: Conv2dGeometry, instructions: Instructions, threads: number, relu = false) {
  const { x, filters, bias, dOut } = arrays(g);
  const out = new Float32Array(dOut.length).fill(Number.NaN);
  const dX = new Float32Array(x.length).fill(Number.NaN);
  const dFilters = new Float32Array(filters.length).fill(Number.NaN);
  withThreads(instructions, threads, () => {
    conv2dForward(g, x, filters, bias, out, relu);
    if (hasPass(g, "input gradient")) conv2dInputGradient(g, dOut, filters, dX);
    if (hasPass(g, "filter gradient")) conv2dFilterGradient(g, dOut, x, dFilters);
  });
  return { out, dX, dFilters };
}

function expectDefinition(g: Conv2dGeometry, instructions: Instructions, threads = 1): void {
  expect(hasPass(g, "forward")).toBe(true);
  const { x, filters, bias, dOut } = arrays(g);
  const actual = compute(g, instructions, threads);
  const window = g.kernelHeight * g.kernelWidth;
  const absolute = (numbers: Float32Array) => numbers.map(Math.abs);
  const [absX, absFilters, absBias, absOut] = [x, filters, bias, dOut].map(absolute) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  // A sum of so many products, each rounded twice at most: so many roundings of the sum of absolute products.
  const out = new Float64Array(dOut.length);
  const outScale = new Float64Array(dOut.length);
  reference.conv2dForward(g, x, filters, bias, out);
  reference.conv2dForward(g, absX, absFilters, absBias, outScale);
  expectWithin(actual.out, out, (window + 2) * ROUNDING, outScale);
  const relu = compute(g, instructions, threads, true);
  expect(relu.out).toEqual(actual.out.map((value) => Math.max(0, value)));
  if (hasPass(g, "input gradient")) {
    const dX = new Float64Array(x.length);
    const scale = new Float64Array(x.length);
    reference.conv2dInputGradient(g, dOut, filters, dX);
    reference.conv2dInputGradient(g, absOut, absFilters, scale);
    expectWithin(actual.dX, dX, (window + 2) * ROUNDING, scale);
  }
  if (hasPass(g, "filter gradient")) {
    const dFilters = new Float64Array(filters.length);
    const scale = new Float64Array(filters.length);
    reference.conv2dFilterGradient(g, dOut, x, dFilters);
    reference.conv2dFilterGradient(g, absOut, absX, scale);
    // Four sums side by side: a quarter of the products each, then the images, then the four.
    expectWithin(actual.dFilters, dFilters, ((g.p * (g.q + 4)) / 4 + g.n + 4) * ROUNDING, scale);
  }
}

const windows: [number, number][] = [
  [3, 3],
  [1, 1],
  [1, 3],
  [3, 1],
  [2, 2],
  [1, 9],
  [4, 2],
  [5, 5],
];
const strides: [number, number][] = [
  [1, 1],
  [2, 2],
  [1, 2],
  [2, 1],
];

describeInstructions((instructions) => {
  for (const [strideY, strideX] of strides) {
    test.each(windows)(
      `equals the definition: windows of %i×%i, strides ${strideY} and ${strideX}`,
      (height, width) => {
        const window = { kernelHeight: height, kernelWidth: width, strideY, strideX };
        // Rows of one less, equal and one more than one, two and three vectors; padding up to the window's size.
        for (const w of [3, 4, 5, 7, 8, 9, 12, 13]) {
          for (const padding of [0, 1, 2]) {
            const size = Math.max(w, width - 2 * padding);
            const h = Math.max(6, height - 2 * padding);
            expectDefinition(
              depthwise(2, 1, { ...window, n: 2, h, w: size, padTop: padding, padLeft: padding }),
              instructions,
            );
          }
        }
      },
    );
  }

  test("equals the definition at random geometries, with several filters a channel, on one to three threads", () => {
    const draw = generator(5);
    const between = (least: number, most: number) => least + Math.floor((most - least + 1) * draw());
    for (let i = 0; i < 60; i++) {
      const [kernelHeight, kernelWidth] = windows[between(0, windows.length - 1)]!;
      const [strideY, strideX] = strides[between(0, strides.length - 1)]!;
      const window = { kernelHeight, kernelWidth, strideY, strideX };
      const [padTop, padLeft] = [between(0, kernelHeight), between(0, kernelWidth)];
      const size = { n: between(1, 3), h: between(kernelHeight, 20), w: between(kernelWidth, 20), padTop, padLeft };
      const multiplier = kernelHeight * kernelWidth > 9 ? 1 : between(1, 3); // more of larger windows go another way
      const g = depthwise(between(1, 70), multiplier, { ...window, ...size });
      // Output sizes that leave columns out, or reach further to the right than padding does on the left.
      const [p, q] = [Math.max(1, g.p + between(-1, 1)), Math.max(1, g.q + between(-1, 1))];
      expectDefinition({ ...g, p, q }, instructions, 1 + (i % 3));
    }
  });

  test("one, two and three threads give the same bits", () => {
    for (const stride of [1, 2]) {
      const steps = { strideY: stride, strideX: stride, padTop: 1, padLeft: 1 };
      const g = depthwise(70, 1, { n: 3, h: 21, w: 21, kernelHeight: 3, kernelWidth: 3, ...steps });
      const alone = compute(g, instructions, 1);
      // Five times each: who takes which plane, and whether a thread is awake at all, is different every time.
      for (let i = 0; i < 10; i++) {
        const together = compute(g, instructions, 2 + (i % 2));
        expectSameBits(together.out, alone.out);
        expectSameBits(together.dX, alone.dX);
        expectSameBits(together.dFilters, alone.dFilters);
      }
    }
  });

  test("NaN and infinity stay in the windows they are in", () => {
    for (const stride of [1, 2]) {
      const steps = { strideY: stride, strideX: stride };
      const g = depthwise(2, 1, { n: 1, h: 9, w: 11, kernelHeight: 3, kernelWidth: 3, ...steps });
      const { x, filters, bias, dOut } = arrays(g);
      x[4 * 11 + 10] = Number.NaN; // in a row's last column
      x[9 * 11 + 3] = Number.POSITIVE_INFINITY;
      dOut[g.q - 1] = Number.NaN;
      const expected = [new Float32Array(dOut.length), new Float32Array(x.length), new Float32Array(filters.length)];
      const actual = expected.map((numbers) => new Float32Array(numbers.length));
      reference.conv2dForward(g, x, filters, bias, expected[0]!);
      reference.conv2dInputGradient(g, dOut, filters, expected[1]!);
      reference.conv2dFilterGradient(g, dOut, x, expected[2]!);
      withThreads(instructions, 1, () => {
        conv2dForward(g, x, filters, bias, actual[0]!);
        conv2dInputGradient(g, dOut, filters, actual[1]!);
        conv2dFilterGradient(g, dOut, x, actual[2]!);
      });
      const kinds = (numbers: Float32Array) => Array.from(numbers, (value) => (Number.isFinite(value) ? 0 : value));
      expect(actual.map(kinds)).toEqual(expected.map(kinds));
    }
  });
});

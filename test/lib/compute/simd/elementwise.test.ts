import { describe, expect, test } from "vitest";
import * as activation from "../../../../lib/compute/activation.ts";
import { addBiasRelu, biasReluGradient } from "../../../../lib/compute/bias-relu.ts";
import {
  accumulate,
  add,
  addBias,
  biasGradient,
  divide,
  divideBy,
  multiply,
  scale,
  shift,
  subtract,
} from "../../../../lib/compute/elementwise.ts";
import type { Floats } from "../../../../lib/compute/floats.ts";
import { leakyReluForward, leakyReluGradient } from "../../../../lib/compute/rectifiers.ts";
import { mean, sum } from "../../../../lib/compute/reduce.ts";
import * as simd from "../../../../lib/compute/simd/elementwise.ts";
import { bestInstructions } from "../../../../lib/wasm/features.ts";
import { expectWithin, ROUNDING, uniform } from "../support.ts";
import { expectSameBits, inJavaScript, onAnyThreads, placed, release } from "./placed.ts";

/** Around the least that is worth a job (512), the ends of vectors, and the ends of items (8192). */
const lengths = [511, 512, 513, 514, 515, 529, 8191, 8192, 8193, 16_391, 50_003];

/** Numbers with all that is unusual about single precision among them. */
function unusual(length: number, seed: number): Float32Array {
  const numbers = uniform(length, seed);
  const special = [Number.NaN, Infinity, -Infinity, 0, -0, 2 ** -149, -(2 ** -149), 3.4e38, -3.4e38];
  for (let i = seed; i < length; i += 7) numbers[i] = special[(i * seed) % special.length]!;
  return numbers;
}

describe.skipIf(bestInstructions() === "typescript")("passes in SIMD", () => {
  test.each(lengths)("arithmetic on %i numbers rounds as JavaScript does, number by number", (length) => {
    const a = unusual(length, 1);
    const b = unusual(length, 2);
    for (const run of [add, subtract, multiply, divide]) {
      const expected = new Float32Array(length);
      run(a, b, expected); // ordinary arrays are JavaScript's business; in double precision, then rounded: the same
      const { out } = onAnyThreads({ a, b, out: uniform(length, 3) }, (x) => run(x.a, x.b, x.out));
      expectSameBits(out, expected);
      const own = onAnyThreads({ a, b }, (x) => run(x.a, x.b, x.b));
      expectSameBits(own.b, expected);
    }
    const expected = b.slice();
    accumulate(expected, a);
    const { y } = onAnyThreads({ y: b, x: a }, (arrays) => accumulate(arrays.y, arrays.x));
    expectSameBits(y, expected);
  });

  test.each(lengths)("a number and %i others: as in JavaScript where the number is of single precision", (length) => {
    const x = unusual(length, 4);
    for (const [run, value] of [
      [scale, -1],
      [scale, 0.375],
      [divideBy, 49],
      [shift, 0.5],
      [scale, Infinity],
      [scale, 1e-60],
      [divideBy, 1e60],
    ] as const) {
      const expected = new Float32Array(length);
      run(x, value, expected);
      const { out } = onAnyThreads({ x, out: x }, (arrays) => run(arrays.x, value, arrays.out));
      expectSameBits(out, expected);
    }
  });

  test("a factor is rounded to single precision: no result is off by more than two roundings", () => {
    const x = uniform(600, 5);
    const { out } = onAnyThreads({ x, out: x }, (arrays) => scale(arrays.x, 1 / 3, arrays.out));
    expectWithin(
      out,
      Float64Array.from(x, (value) => value / 3),
      2.01 * ROUNDING,
      Float64Array.from(x, (value) => Math.abs(value / 3)),
    );
  });

  test.each(lengths)("relu and its gradient on %i numbers, with NaN and both zeros", (length) => {
    const x = unusual(length, 6);
    const dOut = unusual(length, 3);
    const expected = new Float32Array(length);
    activation.reluForward(x, expected);
    const { out } = onAnyThreads({ x, out: x }, (arrays) => activation.reluForward(arrays.x, arrays.out));
    expectSameBits(out, expected);
    const slope = new Float32Array(length);
    activation.reluGradient(dOut, expected, slope);
    const { dX } = onAnyThreads({ dX: dOut, out }, (arrays) =>
      activation.reluGradient(arrays.dX, arrays.out, arrays.dX),
    );
    expectSameBits(dX, slope);
  });

  test.each(lengths)(
    "leaky rectifiers of %i numbers: as in JavaScript where the slope is of single precision",
    (length) => {
      const x = unusual(length, 6);
      const dOut = unusual(length, 3);
      const expected = new Float32Array(length);
      leakyReluForward(x, 0.25, expected);
      const { out } = onAnyThreads({ x, out: x }, (arrays) => leakyReluForward(arrays.x, 0.25, arrays.out));
      expectSameBits(out, expected);
      leakyReluGradient(dOut, x, 0.25, expected);
      const { dX } = onAnyThreads({ dX: dOut, x }, (arrays) => leakyReluGradient(arrays.dX, arrays.x, 0.25, arrays.dX));
      expectSameBits(dX, expected);
    },
  );

  /** Planes of one number, of less than a vector, of uneven lengths, larger than an item; more images than a chunk. */
  const batches = [
    [70, 10, 1],
    [3, 333, 1],
    [1100, 17, 1],
    [2, 4096, 1],
    [90, 3, 2],
    [40, 6, 3],
    [5, 7, 25],
    [70, 6, 196],
    [11, 2, 784],
    [2, 3, 9001],
    [1, 1, 600],
  ] as const;

  test.each(batches)("a bias on [%i, %i, %i], alone and with relu, as in JavaScript", (n, f, plane) => {
    const x = unusual(n * f * plane, 7);
    const bias = uniform(f, 8);
    for (const run of [addBias, addBiasRelu]) {
      const expected = new Float32Array(x.length);
      run(n, f, plane, x, bias, expected);
      const { out } = onAnyThreads({ x, out: x }, (arrays) => run(n, f, plane, arrays.x, bias, arrays.out));
      expectSameBits(out, expected);
      const own = onAnyThreads({ x, bias }, (arrays) => run(n, f, plane, arrays.x, arrays.bias, arrays.x));
      expectSameBits(own.x, expected);
    }
  });

  test.each(batches)("the gradient of a bias on [%i, %i, %i] is the sum in double precision", (n, f, plane) => {
    const dOut = uniform(n * f * plane, 9);
    const expected = new Float64Array(f);
    biasGradient(n, f, plane, dOut, expected);
    // Sums in another order: K roundings of 2⁻⁵³ at the most, then one to single precision.
    const tolerance = 1.01 * ROUNDING;
    const size = (sums: Float64Array) => sums.map((value) => Math.max(Math.abs(value), 1e-3));
    const { dBias } = onAnyThreads({ dOut, dBias: new Float32Array(f) }, (arrays) =>
      biasGradient(n, f, plane, arrays.dOut, arrays.dBias),
    );
    expectWithin(dBias, expected, tolerance, size(expected));

    const out = unusual(n * f * plane, 5);
    const dX = new Float32Array(dOut.length);
    inJavaScript(() => biasReluGradient(n, f, plane, dOut, out, dX, expected));
    const rectified = onAnyThreads({ dX: dOut, out, dBias }, (arrays) =>
      biasReluGradient(n, f, plane, arrays.dX, arrays.out, arrays.dX, arrays.dBias),
    );
    expectSameBits(rectified.dX, dX);
    expectWithin(rectified.dBias, expected, tolerance, size(expected));
  });

  test("NaN and infinity reach the sum of their feature, and no other", () => {
    const n = 40;
    for (const plane of [1, 5]) {
      const dOut = uniform(n * 20 * plane, 10);
      dOut[20 * plane * 3 + 2 * plane] = Number.NaN; // image 3, feature 2
      dOut[20 * plane * 39 + 19 * plane] = Infinity; // the last feature of the last image
      const { dBias } = onAnyThreads({ dOut, dBias: new Float32Array(20) }, (arrays) =>
        biasGradient(n, 20, plane, arrays.dOut, arrays.dBias),
      );
      expect(dBias[2]).toBeNaN();
      expect(dBias[19]).toBe(Infinity);
      expect([...dBias].filter(Number.isFinite)).toHaveLength(18);
    }
  });

  test.each(lengths)("the sum of %i numbers is one of double precision", (length) => {
    const x = uniform(length, 11);
    x[1] = 2 ** 24; // beside which single precision loses what follows
    const sums: number[] = [];
    onAnyThreads({ x }, (arrays) => {
      sums.push(sum(arrays.x), mean(arrays.x) * length);
    });
    const expected = inJavaScript(() => sum(x));
    for (const value of sums) expect(Math.abs(value - expected)).toBeLessThan(length * 2 ** -52 * 2 ** 24);
    expect(new Set(sums).size).toBeLessThanOrEqual(2); // the mean's product may round
  });

  test("arrays that jobs do not reach are JavaScript's business, and so are short ones", () => {
    const there = placed(uniform(1000, 12));
    const elsewhere: Floats = uniform(1000, 13);
    expect(simd.add.run(1000, { a: there, b: there, out: there }, {})).toBe(true);
    expect(simd.add.run(1000, { a: there, b: elsewhere, out: there }, {})).toBe(false);
    expect(simd.add.run(100, { a: there, b: there, out: there }, {})).toBe(false);
    expect(inJavaScript(() => simd.add.run(1000, { a: there, b: there, out: there }, {}))).toBe(false);
    release(there);
  });
});

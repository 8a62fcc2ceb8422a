import { describe, expect, test } from "vitest";
import {
  batchNormForward,
  batchNormInputGradient,
  batchNormSums,
  batchStatistics,
  givenNormInputGradient,
  moveRunning,
} from "../../../lib/compute/batch-norm.ts";
import { expectClose, uniform, uniform64 } from "./support.ts";

const epsilon = 1e-5;
const sizes = { n: 3, c: 4, plane: 5 };

/** The numbers of one channel, those of all images together. */
function channelOf({ n, c, plane }: typeof sizes, x: ArrayLike<number>, channel: number): number[] {
  return Array.from({ length: n * plane }, (_, i) => x[(Math.floor(i / plane) * c + channel) * plane + (i % plane)]!);
}
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * One channel by the equations of Ioffe and Szegedy (2015), section 3, one at a time and in their order, where the loops
 * use what they come to when put together.
 */
function byThePaper(x: readonly number[], weight: number, bias: number, dOut: readonly number[]) {
  const m = x.length;
  const mean = total(x) / m;
  const variance = total(x.map((v) => (v - mean) ** 2)) / m;
  const normal = x.map((v) => (v - mean) / Math.sqrt(variance + epsilon));
  const dNormal = dOut.map((d) => d * weight);
  const dVariance = total(dNormal.map((d, i) => (d * (x[i]! - mean) * -1) / 2 / (variance + epsilon) ** 1.5));
  const dMean =
    total(dNormal.map((d) => -d / Math.sqrt(variance + epsilon))) +
    (dVariance * total(x.map((v) => -2 * (v - mean)))) / m;
  return {
    mean,
    variance,
    out: normal.map((v) => weight * v + bias),
    dX: dNormal.map((d, i) => d / Math.sqrt(variance + epsilon) + (dVariance * 2 * (x[i]! - mean)) / m + dMean / m),
    dWeight: total(dOut.map((d, i) => d * normal[i]!)),
    dBias: total(dOut),
  };
}

function normalise(g: typeof sizes, x: Float32Array | Float64Array) {
  const statistics = { mean: new Float64Array(g.c), variance: new Float64Array(g.c), epsilon };
  batchStatistics(g, x, statistics.mean, statistics.variance);
  return statistics;
}

describe("batch normalisation", () => {
  test.each([
    ["maps", sizes],
    ["rows", { n: 7, c: 3, plane: 1 }],
    ["one image", { n: 1, c: 2, plane: 9 }],
    ["two numbers a channel", { n: 2, c: 3, plane: 1 }],
  ])("of %s is the paper's, with its gradients", (_name, g) => {
    const count = g.n * g.c * g.plane;
    const [x, dOut] = [uniform64(count, 1), uniform64(count, 2)];
    const [weights, bias] = [uniform64(g.c, 3), uniform64(g.c, 4)];
    const statistics = normalise(g, x);
    const out = new Float64Array(count);
    const [sums, products, dX] = [new Float64Array(g.c), new Float64Array(g.c), new Float64Array(count)];
    batchNormForward(g, x, statistics, weights, bias, out);
    batchNormSums(g, dOut, x, statistics, sums, products);
    batchNormInputGradient(g, dOut, x, statistics, weights, sums, products, dX);
    for (let channel = 0; channel < g.c; channel++) {
      const expected = byThePaper(
        channelOf(g, x, channel),
        weights[channel]!,
        bias[channel]!,
        channelOf(g, dOut, channel),
      );
      // A dozen operations a number, at 2⁻⁵³ each; where two numbers lie close, division by their deviation magnifies them.
      const found = [statistics.mean[channel]!, statistics.variance[channel]!, products[channel]!, sums[channel]!];
      expectClose(
        Float64Array.from(found),
        [expected.mean, expected.variance, expected.dWeight, expected.dBias],
        1e-12,
      );
      expectClose(Float64Array.from(channelOf(g, out, channel)), expected.out, 1e-12);
      expectClose(Float64Array.from(channelOf(g, dX, channel)), expected.dX, 1e-11);
    }
  });

  test("without weights and bias, they are one and zero", () => {
    const x = uniform64(60, 5);
    const statistics = normalise(sizes, x);
    const [found, expected] = [new Float64Array(60), new Float64Array(60)];
    batchNormForward(sizes, x, statistics, null, null, found);
    batchNormForward(sizes, x, statistics, new Float64Array(4).fill(1), new Float64Array(4), expected);
    expect(found).toEqual(expected);
  });

  test("where the statistics are given, the gradient is a factor a channel", () => {
    const given = { mean: Float64Array.of(9, 9), variance: Float64Array.of(4, 0.25), epsilon: 0 };
    const dX = new Float32Array(8);
    givenNormInputGradient({ n: 2, c: 2, plane: 2 }, new Float32Array(8).fill(3), given, Float32Array.of(2, 5), dX);
    expect([...dX]).toEqual([3, 3, 30, 30, 3, 3, 30, 30]);
  });

  test("a mean 10,000 times the deviation costs no digits: the variance is not a difference of squares", () => {
    const x = uniform(6000, 6).map((v) => v + 1e4); // rounded to float32, and so given
    const g = { n: 2, c: 1, plane: 3000 };
    const { variance } = normalise(g, x);
    const exact = byThePaper([...x], 1, 0, [...x]).variance;
    // On SIMD, products of single precision are summed in double; squares of 1e8 would leave no digit of the variance.
    expect(Math.abs(variance[0]! / exact - 1)).toBeLessThan(1e-9);
  });

  test("a channel of equal numbers gives the bias, and a finite gradient", () => {
    const g = { n: 2, c: 1, plane: 2 };
    const x = Float32Array.of(0.1, 0.1, 0.1, 0.1);
    const statistics = normalise(g, x);
    const out = new Float32Array(4);
    batchNormForward(g, x, statistics, Float32Array.of(2), Float32Array.of(-3), out);
    expect([...out]).toEqual([-3, -3, -3, -3]);
    const [sums, products, dX] = [new Float64Array(1), new Float64Array(1), new Float32Array(4)];
    const dOut = Float32Array.of(1, 2, 3, 6);
    batchNormSums(g, dOut, x, statistics, sums, products);
    batchNormInputGradient(g, dOut, x, statistics, null, sums, products, dX);
    expect([...dX]).toEqual([-2, -1, 0, 3].map((d) => Math.fround(d / Math.sqrt(epsilon))));
  });

  test("float32 is float64 rounded once", () => {
    const x = uniform(60, 7);
    const statistics = normalise(sizes, x);
    const [narrow, wide] = [new Float32Array(60), new Float64Array(60)];
    batchNormForward(sizes, x, statistics, uniform(4, 8), uniform(4, 9), narrow);
    batchNormForward(sizes, Float64Array.from(x), statistics, uniform(4, 8), uniform(4, 9), wide);
    expect(narrow).toEqual(Float32Array.from(wide));
  });

  test("running statistics move a part of the way", () => {
    const running = Float32Array.of(0, 8);
    moveRunning(0.25, Float64Array.of(4, 4), 2, running);
    expect([...running]).toEqual([2, 8]);
  });
});

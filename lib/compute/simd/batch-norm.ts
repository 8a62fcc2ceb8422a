/**
 * Batch normalisation. A channel's mean comes as two numbers of single precision, the second what the first leaves out:
 * so `x − mean` is right where the mean is large beside the deviation. Sums are of double precision.
 */

import type { BatchNormSizes, ChannelStatistics } from "../batch-norm.ts";
import type { Floats } from "../floats.ts";
import { ChannelPass } from "./channel-pass.ts";
import { ChannelSums } from "./channel-sums.ts";

const none = (): void => {};

/** Writes each channel's mean as the first two coefficients. */
function setMeans(table: Float32Array, mean: Floats): void {
  const c = mean.length;
  for (let i = 0; i < c; i++) {
    table[i] = mean[i]!;
    table[c + i] = mean[i]! - table[i]!;
  }
}

const sums = new ChannelSums({ reads: ["x"], coefficients: 0, sums: 1, terms: ({ x }) => [x] });

const squares = new ChannelSums({
  reads: ["x"],
  coefficients: 2,
  sums: 1,
  terms: ({ x }, [mean, rest], code) => {
    const distance = code.f32x4(x.minus(mean!).minus(rest!));
    return [distance.times(distance)];
  },
});

/** As `batchStatistics`, if it is worth a job. @returns whether it is done */
export function batchStatistics(sizes: BatchNormSizes, x: Floats, mean: Floats, variance: Floats): boolean {
  const count = sizes.n * sizes.plane;
  const exact = new Float64Array(sizes.c);
  if (!sums.run(sizes, { x }, none, [exact])) return false;
  for (let i = 0; i < exact.length; i++) exact[i]! /= count;
  squares.run(sizes, { x }, (table) => setMeans(table, exact), [variance]);
  mean.set(exact);
  for (let i = 0; i < variance.length; i++) variance[i]! /= count;
  return true;
}

const normalised = new ChannelPass({
  reads: ["x"],
  writes: ["out"],
  coefficients: 4,
  step: ({ x }, [mean, rest, factor, term]) => ({ out: x.minus(mean!).minus(rest!).times(factor!).plus(term!) }),
});

/** As `batchNormForward`, if it is worth a job. @returns whether it is done */
export function batchNormForward(
  sizes: BatchNormSizes,
  x: Floats,
  { mean, variance, epsilon }: ChannelStatistics,
  weights: Floats | null,
  bias: Floats | null,
  out: Floats,
): boolean {
  const { c } = sizes;
  return normalised.run(sizes, { x, out }, (table) => {
    setMeans(table, mean);
    for (let i = 0; i < c; i++) {
      table[2 * c + i] = (weights?.[i] ?? 1) / Math.sqrt(variance[i]! + epsilon);
      table[3 * c + i] = bias?.[i] ?? 0;
    }
  });
}

const products = new ChannelSums({
  reads: ["dOut", "x"],
  coefficients: 2,
  sums: 2,
  terms: ({ dOut, x }, [mean, rest]) => [dOut, x.minus(mean!).minus(rest!).times(dOut)],
});

/** As `batchNormSums`, if it is worth a job. @returns whether it is done */
export function batchNormSums(
  sizes: BatchNormSizes,
  dOut: Floats,
  x: Floats,
  { mean, variance, epsilon }: ChannelStatistics,
  sums: Floats,
  weighted: Floats,
): boolean {
  if (!products.run(sizes, { dOut, x }, (table) => setMeans(table, mean), [sums, weighted])) return false;
  for (let i = 0; i < weighted.length; i++) weighted[i]! /= Math.sqrt(variance[i]! + epsilon);
  return true;
}

const movingGradient = new ChannelPass({
  reads: ["dOut", "x"],
  writes: ["dX"],
  coefficients: 5,
  step: ({ dOut, x }, [mean, rest, factor, share, slope]) => ({
    dX: dOut.minus(share!).minus(x.minus(mean!).minus(rest!).times(slope!)).times(factor!),
  }),
});

/** As `batchNormInputGradient`, if it is worth a job. @returns whether it is done */
export function batchNormInputGradient(
  sizes: BatchNormSizes,
  dOut: Floats,
  x: Floats,
  { mean, variance, epsilon }: ChannelStatistics,
  weights: Floats | null,
  sums: Floats,
  weighted: Floats,
  dX: Floats,
): boolean {
  const { n, c, plane } = sizes;
  return movingGradient.run(sizes, { dOut, x, dX }, (table) => {
    setMeans(table, mean);
    for (let i = 0; i < c; i++) {
      const inverse = 1 / Math.sqrt(variance[i]! + epsilon);
      table[2 * c + i] = (weights?.[i] ?? 1) * inverse;
      table[3 * c + i] = sums[i]! / (n * plane);
      table[4 * c + i] = (weighted[i]! / (n * plane)) * inverse;
    }
  });
}

const scaled = new ChannelPass({
  reads: ["dOut"],
  writes: ["dX"],
  coefficients: 1,
  step: ({ dOut }, [factor]) => ({ dX: dOut.times(factor!) }),
});

/** As `givenNormInputGradient`, if it is worth a job. @returns whether it is done */
export function givenNormInputGradient(
  sizes: BatchNormSizes,
  dOut: Floats,
  { variance, epsilon }: ChannelStatistics,
  weights: Floats | null,
  dX: Floats,
): boolean {
  return scaled.run(sizes, { dOut, dX }, (table) => {
    for (let i = 0; i < sizes.c; i++) table[i] = (weights?.[i] ?? 1) / Math.sqrt(variance[i]! + epsilon);
  });
}

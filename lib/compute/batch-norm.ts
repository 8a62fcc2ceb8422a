/**
 * Batch normalisation (Ioffe and Szegedy, 2015, algorithm 1). A channel's numbers are those of all images and pixels.
 *
 * Statistics and sums are kept in double precision; the variance takes a second pass over the numbers, so it stays right
 * where the mean is large beside the deviation. Large batches where jobs reach them go by SIMD (`simd/batch-norm.ts`).
 */

import type { Floats } from "./floats.ts";
import * as simd from "./simd/batch-norm.ts";

/** Sizes: `x`, `out` and their gradients are `[n, c, plane]`, a plane being `h · w` pixels, or 1 for rows `[n, c]`. */
export interface BatchNormSizes {
  readonly n: number;
  readonly c: number;
  readonly plane: number;
}

/** What the numbers of each channel are normalised by: the batch's own statistics, or the running ones. */
export interface ChannelStatistics {
  /** `[c]` */
  readonly mean: Floats;
  /** `[c]`, divided by the count. */
  readonly variance: Floats;
  /** Added to the variance, against division by zero. */
  readonly epsilon: number;
}

/** Each channel's mean and variance, the latter divided by the count `n · plane`. Overwrites `mean` and `variance`. */
export function batchStatistics(sizes: BatchNormSizes, x: Floats, mean: Floats, variance: Floats): void {
  if (simd.batchStatistics(sizes, x, mean, variance)) return;
  const { n, c, plane } = sizes;
  const count = n * plane;
  for (let channel = 0; channel < c; channel++) {
    let sum = 0;
    for (let image = 0; image < n; image++) {
      const start = (image * c + channel) * plane;
      for (let i = start; i < start + plane; i++) sum += x[i]!;
    }
    const middle = sum / count;
    let squares = 0;
    for (let image = 0; image < n; image++) {
      const start = (image * c + channel) * plane;
      for (let i = start; i < start + plane; i++) {
        const distance = x[i]! - middle;
        squares += distance * distance;
      }
    }
    mean[channel] = middle;
    variance[channel] = squares / count;
  }
}

/** `running = (1 − momentum) · running + momentum · factor · batch`. */
export function moveRunning(momentum: number, batch: Floats, factor: number, running: Floats): void {
  for (let i = 0; i < running.length; i++) running[i] = (1 - momentum) * running[i]! + momentum * factor * batch[i]!;
}

/** `out = (x − mean) / √(variance + epsilon) · weights + bias`, channel by channel: `weights` and `bias` `[c]` or null. */
export function batchNormForward(
  sizes: BatchNormSizes,
  x: Floats,
  statistics: ChannelStatistics,
  weights: Floats | null,
  bias: Floats | null,
  out: Floats,
): void {
  if (simd.batchNormForward(sizes, x, statistics, weights, bias, out)) return;
  const { n, c, plane } = sizes;
  const { mean, variance, epsilon } = statistics;
  let i = 0;
  for (let row = 0; row < n * c; row++) {
    const channel = row % c;
    const middle = mean[channel]!;
    const factor = (weights?.[channel] ?? 1) / Math.sqrt(variance[channel]! + epsilon);
    const term = bias?.[channel] ?? 0;
    for (const end = i + plane; i < end; i++) out[i] = (x[i]! - middle) * factor + term;
  }
}

/**
 * What the gradients are made of: each channel's sum of `dOut`, which is the gradient of the bias, and of `dOut · x̂`, that
 * of the weights; x̂ is the normalised input. Overwrites `sums` and `products`, `[c]`.
 */
export function batchNormSums(
  sizes: BatchNormSizes,
  dOut: Floats,
  x: Floats,
  statistics: ChannelStatistics,
  sums: Floats,
  products: Floats,
): void {
  if (simd.batchNormSums(sizes, dOut, x, statistics, sums, products)) return;
  const { n, c, plane } = sizes;
  const { mean, variance, epsilon } = statistics;
  for (let channel = 0; channel < c; channel++) {
    const middle = mean[channel]!;
    let sum = 0;
    let product = 0;
    for (let image = 0; image < n; image++) {
      const start = (image * c + channel) * plane;
      for (let i = start; i < start + plane; i++) {
        sum += dOut[i]!;
        product += dOut[i]! * (x[i]! - middle);
      }
    }
    sums[channel] = sum;
    products[channel] = product / Math.sqrt(variance[channel]! + epsilon);
  }
}

/**
 * The gradient with respect to the input where the statistics are the batch's own, and so move with it:
 * `dX = weights / √(variance + epsilon) · (dOut − mean of dOut − x̂ · mean of dOut · x̂)`, the chain rule of the paper's
 * section 3 put together. Overwrites `dX`.
 *
 * @param sums of {@link batchNormSums}
 */
export function batchNormInputGradient(
  sizes: BatchNormSizes,
  dOut: Floats,
  x: Floats,
  statistics: ChannelStatistics,
  weights: Floats | null,
  sums: Floats,
  products: Floats,
  dX: Floats,
): void {
  if (simd.batchNormInputGradient(sizes, dOut, x, statistics, weights, sums, products, dX)) return;
  const { n, c, plane } = sizes;
  const { mean, variance, epsilon } = statistics;
  const count = n * plane;
  let i = 0;
  for (let row = 0; row < n * c; row++) {
    const channel = row % c;
    const middle = mean[channel]!;
    const inverse = 1 / Math.sqrt(variance[channel]! + epsilon);
    const factor = (weights?.[channel] ?? 1) * inverse;
    const share = sums[channel]! / count;
    const slope = (products[channel]! / count) * inverse;
    for (const end = i + plane; i < end; i++) dX[i] = factor * (dOut[i]! - share - (x[i]! - middle) * slope);
  }
}

/** The same where the statistics are given, and stay: `dX = weights / √(variance + epsilon) · dOut`. Overwrites `dX`. */
export function givenNormInputGradient(
  sizes: BatchNormSizes,
  dOut: Floats,
  statistics: ChannelStatistics,
  weights: Floats | null,
  dX: Floats,
): void {
  if (simd.givenNormInputGradient(sizes, dOut, statistics, weights, dX)) return;
  const { n, c, plane } = sizes;
  const { variance, epsilon } = statistics;
  let i = 0;
  for (let row = 0; row < n * c; row++) {
    const channel = row % c;
    const factor = (weights?.[channel] ?? 1) / Math.sqrt(variance[channel]! + epsilon);
    for (const end = i + plane; i < end; i++) dX[i] = factor * dOut[i]!;
  }
}

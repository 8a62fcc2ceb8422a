/**
 * Normalisation of groups of an example's own numbers: layer, group and instance normalisation are one computation (Wu and
 * He, 2018, section 3.1), whose groups are all numbers of an example, some of its channels, or one.
 *
 * Statistics and sums are kept in double precision. They are those of `batch-norm.ts`, a group being its channel; so are
 * the passes over planes, an example's channel being one of theirs.
 */

import { batchNormForward, batchNormSums, batchStatistics } from "./batch-norm.ts";
import type { Floats } from "./floats.ts";
import * as simd from "./simd/group-norm.ts";

/** Sizes: `x`, `out` and their gradients are `[n, c, plane]`; `groups` divides c. */
export interface GroupNormSizes {
  readonly n: number;
  readonly c: number;
  readonly plane: number;
  readonly groups: number;
}

/** What the numbers of each group are normalised by. */
export interface GroupStatistics {
  /** `[n · groups]` */
  readonly mean: Float64Array;
  /** `[n · groups]`, divided by the count. */
  readonly variance: Float64Array;
  /** Added to the variance, against division by zero. */
  readonly epsilon: number;
}

/** Each group's mean and variance. Overwrites `mean` and `variance`, `[n · groups]`. */
export function groupStatistics(
  { n, c, plane, groups }: GroupNormSizes,
  x: Floats,
  mean: Floats,
  variance: Floats,
): void {
  batchStatistics({ n: 1, c: n * groups, plane: (c / groups) * plane }, x, mean, variance);
}

/** `out = (x − mean) / √(variance + epsilon) · weights + bias`: statistics a group, `weights` and `bias` `[c]` or null. */
export function groupNormForward(
  sizes: GroupNormSizes,
  x: Floats,
  statistics: GroupStatistics,
  weights: Floats | null,
  bias: Floats | null,
  out: Floats,
): void {
  const { n, c, plane, groups } = sizes;
  if (plane > 1) {
    const each = { n: 1, c: n * c, plane };
    batchNormForward(each, x, ofChannels(sizes, statistics), repeated(weights, n, c), repeated(bias, n, c), out);
    return;
  }
  const width = c / groups;
  for (let group = 0; group < n * groups; group++) {
    const middle = statistics.mean[group]!;
    const inverse = 1 / Math.sqrt(statistics.variance[group]! + statistics.epsilon);
    const first = (group % groups) * width;
    for (let i = 0; i < width; i++) {
      const at = group * width + i;
      out[at] = (x[at]! - middle) * inverse * (weights?.[first + i] ?? 1) + (bias?.[first + i] ?? 0);
    }
  }
}

/**
 * What the gradients are made of: for each channel of each example the sum of `dOut`, and that of `dOut · x̂`; x̂ is the
 * normalised input. Overwrites `sums` and `products`, `[n · c]`.
 */
export function groupNormSums(
  sizes: GroupNormSizes,
  dOut: Floats,
  x: Floats,
  statistics: GroupStatistics,
  sums: Float64Array,
  products: Float64Array,
): void {
  const { n, c, plane } = sizes;
  batchNormSums({ n: 1, c: n * c, plane }, dOut, x, ofChannels(sizes, statistics), sums, products);
}

/** Adds up what the examples say of a channel: `sums` `[n, c]` to `total` `[c]`, which is overwritten. */
export function overExamples(n: number, c: number, sums: Float64Array, total: Floats): void {
  for (let channel = 0; channel < c; channel++) {
    let sum = 0;
    for (let at = channel; at < n * c; at += c) sum += sums[at]!;
    total[channel] = sum;
  }
}

/**
 * The gradient with respect to the input. With g = dOut · weights, and means over the group:
 * `dX = (g − mean of g − x̂ · mean of g · x̂) / √(variance + epsilon)`. Overwrites `dX`.
 *
 * @param sums of {@link groupNormSums}, like `products`
 */
export function groupNormInputGradient(
  sizes: GroupNormSizes,
  dOut: Floats,
  x: Floats,
  statistics: GroupStatistics,
  weights: Floats | null,
  sums: Float64Array,
  products: Float64Array,
  dX: Floats,
): void {
  const { n, c, plane, groups } = sizes;
  const rows = n * c;
  // dX = dOut · factor − share − (x − mean) · slope, with numbers of each example's channel
  const [factor, share, slope] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const width = c / groups;
  for (let group = 0; group < n * groups; group++) {
    const inverse = 1 / Math.sqrt(statistics.variance[group]! + statistics.epsilon);
    const first = (group % groups) * width;
    let sum = 0;
    let product = 0;
    for (let i = 0; i < width; i++) {
      const weight = weights?.[first + i] ?? 1;
      sum += weight * sums[group * width + i]!;
      product += weight * products[group * width + i]!;
    }
    const count = width * plane;
    for (let i = 0; i < width; i++) {
      const row = group * width + i;
      factor[row] = (weights?.[first + i] ?? 1) * inverse;
      share[row] = (sum / count) * inverse;
      slope[row] = (product / count) * inverse * inverse;
    }
  }
  const { mean } = ofChannels(sizes, statistics);
  if (plane > 1 && simd.groupNormInputGradient(rows, plane, dOut, x, { mean, factor, share, slope }, dX)) return;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const [middle, by, less, along] = [mean[row]!, factor[row]!, share[row]!, slope[row]!];
    for (const end = at + plane; at < end; at++) dX[at] = dOut[at]! * by - less - (x[at]! - middle) * along;
  }
}

/** The statistics of the group that each channel of each example is in, `[n · c]`. */
function ofChannels({ n, c, groups }: GroupNormSizes, { mean, variance, epsilon }: GroupStatistics): GroupStatistics {
  if (groups === c) return { mean, variance, epsilon };
  const [means, variances] = [new Float64Array(n * c), new Float64Array(n * c)];
  const width = c / groups;
  for (let row = 0; row < n * c; row++) {
    const group = Math.floor(row / width);
    means[row] = mean[group]!;
    variances[row] = variance[group]!;
  }
  return { mean: means, variance: variances, epsilon };
}

/** `[c]` numbers for each of n examples. */
function repeated(numbers: Floats | null, n: number, c: number): Floats | null {
  if (numbers === null) return null;
  const all = new Float64Array(n * c);
  for (let row = 0; row < n * c; row++) all[row] = numbers[row % c]!;
  return all;
}

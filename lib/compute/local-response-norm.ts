/** Local response normalisation across channels (Krizhevsky, Sutskever and Hinton, 2012, section 3.3). */

import type { Floats } from "./floats.ts";

/** Sizes and settings: `x` is `[n, c, plane]`; channel c sees those from `c − before` to `c + after`. */
export interface LocalResponseNormSizes {
  readonly n: number;
  readonly c: number;
  readonly plane: number;
  readonly before: number;
  readonly after: number;
  /** What the sum of squares is multiplied by: alpha / size. */
  readonly share: number;
  readonly beta: number;
  readonly k: number;
}

/** `scales = k + share · Σ x²` over neighbouring channels, and `out = x / scales^beta`. Overwrites both. */
export function localResponseNormForward(sizes: LocalResponseNormSizes, x: Floats, scales: Floats, out: Floats): void {
  const { n, c, plane, before, after, share, beta, k } = sizes;
  for (let image = 0; image < n; image++) {
    for (let channel = 0; channel < c; channel++) {
      const start = (image * c + channel) * plane;
      scales.fill(0, start, start + plane);
      const last = Math.min(channel + after, c - 1);
      for (let other = Math.max(channel - before, 0); other <= last; other++) {
        const shift = (other - channel) * plane;
        for (let i = start; i < start + plane; i++) scales[i]! += x[i + shift]! * x[i + shift]!;
      }
      for (let i = start; i < start + plane; i++) scales[i] = k + share * scales[i]!;
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * reciprocalPower(scales[i]!, beta);
}

/**
 * `dX[c] = dOut[c] / scales[c]^beta − 2 · share · beta · x[c] · Σ dOut[o] · x[o] / scales[o]^(beta + 1)`, the sum over the
 * channels o that see c. Overwrites `dX` and `terms`, which is as large.
 */
export function localResponseNormGradient(
  sizes: LocalResponseNormSizes,
  dOut: Floats,
  x: Floats,
  scales: Floats,
  terms: Floats,
  dX: Floats,
): void {
  const { n, c, plane, before, after, share, beta } = sizes;
  for (let i = 0; i < terms.length; i++) {
    terms[i] = (dOut[i]! * x[i]! * reciprocalPower(scales[i]!, beta)) / scales[i]!;
  }
  const factor = 2 * share * beta;
  for (let image = 0; image < n; image++) {
    for (let channel = 0; channel < c; channel++) {
      const start = (image * c + channel) * plane;
      dX.fill(0, start, start + plane);
      // channel o sees c where o − before ≤ c ≤ o + after
      const last = Math.min(channel + before, c - 1);
      for (let other = Math.max(channel - after, 0); other <= last; other++) {
        const shift = (other - channel) * plane;
        for (let i = start; i < start + plane; i++) dX[i]! += terms[i + shift]!;
      }
      for (let i = start; i < start + plane; i++) {
        dX[i] = dOut[i]! * reciprocalPower(scales[i]!, beta) - factor * x[i]! * dX[i]!;
      }
    }
  }
}

/** `base^-beta`, for the usual exponents by roots, which every engine rounds alike; by exp and log for others, unlike `**`. */
function reciprocalPower(base: number, beta: number): number {
  if (beta === 0.75) {
    const root = Math.sqrt(base);
    return 1 / (root * Math.sqrt(root));
  }
  if (beta === 0.5) return 1 / Math.sqrt(base);
  if (beta === 1) return 1 / base;
  return Math.exp(-beta * Math.log(base));
}

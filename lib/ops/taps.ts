/** From which elements of an axis a larger or smaller one is made, by each way of resampling; the formulas are PyTorch's. */

import type { Taps } from "../compute/resample.ts";

/** How numbers between the elements are found. */
export type Interpolation = "nearest" | "nearest-exact" | "linear" | "cubic";

/** From how many elements each place is made. */
export const tapCount: Readonly<Record<Interpolation, number>> = {
  nearest: 1,
  "nearest-exact": 1,
  linear: 2,
  cubic: 4,
};

/** One axis that is to be resampled. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  /** The scale that was asked for; null where the size was, and the scale is their ratio. */
  readonly scale: number | null;
}

/** The bend of the cubic at its knots (Keys, 1981, with PyTorch's constant; a = -1/2 is Keys' own). */
const bend = -0.75;

/** The elements and weights of each place of the resampled axis. */
export function tapsOf(axis: Axis, interpolation: Interpolation, alignCorners: boolean): Taps {
  const taps = tapCount[interpolation];
  const sources = new Int32Array(axis.to * taps);
  const weights = new Float64Array(axis.to * taps).fill(1);
  for (let i = 0; i < axis.to; i++) {
    if (taps === 1) sources[i] = nearestTo(i, axis, interpolation === "nearest-exact");
    else if (taps === 2) linearAt(i, axis, alignCorners, sources, weights);
    else cubicAt(i, axis, alignCorners, sources, weights);
  }
  return { taps, sources, weights };
}

/** The element whose cell a place lies in. In single precision, as PyTorch: else it would differ at the edge of cells. */
function nearestTo(i: number, { from, to, scale }: Axis, exact: boolean): number {
  const step = Math.fround(scale === null ? Math.fround(from) / Math.fround(to) : 1 / scale);
  const place = exact ? Math.fround(Math.fround(i + 0.5) * step) : Math.fround(i * step);
  return Math.min(Math.floor(place), from - 1);
}

/** Where a place lies among the elements: with corners aligned, first and last stay; else pixels are squares of equal size. */
function placeOf(i: number, { from, to, scale }: Axis, alignCorners: boolean): number {
  if (alignCorners) return to > 1 ? (i * (from - 1)) / (to - 1) : 0;
  return (scale === null ? from / to : 1 / scale) * (i + 0.5) - 0.5;
}

function linearAt(i: number, axis: Axis, alignCorners: boolean, sources: Int32Array, weights: Float64Array): void {
  const place = Math.max(placeOf(i, axis, alignCorners), 0);
  const before = Math.min(Math.floor(place), axis.from - 1);
  const share = Math.min(place - before, 1);
  sources.set([before, Math.min(before + 1, axis.from - 1)], 2 * i);
  weights.set([1 - share, share], 2 * i);
}

function cubicAt(i: number, axis: Axis, alignCorners: boolean, sources: Int32Array, weights: Float64Array): void {
  const place = placeOf(i, axis, alignCorners);
  const before = Math.floor(place);
  for (let tap = 0; tap < 4; tap++) {
    const element = before - 1 + tap;
    sources[4 * i + tap] = Math.min(Math.max(element, 0), axis.from - 1);
    weights[4 * i + tap] = cubic(Math.abs(place - element));
  }
}

/** Keys' kernel at a distance, 0 from 2 on. @param a its bend; default -3/4 */
export function cubic(t: number, a = bend): number {
  if (t <= 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? ((a * t - 5 * a) * t + 8 * a) * t - 4 * a : 0;
}

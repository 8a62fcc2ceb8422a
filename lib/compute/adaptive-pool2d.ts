/**
 * Pooling to a given number of windows: window i of P reaches from ⌊i·H / P⌋ to before ⌈(i + 1)·H / P⌉, as in PyTorch.
 * Windows differ in size by one, and may share a row or column.
 */

import type { Floats } from "./floats.ts";

/** Maps `[planes, h, w]`, and windows `[planes, p, q]`. */
export interface AdaptiveGeometry {
  readonly planes: number;
  readonly h: number;
  readonly w: number;
  readonly p: number;
  readonly q: number;
}

const startOf = (i: number, size: number, windows: number): number => Math.floor((i * size) / windows);
const endOf = (i: number, size: number, windows: number): number => Math.ceil(((i + 1) * size) / windows);

/** The mean of every window. */
export function adaptiveAverageForward({ planes, h, w, p, q }: AdaptiveGeometry, x: Floats, out: Floats): void {
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < p; y++) {
      const top = startOf(y, h, p);
      const bottom = endOf(y, h, p);
      for (let column = 0; column < q; column++, o++) {
        const left = startOf(column, w, q);
        const right = endOf(column, w, q);
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          const start = (plane * h + row) * w;
          for (let i = start + left; i < start + right; i++) sum += x[i]!;
        }
        out[o] = sum / ((bottom - top) * (right - left));
      }
    }
  }
}

/** Every output's gradient is shared out evenly among its window; windows that share a number add up. Overwrites `dX`. */
export function adaptiveAverageInputGradient({ planes, h, w, p, q }: AdaptiveGeometry, dOut: Floats, dX: Floats): void {
  dX.fill(0);
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < p; y++) {
      const top = startOf(y, h, p);
      const bottom = endOf(y, h, p);
      for (let column = 0; column < q; column++, o++) {
        const left = startOf(column, w, q);
        const right = endOf(column, w, q);
        const share = dOut[o]! / ((bottom - top) * (right - left));
        for (let row = top; row < bottom; row++) {
          const start = (plane * h + row) * w;
          for (let i = start + left; i < start + right; i++) dX[i]! += share;
        }
      }
    }
  }
}

/** The largest number of every window, or its NaN, and its flat index: the first among equals. */
export function adaptiveMaxForward(
  { planes, h, w, p, q }: AdaptiveGeometry,
  x: Floats,
  out: Floats,
  switches: Int32Array,
): void {
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < p; y++) {
      const top = startOf(y, h, p);
      const bottom = endOf(y, h, p);
      for (let column = 0; column < q; column++, o++) {
        const left = startOf(column, w, q);
        const right = endOf(column, w, q);
        let taken = (plane * h + top) * w + left;
        let best = x[taken]!;
        for (let row = top; row < bottom; row++) {
          const start = (plane * h + row) * w;
          for (let i = start + left; i < start + right; i++) {
            const value = x[i]!;
            if (value > best || Number.isNaN(value)) {
              best = value;
              taken = i;
            }
          }
        }
        out[o] = best;
        switches[o] = taken;
      }
    }
  }
}

/** Every output's gradient goes to the number that was taken. Overwrites `dX`. */
export function adaptiveMaxInputGradient(dOut: Floats, switches: Int32Array, dX: Floats): void {
  dX.fill(0);
  for (let o = 0; o < dOut.length; o++) dX[switches[o]!]! += dOut[o]!;
}

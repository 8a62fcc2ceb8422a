/**
 * Pooling as PyTorch defines it, ceil mode included: a window that runs off the image shrinks to what is inside.
 */

import type { Floats } from "./floats.ts";
import type { Pool2dGeometry } from "./geometry.ts";
import { averagePool2x2Forward, averagePool2x2InputGradient, isPool2x2, maxPool2x2Forward } from "./pool2x2.ts";
import * as simdAverage from "./simd/average-pool2d.ts";
import * as simdMax from "./simd/max-pool2d.ts";

/**
 * The largest number of every window. A NaN in the window is the result, as in PyTorch.
 *
 * @param out `[n, c, p, q]`; −Infinity where dilation lets a window miss the image altogether
 * @param switches `[n, c, p, q]`: flat index into `x` of the number taken, the first among equals; −1 where none
 *   was. The name is that of Zeiler and Fergus (2014, section 2.1).
 */
export function maxPool2dForward(g: Pool2dGeometry, x: Floats, out: Floats, switches: Int32Array): void {
  if (simdMax.maxPool2dForward(g, x, out, switches)) return;
  if (isPool2x2(g)) {
    maxPool2x2Forward(g, x, out, switches);
    return;
  }
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      const top = y * g.strideY - g.padTop;
      const bottom = Math.min(top + (g.kernelHeight - 1) * g.dilationY + 1, g.h);
      const firstRow = firstInside(top, g.dilationY);
      for (let q = 0; q < g.q; q++, o++) {
        const left = q * g.strideX - g.padLeft;
        const right = Math.min(left + (g.kernelWidth - 1) * g.dilationX + 1, g.w);
        const firstColumn = firstInside(left, g.dilationX);
        let best = Number.NEGATIVE_INFINITY;
        let taken = -1;
        for (let row = firstRow; row < bottom; row += g.dilationY) {
          const start = (plane * g.h + row) * g.w;
          for (let i = start + firstColumn; i < start + right; i += g.dilationX) {
            const value = x[i]!;
            // NaN is taken and kept, as no number is larger; the first of a window of −Infinity is, too.
            if (value > best || Number.isNaN(value) || taken < 0) {
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

/** Every output's gradient goes to the number that was taken; windows that share it add up. Overwrites `dX`. */
export function maxPool2dInputGradient(g: Pool2dGeometry, dOut: Floats, switches: Int32Array, dX: Floats): void {
  if (simdMax.maxPool2dInputGradient(g, dOut, switches, dX)) return;
  dX.fill(0);
  for (let o = 0; o < dOut.length; o++) {
    const taken = switches[o]!;
    if (taken >= 0) dX[taken]! += dOut[o]!;
  }
}

/**
 * The mean of every window; dilation is not read, PyTorch's average pooling has none.
 *
 * @param countIncludePad whether zeros of the padding count as numbers of the window (PyTorch's default) or the
 *   sum is divided by the pixels inside the image alone. What lies beyond the padding (ceil mode) never counts.
 * @param divisor what every sum is divided by, whatever counts; 0 for none
 */
export function averagePool2dForward(
  g: Pool2dGeometry,
  x: Floats,
  out: Floats,
  countIncludePad: boolean,
  divisor = 0,
): void {
  if (divisor === 0 && simdAverage.averagePool2dForward(g, x, out, countIncludePad)) return;
  if (divisor === 0 && isPool2x2(g)) {
    averagePool2x2Forward(g, x, out);
    return;
  }
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      const top = y * g.strideY - g.padTop;
      const firstRow = Math.max(top, 0);
      const bottom = Math.min(top + g.kernelHeight, g.h);
      for (let q = 0; q < g.q; q++, o++) {
        const left = q * g.strideX - g.padLeft;
        const firstColumn = Math.max(left, 0);
        const right = Math.min(left + g.kernelWidth, g.w);
        let sum = 0;
        for (let row = firstRow; row < bottom; row++) {
          const start = (plane * g.h + row) * g.w;
          for (let i = start + firstColumn; i < start + right; i++) sum += x[i]!;
        }
        const empty = firstRow >= bottom || firstColumn >= right;
        out[o] = empty ? 0 : sum / (divisor || averageDivisor(g, top, left, countIncludePad));
      }
    }
  }
}

/** Every output's gradient is shared out evenly among the pixels of its window. Overwrites `dX`. */
export function averagePool2dInputGradient(
  g: Pool2dGeometry,
  dOut: Floats,
  dX: Floats,
  countIncludePad: boolean,
  divisor = 0,
): void {
  if (divisor === 0 && simdAverage.averagePool2dInputGradient(g, dOut, dX, countIncludePad)) return;
  if (divisor === 0 && isPool2x2(g)) {
    averagePool2x2InputGradient(g, dOut, dX);
    return;
  }
  dX.fill(0);
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      const top = y * g.strideY - g.padTop;
      const firstRow = Math.max(top, 0);
      const bottom = Math.min(top + g.kernelHeight, g.h);
      for (let q = 0; q < g.q; q++, o++) {
        const left = q * g.strideX - g.padLeft;
        const firstColumn = Math.max(left, 0);
        const right = Math.min(left + g.kernelWidth, g.w);
        const share = dOut[o]! / (divisor || averageDivisor(g, top, left, countIncludePad));
        for (let row = firstRow; row < bottom; row++) {
          const start = (plane * g.h + row) * g.w;
          for (let i = start + firstColumn; i < start + right; i++) dX[i]! += share;
        }
      }
    }
  }
}

/** How many numbers the window at `(top, left)` has: inside the image, or inside the image and its padding. */
function averageDivisor(g: Pool2dGeometry, top: number, left: number, countIncludePad: boolean): number {
  if (countIncludePad) {
    const height = Math.min(top + g.kernelHeight, g.h + g.padBottom) - top;
    return height * (Math.min(left + g.kernelWidth, g.w + g.padRight) - left);
  }
  const height = Math.min(top + g.kernelHeight, g.h) - Math.max(top, 0);
  return height * (Math.min(left + g.kernelWidth, g.w) - Math.max(left, 0));
}

/** The first of `start, start + step, …` that is not negative. */
export function firstInside(start: number, step: number): number {
  return start < 0 ? start + Math.ceil(-start / step) * step : start;
}

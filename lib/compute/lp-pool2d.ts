/**
 * Pooling by a norm: the p-th root of the sum of p-th powers. As PyTorch computes it, by way of the mean: where a window
 * runs past the padding (ceil mode), the sum is scaled up to a whole window's.
 */

import type { Floats } from "./floats.ts";
import type { Pool2dGeometry } from "./geometry.ts";

/** `out = (Σ xᵖ · K·L / count)^(1/p)`; count is K·L but for windows that run past the padding. Dilation is not read. */
export function lpPool2dForward(g: Pool2dGeometry, p: number, x: Floats, out: Floats): void {
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
          for (let i = start + firstColumn; i < start + right; i++) sum += power(x[i]!, p);
        }
        sum *= scaleOf(g, top, left);
        out[o] = p === 2 ? Math.sqrt(sum) : p === 1 ? sum : sum ** (1 / p);
      }
    }
  }
}

/**
 * `dX += dOut · out^(1 − p) · x^(p − 1) · K·L / count`. A window of zeros has a corner there, whose gradient is taken as 0.
 * Overwrites `dX`.
 */
export function lpPool2dInputGradient(
  g: Pool2dGeometry,
  p: number,
  x: Floats,
  out: Floats,
  dOut: Floats,
  dX: Floats,
): void {
  dX.fill(0);
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      const top = y * g.strideY - g.padTop;
      const firstRow = Math.max(top, 0);
      const bottom = Math.min(top + g.kernelHeight, g.h);
      for (let q = 0; q < g.q; q++, o++) {
        if (out[o] === 0 && p !== 1) continue;
        const left = q * g.strideX - g.padLeft;
        const firstColumn = Math.max(left, 0);
        const right = Math.min(left + g.kernelWidth, g.w);
        const share = dOut[o]! * scaleOf(g, top, left) * (p === 1 ? 1 : out[o]! ** (1 - p));
        for (let row = firstRow; row < bottom; row++) {
          const start = (plane * g.h + row) * g.w;
          for (let i = start + firstColumn; i < start + right; i++) dX[i]! += share * power(x[i]!, p - 1);
        }
      }
    }
  }
}

function power(x: number, p: number): number {
  return p === 2 ? x * x : p === 1 ? x : x ** p;
}

/** What a window that runs past the padding is scaled by. */
function scaleOf(g: Pool2dGeometry, top: number, left: number): number {
  const height = Math.min(top + g.kernelHeight, g.h + g.padBottom) - top;
  const width = Math.min(left + g.kernelWidth, g.w + g.padRight) - left;
  return (g.kernelHeight * g.kernelWidth) / (height * width);
}

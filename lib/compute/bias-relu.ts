/** A bias and the rectifier behind it in one pass, as what a convolution gives is read and written but once. */

import { reluGradient } from "./activation.ts";
import { biasGradient } from "./elementwise.ts";
import type { Floats } from "./floats.ts";
import * as simd from "./simd/bias.ts";

/**
 * `out[n, f, …] = max(0, x[n, f, …] + bias[f])`; NaN stays NaN.
 *
 * @param x `[n, f, plane]`: a plane is the `p · q` pixels of a feature map, or 1 for the rows of `[n, f]`
 * @param out likewise, overwritten; may be `x`
 */
export function addBiasRelu(n: number, f: number, plane: number, x: Floats, bias: Floats, out: Floats): void {
  if (simd.addBias(n, f, plane, x, bias, out, true)) return;
  let i = 0;
  for (let row = 0; row < n * f; row++) {
    const term = bias[row % f]!;
    for (const end = i + plane; i < end; i++) {
      const sum = x[i]! + term;
      out[i] = sum <= 0 ? 0 : sum;
    }
  }
}

/**
 * The gradient of {@link addBiasRelu}: `dX = dOut` where the output is positive, 0 elsewhere; `dBias[f]` the sum of `dX`
 * over rows and planes.
 *
 * @param out what the forward pass gave
 * @param dX `[n, f, plane]`, overwritten; may be `dOut` or `out`
 */
export function biasReluGradient(
  n: number,
  f: number,
  plane: number,
  dOut: Floats,
  out: Floats,
  dX: Floats,
  dBias: Floats,
): void {
  if (simd.biasReluGradient(n, f, plane, dOut, out, dX, dBias)) return;
  reluGradient(dOut, out, dX);
  biasGradient(n, f, plane, dX, dBias);
}

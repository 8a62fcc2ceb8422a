/**
 * Rectifiers that let something through below 0, and their gradients, from the input. `out` and `dX` are overwritten and
 * may be one of the inputs. At 0 itself, and at NaN, what is below
 * counts, as in PyTorch.
 */

import type { Floats } from "./floats.ts";
import * as simd from "./simd/elementwise.ts";

/** `out = x` above 0, `slope · x` elsewhere. */
export function leakyReluForward(x: Floats, slope: number, out: Floats): void {
  if (simd.leakyRelu.run(out.length, { x, out }, { slope })) return;
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    out[i] = value > 0 ? value : slope * value;
  }
}

/** `dX = dOut` above 0, `slope · dOut` elsewhere. */
export function leakyReluGradient(dOut: Floats, x: Floats, slope: number, dX: Floats): void {
  if (simd.leakyReluGradient.run(dX.length, { dOut, x, dX }, { slope })) return;
  for (let i = 0; i < dX.length; i++) dX[i] = x[i]! > 0 ? dOut[i]! : slope * dOut[i]!;
}

/**
 * `out = x` above 0, `weights[c] · x` elsewhere.
 *
 * @param x `[n, c, plane]`
 * @param weights `[c]`
 */
export function preluForward(n: number, c: number, plane: number, x: Floats, weights: Floats, out: Floats): void {
  let i = 0;
  for (let row = 0; row < n * c; row++) {
    const weight = weights[row % c]!;
    for (const end = i + plane; i < end; i++) {
      const value = x[i]!;
      out[i] = value > 0 ? value : weight * value;
    }
  }
}

/** `dX = dOut` above 0, `weights[c] · dOut` elsewhere. */
export function preluInputGradient(
  n: number,
  c: number,
  plane: number,
  dOut: Floats,
  x: Floats,
  weights: Floats,
  dX: Floats,
): void {
  let i = 0;
  for (let row = 0; row < n * c; row++) {
    const weight = weights[row % c]!;
    for (const end = i + plane; i < end; i++) dX[i] = x[i]! > 0 ? dOut[i]! : weight * dOut[i]!;
  }
}

/** `dWeights[c]` is the sum of `dOut · x` where x is not above 0. */
export function preluWeightGradient(
  n: number,
  c: number,
  plane: number,
  dOut: Floats,
  x: Floats,
  dWeights: Floats,
): void {
  for (let channel = 0; channel < c; channel++) {
    let sum = 0;
    for (let image = 0; image < n; image++) {
      const start = (image * c + channel) * plane;
      for (let i = start; i < start + plane; i++) if (!(x[i]! > 0)) sum += dOut[i]! * x[i]!;
    }
    dWeights[channel] = sum;
  }
}

/** `out = x` above 0, `alpha · (eˣ − 1)` elsewhere. */
export function eluForward(x: Floats, alpha: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    out[i] = value > 0 ? value : alpha * Math.expm1(value);
  }
}

/** `dX = dOut` above 0, `dOut · alpha · eˣ` elsewhere. */
export function eluGradient(dOut: Floats, x: Floats, alpha: number, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const value = x[i]!;
    dX[i] = value <= 0 ? dOut[i]! * alpha * Math.exp(value) : dOut[i]!;
  }
}

/** The gradient of the rectifier with the upper bound 6: `dX = dOut` between 0 and 6, 0 elsewhere. */
export function relu6Gradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = x[i]! <= 0 || x[i]! >= 6 ? 0 : dOut[i]!;
}

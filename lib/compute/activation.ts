/**
 * Element-wise functions and their gradients. A gradient takes whichever of input and output is cheaper to reuse,
 * as its parameter says; `out` and `dX` are overwritten and may be one of the inputs.
 */

import type { Floats } from "./floats.ts";
import * as simd from "./simd/elementwise.ts";

/**
 * The signs of activations are as good as random, and a mispredicted branch costs more than all else in the loop: so
 * the choice is a lookup among two numbers, the second of which stays 0.
 */
const choice = new Float64Array(2);

/** `out = max(x, 0)`; NaN stays NaN. */
export function reluForward(x: Floats, out: Floats): void {
  if (simd.relu.run(out.length, { x, out }, {})) return;
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    choice[0] = value;
    out[i] = choice[Number(value <= 0)]!;
  }
}

/** `dX = dOut` where the output is positive, 0 elsewhere, at the corner too. */
export function reluGradient(dOut: Floats, out: Floats, dX: Floats): void {
  if (simd.reluGradient.run(dX.length, { dOut, out, dX }, {})) return;
  for (let i = 0; i < dX.length; i++) {
    choice[0] = dOut[i]!;
    dX[i] = choice[Number(out[i]! <= 0)]!;
  }
}

/** `out = 1 / (1 + e^−x)`. */
export function sigmoidForward(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!));
}

/** `dX = dOut · out · (1 − out)`. */
export function sigmoidGradient(dOut: Floats, out: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * out[i]! * (1 - out[i]!);
}

/** `out = tanh x`. */
export function tanhForward(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]!);
}

/** `dX = dOut · (1 − out²)`. */
export function tanhGradient(dOut: Floats, out: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * (1 - out[i]! * out[i]!);
}

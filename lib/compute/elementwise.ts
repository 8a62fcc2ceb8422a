/**
 * Passes that treat every number alike: large ones in SIMD where jobs reach their arrays (`simd/pass.ts`), the others by
 * loops in JavaScript. Parameters are of single precision in SIMD. All arrays of a call have the same length unless a parameter says otherwise;
 * `out` and `dX` are overwritten and may be one of the inputs.
 */

import type { Floats } from "./floats.ts";
import * as simdBias from "./simd/bias.ts";
import * as simd from "./simd/elementwise.ts";

/** `out = a + b`. */
export function add(a: Floats, b: Floats, out: Floats): void {
  if (simd.add.run(out.length, { a, b, out }, {})) return;
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** `out = a − b`. */
export function subtract(a: Floats, b: Floats, out: Floats): void {
  if (simd.subtract.run(out.length, { a, b, out }, {})) return;
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
}

/** `out = a · b`, number by number. */
export function multiply(a: Floats, b: Floats, out: Floats): void {
  if (simd.multiply.run(out.length, { a, b, out }, {})) return;
  for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
}

/** `out = a / b`, number by number. */
export function divide(a: Floats, b: Floats, out: Floats): void {
  if (simd.divide.run(out.length, { a, b, out }, {})) return;
  for (let i = 0; i < out.length; i++) out[i] = a[i]! / b[i]!;
}

/** `out = x · factor`. */
export function scale(x: Floats, factor: number, out: Floats): void {
  if (simd.scale.run(out.length, { x, out }, { factor })) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * factor;
}

/** `out = x / divisor`: rounded once, which `scale` by the reciprocal is not. */
export function divideBy(x: Floats, divisor: number, out: Floats): void {
  if (simd.divideBy.run(out.length, { x, out }, { divisor })) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! / divisor;
}

/** `out = x + term`. */
export function shift(x: Floats, term: number, out: Floats): void {
  if (simd.shift.run(out.length, { x, out }, { term })) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + term;
}

/** `y += x`, where gradients of several uses meet. */
export function accumulate(y: Floats, x: Floats): void {
  if (simd.add.run(y.length, { a: y, b: x, out: y }, {})) return;
  for (let i = 0; i < y.length; i++) y[i]! += x[i]!;
}

/**
 * Adds one number per feature: `out[n, f, …] = x[n, f, …] + bias[f]`.
 *
 * @param x `[n, f, plane]`: a plane is the `p · q` pixels of a feature map, or 1 for the rows of `[n, f]`
 */
export function addBias(n: number, f: number, plane: number, x: Floats, bias: Floats, out: Floats): void {
  if (simdBias.addBias(n, f, plane, x, bias, out, false)) return;
  let i = 0;
  for (let row = 0; row < n * f; row++) {
    const term = bias[row % f]!;
    for (const end = i + plane; i < end; i++) out[i] = x[i]! + term;
  }
}

/** The adjoint of {@link addBias}: `dBias[f]` is the sum of `dOut` `[n, f, plane]` over rows and planes. */
export function biasGradient(n: number, f: number, plane: number, dOut: Floats, dBias: Floats): void {
  if (simdBias.biasGradient(n, f, plane, dOut, dBias)) return;
  for (let feature = 0; feature < f; feature++) {
    let sum = 0;
    for (let row = 0; row < n; row++) {
      const start = (row * f + feature) * plane;
      for (let i = start; i < start + plane; i++) sum += dOut[i]!;
    }
    dBias[feature] = sum;
  }
}

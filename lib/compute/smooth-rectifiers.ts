/** Smooth relatives of the rectifier, and their gradients, from the input. `out` and `dX` are overwritten and may be one of the inputs. */

import { erfc } from "./error-function.ts";
import type { Floats } from "./floats.ts";

/** `out = x · Φ(x)`, where Φ is the normal distribution, `½ erfc(−x / √2)`. */
export function geluForward(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = 0.5 * x[i]! * erfc(-x[i]! * Math.SQRT1_2);
}

/** The height of the normal density at 0. */
const density = 1 / Math.sqrt(2 * Math.PI);

/** `dX = dOut · (Φ(x) + x · φ(x))`, where φ is the normal density. */
export function geluGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const value = x[i]!;
    const slope = 0.5 * erfc(-value * Math.SQRT1_2) + value * density * Math.exp(-0.5 * value * value);
    dX[i] = dOut[i]! * slope;
  }
}

const inner = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

/** `out = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))`. */
export function tanhGeluForward(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    out[i] = 0.5 * value * (1 + Math.tanh(inner * (value + cubic * value * value * value)));
  }
}

/** The gradient of {@link tanhGeluForward}. */
export function tanhGeluGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const value = x[i]!;
    const square = value * value;
    const t = Math.tanh(inner * value * (1 + cubic * square));
    dX[i] = dOut[i]! * 0.5 * (1 + t + value * (1 - t * t) * inner * (1 + 3 * cubic * square));
  }
}

/** `out = x / (1 + e^−x)`. */
export function siluForward(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! / (1 + Math.exp(-x[i]!));
}

/** `dX = dOut · s · (1 + x · (1 − s))`, where s is the logistic function of x. */
export function siluGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const s = 1 / (1 + Math.exp(-x[i]!));
    dX[i] = dOut[i]! * s * (1 + x[i]! * (1 - s));
  }
}

/** `out = ln(1 + e^(beta · x)) / beta`; x itself where `beta · x` is above the threshold. */
export function softplusForward(x: Floats, beta: number, threshold: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]! * beta;
    out[i] = value > threshold ? x[i]! : Math.log1p(Math.exp(value)) / beta;
  }
}

/** `dX = dOut / (1 + e^(−beta · x))`; `dOut` where `beta · x` is above the threshold. */
export function softplusGradient(dOut: Floats, x: Floats, beta: number, threshold: number, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const value = x[i]! * beta;
    dX[i] = value > threshold ? dOut[i]! : dOut[i]! / (1 + Math.exp(-value));
  }
}

/**
 * Losses of pairs of numbers, and their slopes with respect to the first. All arrays of a call have the same length; `out`
 * is overwritten.
 */

import type { Floats } from "./floats.ts";

/** `out = (x − target)²`. */
export function squares(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const difference = x[i]! - target[i]!;
    out[i] = difference * difference;
  }
}

/** `out = 2 (x − target)`. */
export function squaresSlope(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = 2 * (x[i]! - target[i]!);
}

/** `out = ½ (x − target)²`. */
export function halfSquares(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const difference = x[i]! - target[i]!;
    out[i] = 0.5 * difference * difference;
  }
}

/** `out = |x − target|`. */
export function distances(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]! - target[i]!);
}

/** `out = sign(x − target)`. */
export function distancesSlope(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sign(x[i]! - target[i]!);
}

/** `out = ½ d²` for `d = |x − target|` below delta, `delta · (d − ½ delta)` from there on. */
export function huberDistances(x: Floats, target: Floats, delta: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const distance = Math.abs(x[i]! - target[i]!);
    out[i] = distance < delta ? 0.5 * distance * distance : delta * (distance - 0.5 * delta);
  }
}

/** `out = x − target`, cut off at −delta and delta. */
export function huberSlope(x: Floats, target: Floats, delta: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.max(-delta, Math.min(delta, x[i]! - target[i]!));
}

/** The least logarithm of a probability that counts, as in PyTorch: a certain mistake costs 100, not Infinity. */
const leastLog = -100;

/** `out = −(target · ln x + (1 − target) · ln(1 − x))`, each logarithm at least −100. */
export function binaryCrossEntropies(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const yes = Math.max(leastLog, Math.log(x[i]!));
    const no = Math.max(leastLog, Math.log1p(-x[i]!));
    out[i] = (target[i]! - 1) * no - target[i]! * yes;
  }
}

/** `out = (x − target) / (x · (1 − x))`, the divisor at least 1e-12. */
export function binaryCrossEntropiesSlope(x: Floats, target: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    out[i] = (value - target[i]!) / Math.max(1e-12, (1 - value) * value);
  }
}

/** `out = ln(1 − x) − ln x`, each logarithm at least −100: the slope with respect to the target. */
export function binaryCrossEntropiesTargetSlope(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.max(leastLog, Math.log1p(-x[i]!)) - Math.max(leastLog, Math.log(x[i]!));
  }
}

/**
 * `out = (1 − target) · x + (1 + (weight − 1) · target) · ln(1 + e^−x)`: the binary cross-entropy of the logistic function
 * of x, which can neither overflow nor vanish.
 *
 * @param weights of the positive examples, number by number
 */
export function logisticCrossEntropies(x: Floats, target: Floats, weights: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    const logarithm = Math.log1p(Math.exp(-Math.abs(value))) + Math.max(-value, 0);
    out[i] = (1 - target[i]!) * value + (1 + (weights[i]! - 1) * target[i]!) * logarithm;
  }
}

/** `out = (1 − target) − (1 + (weight − 1) · target) / (1 + eˣ)`. */
export function logisticCrossEntropiesSlope(x: Floats, target: Floats, weights: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = 1 - target[i]! - (1 + (weights[i]! - 1) * target[i]!) / (1 + Math.exp(x[i]!));
  }
}

/** `out = −x + (weight − 1) · ln(1 + e^−x)`: the slope with respect to the target. */
export function logisticCrossEntropiesTargetSlope(x: Floats, weights: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) {
    const value = x[i]!;
    out[i] = (weights[i]! - 1) * (Math.log1p(Math.exp(-Math.abs(value))) + Math.max(-value, 0)) - value;
  }
}

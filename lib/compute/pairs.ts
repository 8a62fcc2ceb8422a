/**
 * Functions of pairs of numbers beside the four operations of `elementwise.ts`: the larger, the smaller, powers,
 * comparisons, choices. All arrays of a call have the same length; `out` and gradients are overwritten and may be one of
 * the inputs.
 */

import type { Floats, Numbers } from "./floats.ts";
import { powerOf } from "./functions.ts";

/** `out = max(a, b)`, NaN if one of them is. */
export function maximum(a: Floats, b: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.max(a[i]!, b[i]!);
}

/** `out = min(a, b)`, NaN if one of them is. */
export function minimum(a: Floats, b: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.min(a[i]!, b[i]!);
}

/** `dX = dOut` where `x` is the larger of the pair, half of it where the two are equal, 0 elsewhere. */
export function largerGradient(dOut: Floats, x: Floats, other: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = x[i] === other[i] ? dOut[i]! / 2 : x[i]! > other[i]! ? dOut[i]! : 0;
}

/** `dX = dOut` where `x` is the smaller of the pair, half of it where the two are equal, 0 elsewhere. */
export function smallerGradient(dOut: Floats, x: Floats, other: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = x[i] === other[i] ? dOut[i]! / 2 : x[i]! < other[i]! ? dOut[i]! : 0;
}

/** `out = base ** exponent`, number by number. */
export function power(base: Floats, exponent: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = powerOf(base[i]!, exponent[i]!);
}

/** `dBase = dOut · exponent · base ** (exponent − 1)`; 0 where the exponent is 0. */
export function powerBaseGradient(dOut: Floats, base: Floats, exponent: Floats, dBase: Floats): void {
  for (let i = 0; i < dBase.length; i++) {
    const e = exponent[i]!;
    dBase[i] = e === 0 ? 0 : dOut[i]! * e * powerOf(base[i]!, e - 1);
  }
}

/** `dExponent = dOut · base ** exponent · ln base`; 0 where the base is 0 and the exponent not negative. */
export function powerExponentGradient(dOut: Floats, base: Floats, exponent: Floats, dExponent: Floats): void {
  for (let i = 0; i < dExponent.length; i++) {
    const b = base[i]!;
    const e = exponent[i]!;
    dExponent[i] = b === 0 && e >= 0 ? 0 : dOut[i]! * powerOf(b, e) * Math.log(b);
  }
}

/** 1 where `a = b`, 0 elsewhere; NaN equals nothing. */
export function equal(a: Numbers, b: Numbers, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Number(a[i]! === b[i]!);
}

/** 1 where `a ≠ b`, 0 elsewhere; NaN differs from itself. */
export function notEqual(a: Numbers, b: Numbers, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Number(a[i]! !== b[i]!);
}

/** 1 where `a < b`, 0 elsewhere. */
export function less(a: Numbers, b: Numbers, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Number(a[i]! < b[i]!);
}

/** 1 where `a ≤ b`, 0 elsewhere. */
export function lessEqual(a: Numbers, b: Numbers, out: Uint8Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Number(a[i]! <= b[i]!);
}

/** `out` is `a` where the condition is not 0, `b` elsewhere. */
export function where(condition: Numbers, a: Numbers, b: Numbers, out: Numbers): void {
  for (let i = 0; i < out.length; i++) out[i] = condition[i] === 0 ? b[i]! : a[i]!;
}

/** `dX = dOut` where the condition is `taken`, 0 elsewhere. */
export function whereGradient(dOut: Floats, condition: Numbers, taken: boolean, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = (condition[i] !== 0) === taken ? dOut[i]! : 0;
}

/**
 * Functions of every number, and their gradients. A gradient takes whichever of input and output is cheaper to reuse, as
 * its parameter says; `out` and `dX` are overwritten and may be one of the inputs.
 */

import type { Floats } from "./floats.ts";
import { power } from "./power.ts";

/** `out = eˣ`. Its gradient is `dOut · out`. */
export function exp(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]!);
}

/** `out = ln x`: −Infinity of 0, NaN below. Its gradient is `dOut / x`. */
export function log(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.log(x[i]!);
}

/** `out = √x`, NaN below 0. */
export function sqrt(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]!);
}

/** `dX = dOut / (2 out)`. */
export function sqrtGradient(dOut: Floats, out: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! / (2 * out[i]!);
}

/** `out = |x|`. */
export function abs(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(x[i]!);
}

/** `dX = dOut · sign x`, 0 at 0 and at NaN. */
export function absGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * (Number(x[i]! > 0) - Number(x[i]! < 0));
}

/** `out` = −1, 0 or 1. */
export function sign(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sign(x[i]!);
}

/** `out = sin x`. */
export function sin(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sin(x[i]!);
}

/** `dX = dOut · cos x`. */
export function sinGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * Math.cos(x[i]!);
}

/** `out = cos x`. */
export function cos(x: Floats, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.cos(x[i]!);
}

/** `dX = −dOut · sin x`. */
export function cosGradient(dOut: Floats, x: Floats, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) dX[i] = -dOut[i]! * Math.sin(x[i]!);
}

/** `out = x` between the bounds, the bound beyond one. NaN stays NaN. */
export function clip(x: Floats, least: number, most: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.min(most, Math.max(least, x[i]!));
}

/** `dX = dOut` between the bounds, 0 on them, beyond and at NaN. @param least NaN where there is none @param most likewise */
export function clipGradient(dOut: Floats, x: Floats, least: number, most: number, dX: Floats): void {
  for (let i = 0; i < dX.length; i++) {
    const value = x[i]!;
    dX[i] = value <= least || value >= most || Number.isNaN(value) ? 0 : dOut[i]!;
  }
}

/** The largest exponent whose power is a product of few factors, and so the same on every engine. */
const mostFactors = 64;

/** `base ** exponent`: by products and one root or quotient where the exponent allows it. */
export function powerOf(base: number, exponent: number): number {
  if (exponent === 0.5 && base >= 0) return Math.sqrt(base);
  const size = Math.abs(exponent);
  if (!Number.isInteger(size) || size > mostFactors) return base ** exponent;
  return exponent < 0 ? 1 / power(base, size) : power(base, size);
}

/** `out = x ** exponent`. */
export function powers(x: Floats, exponent: number, out: Floats): void {
  for (let i = 0; i < out.length; i++) out[i] = powerOf(x[i]!, exponent);
}

/** `dX = dOut · exponent · x ** (exponent − 1)`; 0 where the exponent is 0. */
export function powersGradient(dOut: Floats, x: Floats, exponent: number, dX: Floats): void {
  if (exponent === 0) dX.fill(0);
  else for (let i = 0; i < dX.length; i++) dX[i] = dOut[i]! * exponent * powerOf(x[i]!, exponent - 1);
}

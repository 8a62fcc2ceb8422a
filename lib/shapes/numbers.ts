/**
 * Arithmetic on sizes as types, for whole numbers from 0 on, exact to ten million and beyond. Where a size is not a literal
 * number, neither is the result: `number`.
 */
import type { DifferenceOf, Digits, FromDigits, HalfOf, ProductOf, QuotientOf, SumOf } from "./digits.ts";

/** Whether both are whole numbers from 0 on: then nothing but digits stand behind a 1. */
type Natural<A extends number, B extends number> = `1${A}${B}` extends `${bigint}` ? true : false;

/** `A + B`. */
export type Add<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? A
    : A extends 0
      ? B
      : Natural<A, B> extends true
        ? FromDigits<SumOf<Digits<A>, Digits<B>>>
        : number;

/** `A - B`; `null` where that is below 0. */
export type Subtract<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 0
    ? A
    : Natural<A, B> extends true
      ? DifferenceOf<Digits<A>, Digits<B>> extends infer D extends string
        ? D extends "-"
          ? null
          : FromDigits<D>
        : number
      : number;

/** `A · B`. */
export type Multiply<A extends number, B extends number> = number extends A | B
  ? number
  : B extends 1
    ? A
    : A extends 1
      ? B
      : Natural<A, B> extends true
        ? FromDigits<ProductOf<Digits<A>, Digits<B>>>
        : number;

/** `⌊A / B⌋` and what is left, `[quotient, remainder]`. */
export type Divide<A extends number, B extends number> = number extends A | B
  ? [number, number]
  : B extends 1
    ? [A, 0]
    : Natural<A, B> extends false
      ? [number, number]
      : B extends 0
        ? [number, number]
        : (B extends 2 ? HalfOf<`${A}`> : QuotientOf<`${A}`, Digits<B>>) extends [
              infer Q extends string,
              infer R extends string,
            ]
          ? [FromDigits<Q>, FromDigits<R>]
          : [number, number];

/** Whether `A < B`; `boolean` where one of them is not known. */
export type Less<A extends number, B extends number> = number extends A | B
  ? boolean
  : Natural<A, B> extends false
    ? boolean
    : DifferenceOf<Digits<A>, Digits<B>> extends "-"
      ? true
      : false;

/** How many windows fit along an axis, as a type; `windowCount` of `algebra.ts` is the same rule for numbers. */
import type { Add, Divide, Less, Multiply, Subtract } from "./numbers.ts";

/** The part of an option that is for one direction: 0 vertical, 1 horizontal. */
export type Direction<Option, Axis extends 0 | 1> = Option extends readonly [unknown, unknown] ? Option[Axis] : Option;

/** How far a window reaches, `L·(K - 1) + 1`. */
export type Reach<K, L> = K extends number
  ? L extends 1
    ? K
    : L extends number
      ? Subtract<K, 1> extends infer Steps extends number
        ? Add<Multiply<L, Steps>, 1>
        : number
      : number
  : number;

/** What the padding of an axis adds before it. */
type Before<P> = P extends readonly [infer First, unknown] ? First : P extends "valid" ? 0 : P;

/** What the padding of an axis adds at both ends together. */
export type InAll<P> = P extends readonly [infer First extends number, infer Last extends number]
  ? Add<First, Last>
  : P extends "valid"
    ? 0
    : P extends number
      ? Add<P, P>
      : number;

/**
 * `⌊(H - L·(K - 1) - 1 + padding) / S⌋ + 1`, or under `"same"` `⌈H / S⌉`; the sentence that says why there is none. A number
 * that is not known where a part of it is not.
 */
export type WindowCount<H, K, S, P, L = 1, Y = "floor"> = H extends number
  ? P extends "same"
    ? SameCount<H, Reach<K, L>, S, Y>
    : Slides<H, Reach<K, L>, S, InAll<P>, Before<P>, Y>
  : number;

/** Counts the places to which a window moves, and the one where it begins: `⌊(H + T + S - E) / S⌋`. */
type Slides<H extends number, E extends number, S, T extends number, B, Y> = S extends number
  ? number extends H | E | S | T
    ? number
    : Shifted<H, Add<T, S>, E> extends infer Length
      ? Length extends number
        ? Counted<H, E, S, T, B, Y, Length, Divide<Length, S>>
        : TooLarge<H, E, T>
      : never
  : number;

/** `H + A - E`, the small numbers first; `null` where it is below 0. */
type Shifted<H extends number, A extends number, E extends number> = A extends E
  ? H
  : Subtract<A, E> extends infer More extends number
    ? Add<H, More>
    : Subtract<E, A> extends infer Fewer extends number
      ? Subtract<H, Fewer>
      : number;

type Counted<
  H extends number,
  E extends number,
  S extends number,
  T extends number,
  B,
  Y,
  Length extends number,
  Parts,
> = Parts extends [infer Count extends number, infer Rest extends number]
  ? Count extends 0
    ? TooLarge<H, E, T>
    : Rest extends 0
      ? Count
      : [Y] extends ["floor"]
        ? Count
        : [Y] extends ["strict"]
          ? Divides<H, E, S, T, Rest>
          : [Y] extends ["ceil"]
            ? B extends number
              ? Less<Subtract<Length, Rest> & number, Add<H, B>> extends true
                ? Add<Count, 1>
                : Count
              : number
            : number
  : number;

/** `⌈H / S⌉`. What `"same"` adds makes the stride divide, unless the windows leave gaps. */
type SameCount<H extends number, E extends number, S, Y> = S extends number
  ? number extends H | E | S
    ? number
    : Divide<Add<H, Subtract<S, 1> & number>, S> extends [infer Count extends number, number]
      ? [Y] extends ["strict"]
        ? Less<Add<Multiply<Subtract<Count, 1> & number, S>, E>, H> extends true
          ? Slides<H, E, S, 0, 0, Y>
          : Count
        : Count
      : number
  : number;

type TooLarge<
  H extends number,
  E extends number,
  T extends number,
> = `a window of ${E} does not fit into ${H}${T extends 0 ? "" : ` padded by ${T} in all`}; pad by ${Subtract<E, Add<H, T>> & number} more, or use a smaller window`;

type Divides<
  H extends number,
  E extends number,
  S extends number,
  T extends number,
  Rest extends number,
> = `stride ${S} does not divide (${H} - ${E} + ${T}); pad by ${Subtract<S, Rest> & number} more in all, or use stride 1`;

/**
 * Maps `[N, F, P, Q]` of windows over images of `H` rows and `W` columns, or the sentence that says why there are none.
 *
 * @typeParam Op the operation's name, for the sentence
 */
export type Maps<Op extends string, N, F, H, W, K, S, P, L = 1, Y = "floor"> =
  WindowCount<H, Direction<K, 0>, Direction<S, 0>, Direction<P, 0>, Direction<L, 0>, Y> extends infer Rows
    ? Rows extends string
      ? `${Op}: height: ${Rows}`
      : WindowCount<W, Direction<K, 1>, Direction<S, 1>, Direction<P, 1>, Direction<L, 1>, Y> extends infer Columns
        ? Columns extends string
          ? `${Op}: width: ${Columns}`
          : readonly [N, F, Rows, Columns]
        : never
    : never;

/** The shapes of convolutions and poolings, as types. */
import type { WrongRank } from "./channels.ts";
import type { Add, Divide, Multiply, Subtract } from "./numbers.ts";
import type { Differ, Dimension, OtherRank, Shape } from "./shape.ts";
import type { Direction, InAll, Maps, Reach, WindowCount } from "./window.ts";

/** The sentence for images that have not as many channels as filters look at; `null` where they may. */
export type ChannelProblem<Op extends string, D, C> =
  Differ<D, C> extends true
    ? `${Op}: the input has ${D & Dimension} channels, the filters ${C & Dimension}; build the layer with inChannels: ${D & Dimension}, or feed it ${C & Dimension} channels`
    : null;

/** The sentence for groups that do not divide the channels; `null` where they do. */
export type GroupProblem<Op extends string, C, F, G> = G extends 1
  ? null
  : [C, F, G] extends [number, number, number]
    ? [Divide<C & number, G & number>[1], Divide<F & number, G & number>[1]] extends [infer R, infer Q]
      ? Differ<R, 0> extends true
        ? UnevenGroups<Op, C & number, F & number, G & number>
        : Differ<Q, 0> extends true
          ? UnevenGroups<Op, C & number, F & number, G & number>
          : null
      : null
    : null;

type UnevenGroups<
  Op extends string,
  C extends number,
  F extends number,
  G extends number,
> = `${Op}: ${G} groups do not divide the channels; choose groups that divide both ${C} channels and ${F} filters`;

/**
 * `[N, F, P, Q]` of a convolution of images `[N, C, H, W]`.
 *
 * @typeParam C the channels that the filters look at, of all groups together
 */
export type Convolved2d<Op extends string, X, C, F, K, S, P, L = 1, Y = "floor"> = X extends readonly [
  infer N,
  infer D,
  infer H,
  infer W,
]
  ? ChannelProblem<Op, D, C> extends infer Problem extends string
    ? Problem
    : Maps<Op, N, F, H, W, K, S, P, L, Y>
  : OtherRank<X, 4> extends true
    ? WrongRank<Op, X, "N, C, H, W">
    : readonly [Dimension, F, number, number];

/** `[N, F, P, Q]` where each of the C channels has filters of its own, `F / C` of them. */
export type Deepened<Op extends string, X, F, K, S, P, L = 1, Y = "floor"> = X extends readonly [
  unknown,
  infer C,
  ...unknown[],
]
  ? [F, C] extends [infer A extends number, infer B extends number]
    ? Differ<Divide<A, B>[1], 0> extends true
      ? `${Op}: ${A} filters are no multiple of ${B} channels; give filters of shape [${B}·m, 1, K, L]`
      : Convolved2d<Op, X, C, F, K, S, P, L, Y>
    : Convolved2d<Op, X, C, F, K, S, P, L, Y>
  : Convolved2d<Op, X, number, F, K, S, P, L, Y>;

/** `[N, F, Q]` of a convolution of sequences `[N, C, W]`. */
export type Convolved1d<Op extends string, X, C, F, K, S, P, L = 1, Y = "floor"> = X extends readonly [
  infer N,
  infer D,
  infer W,
]
  ? ChannelProblem<Op, D, C> extends infer Problem extends string
    ? Problem
    : WindowCount<W, K, S, P, L, Y> extends infer Columns
      ? Columns extends string
        ? `${Op}: width: ${Columns}`
        : readonly [N, F, Columns]
      : never
  : OtherRank<X, 3> extends true
    ? WrongRank<Op, X, "N, C, W">
    : readonly [Dimension, F, number];

/** `[N, C, P, Q]` of a pooling of maps `[N, C, H, W]`. */
export type Pooled2d<X, K, S, P, L = 1, Y = "floor"> = X extends readonly [infer N, infer C, infer H, infer W]
  ? Maps<"pooling", N, C, H, W, K, S, P, L, Y>
  : OtherRank<X, 4> extends true
    ? WrongRank<"pooling", X, "N, C, H, W">
    : readonly [Dimension, Dimension, number, number];

/** `[N, C, Q]` of a pooling of sequences `[N, C, W]`. */
export type Pooled1d<X, K, S, P, L = 1, Y = "floor"> = X extends readonly [infer N, infer C, infer W]
  ? WindowCount<W, K, S, P, L, Y> extends infer Columns
    ? Columns extends string
      ? `pooling: width: ${Columns}`
      : readonly [N, C, Columns]
    : never
  : OtherRank<X, 3> extends true
    ? WrongRank<"pooling", X, "N, C, W">
    : readonly [Dimension, Dimension, number];

/** `[N, C, P, Q]` of windows that cover maps of any size. */
export type AdaptivelyPooled<X, P> = X extends readonly [infer N, infer C, unknown, unknown]
  ? readonly [N, C, Direction<P, 0>, Direction<P, 1>]
  : OtherRank<X, 4> extends true
    ? WrongRank<"pooling", X, "N, C, H, W">
    : readonly [Dimension, Dimension, Direction<P, 0>, Direction<P, 1>];

/** `[N, C]` of maps `[N, C, H, W]`. */
export type GloballyPooled<X> = X extends readonly [infer N, infer C, unknown, unknown]
  ? readonly [N, C]
  : OtherRank<X, 4> extends true
    ? WrongRank<"pooling", X, "N, C, H, W">
    : readonly [Dimension, Dimension];

/**
 * `[N, F, P, Q]` of a transposed convolution of `[N, C, H, W]`.
 *
 * @typeParam O rows and columns that are added: the option `outputPadding`
 */
export type Transposed2d<Op extends string, X, C, F, K, S, P, O, L = 1> = X extends readonly [
  infer N,
  infer D,
  infer H,
  infer W,
]
  ? ChannelProblem<Op, D, C> extends infer Problem extends string
    ? Problem
    : Spread<H, Direction<K, 0>, Direction<S, 0>, Direction<P, 0>, Direction<O, 0>, Direction<L, 0>> extends infer Rows
      ? Rows extends string
        ? `${Op}: height: ${Rows}`
        : Spread<
              W,
              Direction<K, 1>,
              Direction<S, 1>,
              Direction<P, 1>,
              Direction<O, 1>,
              Direction<L, 1>
            > extends infer Columns
          ? Columns extends string
            ? `${Op}: width: ${Columns}`
            : readonly [N, F, Rows, Columns]
          : never
      : never
  : OtherRank<X, 4> extends true
    ? WrongRank<Op, X, "N, C, H, W">
    : readonly [Dimension, F, number, number];

/** `[N, F, Q]` of a transposed convolution of `[N, C, W]`. */
export type Transposed1d<Op extends string, X, C, F, K, S, P, O, L = 1> = X extends readonly [infer N, infer D, infer W]
  ? ChannelProblem<Op, D, C> extends infer Problem extends string
    ? Problem
    : Spread<W, K, S, P, O, L> extends infer Columns
      ? Columns extends string
        ? `${Op}: width: ${Columns}`
        : readonly [N, F, Columns]
      : never
  : OtherRank<X, 3> extends true
    ? WrongRank<Op, X, "N, C, W">
    : readonly [Dimension, F, number];

/** `(H - 1)·S + L·(K - 1) + 1 + O - padding`; under `"same"` `H·S`. */
export type Spread<H, K, S, P, O, L> = [H, S, O] extends [number, number, number]
  ? P extends "same"
    ? Multiply<H & number, S & number>
    : [Subtract<H & number, 1>, Reach<K, L>, InAll<P>] extends [
          infer Steps extends number,
          infer E extends number,
          infer Off extends number,
        ]
      ? Add<Add<Multiply<Steps, S & number>, E>, O & number> extends infer Whole extends number
        ? Subtract<Whole, Off> extends infer Left
          ? Left extends 0 | null
            ? `the padding cuts off ${Off} of ${Whole}, and nothing is left; pad less, or use larger filters`
            : Left
          : number
        : number
      : number
  : number;

/** What `pad` puts around the last axes of a shape. */
export type Padded<Op extends string, X, P> = P extends number
  ? X extends readonly [...unknown[], unknown, unknown]
    ? PaddedBy<Op, X, readonly [P, P], readonly []>
    : X extends readonly [unknown]
      ? PaddedBy<Op, X, readonly [P], readonly []>
      : { readonly [Axis in keyof X]: number }
  : P extends readonly unknown[]
    ? number extends P["length"]
      ? { readonly [Axis in keyof X]: number }
      : PaddedBy<Op, X, P, readonly []>
    : { readonly [Axis in keyof X]: number };

type PaddedBy<Op extends string, X, P extends readonly unknown[], Behind extends Shape> = P extends readonly [
  ...infer Fewer,
  infer Last,
]
  ? X extends readonly [...infer Front, infer Size]
    ? GrownBy<Size, Last> extends infer Sum
      ? Sum extends null | (Size extends 0 ? null : 0)
        ? `${Op}: the padding leaves nothing of ${Size & Dimension}; cut off less`
        : PaddedBy<Op, Front, Fewer, readonly [Sum & Dimension, ...Behind]>
      : never
    : number extends (X & readonly unknown[])["length"]
      ? Shape
      : `${Op}: padding has more entries than the input axes; give at most one entry for each axis`
  : X extends Shape
    ? readonly [...X, ...Behind]
    : Shape;

/** What is cut off goes last: there may be less of it before something is added at the other end. */
type GrownBy<Size, Ends> = Ends extends readonly [infer First, infer Last]
  ? `${First & number}` extends `-${string}`
    ? Grown<Grown<Size, Last>, First>
    : Grown<Grown<Size, First>, Last>
  : Grown<Grown<Size, Ends>, Ends>;

/** A size and what is added to it, or cut off; `null` where that is below 0. */
type Grown<Size, By> = Size extends null
  ? null
  : Size extends number
    ? By extends number
      ? `${By}` extends `-${infer Less extends number}`
        ? Subtract<Size, Less>
        : Add<Size, By>
      : number
    : number;

/** The shape of a layer's filters, `[F, C / groups, K, L]`; with groups, their depth is not computed. */
export type FilterShape<C extends number, F extends number, K, G> = K extends number
  ? readonly [F, G extends 1 ? C : number, K, K]
  : K extends readonly [infer Rows extends number, infer Columns extends number]
    ? readonly [F, G extends 1 ? C : number, Rows, Columns]
    : readonly [F, number, number, number];

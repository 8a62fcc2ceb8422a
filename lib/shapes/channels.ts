/** Rules of operations that keep a shape, or all but its channels, and want to know how many those are; as types. */
import type { Divide } from "./numbers.ts";
import type { Differ, Dimension, OtherRank, Shape, Shown } from "./shape.ts";

/** The sentence for an operand with another number of axes. */
export type WrongRank<
  Op extends string,
  X,
  Axes extends string,
> = `${Op}: the input is ${Shown<X>}, not [${Axes}]; reshape it, a single example to a batch of 1`;

/** The sentence for an input of other channels than a layer was built for. */
type OtherChannels<
  Op extends string,
  D,
  C,
> = `${Op}: the input has ${D & Dimension} channels, the layer ${C & Dimension}; build the layer for ${D & Dimension}, or feed it ${C & Dimension} channels`;

/** The sentence for an operand that has no axis of channels. */
type NoChannels<
  Op extends string,
  X,
> = `${Op}: there are no channels in ${Shown<X>}; give [N, C, ...]: a batch, and channels behind it`;

/** The same shape, of this many axes, if it has as many channels. */
export type WithChannels<Op extends string, X, C, Axes extends string = "N, C, H, W", Rank extends number = 4> =
  OtherRank<X, Rank> extends true
    ? WrongRank<Op, X, Axes>
    : X extends readonly [unknown, infer D, ...unknown[]]
      ? Differ<D, C> extends true
        ? OtherChannels<Op, D, C>
        : X
      : X;

/** The same shape, if there is one slope, or one a channel. */
export type Slopes<X, C> = C extends 1
  ? X
  : X extends readonly [unknown, infer D, ...unknown[]]
    ? Differ<D, C> extends true
      ? `prelu: the input has ${D & Dimension} channels, and there are ${C & Dimension} weights; give one weight, or channels: ${D & Dimension}`
      : X
    : X;

/** The shape with a part of the channels: the largest of each group. */
export type Thinned<X, Pieces> = X extends readonly [infer N, infer C, ...infer Rest]
  ? [C, Pieces] extends [infer A extends number, infer B extends number]
    ? Divide<A, B> extends [infer Left, infer Over]
      ? Differ<Over, 0> extends true
        ? `maxout: ${B} pieces do not divide ${A} channels; choose pieces that divide ${A}`
        : readonly [N, Left, ...Rest]
      : Shape
    : readonly [N, number, ...Rest]
  : X extends readonly [] | readonly [unknown]
    ? NoChannels<"maxout", X>
    : Shape;

/** The same shape, if groups divide its channels. */
export type InGroups<Op extends string, X, C, G> = X extends readonly [unknown, infer D, ...unknown[]]
  ? Differ<D, C> extends true
    ? OtherChannels<Op, D, C>
    : [D, G] extends [infer A extends number, infer B extends number]
      ? Differ<Divide<A, B>[1], 0> extends true
        ? `${Op}: ${B} groups do not divide ${A} channels; choose groups that divide ${A}`
        : X
      : X
  : X extends readonly [] | readonly [unknown]
    ? NoChannels<Op, X>
    : X;

/** The same shape, if its last axes are these. */
export type EndsIn<X, Last> = Last extends number
  ? X extends readonly [...unknown[], infer Size]
    ? Differ<Size, Last> extends true
      ? OtherEnd<X, readonly [Last]>
      : X
    : X
  : Last extends readonly unknown[]
    ? number extends Last["length"]
      ? X
      : Ends<X, Last> extends false
        ? OtherEnd<X, Last>
        : X
    : X;

type Ends<X, Last> = Last extends readonly [...infer Fewer, infer Size]
  ? X extends readonly [...infer Front, infer Found]
    ? Differ<Found, Size> extends true
      ? false
      : Ends<Front, Fewer>
    : X extends readonly []
      ? false
      : true
  : true;

type OtherEnd<X, Last> =
  `layerNorm: the input ${Shown<X>} does not end in the normalised shape ${Shown<Last>}; give the input's last sizes`;

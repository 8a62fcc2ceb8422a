/** The shapes of products and of what stands before them, as types. */
import type { Divide, Multiply } from "./numbers.ts";
import type { Differ, Dimension, OtherRank, Shape, Shown } from "./shape.ts";

/** The product of all sizes; `number` where one is not known. */
export type SizeOf<X, Before extends number = 1> = X extends readonly [infer First, ...infer Rest]
  ? First extends number
    ? number extends First
      ? number
      : SizeOf<Rest, Multiply<Before, First>>
    : number
  : X extends readonly []
    ? Before
    : number;

/** `[N, C·H·W]` of `[N, C, H, W]`. */
export type Flattened<X> = X extends readonly [infer N, ...infer Rest]
  ? readonly [N, SizeOf<Rest>]
  : X extends readonly []
    ? "flatten: a scalar has no batch; give it a batch axis"
    : readonly [Dimension, number];

/** `[N, O]` of a fully connected layer on `[N, I]`. */
export type LinearShape<X, I, O> = X extends readonly [infer N, infer Features]
  ? Differ<Features, I> extends true
    ? `linear: the input has ${Features & Dimension} features, the weights ${I & Dimension}; build the layer with inFeatures: ${Features & Dimension}, or feed it ${I & Dimension} features`
    : readonly [N, O]
  : OtherRank<X, 2> extends true
    ? NotRows<X>
    : readonly [Dimension, O];

type NotRows<X> = X extends readonly [infer N extends Dimension, unknown, ...infer Rest]
  ? `linear: the input is ${Shown<X>}, not [N, I]; flatten it first: [${N}, ${SizeOf<X extends readonly [unknown, ...infer R] ? R : Rest>}]`
  : `linear: the input is ${Shown<X>}, not [N, I]; if this is a single example, reshape it to a batch of 1`;

/** The shape of as many elements as `X` has under sizes `S`, one of which may be -1. */
export type Reshaped<X, S extends readonly number[]> = number extends S["length"]
  ? Shape
  : Counts<S> extends [infer Known extends number, infer Unknown]
    ? Unknown extends readonly [unknown, unknown, ...unknown[]]
      ? `reshape: more than one size is -1; leave one for "what is left"`
      : Unknown extends readonly []
        ? ReshapedTo<X, S, SizeOf<X>, Known>
        : Filled<S, LeftFor<X, SizeOf<X>, Known>>
    : Shape;

/** The product of the sizes that are known, and a list of those that are -1. */
type Counts<S, Product extends number = 1, Unknown extends readonly unknown[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest,
]
  ? First extends -1
    ? Counts<Rest, Product, [...Unknown, -1]>
    : Counts<Rest, Multiply<Product, First>, Unknown>
  : [Product, Unknown];

type ReshapedTo<X, S extends Shape, All extends number, Wanted extends number> =
  Differ<All, Wanted> extends true
    ? `reshape: the input ${Shown<X>} holds ${All} elements, the shape ${Wanted}; choose sizes whose product is ${All}`
    : S;

/** What -1 stands for: a number, a name that is all that is left, or the sentence that says why there is none. */
type LeftFor<X, All extends number, Known extends number> = number extends Known
  ? number
  : number extends All
    ? OnlyName<X, Known>
    : Divide<All, Known> extends [infer Left, infer Rest]
      ? Rest extends 0
        ? Left
        : {
            readonly problem: `reshape: the input ${Shown<X>} holds ${All} elements, the shape a multiple of ${Known}; choose sizes whose product is ${All}`;
          }
      : number;

/** The one name of a shape whose other sizes make up `Known`; else `number`. */
type OnlyName<X, Known extends number, Before extends readonly unknown[] = []> = X extends readonly [
  infer First,
  ...infer Rest,
]
  ? First extends string
    ? SizeOf<[...Before, ...Rest]> extends Known
      ? number extends SizeOf<[...Before, ...Rest]>
        ? number
        : First
      : number
    : OnlyName<Rest, Known, [...Before, First]>
  : number;

type Filled<S, Left> = Left extends { readonly problem: infer Problem }
  ? Problem
  : { readonly [Axis in keyof S]: S[Axis] extends -1 ? Left : S[Axis] };

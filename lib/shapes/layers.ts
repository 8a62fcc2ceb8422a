/**
 * What layers come to, as types. A layer carries its rule in its type; here rules are applied to a shape, one after the
 * other.
 */
import type { Concatenated, Unequal } from "./axes.ts";
import type { EndsIn, InGroups, Slopes, Thinned, WithChannels } from "./channels.ts";
import type {
  AdaptivelyPooled,
  Convolved1d,
  Convolved2d,
  GloballyPooled,
  Padded,
  Pooled1d,
  Pooled2d,
  Transposed1d,
  Transposed2d,
} from "./convolution.ts";
import type { Flattened, LinearShape } from "./linear.ts";
import type { KnownName, NamesInOrder } from "./names.ts";
import type { Resized } from "./resize.ts";
import type { Dimension, Shape, Shown } from "./shape.ts";

/** Under which a layer's type has its rule; there is nothing under it at run time. */
export declare const layerRule: unique symbol;

/**
 * A rule in a layer's type.
 *
 * @typeParam Rule its name in `Rules`, and what that needs to know
 * @typeParam Given a parameter of the layer's type. The compiler compares layers by their parameters where it can; that one
 *   is in a place which makes it look at what they mean instead, where a layer with stride 2 is one with any stride
 */
export interface Ruled<Rule, Given> {
  /** First, since the compiler stops at the first difference. */
  compared?(...as: Given extends readonly unknown[] ? readonly [] : readonly unknown[]): void;
  readonly rule: Rule;
}

/**
 * The rule of a layer with windows. Where their sides are not known, as in an annotation that does not say them, neither is
 * the rest: a layer with any step and border is such a layer.
 */
export type WindowRule<
  Name extends string,
  Op extends string,
  Channels extends readonly unknown[],
  K,
  Slides extends readonly [unknown, unknown, unknown, unknown],
> = number extends K
  ? readonly [Name, Op, ...Channels, unknown, unknown, unknown, unknown, unknown]
  : readonly [Name, Op, ...Channels, K, ...Slides];

/** What the type of a layer has that gives back the shape it is given. */
export interface Unchanged {
  readonly rule: readonly ["same"];
}

/** The rules, by the first word of what a layer's type has under `layerRule`; the rest is in that word's order. */
interface Rules<R extends readonly unknown[], X> {
  same: X;
  flatten: Flattened<X>;
  linear: LinearShape<X, R[1], R[2]>;
  convolution2d: Convolved2d<R[1] & string, X, R[2], R[3], R[4], R[5], R[6], R[7], R[8]>;
  convolution1d: Convolved1d<R[1] & string, X, R[2], R[3], R[4], R[5], R[6], R[7], R[8]>;
  transposed2d: Transposed2d<R[1] & string, X, R[2], R[3], R[4], R[5], R[6], R[7], R[8]>;
  transposed1d: Transposed1d<R[1] & string, X, R[2], R[3], R[4], R[5], R[6], R[7], R[8]>;
  pool2d: Pooled2d<X, R[2], R[3], R[4], R[5], R[6]>;
  pool1d: Pooled1d<X, R[2], R[3], R[4], R[5], R[6]>;
  adaptive: AdaptivelyPooled<X, R[1]>;
  global: GloballyPooled<X>;
  channels: WithChannels<R[1] & string, X, R[2]>;
  rows: WithChannels<R[1] & string, X, R[2], "N, I", 2>;
  slopes: Slopes<X, R[1]>;
  maxout: Thinned<X, R[1]>;
  groups: InGroups<R[1] & string, X, R[2], R[3]>;
  ending: EndsIn<X, R[1]>;
  resized: Resized<X, R[1], R[2]>;
  pad: Padded<"pad", X, R[1]>;
  sequence: InOrder<R[1], X>;
  branches: SideBySide<R[1], X, R[2]>;
  residual: Past<R[1], X>;
  network: Fixed<R[1], R[2], X>;
}

/** A rule: its name, and what it needs to know. One without a name says nothing. */
export type LayerRule = readonly unknown[];

/** The shape that a rule makes of a shape, or the sentence that says what does not fit; any where it says nothing. */
export type Ruling<R, X> = R extends readonly [infer Name, ...unknown[]]
  ? Rules<R, X>[Name & keyof Rules<R, X>]
  : Shape;

/** The same for a layer, whose type has its rule. */
type Applied<Layer, X> = Ruling<RuleOf<Layer>, X>;

/** The rule in a layer's type; one without a name where it has none. */
export type RuleOf<Layer> = Layer extends { readonly [layerRule]?: { readonly rule: infer R } } ? R : LayerRule;

/** What is known of a network's layers where no more is known than that it takes examples `From` and gives `To` of each. */
export interface Takes<From extends Shape, To extends Shape> {
  readonly [layerRule]?: { readonly rule: readonly ["network", From, To] };
}

/** The rule of layers in order; nothing where they are not known one by one. */
export type SequenceRule<L> = typeof layerRule extends keyof L
  ? RuleOf<L>
  : L extends readonly unknown[]
    ? number extends L["length"]
      ? LayerRule
      : readonly ["sequence", L]
    : [keyof { [Name in keyof L as KnownName<Name>]: 0 }] extends [never]
      ? LayerRule
      : readonly ["sequence", L];

/** The rule of branches that are joined along an axis. */
export type BranchesRule<B, Axis> = [keyof { [Name in keyof B as KnownName<Name>]: 0 }] extends [never]
  ? LayerRule
  : readonly ["branches", B, Axis];

/** The rule of a residual block; nothing where its parts are not known. */
export type ResidualRule<Parts> = Parts extends { readonly body: { readonly [layerRule]?: unknown } }
  ? readonly ["residual", Parts]
  : LayerRule;

/** Layers one after the other. */
export type InOrder<L, X> = L extends readonly unknown[] ? InList<L, X> : InRecord<L, NamesInOrder<L>, X>;

type InList<L, X, Done extends readonly unknown[] = []> = L extends readonly [infer First, ...infer Rest]
  ? Applied<First, X> extends infer Y
    ? Y extends string
      ? `layer ${Done["length"] & number}: ${Y}`
      : InList<Rest, Y, [...Done, First]>
    : never
  : L extends readonly []
    ? X
    : Shape;

type InRecord<L, Names, X> = Names extends readonly [infer Name extends keyof L & string, ...infer Others]
  ? Applied<L[Name], X> extends infer Y
    ? Y extends string
      ? `layer ${Name}: ${Y}`
      : Others extends readonly []
        ? Y
        : InRecord<L, Others, Y>
    : never
  : Shape;

/** Layers side by side on the same input, joined along an axis. */
type SideBySide<B, X, Axis> =
  NamesInOrder<B> extends infer Names
    ? Outputs<B, Names, X> extends infer Shapes
      ? Shapes extends string
        ? Shapes
        : Concatenated<"Branches", Shapes, Axis>
      : never
    : never;

type Outputs<B, Names, X, Done extends readonly unknown[] = []> = Names extends readonly [
  infer Name extends keyof B & string,
  ...infer Others,
]
  ? Applied<B[Name], X> extends infer Y
    ? Y extends string
      ? `branch ${Name}: ${Y}`
      : Outputs<B, Others, X, [...Done, Y]>
    : never
  : Done;

/** A body's output added to the input, or to what a shortcut makes of it. */
type Past<Parts, X> = Parts extends { readonly body: infer Body }
  ? Applied<Body, X> extends infer Y
    ? Y extends string
      ? `body: ${Y}`
      : Shortcut<Parts, X> extends infer Z
        ? Z extends string
          ? `shortcut: ${Z}`
          : Unequal<Y, Z> extends true
            ? `Residual: the body gives ${Shown<Y>}, and past it comes ${Shown<Z>}; have both give one shape, by a shortcut with a 1 × 1 convolution`
            : Activated<Parts, Y>
        : never
    : never
  : Shape;

type Shortcut<Parts, X> = Parts extends { readonly shortcut: infer Layer }
  ? Applied<Layer, X>
  : "shortcut" extends keyof Parts
    ? Shape
    : X;
type Activated<Parts, X> = Parts extends { readonly activation: infer Layer }
  ? Applied<Layer, X>
  : "activation" extends keyof Parts
    ? Shape
    : X;

/** A network that takes examples of one shape and gives one shape. */
type Fixed<From, To, X> = From extends Shape
  ? To extends Shape
    ? X extends readonly [infer N extends Dimension, ...infer Example]
      ? Unequal<Example, From> extends true
        ? `the network takes ${Shown<readonly ["N", ...From]>}, and the input is ${Shown<X>}; reshape or resize it`
        : readonly [N, ...To]
      : readonly [Dimension, ...To]
    : Shape
  : Shape;

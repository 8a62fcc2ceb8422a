/** Shapes whose axes are chosen by number, as types. */
import type { Add, Divide, Multiply, Subtract } from "./numbers.ts";
import type { Differ, Dimension, Shape, Shown } from "./shape.ts";

/** A place in a shape from 0 on, as a text; `null` where there is no such axis, `string` where it is not known. */
export type AxisAt<X extends readonly unknown[], Axis> = Axis extends number
  ? number extends Axis | X["length"]
    ? string
    : `${Axis}` extends `-${infer Back extends number}`
      ? Subtract<X["length"], Back> extends infer At extends number
        ? `${At}`
        : null
      : `${Axis}` extends keyof X
        ? `${Axis}`
        : null
  : string;

/** The sentence for an axis that there is not. */
export type NoAxis<
  Op extends string,
  X,
  Axis,
> = `${Op}: there is no axis ${Axis & number} in ${Shown<X>}; give one from 0, or from -1 for the last one`;

/** The same for several axes. */
type NoAxes<
  Op extends string,
  X,
> = `${Op}: there is no such axis in ${Shown<X>}; give axes from 0, or from -1 for the last one`;

/** Several axes' places as a union; with `null` where one of them is not there. */
type AxesAt<X extends readonly unknown[], Axes> = Axes extends readonly unknown[]
  ? { [I in keyof Axes]: AxisAt<X, Axes[I]> }[number]
  : AxisAt<X, Axes>;

/** The same shape, if it has these axes. */
export type WithAxes<Op extends string, X, Axes> = X extends readonly unknown[]
  ? number extends X["length"]
    ? X
    : null extends AxesAt<X, Axes>
      ? NoAxes<Op, X>
      : X
  : X;

/** What is left of a shape when some axes are reduced to a number each; all of them where `Axes` is undefined. */
export type Reduced<Op extends string, X, Axes, Keep> = Axes extends undefined
  ? Keep extends false
    ? readonly []
    : boolean extends Keep
      ? Shape
      : { readonly [Axis in keyof X]: 1 }
  : X extends readonly unknown[]
    ? number extends X["length"]
      ? Shape
      : AxesAt<X, Axes> extends infer At
        ? string extends At
          ? Shape
          : null extends At
            ? NoAxes<Op, X>
            : boolean extends Keep
              ? Shape
              : Keep extends true
                ? { readonly [Axis in keyof X]: Axis extends At ? 1 : X[Axis] }
                : Without<X, At>
        : never
    : Shape;

/** A shape without some axes, or with others instead of each. */
type Without<
  X,
  At,
  Instead extends Shape = readonly [],
  Done extends Shape = readonly [],
  Seen extends readonly unknown[] = [],
> = X extends readonly [infer First extends Dimension, ...infer Rest]
  ? Without<
      Rest,
      At,
      Instead,
      `${Seen["length"] & number}` extends At ? readonly [...Done, ...Instead] : readonly [...Done, First],
      [...Seen, First]
    >
  : Done;

/** A shape with the sizes of what is taken along an axis in that axis' place. */
export type Taken<Op extends string, X, Axis, Sizes extends Shape> = X extends readonly unknown[]
  ? number extends X["length"] | Sizes["length"]
    ? Shape
    : AxisAt<X, Axis> extends infer At
      ? string extends At
        ? Shape
        : At extends keyof X
          ? Without<X, At, Sizes>
          : NoAxis<Op, X, Axis>
      : never
  : Shape;

/** A shape with another size in one place. */
type Replaced<X, At, Size> = { readonly [Axis in keyof X]: Axis extends At ? Size : X[Axis] };

/** The shape of each of as many equal parts along an axis. Where the sizes are listed, they are for run time to add up. */
export type SplitEqually<X, Count, Axis> = X extends readonly unknown[]
  ? number extends X["length"]
    ? Shape
    : AxisAt<X, Axis> extends infer At
      ? string extends At
        ? Shape
        : At extends keyof X
          ? Count extends number
            ? Divide<X[At] extends number ? X[At] : number, Count> extends [infer Part, infer Rest]
              ? [Part, Rest] extends [Dimension, 0]
                ? Replaced<X, At, Part>
                : number extends Rest
                  ? Replaced<X, At, number>
                  : `split: ${Count} equal parts do not make up ${X[At] & number}, an axis of ${Shown<X>}; give the size of each`
              : never
            : Replaced<X, At, number>
          : NoAxis<"split", X, Axis>
      : never
  : Shape;

/** A shape with its axes in reverse order. */
export type Reversed<S extends Shape> = number extends S["length"]
  ? Shape
  : S extends readonly [infer First extends Dimension, ...infer Rest extends Shape]
    ? readonly [...Reversed<Rest>, First]
    : readonly [];

/** The axes of `X` in another order. */
export type Permuted<X, Order> = Order extends readonly number[]
  ? X extends readonly unknown[]
    ? number extends X["length"] | Order["length"]
      ? Shape
      : Places<X, Order> extends infer At extends readonly unknown[]
        ? string extends At[number]
          ? Shape
          : [Differ<X["length"], Order["length"]>, [AxesAt<X, { [I in keyof X]: I }>]] extends [true, unknown]
            ? NoOrder<X, Order>
            : [IndicesOf<X>] extends [At[number]]
              ? { readonly [I in keyof At]: X[At[I] & keyof X] }
              : NoOrder<X, Order>
        : never
    : Shape
  : Shape;

type Places<X extends readonly unknown[], Order> = { [I in keyof Order]: AxisAt<X, Order[I]> };
type IndicesOf<X> = Extract<keyof X, `${number}`>;
type NoOrder<
  X extends readonly unknown[],
  Order,
> = `transpose: [${Joined<Order>}] is no order of ${X["length"] & number} axes; name each axis from 0 on once`;
type Joined<X, Before extends string = ""> = X extends readonly [infer First extends Dimension, ...infer Rest]
  ? Joined<Rest, Before extends "" ? `${First}` : `${Before}, ${First}`>
  : Before;

/** A shape with a new axis of size `Size`, placed as in the result. */
export type Inserted<Op extends string, X, Axis, Size> = X extends readonly unknown[]
  ? number extends X["length"]
    ? Shape
    : AxisAt<readonly [...X, 1], Axis> extends infer At
      ? string extends At
        ? Shape
        : At extends null
          ? `${Op}: the result has no axis ${Axis & number}; it has one more than ${Shown<X>}`
          : InsertedAt<X, At, Size>
      : never
  : Shape;

type InsertedAt<
  X extends readonly unknown[],
  At,
  Size,
  Done extends readonly unknown[] = readonly [],
> = `${Done["length"] & number}` extends At
  ? readonly [...Done, Size, ...X]
  : X extends readonly [infer First, ...infer Rest]
    ? InsertedAt<Rest, At, Size, readonly [...Done, First]>
    : never;

/** A shape without axes of size 1: those that are named, or all. */
export type Squeezed<X, Axes> = X extends readonly unknown[]
  ? number extends X["length"]
    ? Shape
    : Axes extends undefined
      ? Unknown<X[number]> extends true
        ? Shape
        : WithoutOnes<X>
      : AxesAt<X, Axes> extends infer At
        ? string extends At
          ? Shape
          : null extends At
            ? NoAxes<"squeeze", X>
            : true extends { [I in keyof X]: I extends At ? Differ<X[I], 1> : false }[number]
              ? `squeeze: an axis of ${Shown<X>} that is named is not 1; leave it out, or reduce it first`
              : Without<X, At>
        : never
  : Shape;

/** Whether one of these sizes may be any: what has a name may turn out to be 1. */
type Unknown<Size> = number extends Size ? true : [Size] extends [number] ? false : true;

type WithoutOnes<X, Done extends Shape = readonly []> = X extends readonly [
  infer First extends Dimension,
  ...infer Rest,
]
  ? WithoutOnes<Rest, First extends 1 ? Done : readonly [...Done, First]>
  : Done;

/** A part of an axis: from `Start` to before `End`, every `Step`-th. */
export type Sliced<X, Start, End, Axis, Step> = X extends readonly unknown[]
  ? number extends X["length"]
    ? Shape
    : AxisAt<X, Axis> extends infer At
      ? string extends At
        ? Shape
        : At extends keyof X
          ? Between<X[At], Start, End, Step> extends infer Size
            ? Size extends string
              ? Size
              : Replaced<X, At, Size>
            : never
          : NoAxis<"slice", X, Axis>
      : never
  : Shape;

type Between<Size, Start, End, Step> = Size extends number
  ? [Bound<Size, Start>, Bound<Size, End extends undefined ? Size : End>] extends [infer From, infer To]
    ? [From, To] extends [number, number]
      ? number extends Size | From | To | Step
        ? number
        : Beyond<Size, From & number> extends true
          ? `slice: it begins at ${Start & number}, and the axis has ${Size}; begin at ${Size} or before`
          : Beyond<Size, To & number> extends true
            ? `slice: it ends at ${End & number}, and the axis has ${Size}; end at ${Size} or before`
            : Subtract<To & number, From & number> extends infer Count
              ? Count extends number
                ? Divide<Add<Count, Subtract<Step & number, 1> & number>, Step & number>[0]
                : `slice: end is ${End & number}, before start, ${Start & number}; give ${Start & number} or more`
              : never
      : `slice: it goes beyond an axis of ${Size}; give bounds from -${Size} to ${Size}`
    : never
  : number;

type Bound<Size extends number, At> = At extends number
  ? `${At}` extends `-${infer Back extends number}`
    ? Subtract<Size, Back>
    : At
  : null;
type Beyond<Size extends number, At extends number> = Subtract<Size, At> extends null ? true : false;

/** Shapes one behind the other along an axis. */
export type Concatenated<Op extends string, Shapes, Axis> = Shapes extends readonly [infer First, ...infer Rest]
  ? First extends readonly unknown[]
    ? number extends First["length"]
      ? Shape
      : AxisAt<First, Axis> extends infer At
        ? string extends At
          ? Shape
          : At extends keyof First
            ? Behind<Op, First, Rest, At>
            : NoAxis<Op, First, Axis>
        : never
    : Shape
  : Shape;

type Behind<Op extends string, X, Rest, At> = Rest extends readonly [infer Next, ...infer Others]
  ? Next extends readonly unknown[]
    ? number extends Next["length"]
      ? Shape
      : Differ<(X & Shape)["length"], Next["length"]> extends true
        ? NotAlike<Op, X, Next, At>
        : true extends { [I in keyof Next]: I extends At ? false : Differ<Next[I], X[I & keyof X]> }[number]
          ? NotAlike<Op, X, Next, At>
          : Behind<
              Op,
              {
                readonly [I in keyof X]: I extends At
                  ? Sum<X[I], Next[I & keyof Next]>
                  : X[I] extends number
                    ? number extends X[I]
                      ? Next[I & keyof Next]
                      : X[I]
                    : X[I];
              },
              Others,
              At
            >
    : Shape
  : X;

type Sum<A, B> = A extends number ? (B extends number ? Add<A, B> : number) : number;
type NotAlike<
  Op extends string,
  X,
  Next,
  At,
> = `${Op}: ${Shown<X>} and ${Shown<Next>} differ in another axis than ${At & string}; give tensors that are equal but for axis ${At & string}`;

/** Shapes that are the same, side by side along a new axis. */
export type Stacked<Shapes, Axis> = Shapes extends readonly [infer First, ...infer Rest]
  ? Alike<First, Rest> extends infer Problem extends string
    ? Problem
    : Inserted<"stack", First, Axis, Shapes["length"]>
  : Shape;

type Alike<X, Rest> = Rest extends readonly [infer Next, ...infer Others]
  ? Unequal<X, Next> extends true
    ? `stack: ${Shown<X>} and ${Shown<Next>} are not the same; give all of them one shape`
    : Alike<X, Others>
  : null;

/** Whether two shapes are known to be different. */
export type Unequal<A, B> = A extends readonly unknown[]
  ? B extends readonly unknown[]
    ? number extends A["length"] | B["length"]
      ? false
      : Differ<A["length"], B["length"]> extends true
        ? true
        : true extends { [I in keyof A]: Differ<A[I], B[I & keyof B]> }[number]
          ? true
          : false
    : false
  : false;

/** The sizes of a shape times as many repetitions along one axis. */
export type Repeated<X, Count, Axis> = X extends readonly unknown[]
  ? number extends X["length"]
    ? Shape
    : AxisAt<X, Axis> extends infer At
      ? string extends At
        ? Shape
        : At extends keyof X
          ? Replaced<X, At, Times<X[At], Count>>
          : NoAxis<"repeat", X, Axis>
      : never
  : Shape;

/** The sizes of a shape times as many repetitions of each axis, counted from the last one. */
export type Tiled<X, Counts, Behind extends Shape = readonly []> = number extends
  | (X & readonly unknown[])["length"]
  | (Counts & readonly unknown[])["length"]
  ? Shape
  : Counts extends readonly [...infer Fewer, infer Count extends number]
    ? X extends readonly [...infer Front, infer Size]
      ? Tiled<Front, Fewer, readonly [Count extends 1 ? Size & Dimension : Times<Size, Count>, ...Behind]>
      : Tiled<readonly [], Fewer, readonly [Count, ...Behind]>
    : X extends Shape
      ? readonly [...X, ...Behind]
      : Shape;

/** `A · B` of sizes that may not be known. */
export type Times<A, B> = A extends number ? (B extends number ? Multiply<A, B> : number) : number;

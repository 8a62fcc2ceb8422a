/** The size of an axis: a number, or a name for a size not known when the program is written (`"N"`). */
export type Dimension = number | string;

/** The shape of a tensor as a type: `readonly [64, 1, 28, 28]`, `readonly ["N", 10]`. */
export type Shape = readonly Dimension[];

/**
 * What the shape rule of an operation comes to for operands of known shapes: the shape of its result, or the sentence that
 * says what does not fit, with the numbers and a change that would. `fits` is what such an operand must be too: anything, or
 * that sentence, which no tensor is, so that the compiler refuses the call with it.
 *
 * Both are members and not types of their own since the compiler, where a shape is a type parameter, looks a member up in
 * what is known of the parameter: so a function for any shape compiles, and nobody infers a size from a result.
 */
export type Outcome<Result> = [Result] extends [never]
  ? { readonly fits: unknown; readonly shape: Shape }
  : Result extends string
    ? { readonly fits: Result; readonly shape: Shape }
    : Result extends Shape
      ? { readonly fits: unknown; readonly shape: Result }
      : { readonly fits: unknown; readonly shape: Shape };

/** What an operand must be beside a tensor, for the shape rule to hold. */
export type Fits<Result> = Outcome<Result>["fits"];

/** The shape of a result; any shape where the rule does not hold. */
export type Known<Result> = Outcome<Result>["shape"];

/** Whether two sizes are known to be different: numbers, and not the same. */
export type Differ<A, B> = A extends number
  ? B extends number
    ? number extends A | B
      ? false
      : A extends B
        ? false
        : true
    : false
  : false;

/** Whether a shape has a known number of axes, and another than this. */
export type OtherRank<X, Rank extends number> = X extends readonly unknown[]
  ? number extends X["length"]
    ? false
    : X["length"] extends Rank
      ? false
      : true
  : false;

/** A shape in a sentence, `[8, 3, 28, 28]`. */
export type Shown<X> = X extends Shape ? `[${Listed<X>}]` : "[...]";

type Listed<X extends Shape, Before extends string = ""> = X extends readonly [
  infer First extends Dimension,
  ...infer Rest extends Shape,
]
  ? Listed<Rest, Before extends "" ? SizeIn<First> : `${Before}, ${SizeIn<First>}`>
  : Before;

/** A size in a sentence; a question mark where it is not known. */
type SizeIn<Size extends Dimension> = number extends Size ? "?" : `${Size}`;

/** The first size of a shape as a type; any where the shape is not known. */
export type First<S extends Shape> = S extends readonly [infer Size extends Dimension, ...Shape] ? Size : Dimension;

/** The size of one axis of a shape as a type; any where the shape is not known. */
export type At<S extends Shape, Axis extends number> = number extends S["length"]
  ? Dimension
  : S[Axis] extends Dimension
    ? S[Axis]
    : Dimension;

import { apply } from "../autograd/apply.ts";
import type { Floats } from "../compute/floats.ts";
import { argmaxRows, argminRows } from "../compute/reduce.ts";
import { OptionError, ShapeError } from "../errors.ts";
import type { Reduced } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesDetails, axisOf, checkRowsNotEmpty, inRows, type ReduceOptions, reducedRows } from "./axes.ts";
import { checkSameDtype, operand } from "./operands.ts";

/** Which axis `argmax` and `argmin` go along. */
export interface SearchOptions<A extends number = number, K extends boolean = boolean> {
  /** Counted from 0, or from the end by negative numbers; default the last one. */
  readonly axis?: A;
  /** Whether it stays, with size 1; default false. */
  readonly keepDims?: K;
}

/** A shape without its last axis. */
export type WithoutLast<S extends Shape> = S extends readonly [...infer Rest extends Shape, infer _Last]
  ? Readonly<Rest>
  : Shape;

/**
 * The index of the largest element along an axis; of equals, the first; NaN is largest.
 *
 * @param x `[..., K]`, e.g. scores `[N, K]`
 * @param options axis: default the last one; keepDims: whether it stays with size 1, default false
 * @returns `[...]` of type int32, e.g. the predicted class of each example, `[N]`
 * @throws ShapeError if the axis is empty, or there is none such
 * @example argmax(tensor([[1, 5, 2], [7, 0, 3]])).data // [1, 0]
 */
export function argmax<S extends Shape>(x: Tensor<S, FloatDType>): Tensor<WithoutLast<S>, "int32">;
export function argmax<X extends Shape, const A extends number = -1, const K extends boolean = false>(
  x: Tensor<X, FloatDType> & Fits<Reduced<"argmax", X, A, K>>,
  options: SearchOptions<A, K>,
): Tensor<Known<Reduced<"argmax", X, A, K>>, "int32">;
export function argmax(x: Tensor<Shape, FloatDType>, options: SearchOptions = {}): Tensor<Shape, "int32"> {
  return search("argmax", argmaxRows, x, options);
}

/**
 * The index of the smallest element along an axis; of equals, the first; NaN is smallest.
 *
 * @param x `[..., K]`
 * @param options axis: default the last one; keepDims: whether it stays with size 1, default false
 * @returns `[...]` of type int32
 * @throws ShapeError if the axis is empty, or there is none such
 * @example argmin(tensor([[1, 5], [7, 0]]), { axis: 0 }).data // [0, 1]
 */
export function argmin<S extends Shape>(x: Tensor<S, FloatDType>): Tensor<WithoutLast<S>, "int32">;
export function argmin<X extends Shape, const A extends number = -1, const K extends boolean = false>(
  x: Tensor<X, FloatDType> & Fits<Reduced<"argmin", X, A, K>>,
  options: SearchOptions<A, K>,
): Tensor<Known<Reduced<"argmin", X, A, K>>, "int32">;
export function argmin(x: Tensor<Shape, FloatDType>, options: SearchOptions = {}): Tensor<Shape, "int32"> {
  return search("argmin", argminRows, x, options);
}

function search(
  name: string,
  find: (rows: number, columns: number, x: Floats, out: Int32Array) => void,
  x: Tensor<Shape, FloatDType>,
  options: SearchOptions,
): Tensor<Shape, "int32"> {
  const input = operand(name, "input", x);
  if (x.shape.length === 0) throw new ShapeError(name, "a scalar has no axis", [input], "give scores, [N, K]");
  const reduced = reducedRows(name, input, { axis: -1, ...options } satisfies ReduceOptions);
  if (reduced.axes.length !== 1) {
    const fix = `give one axis: ${axisOf(name, input, -1)} is the last one`;
    throw new OptionError(name, `axis names ${reduced.axes.length} axes`, fix);
  }
  checkRowsNotEmpty(name, input, reduced.axes);
  checkSameDtype(name, [x]);
  return apply<Shape, "int32">({
    name,
    inputs: [x],
    shape: reduced.shape,
    dtype: "int32",
    details: { axes: reduced.axes } satisfies AxesDetails,
    forward: (out) =>
      inRows(reduced, x.dtype, numbers(x), (values) => find(reduced.rows, reduced.columns, values, out)),
  });
}

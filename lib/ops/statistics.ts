import * as compute from "../compute/statistics.ts";
import { describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import type { Reduced } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesDetails, checkRowsNotEmpty, type ReduceOptions, reducedRows } from "./axes.ts";
import { operand } from "./operands.ts";
import { ofRows } from "./reduce.ts";

/** Which axes a variance goes over, and how it counts. */
export interface VarianceOptions<
  A extends number | readonly number[] | undefined = number | readonly number[] | undefined,
  K extends boolean = boolean,
> extends ReduceOptions<A, K> {
  /**
   * What is taken off the number of elements before dividing by it. Default 1, the estimate from a sample (Bessel's
   * correction; PyTorch's default); 0 gives the mean square deviation (NumPy's default, and what batch normalisation uses).
   */
  readonly correction?: number;
}

/**
 * The variance `Σ (x - mean)² / (n - correction)` of all elements, or of those along some axes.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false; correction: default 1
 * @throws ShapeError if there is no such axis, or not more elements along it than the correction
 * @example variance(tensor([1, 2, 3, 4]), { correction: 0 }).item() // 1.25
 */
export function variance<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function variance<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"variance", X, A, K>>,
  options: VarianceOptions<A, K>,
): Tensor<Known<Reduced<"variance", X, A, K>>, D>;
export function variance(x: Tensor<Shape, FloatDType>, options: VarianceOptions = {}): Tensor<Shape, FloatDType> {
  const { divisor, ...reduced } = sample("variance", x, options);
  const { rows, columns } = reduced;
  return ofRows(
    "variance",
    x,
    reduced,
    (values, out) => compute.varianceOfRows(rows, columns, values, divisor, out),
    (dOut, values, _out, dX) => compute.varianceOfRowsGradient(rows, columns, dOut, values, divisor, dX),
    { axes: reduced.axes, divisor } satisfies VarianceDetails,
  );
}

/**
 * The root of the `variance`, of all elements or along some axes. Its gradient is 0 where all elements are equal.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false; correction: default 1
 * @throws ShapeError if there is no such axis, or not more elements along it than the correction
 * @example standardDeviation(tensor([[1, 3], [2, 8]]), { axis: 1, correction: 0 }).data // [1, 3]
 */
export function standardDeviation<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function standardDeviation<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"standardDeviation", X, A, K>>,
  options: VarianceOptions<A, K>,
): Tensor<Known<Reduced<"standardDeviation", X, A, K>>, D>;
export function standardDeviation(
  x: Tensor<Shape, FloatDType>,
  options: VarianceOptions = {},
): Tensor<Shape, FloatDType> {
  const { divisor, ...reduced } = sample("standardDeviation", x, options);
  const { rows, columns } = reduced;
  return ofRows(
    "standardDeviation",
    x,
    reduced,
    (values, out) => compute.deviationOfRows(rows, columns, values, divisor, out),
    (dOut, values, out, dX) => compute.deviationOfRowsGradient(rows, columns, dOut, values, out, divisor, dX),
    { axes: reduced.axes, divisor } satisfies VarianceDetails,
  );
}

/** What a variance or a deviation goes over, and what it divides the squares' sum by. */
export interface VarianceDetails extends AxesDetails {
  readonly divisor: number;
}

/** What a norm goes over, and which it is. */
export interface NormDetails extends AxesDetails {
  readonly p: number;
}

function sample(operation: string, x: Tensor<Shape, FloatDType>, options: VarianceOptions) {
  const input: Operand = operand(operation, "input", x);
  const reduced = reducedRows(operation, input, options, ["correction"]);
  const { correction = 1 } = options;
  if (!(typeof correction === "number" && correction >= 0)) {
    throw new OptionError(
      operation,
      `correction is ${describe(correction)}`,
      "give a number of 0 or more, e.g. 1 or 0",
    );
  }
  checkRowsNotEmpty(operation, input, reduced.axes);
  const divisor = reduced.columns - correction;
  if (divisor > 0) return { ...reduced, divisor };
  const problem = `${reduced.columns === 1 ? "1 element" : `${reduced.columns} elements`}, and a correction of ${correction}`;
  throw new ShapeError(operation, problem, [input], "give more elements, or { correction: 0 }");
}

/** Which axes a norm goes over, and which norm it is. */
export interface NormOptions<
  A extends number | readonly number[] | undefined = number | readonly number[] | undefined,
  K extends boolean = boolean,
> extends ReduceOptions<A, K> {
  /** The exponent p, above 0; default 2. 1 sums the sizes up, Infinity takes the largest. */
  readonly p?: number;
}

/**
 * The norm `(Σ |x|ᵖ)^(1/p)` of all elements, or along some axes: the Euclidean length for p = 2. Its gradient is 0 where
 * the norm is 0; under p = Infinity all of the largest share it.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false; p: default 2
 * @throws ShapeError if there is no such axis; OptionError unless p is above 0
 * @example norm(tensor([3, -4])).item() // 5
 */
export function norm<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function norm<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"norm", X, A, K>>,
  options: NormOptions<A, K>,
): Tensor<Known<Reduced<"norm", X, A, K>>, D>;
export function norm(x: Tensor<Shape, FloatDType>, options: NormOptions = {}): Tensor<Shape, FloatDType> {
  const reduced = reducedRows("norm", operand("norm", "input", x), options, ["p"]);
  const { p = 2 } = options;
  if (!(typeof p === "number" && p > 0)) {
    throw new OptionError("norm", `p is ${describe(p)}`, "give a number above 0: 1, 2 or Infinity as a rule");
  }
  const { rows, columns } = reduced;
  return ofRows(
    "norm",
    x,
    reduced,
    (values, out) => compute.normOfRows(rows, columns, values, p, out),
    (dOut, values, out, dX) => compute.normOfRowsGradient(rows, columns, dOut, values, out, p, dX),
    { axes: reduced.axes, p } satisfies NormDetails,
  );
}

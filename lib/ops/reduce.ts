import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { divideBy } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import {
  argmaxRows,
  argminRows,
  mean as meanOf,
  pickFromRows,
  pickFromRowsGradient,
  productOfRows,
  productOfRowsGradient,
  sum as sumOf,
} from "../compute/reduce.ts";
import { logSumExpOfRows, logSumExpOfRowsGradient } from "../compute/softmax.ts";
import { gather, rowMajorSteps, sumInto } from "../compute/strided.ts";
import type { Reduced } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type AxesDetails,
  checkRowsNotEmpty,
  fromRows,
  inRows,
  type ReduceOptions,
  type Rows,
  reducedRows,
} from "./axes.ts";
import { checkSameDtype, operand } from "./operands.ts";

/**
 * The sum of all elements, or of those along some axes; 0 of none. Added up in float64, whatever the type.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @returns a scalar, or the axes that are left
 * @throws ShapeError if there is no such axis
 * @example sum(ones([2, 3]), { axis: 0 }).data // [2, 2, 2]
 */
export function sum<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function sum<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"sum", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"sum", X, A, K>>, D>;
export function sum(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  return total("sum", x, reducedRows("sum", operand("sum", "input", x), options), 1);
}

/**
 * The mean of all elements, or of those along some axes. Added up in float64, whatever the type.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @returns a scalar, or the axes that are left
 * @throws ShapeError if there is no such axis, or nothing along it
 * @example mean(tensor([[1, 2], [3, 6]]), { axis: 1, keepDims: true }).data // [1.5, 4.5]
 */
export function mean<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function mean<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"mean", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"mean", X, A, K>>, D>;
export function mean(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  const input = operand("mean", "input", x);
  const reduced = reducedRows("mean", input, options);
  checkRowsNotEmpty("mean", input, reduced.axes);
  return total("mean", x, reduced, reduced.columns);
}

/** Sums, divided. */
function total<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  { shape, axes }: Rows & AxesDetails,
  divisor: number,
): Tensor<Shape, D> {
  checkSameDtype(name, [x]);
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const own = rowMajorSteps(kept);
  // Where each element's sum lies.
  const box = { start: 0, sizes: x.shape, steps: own.map((step, axis) => (axes.includes(axis) ? 0 : step)) };
  const whole = axes.length === x.shape.length;
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { axes } satisfies AxesDetails,
    forward: (out) => {
      if (whole) out[0] = divisor === 1 ? sumOf(numbers(x)) : meanOf(numbers(x));
      else sumInto(box, numbers(x), divisor, out);
    },
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      if (whole) return [dX.fill(dOut[0]! / divisor) as Floats];
      const shares = roomForGradient(x.dtype, dOut.length);
      divideBy(dOut, divisor, shares);
      gather(box, shares, dX);
      giveUp(shares);
      return [dX];
    },
  });
}

/**
 * The largest element of all, or along some axes; NaN where one is. Its gradient goes to that element alone, to the first
 * of equals, as that of max pooling. The larger of two tensors' elements: `maximum`.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @throws ShapeError if there is no such axis, or nothing along it
 * @example max(tensor([[1, 5], [7, 2]]), { axis: 1 }).data // [5, 7]
 */
export function max<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function max<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"max", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"max", X, A, K>>, D>;
export function max(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  return extreme("max", argmaxRows, x, options);
}

/**
 * The smallest element of all, or along some axes; NaN where one is. Its gradient goes to that element alone, to the first
 * of equals. The smaller of two tensors' elements: `minimum`.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @throws ShapeError if there is no such axis, or nothing along it
 * @example min(tensor([[1, 5], [7, 2]]), { axis: 0 }).data // [1, 2]
 */
export function min<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function min<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"min", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"min", X, A, K>>, D>;
export function min(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  return extreme("min", argminRows, x, options);
}

function extreme<D extends FloatDType>(
  name: string,
  find: (rows: number, columns: number, x: Floats, out: Int32Array) => void,
  x: Tensor<Shape, D>,
  options: ReduceOptions,
): Tensor<Shape, D> {
  const input = operand(name, "input", x);
  const reduced = reducedRows(name, input, options);
  checkRowsNotEmpty(name, input, reduced.axes);
  checkSameDtype(name, [x]);
  const { rows, columns } = reduced;
  const found = new Home("int32", rows);
  const where = (): Int32Array => found.numbers() as Int32Array;
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape: reduced.shape,
    dtype: x.dtype,
    details: { axes: reduced.axes } satisfies AxesDetails,
    kept: [found],
    forward: (out) =>
      inRows(reduced, x.dtype, numbers(x), (values) => {
        find(rows, columns, values, where());
        pickFromRows(rows, columns, values, where(), out);
      }),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      fromRows(reduced, x.dtype, dX, (room) => pickFromRowsGradient(rows, columns, dOut, where(), room));
      return [dX];
    },
  });
}

/**
 * The product of all elements, or of those along some axes; 1 of none.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @throws ShapeError if there is no such axis
 * @example product(tensor([[1, 2], [3, 4]]), { axis: 1 }).data // [2, 12]
 */
export function product<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function product<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"product", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"product", X, A, K>>, D>;
export function product(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  const reduced = reducedRows("product", operand("product", "input", x), options);
  return ofRows(
    "product",
    x,
    reduced,
    (values, out) => productOfRows(reduced.rows, reduced.columns, values, out),
    (dOut, values, _out, dX) => productOfRowsGradient(reduced.rows, reduced.columns, dOut, values, dX),
  );
}

/**
 * `log Σ eˣ` of all elements, or along some axes, shifted by the largest so that nothing overflows: a smooth maximum.
 *
 * @param options axis: one or several, default all; keepDims: whether they stay with size 1, default false
 * @throws ShapeError if there is no such axis, or nothing along it
 * @example logSumExp(tensor([1000, 1000])).item() // 1000.693...
 */
export function logSumExp<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D>;
export function logSumExp<
  X extends Shape,
  D extends FloatDType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<X, D> & Fits<Reduced<"logSumExp", X, A, K>>,
  options: ReduceOptions<A, K>,
): Tensor<Known<Reduced<"logSumExp", X, A, K>>, D>;
export function logSumExp(x: Tensor<Shape, FloatDType>, options: ReduceOptions = {}): Tensor<Shape, FloatDType> {
  const input = operand("logSumExp", "input", x);
  const reduced = reducedRows("logSumExp", input, options);
  checkRowsNotEmpty("logSumExp", input, reduced.axes);
  return ofRows(
    "logSumExp",
    x,
    reduced,
    (values, out) => logSumExpOfRows(reduced.rows, reduced.columns, values, out),
    (dOut, values, out, dX) => logSumExpOfRowsGradient(reduced.rows, reduced.columns, dOut, values, out, dX),
  );
}

/** A number of every row, whose gradient needs the row and the number. */
export function ofRows<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  reduced: Rows & AxesDetails,
  forward: (x: Floats, out: Floats) => void,
  gradient: (dOut: Floats, x: Floats, out: Floats, dX: Floats) => void,
  details: object = { axes: reduced.axes } satisfies AxesDetails,
): Tensor<Shape, D> {
  checkSameDtype(name, [x]);
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape: reduced.shape,
    dtype: x.dtype,
    details,
    forward: (out) => inRows(reduced, x.dtype, numbers(x), (values) => forward(values, out)),
    backward: (dOut, _needs, out) => {
      const dX = roomForGradient(x.dtype, x.size);
      inRows(reduced, x.dtype, numbers(x), (values) =>
        fromRows(reduced, x.dtype, dX, (room) => gradient(dOut, values, numbers(out), room)),
      );
      return [dX];
    },
  });
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { cumulativeSumOfRows, cumulativeSumOfRowsGradient } from "../compute/reduce.ts";
import { logSoftmaxRows, logSoftmaxRowsGradient, softmaxRows, softmaxRowsGradient } from "../compute/softmax.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import type { WithAxes } from "../shapes/axes.ts";
import type { Fits } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxisDetails, type AxisOptions, axisOf, fromRows, inRows, rowsAlong } from "./axes.ts";
import { checkSameDtype, operand } from "./operands.ts";

/** What makes rows of rows. */
interface OfRows {
  forward(rows: number, columns: number, x: Floats, out: Floats): void;
  gradient(rows: number, columns: number, dOut: Floats, out: Floats, dX: Floats): void;
}

/** Rows along an axis to rows of the same length. @throws ShapeError if there is no such axis */
function alongAxis<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<S, D>,
  options: AxisOptions,
  { forward, gradient }: OfRows,
): Tensor<S, D> {
  const input = operand(name, "input", x);
  checkOptions(name, options, ["axis"]);
  if (input.shape.length === 0) {
    throw new ShapeError(name, "a scalar has no classes", [input], "give one score a class");
  }
  const axis = axisOf(name, input, options.axis ?? -1);
  const along = rowsAlong(input, [axis], true);
  const { rows, columns } = along;
  checkSameDtype(name, [x]);
  return apply<S, D>({
    name,
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    details: { axis } satisfies AxisDetails,
    forward: (out) =>
      inRows(along, x.dtype, numbers(x), (from) =>
        fromRows(along, x.dtype, out, (to) => forward(rows, columns, from, to)),
      ),
    backward: (dOut, _needs, out) => {
      const dX = roomForGradient(x.dtype, dOut.length);
      inRows(along, x.dtype, dOut, (gradients) =>
        inRows(along, x.dtype, numbers(out), (from) =>
          fromRows(along, x.dtype, dX, (to) => gradient(rows, columns, gradients, from, to)),
        ),
      );
      return [dX];
    },
  });
}

/**
 * Scores to probabilities along an axis: `eˣ / Σ eˣ`, shifted by the largest score so that nothing overflows. What holds
 * NaN or Infinity is NaN throughout.
 *
 * @param x `[..., K]`
 * @param options axis: default the last one
 * @returns the shape of `x`; along the axis it sums to 1
 * @throws ShapeError if there is no such axis
 * @example softmax(tensor([0, Math.log(3)])).data // [0.25, 0.75]
 * @example softmax(zeros([2, 21, 8, 8]), { axis: 1 }).shape // [2, 21, 8, 8], 21 classes for each pixel
 */
export function softmax<S extends Shape, D extends FloatDType = "float32", const A extends number = -1>(
  x: Tensor<S, D> & Fits<WithAxes<"softmax", S, A>>,
  options: AxisOptions<A> = {},
): Tensor<S, D> {
  return alongAxis("softmax", x, options, { forward: softmaxRows, gradient: softmaxRowsGradient });
}

/**
 * The logarithm of `softmax`, exact also where a probability would round to 0: `x - log Σ eˣ` along an axis.
 *
 * @param x `[..., K]`
 * @param options axis: default the last one
 * @throws ShapeError if there is no such axis
 * @example logSoftmax(tensor([0, 1000])).data // [-1000, 0]
 */
export function logSoftmax<S extends Shape, D extends FloatDType = "float32", const A extends number = -1>(
  x: Tensor<S, D> & Fits<WithAxes<"logSoftmax", S, A>>,
  options: AxisOptions<A> = {},
): Tensor<S, D> {
  return alongAxis("logSoftmax", x, options, { forward: logSoftmaxRows, gradient: logSoftmaxRowsGradient });
}

/**
 * The sums so far along an axis: element i is the sum of elements 0 to i. Added up in float64.
 *
 * @param options axis: default the last one
 * @throws ShapeError if there is no such axis
 * @example cumulativeSum(tensor([1, 2, 3])).data // [1, 3, 6]
 */
export function cumulativeSum<S extends Shape, D extends FloatDType = "float32", const A extends number = -1>(
  x: Tensor<S, D> & Fits<WithAxes<"cumulativeSum", S, A>>,
  options: AxisOptions<A> = {},
): Tensor<S, D> {
  return alongAxis("cumulativeSum", x, options, {
    forward: cumulativeSumOfRows,
    gradient: (rows, columns, dOut, _out, dX) => cumulativeSumOfRowsGradient(rows, columns, dOut, dX),
  });
}

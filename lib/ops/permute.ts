import { rowMajorSteps } from "../compute/strided.ts";
import { describe, OptionError, ShapeError } from "../errors.ts";
import type { Inserted, Permuted, Reversed, Squeezed, WithAxes } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesDetails, axesOf, axisOf } from "./axes.ts";
import { moved, relabelled } from "./move.ts";
import { operand } from "./operands.ts";

/**
 * The same numbers with their axes in another order: PyTorch's `permute`, NumPy's `transpose`. Without `axes` the order is
 * reversed, so a matrix is transposed.
 *
 * @param axes for each axis of the result, which one of `x` it is; negative ones count from the end
 * @returns a copy: `[x.shape[axes[0]], x.shape[axes[1]], …]`
 * @throws OptionError unless each axis is named once; ShapeError if there is none such
 * @example transpose(zeros([2, 28, 28, 3]), [0, 3, 1, 2]).shape // [2, 3, 28, 28], channels first
 */
export function transpose<S extends Shape, D extends DType = "float32">(x: Tensor<S, D>): Tensor<Reversed<S>, D>;
export function transpose<X extends Shape, const O extends readonly number[], D extends DType = "float32">(
  x: Tensor<X, D> & Fits<Permuted<X, O>>,
  axes: O,
): Tensor<Known<Permuted<X, O>>, D>;
export function transpose(x: Tensor<Shape, DType>, axes?: readonly number[]): Tensor<Shape, DType> {
  const input = operand("transpose", "input", x);
  const rank = x.shape.length;
  const order = axes === undefined ? x.shape.map((_, i) => rank - 1 - i) : axes;
  if (!Array.isArray(order)) {
    throw new OptionError("transpose", `axes is ${describe(axes)}`, "give the order of all axes in an array");
  }
  const from = order.map((axis: number) => axisOf("transpose", input, axis));
  if (new Set(from).size !== rank || from.length !== rank) {
    const problem = `[${order.join(", ")}] is no order of ${rank === 1 ? "1 axis" : `${rank} axes`}`;
    throw new ShapeError("transpose", problem, [input], `name each axis from 0 to ${rank - 1} once`);
  }
  const steps = rowMajorSteps(x.shape);
  const sizes = from.map((axis) => x.shape[axis]!);
  const box = { start: 0, sizes, steps: from.map((axis) => steps[axis]!) };
  return moved("transpose", x, sizes, box, { axes: from } satisfies AxesDetails);
}

/**
 * The same numbers in reverse order along some axes: a mirrored image, a filter turned by 180 degrees.
 *
 * @param axes one or several; negative ones count from the end
 * @throws ShapeError if there is no such axis
 * @example flip(tensor([[1, 2], [3, 4]]), [0, 1]).data // [4, 3, 2, 1]
 */
export function flip<S extends Shape, const A extends number | readonly number[], D extends DType = "float32">(
  x: Tensor<S, D> & Fits<WithAxes<"flip", S, A>>,
  axes: A,
): Tensor<S, D> {
  const input = operand("flip", "input", x);
  const reversed = axesOf("flip", input, axes);
  const own = rowMajorSteps(input.shape);
  const start = reversed.reduce((at, axis) => at + own[axis]! * (input.shape[axis]! - 1), 0);
  const steps = own.map((step, axis) => (reversed.includes(axis) ? -step : step));
  const box = { start, sizes: input.shape, steps };
  return moved("flip", x, input.shape, box, { axes: reversed } satisfies AxesDetails) as never;
}

/**
 * A new axis of size 1: PyTorch's `unsqueeze`.
 *
 * @param axis where it stands in the result; -1 puts it behind all others
 * @throws ShapeError if the result has no such axis
 * @example expandDims(zeros([28, 28]), 0).shape // [1, 28, 28]
 */
export function expandDims<X extends Shape, const A extends number, D extends DType = "float32">(
  x: Tensor<X, D> & Fits<Inserted<"expandDims", X, A, 1>>,
  axis: A,
): Tensor<Known<Inserted<"expandDims", X, A, 1>>, D> {
  const input = operand("expandDims", "input", x);
  const at = axisOf("expandDims", { name: "result", shape: [...x.shape, 1] }, axis);
  const shape = [...input.shape.slice(0, at), 1, ...input.shape.slice(at)];
  return relabelled("expandDims", x as Tensor<Shape, D>, shape, { axes: [at] } satisfies AxesDetails) as never;
}

/**
 * The same numbers without axes of size 1.
 *
 * @param axes which ones; default all of size 1
 * @throws ShapeError if there is no such axis, or it has another size
 * @example squeeze(zeros([1, 6, 1, 1])).shape // [6]
 * @example squeeze(zeros([1, 6, 1, 1]), [2, 3]).shape // [1, 6]
 */
export function squeeze<
  X extends Shape,
  D extends DType = "float32",
  const A extends number | readonly number[] | undefined = undefined,
>(x: Tensor<X, D> & Fits<Squeezed<X, A>>, axes?: A): Tensor<Known<Squeezed<X, A>>, D> {
  const input = operand("squeeze", "input", x);
  const gone = axes === undefined ? null : axesOf("squeeze", input, axes);
  const larger = gone?.find((axis) => x.shape[axis] !== 1);
  if (larger !== undefined) {
    const fix = `leave axis ${larger} out, or reduce it first: mean(x, { axis: ${larger} })`;
    throw new ShapeError("squeeze", `axis ${larger} is ${x.shape[larger]}, not 1`, [input], fix);
  }
  const taken = gone ?? [...x.shape.keys()].filter((axis) => x.shape[axis] === 1);
  const shape = x.shape.filter((_, axis) => !taken.includes(axis));
  return relabelled("squeeze", x as Tensor<Shape, D>, shape, { axes: taken } satisfies AxesDetails) as never;
}

import { rowMajorSteps } from "../compute/strided.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Repeated, Tiled } from "../shapes/axes.ts";
import type { SpreadTo } from "../shapes/broadcast.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { checkShape } from "../tensor/check.ts";
import { type Shape, type Sizes, sameShape } from "../tensor/shape.ts";
import type { DType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxisOptions, axisOf } from "./axes.ts";
import { broadcastShape, spread } from "./broadcast.ts";
import { moved } from "./move.ts";
import { operand } from "./operands.ts";

/** How often each axis comes. */
export interface TileDetails {
  readonly repetitions: readonly number[];
}

/** Along which axis each element comes how often. */
export interface RepeatDetails {
  readonly axis: number;
  readonly count: number;
}

/**
 * The whole tensor again and again along its axes, as tiles on a floor: NumPy's `tile`, PyTorch's `repeat`. Gradients are
 * added up.
 *
 * @param repetitions one an axis; with more of them than axes, axes of size 1 come before; with fewer, the last axes are meant
 * @throws OptionError unless they are whole numbers
 * @example tile(tensor([[1, 2]]), [2, 2]).data // [1, 2, 1, 2, 1, 2, 1, 2]
 */
export function tile<X extends Shape, const R extends readonly number[], D extends DType = "float32">(
  x: Tensor<X, D>,
  repetitions: R,
): Tensor<Known<Tiled<X, R>>, D> {
  operand("tile", "input", x);
  if (!Array.isArray(repetitions)) {
    throw new OptionError("tile", `the repetitions are ${describe(repetitions)}`, "give one an axis, e.g. [2, 1]");
  }
  for (const count of repetitions) checkInteger("tile", "a repetition", count, 0);
  const rank = Math.max(x.shape.length, repetitions.length);
  const pad = (sizes: readonly number[]): number[] => [...new Array<number>(rank - sizes.length).fill(1), ...sizes];
  const own = pad(x.shape);
  const counts = pad(repetitions);
  const steps = rowMajorSteps(own);
  const sizes = own.flatMap((size, axis) => [counts[axis]!, size]);
  const shape = own.map((size, axis) => size * counts[axis]!);
  const box = { start: 0, sizes, steps: steps.flatMap((step) => [0, step]) };
  return moved("tile", x as Tensor<Shape, D>, shape, box, { repetitions: counts } satisfies TileDetails, true) as never;
}

/**
 * Every element several times in a row along an axis: NumPy's `repeat`, PyTorch's `repeat_interleave`. Gradients are added
 * up.
 *
 * @param options axis: default the last one
 * @throws OptionError unless the count is a whole number; ShapeError if there is no such axis
 * @example repeat(tensor([1, 2]), 3).data // [1, 1, 1, 2, 2, 2]
 */
export function repeat<
  X extends Shape,
  const R extends number,
  D extends DType = "float32",
  const A extends number = -1,
>(
  x: Tensor<X, D> & Fits<Repeated<X, R, A>>,
  count: R,
  options: AxisOptions<A> = {},
): Tensor<Known<Repeated<X, R, A>>, D> {
  const input = operand("repeat", "input", x);
  checkOptions("repeat", options, ["axis"]);
  checkInteger("repeat", "count", count, 0);
  const axis = axisOf("repeat", input, options.axis ?? -1);
  const steps = rowMajorSteps(x.shape);
  const box = {
    start: 0,
    sizes: x.shape.flatMap((size, i) => (i === axis ? [size, count] : [size])),
    steps: steps.flatMap((step, i) => (i === axis ? [step, 0] : [step])),
  };
  const shape = x.shape.map((size, i) => (i === axis ? size * count : size));
  return moved("repeat", x, shape, box, { axis, count } satisfies RepeatDetails, true) as never;
}

/**
 * The tensor spread to a larger shape by the rules of `add`: axes of size 1 and missing ones are repeated. Gradients are
 * added up.
 *
 * @throws ShapeError if it does not fit the shape
 * @example broadcastTo(tensor([1, 2]), [3, 2]).data // [1, 2, 1, 2, 1, 2]
 */
export function broadcastTo<X extends Shape, const S extends readonly number[], D extends DType = "float32">(
  x: Tensor<X, D> & Fits<SpreadTo<X, S>>,
  shape: S,
): Tensor<S, D> {
  checkShape("broadcastTo", shape);
  const operands = [{ name: "shape", shape }, operand("broadcastTo", "input", x)];
  if (!sameShape(broadcastShape("broadcastTo", operands), shape)) {
    const fix = "give a shape that is as large in every axis";
    throw new ShapeError("broadcastTo", "the input is larger than the shape", operands, fix);
  }
  return moved("broadcastTo", x, shape as Sizes<S>, spread(x.shape, shape), {}, true) as never;
}

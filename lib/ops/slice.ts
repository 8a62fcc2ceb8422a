import { rowMajorSteps } from "../compute/strided.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Sliced } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisOf } from "./axes.ts";
import { moved } from "./move.ts";
import { operand } from "./operands.ts";

/** Which elements of an axis `slice` takes. */
export interface SliceOptions<A extends number = number, T extends number = number> {
  /** Counted from 0, or from the end by negative numbers; default 0, the rows. */
  readonly axis?: A;
  /** Takes each so-and-so-many-th; default 1. */
  readonly step?: T;
}

/**
 * Rows `start` to `end - 1` of the first axis, as a copy: `slice(images, 0, 16)`. Gradients flow back to these rows. With
 * options the same along another axis, or every second, third, ... element.
 *
 * @param start counted from 0; negative from the end
 * @param end not included; default behind the last; negative from the end
 * @param options axis: default 0; step: default 1
 * @throws ShapeError if there are not as many rows; OptionError if a bound is not a whole number, or `end` before `start`
 * @example slice(tensor([[1, 2], [3, 4], [5, 6]]), 1).data // [3, 4, 5, 6]
 * @example slice(zeros([2, 3, 28, 28]), 2, 26, { axis: -1, step: 2 }).shape // [2, 3, 28, 12]
 */
export function slice<
  X extends Shape,
  D extends DType,
  const S extends number,
  const E extends number | undefined = undefined,
  const A extends number = 0,
  const T extends number = 1,
>(
  x: Tensor<X, D> & Fits<Sliced<X, S, E, A, T>>,
  start: S,
  end?: E,
  options?: SliceOptions<A, T>,
): Tensor<Known<Sliced<X, S, E, A, T>>, D>;
export function slice<D extends DType>(
  x: Tensor<Shape, D>,
  start: number,
  end?: number,
  options: SliceOptions = {},
): Tensor<Shape, D> {
  const input = operand("slice", "input", x);
  checkOptions("slice", options, ["axis", "step"]);
  const { axis: wanted = 0, step = 1 } = options;
  if (x.shape.length === 0) {
    throw new ShapeError("slice", "a scalar has no rows", [input], "give a tensor with an axis");
  }
  const axis = axisOf("slice", input, wanted);
  checkInteger("slice", "step", step, 1);
  const size = x.shape[axis]!;
  const from = bound("start", start, size);
  const to = bound("end", end ?? size, size);
  for (const [verb, at, given] of [["begins", from, start] as const, ["ends", to, end] as const]) {
    if (at >= 0 && at <= size) continue;
    const problem =
      axis === 0
        ? `it ${verb} at row ${given}, and there are ${size}`
        : `it ${verb} at ${given}, and axis ${axis} has ${size}`;
    const fix = at < 0 ? `give ${-size} or more` : `${verb.slice(0, -1)} at ${size} or before`;
    throw new ShapeError("slice", problem, [input], fix);
  }
  if (to < from) throw new OptionError("slice", `end is ${end}, before start, ${start}`, `give ${start} or more`);
  const shape = x.shape.map((each, i) => (i === axis ? Math.ceil((to - from) / step) : each));
  const steps = rowMajorSteps(x.shape);
  const box = {
    start: from * steps[axis]!,
    sizes: shape,
    steps: steps.map((each, i) => (i === axis ? step * each : each)),
  };
  const details: SliceDetails = { axis, start: from, end: to === size ? null : to, step };
  return moved("slice", x, shape, box, details);
}

/** Which elements of an axis are taken, counted from 0. */
export interface SliceDetails {
  readonly axis: number;
  readonly start: number;
  /** Null for the axis' own end. */
  readonly end: number | null;
  readonly step: number;
}

/** A bound counted from the start. @throws OptionError if it is not a whole number */
function bound(name: string, value: number, size: number): number {
  if (!Number.isInteger(value)) throw new OptionError("slice", `${name} is ${describe(value)}`, "give a whole number");
  return value < 0 ? size + value : value;
}

import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { scale, subtract } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { meanSquaredErrorForward, meanSquaredErrorGradient } from "../compute/loss.ts";
import * as compute from "../compute/pointwise-loss.ts";
import { checkOptions, checkPositive, ShapeError } from "../errors.ts";
import type { Fits } from "../shapes/shape.ts";
import type { TargetOf } from "../shapes/targets.ts";
import { numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";
import {
  checkReduction,
  type Reduction,
  type ReductionOptions,
  reduceLosses,
  timesLossGradients,
} from "./reduction.ts";

type Terms = (x: Floats, target: Floats, out: Floats) => void;

/** A loss of pairs: the terms, and their slopes with respect to either. */
export interface Pointwise {
  readonly name: string;
  readonly terms: Terms;
  readonly slope: Terms;
  /** -1 where it is minus the other slope. */
  readonly targetSlope: Terms | -1;
  /** What else it is told. */
  readonly details?: object;
}

/** @throws ShapeError if the shapes differ, or are empty */
export function checkTarget<D extends FloatDType>(name: string, x: Tensor<Shape, D>, target: Tensor<Shape, D>): void {
  const operands = [operand(name, "input", x), operand(name, "target", target)];
  checkSameDtype(name, [x, target]);
  checkNotEmpty(name, operands);
  if (sameShape(x.shape, target.shape)) return;
  throw new ShapeError(name, "the shapes differ", operands, `reshape the target to [${x.shape.join(", ")}]`);
}

/** Applies a loss of pairs. */
export function pointwise<D extends FloatDType>(
  { name, terms, slope, targetSlope, details = {} }: Pointwise,
  x: Tensor<Shape, D>,
  target: Tensor<Shape, D>,
  reduction: Reduction,
): Tensor<Shape, D> {
  checkReduction(name, reduction);
  checkTarget(name, x, target);
  const { dtype, size } = x;
  return apply<Shape, D>({
    name,
    inputs: [x, target],
    shape: reduction === "none" ? x.shape : [],
    dtype,
    details: { ...details, reduction },
    forward: (out) => {
      const room = reduction === "none" ? out : roomForGradient(dtype, size);
      terms(numbers(x), numbers(target), room);
      reduceLosses(reduction, room, size, out);
      if (room !== out) giveUp(room);
    },
    backward: (dOut, needs) => {
      const gradient = (needed: boolean | undefined, of: Terms, sign: number): Floats | null => {
        if (!needed) return null;
        const room = roomForGradient(dtype, size);
        of(numbers(x), numbers(target), room);
        if (sign < 0) scale(room, -1, room);
        timesLossGradients(reduction, dOut, size, room);
        return room;
      };
      const opposite = targetSlope === -1;
      return [gradient(needs[0], slope, 1), gradient(needs[1], opposite ? slope : targetSlope, opposite ? -1 : 1)];
    },
  });
}

const squared: Pointwise = {
  name: "meanSquaredError",
  terms: compute.squares,
  slope: compute.squaresSlope,
  targetSlope: -1,
};

/**
 * The mean of the squared differences, over all elements: `1/M Σ (x - target)²`.
 *
 * @param target the shape of `x`
 * @param options reduction: `"mean"` (default), `"sum"`, or `"none"` for each square by itself
 * @throws ShapeError if the shapes differ
 * @example meanSquaredError(tensor([1, 2]), tensor([1, 4])).item() // 2
 */
export function meanSquaredError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"meanSquaredError", X, Y>>,
  options?: ReductionOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function meanSquaredError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"meanSquaredError", X, Y>>,
  options: ReductionOptions,
): Tensor<Shape, D>;
export function meanSquaredError(
  x: Tensor<Shape, FloatDType>,
  target: Tensor<Shape, FloatDType>,
  options: ReductionOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("meanSquaredError", options, ["reduction"]);
  const { reduction = "mean" } = options;
  if (reduction !== "mean") return pointwise(squared, x, target, reduction);
  checkTarget("meanSquaredError", x, target);
  return apply<Shape, FloatDType>({
    name: "meanSquaredError",
    inputs: [x, target],
    shape: [],
    dtype: x.dtype,
    details: { reduction },
    forward: (out) => {
      out[0] = meanSquaredErrorForward(numbers(x), numbers(target));
    },
    backward: (dOut, [needsX, needsTarget]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dTarget = needsTarget ? roomForGradient(x.dtype, x.size) : null;
      if (dX) meanSquaredErrorGradient(numbers(x), numbers(target), dOut[0]!, dX);
      // The error is symmetric in its operands, so the target's gradient is the input's with the roles exchanged.
      if (dTarget) meanSquaredErrorGradient(numbers(target), numbers(x), dOut[0]!, dTarget);
      return [dX, dTarget];
    },
  });
}

const halves: Pointwise = {
  name: "halfSquaredError",
  terms: compute.halfSquares,
  slope: subtract,
  targetSlope: -1,
};

/**
 * Half the sum of the squared differences, `Σ ½ (target - x)²`: its slope is the difference itself, which is why lectures
 * on back-propagation like it. A sum, not a mean, unless `reduction` asks for one.
 *
 * @param target the shape of `x`
 * @param options reduction: `"sum"` (default), `"mean"`, or `"none"` for each by itself
 * @throws ShapeError if the shapes differ
 * @example halfSquaredError(tensor([1, 2]), tensor([1, 4])).item() // 2
 */
export function halfSquaredError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"halfSquaredError", X, Y>>,
  options?: ReductionOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function halfSquaredError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"halfSquaredError", X, Y>>,
  options: ReductionOptions,
): Tensor<Shape, D>;
export function halfSquaredError(
  x: Tensor<Shape, FloatDType>,
  target: Tensor<Shape, FloatDType>,
  options: ReductionOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("halfSquaredError", options, ["reduction"]);
  return pointwise(halves, x, target, options.reduction ?? "sum");
}

const absolute: Pointwise = {
  name: "meanAbsoluteError",
  terms: compute.distances,
  slope: compute.distancesSlope,
  targetSlope: -1,
};

/**
 * The mean of the absolute differences, over all elements: `1/M Σ |x - target|`, PyTorch's `l1_loss`. Its gradient is 0
 * where there is no difference.
 *
 * @param target the shape of `x`
 * @param options reduction: `"mean"` (default), `"sum"`, or `"none"` for each by itself
 * @throws ShapeError if the shapes differ
 * @example meanAbsoluteError(tensor([1, 2]), tensor([1, 4])).item() // 1
 */
export function meanAbsoluteError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"meanAbsoluteError", X, Y>>,
  options?: ReductionOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function meanAbsoluteError<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"meanAbsoluteError", X, Y>>,
  options: ReductionOptions,
): Tensor<Shape, D>;
export function meanAbsoluteError(
  x: Tensor<Shape, FloatDType>,
  target: Tensor<Shape, FloatDType>,
  options: ReductionOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("meanAbsoluteError", options, ["reduction"]);
  return pointwise(absolute, x, target, options.reduction ?? "mean");
}

/** Where Huber's loss goes over from a square to a straight line. */
export interface HuberOptions extends ReductionOptions {
  /** The distance δ at which it does; default 1. */
  readonly delta?: number;
}

/**
 * Squares of small differences, distances of large ones, which outliers cannot dominate: the mean of `½ d²` where
 * `d = |x - target|` is below `delta`, of `delta · (d - ½ delta)` elsewhere (Huber, 1964). PyTorch's `smooth_l1_loss` with
 * `beta` is this with `delta: beta`, divided by beta.
 *
 * @param target the shape of `x`
 * @param options delta: default 1; reduction: `"mean"` (default), `"sum"`, or `"none"` for each by itself
 * @throws ShapeError if the shapes differ; OptionError unless delta is positive
 * @example huberLoss(tensor([1, 2]), tensor([1, 5])).item() // 1.25
 */
export function huberLoss<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"huberLoss", X, Y>>,
  options?: HuberOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function huberLoss<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  target: Tensor<Y, D> & Fits<TargetOf<"huberLoss", X, Y>>,
  options: HuberOptions,
): Tensor<Shape, D>;
export function huberLoss(
  x: Tensor<Shape, FloatDType>,
  target: Tensor<Shape, FloatDType>,
  options: HuberOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("huberLoss", options, ["delta", "reduction"]);
  const { delta = 1, reduction = "mean" } = options;
  checkPositive("huberLoss", "delta", delta);
  const huber: Pointwise = {
    name: "huberLoss",
    terms: (a, b, out) => compute.huberDistances(a, b, delta, out),
    slope: (a, b, out) => compute.huberSlope(a, b, delta, out),
    targetSlope: -1,
    details: { delta },
  };
  return pointwise(huber, x, target, reduction);
}

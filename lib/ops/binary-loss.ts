import type { Floats } from "../compute/floats.ts";
import * as compute from "../compute/pointwise-loss.ts";
import { checkOptions, OptionError, ShapeError } from "../errors.ts";
import type { Fits } from "../shapes/shape.ts";
import type { TargetOf } from "../shapes/targets.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { DType, FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastShape, inShape, type Value } from "./broadcast.ts";
import { checkSameDtype, operand } from "./operands.ts";
import { pointwise } from "./pointwise-loss.ts";
import type { ReductionOptions } from "./reduction.ts";
import { cast } from "./reshape.ts";

/**
 * Binary cross-entropy of probabilities, such as a `sigmoid` gives, with answers: the mean of
 * `-(t · log p + (1 - t) · log(1 - p))`, in nats. Logarithms below -100 count as -100, as PyTorch's do. From scores,
 * `binaryCrossEntropyWithLogits` is more exact.
 *
 * @param probabilities from 0 to 1
 * @param targets of the same shape, 0 or 1 or between; integers of any type too
 * @param options reduction: `"mean"` (default), `"sum"`, or `"none"` for each by itself
 * @throws ShapeError if the shapes differ; OptionError for a number that is no probability
 * @example binaryCrossEntropy(tensor([0.5, 0.5]), tensor([0, 1])).item() // 0.693...
 */
export function binaryCrossEntropy<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  probabilities: Tensor<X, D>,
  targets: Tensor<Y, DType> & Fits<TargetOf<"binaryCrossEntropy", X, Y>>,
  options?: ReductionOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function binaryCrossEntropy<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  probabilities: Tensor<X, D>,
  targets: Tensor<Y, DType> & Fits<TargetOf<"binaryCrossEntropy", X, Y>>,
  options: ReductionOptions,
): Tensor<Shape, D>;
export function binaryCrossEntropy(
  probabilities: Tensor<Shape, FloatDType>,
  targets: Tensor<Shape, DType>,
  options: ReductionOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("binaryCrossEntropy", options, ["reduction"]);
  const target = answers("binaryCrossEntropy", probabilities, targets);
  const given = peek(probabilities);
  const wrong = given.findIndex((p) => p < 0 || p > 1);
  if (wrong >= 0) {
    const fix = "put sigmoid before it, or give the scores to binaryCrossEntropyWithLogits";
    throw new OptionError("binaryCrossEntropy", `number ${wrong} is ${given[wrong]}, which is no probability`, fix);
  }
  const loss = {
    name: "binaryCrossEntropy",
    terms: compute.binaryCrossEntropies,
    slope: compute.binaryCrossEntropiesSlope,
    targetSlope: (x: Floats, _target: Floats, out: Floats) => compute.binaryCrossEntropiesTargetSlope(x, out),
  };
  return pointwise(loss, probabilities, target, options.reduction ?? "mean");
}

/** How `binaryCrossEntropyWithLogits` counts. */
export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** How much an answer of 1 counts, one number, or a tensor that `add` would broadcast; default 1. Above 1 for rare ones. */
  readonly positiveWeights?: Tensor<Shape, FloatDType> | number;
}

/**
 * Binary cross-entropy of scores, of which it takes the logistic function itself: the mean of
 * `-(w · t · log σ(x) + (1 - t) · log(1 - σ(x)))`, in nats. It neither overflows nor vanishes, however large the score.
 *
 * @param scores of any shape and size
 * @param targets of the same shape, 0 or 1 or between; integers of any type too
 * @param options positiveWeights: w, default 1; reduction: `"mean"` (default), `"sum"`, or `"none"` for each by itself
 * @throws ShapeError if the shapes differ, or the weights do not fit
 * @example binaryCrossEntropyWithLogits(tensor([0, 1000]), tensor([0, 1])).item() // 0.346...
 */
export function binaryCrossEntropyWithLogits<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  targets: Tensor<Y, DType> & Fits<TargetOf<"binaryCrossEntropyWithLogits", X, Y>>,
  options?: BinaryCrossEntropyOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function binaryCrossEntropyWithLogits<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  targets: Tensor<Y, DType> & Fits<TargetOf<"binaryCrossEntropyWithLogits", X, Y>>,
  options: BinaryCrossEntropyOptions,
): Tensor<Shape, D>;
export function binaryCrossEntropyWithLogits(
  scores: Tensor<Shape, FloatDType>,
  targets: Tensor<Shape, DType>,
  options: BinaryCrossEntropyOptions = {},
): Tensor<Shape, FloatDType> {
  const name = "binaryCrossEntropyWithLogits";
  checkOptions(name, options, ["positiveWeights", "reduction"]);
  const { positiveWeights = 1, reduction = "mean" } = options;
  const target = answers(name, scores, targets);
  checkWeights(name, scores, positiveWeights);
  const weighted = (use: (weights: Floats) => void): void =>
    inShape(scores.shape, scores.dtype, [positiveWeights], null, ([weights]) => use(weights as Floats));
  const loss = {
    name,
    terms: (x: Floats, t: Floats, out: Floats) =>
      weighted((weights) => compute.logisticCrossEntropies(x, t, weights, out)),
    slope: (x: Floats, t: Floats, out: Floats) =>
      weighted((weights) => compute.logisticCrossEntropiesSlope(x, t, weights, out)),
    targetSlope: (x: Floats, _t: Floats, out: Floats) =>
      weighted((weights) => compute.logisticCrossEntropiesTargetSlope(x, weights, out)),
    details: { positiveWeights },
  };
  return pointwise(loss, scores, target, reduction);
}

/** Targets of the type of what they are compared with. */
function answers<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  targets: Tensor<Shape, DType>,
): Tensor<Shape, D> {
  operand(name, "input", x);
  operand(name, "target", targets);
  const whole = targets.dtype === "int32" || targets.dtype === "uint8";
  return whole ? cast(targets, x.dtype) : (targets as Tensor<Shape, D>);
}

/** @throws OptionError; ShapeError */
function checkWeights(name: string, scores: Tensor<Shape, FloatDType>, weights: Value): void {
  if (typeof weights === "number") return;
  checkTensor(name, "positiveWeights", weights);
  checkSameDtype(name, [scores, weights]);
  const operands = [operand(name, "input", scores), operand(name, "positiveWeights", weights)];
  if (sameShape(broadcastShape(name, operands), scores.shape)) return;
  throw new ShapeError(name, "the weights are larger than the input", operands, "give one weight, or one a column");
}

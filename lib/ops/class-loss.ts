/** The losses of classification: of class numbers and of probabilities, weighted, smoothed, reduced; given log-probabilities. */

import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import * as compute from "../compute/class-loss.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, describe, OptionError } from "../errors.ts";
import { numbers, peek } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type ClassTask, checkClassWeights, type GivenWeights, sizesOf } from "./class-task.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";
import { checkReduction, lossGradients, type Reduction, type ReductionOptions, reduceLosses } from "./reduction.ts";
import { logSoftmax } from "./softmax.ts";

/** How examples count in a loss of classification. */
export interface ClassLossOptions extends ReductionOptions {
  /** How much each class counts, `[K]`: above 1 for rare ones; default 1 each. The mean divides by the labels' weights. */
  readonly classWeights?: GivenWeights;
  /** A label that counts for nothing, whose pixels or examples are left out, such as 255 or -100; default none. */
  readonly ignoreIndex?: number;
}

/** Options that were checked, the reduction filled in. */
export function checkedClassLoss<O extends ClassLossOptions>(operation: string, options: O, more: readonly string[]) {
  checkOptions(operation, options, [...more, "classWeights", "ignoreIndex", "reduction"]);
  const { reduction = "mean", ignoreIndex } = options;
  checkReduction(operation, reduction);
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex)) {
    throw new OptionError(
      operation,
      `ignoreIndex is ${describe(ignoreIndex)}`,
      "give a whole number, e.g. 255 or -100",
    );
  }
  return { ...options, reduction };
}

type Settings = ClassLossOptions & { readonly reduction: Reduction };

/** The labels, or probabilities in their place, and the options that were given. */
export interface ClassLossDetails extends ClassLossOptions {
  readonly labels: AnyTensor;
  readonly smoothing: number;
  readonly reduction: Reduction;
}

/** The weights of all classes, to be read while an operation runs. */
function weightsOf(operation: string, given: GivenWeights | undefined, classes: number): () => Floats {
  if (given !== undefined) checkClassWeights(operation, given, classes);
  if (given instanceof Tensor) return () => numbers(given);
  const weights = allocate("float64", classes).fill(1);
  if (given !== undefined) weights.set(given);
  return () => weights;
}

/** The loss of class numbers, given log-probabilities. */
export function lossOfLabels<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  { n, classes, inner, labelShape }: ClassTask,
  smoothing: number,
  settings: Settings,
): Tensor<Shape, D> {
  const { classWeights, ignoreIndex: ignored = Number.NaN, reduction } = settings;
  const weights = weightsOf(name, classWeights, classes);
  const sizes = { n, classes, inner, smoothing, ignored };
  const weight = (): number => compute.weightOfLabels(numbers(labels), weights(), ignored);
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape: reduction === "none" ? labelShape : [],
    dtype: x.dtype,
    details: { labels, smoothing, ...settings } satisfies ClassLossDetails,
    forward: (out) =>
      reducing(x.dtype, n * inner, reduction, weight, out, (losses) =>
        compute.labelLosses(sizes, numbers(x), numbers(labels), weights(), losses),
      ),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      const dLosses = roomForGradient(x.dtype, n * inner);
      lossGradients(reduction, dOut, weight(), dLosses);
      compute.labelLossesGradient(sizes, numbers(labels), weights(), dLosses, dX);
      giveUp(dLosses);
      return [dX];
    },
  });
}

/** The cross-entropy with probabilities in place of labels. */
export function lossOfProbabilities<D extends FloatDType>(
  scores: Tensor<Shape, D>,
  targets: Tensor<Shape, D>,
  smoothing: number,
  settings: Settings,
): Tensor<Shape, D> {
  const { classWeights, ignoreIndex, reduction } = settings;
  const name = "crossEntropy";
  if (ignoreIndex !== undefined) {
    throw new OptionError(
      name,
      "probabilities have no label to ignore",
      "leave ignoreIndex out, or give class numbers",
    );
  }
  checkNotEmpty(name, [operand(name, "scores", scores), operand(name, "labels", targets)]);
  checkSameDtype(name, [scores, targets]);
  const { n, classes, inner, labelShape } = sizesOf(scores.shape);
  checkProbabilities(name, targets, classes);
  const weights = weightsOf(name, classWeights, classes);
  const sizes = { n, classes, inner, smoothing, ignored: Number.NaN };
  const x = logSoftmax(scores, { axis: 1 });
  return apply<Shape, D>({
    name,
    inputs: [x, targets],
    shape: reduction === "none" ? labelShape : [],
    dtype: x.dtype,
    details: { labels: targets, smoothing, ...settings } satisfies ClassLossDetails,
    forward: (out) =>
      reducing(
        x.dtype,
        n * inner,
        reduction,
        () => n * inner,
        out,
        (losses) => compute.mixtureLosses(sizes, numbers(x), numbers(targets), weights(), losses),
      ),
    backward: (dOut, [needsX, needsTargets]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dTargets = needsTargets ? roomForGradient(x.dtype, x.size) : null;
      const dLosses = roomForGradient(x.dtype, n * inner);
      lossGradients(reduction, dOut, n * inner, dLosses);
      if (dX) compute.mixtureLossesGradient(sizes, numbers(targets), weights(), dLosses, dX);
      if (dTargets) compute.mixtureTargetsGradient(sizes, numbers(x), weights(), dLosses, dTargets);
      giveUp(dLosses);
      return [dX, dTargets];
    },
  });
}

/** By how much a probability may be off. */
const rounding = 1e-6;

/** Refuses numbers that a network shall meet, not choose between. @throws OptionError */
function checkProbabilities(name: string, targets: Tensor<Shape, FloatDType>, classes: number): void {
  const fix = "give class numbers of type int32, or probabilities; where numbers are to be met, use meanSquaredError";
  if (classes === 1) throw new OptionError(name, "the labels are fractions, and there is a single class", fix);
  const given = peek(targets);
  const wrong = given.findIndex((p) => p < -rounding || p > 1 + rounding);
  if (wrong >= 0) throw new OptionError(name, `number ${wrong} of the labels is ${given[wrong]}, no probability`, fix);
}

/** The losses of all examples, reduced to `out`. */
function reducing(
  dtype: FloatDType,
  count: number,
  reduction: Reduction,
  divisor: () => number,
  out: Floats,
  fill: (losses: Floats) => void,
): void {
  const losses = reduction === "none" ? out : roomForGradient(dtype, count);
  fill(losses);
  reduceLosses(reduction, losses, divisor(), out);
  if (losses !== out) giveUp(losses);
}

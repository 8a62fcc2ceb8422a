import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import * as compute from "../compute/class-loss.ts";
import type { Floats } from "../compute/floats.ts";
import { softmaxCrossEntropyForward, softmaxCrossEntropyGradient } from "../compute/loss.ts";
import { checkOptions, describe, OptionError } from "../errors.ts";
import { Home } from "../tensor/home.ts";
import { numbers, peek } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type ClassTask, checkClassWeights, classTask, type GivenWeights, sizesOf } from "./class-task.ts";
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

/** How `crossEntropy` counts. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /**
   * The part ε of each target that is spread evenly over all classes, from 0 to 1: targets are `1 - ε + ε/K` and `ε/K`
   * (Szegedy et al., 2016, section 7). Default 0.
   */
  readonly labelSmoothing?: number;
}

/**
 * Softmax followed by the cross-entropy with the true classes, averaged over the batch, in nats:
 * `-1/N Σₙ log softmax(scores)[n, labels[n]]`. With class weights w, `-Σₙ w[labels[n]] · log softmax(scores)[n, labels[n]]`
 * divided by `Σₙ w[labels[n]]`. With probabilities t in place of labels, `-1/N Σₙ Σₖ w[k] · t[n, k] · log softmax(scores)[n, k]`.
 * All as PyTorch defines them.
 *
 * @param scores `[N, K]`, one score a class, before any softmax; or `[N, K, ...]` with scores for each pixel
 * @param labels `[N]` or `[N, ...]`, whole numbers from 0 to K - 1, of type int32; or a probability for each class, of the
 *   shape and type of the scores
 * @param options labelSmoothing: default 0; classWeights; ignoreIndex; reduction: `"mean"` (default), `"sum"`, or `"none"`
 *   for each by itself, in the shape of the labels
 * @throws ShapeError if there is not one label an example; OptionError if a label is no class, or no probability
 * @example crossEntropy(zeros([2, 10]), tensor([3, 7], [2], "int32")).item() // 2.302..., log 10
 */
export function crossEntropy<D extends FloatDType = "float32">(
  scores: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  options?: CrossEntropyOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function crossEntropy<X extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  probabilities: Tensor<X, D>,
  options?: CrossEntropyOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function crossEntropy<D extends FloatDType = "float32">(
  scores: Tensor<Shape, D>,
  labels: AnyTensor,
  options: CrossEntropyOptions,
): Tensor<Shape, D>;
export function crossEntropy(
  scores: Tensor<Shape, FloatDType>,
  labels: AnyTensor,
  options: CrossEntropyOptions = {},
): Tensor<Shape, FloatDType> {
  const name = "crossEntropy";
  const { labelSmoothing: smoothing = 0, ...rest } = checked(name, options, ["labelSmoothing"]);
  if (!(typeof smoothing === "number" && smoothing >= 0 && smoothing <= 1)) {
    throw new OptionError(name, `labelSmoothing is ${describe(smoothing)}`, "give a number from 0 to 1, e.g. 0.1");
  }
  operand(name, "scores", scores);
  operand(name, "labels", labels);
  const fractions = labels.dtype === "float32" || labels.dtype === "float64";
  if (fractions && sameShape(labels.shape, scores.shape) && scores.shape.length > 1) {
    return mixed(scores, labels as Tensor<Shape, FloatDType>, smoothing, rest);
  }
  const known = labels as Tensor<Shape, "int32">;
  const task = classTask(name, "scores", scores, known, rest.ignoreIndex);
  const plain = rest.classWeights === undefined && rest.ignoreIndex === undefined && rest.reduction === "mean";
  if (plain && smoothing === 0 && scores.shape.length === 2) return usual(scores, known, task);
  return ofLabels(name, logSoftmax(scores, { axis: 1 }), known, task, smoothing, rest);
}

/** The mean over the batch, softmax and all in one pass. */
function usual<D extends FloatDType>(
  scores: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  { n, classes }: ClassTask,
): Tensor<Shape, D> {
  const probabilities = new Home(scores.dtype, scores.size);
  return apply<Shape, D>({
    name: "crossEntropy",
    inputs: [scores],
    shape: [],
    dtype: scores.dtype,
    kept: [probabilities],
    forward: (out) => {
      out[0] = softmaxCrossEntropyForward(
        n,
        classes,
        numbers(scores),
        numbers(labels),
        probabilities.numbers() as Floats,
      );
    },
    backward: (dOut) => {
      const dScores = roomForGradient(scores.dtype, scores.size);
      softmaxCrossEntropyGradient(n, classes, probabilities.numbers() as Floats, numbers(labels), dOut[0]!, dScores);
      return [dScores];
    },
  });
}

/**
 * What is left of the cross-entropy behind a `logSoftmax`: the mean of `-logProbabilities[n, labels[n]]`, weighted as in
 * `crossEntropy`.
 *
 * @param logProbabilities `[N, K]`, or `[N, K, ...]`: what `logSoftmax` gives along axis 1
 * @param labels `[N]` or `[N, ...]`, whole numbers from 0 to K - 1, of type int32
 * @param options classWeights; ignoreIndex; reduction: `"mean"` (default), `"sum"`, or `"none"` for each by itself
 * @throws ShapeError if there is not one label an example; OptionError if a label is no class
 * @example negativeLogLikelihood(logSoftmax(zeros([2, 10])), tensor([3, 7], [2], "int32")).item() // 2.302...
 */
export function negativeLogLikelihood<D extends FloatDType = "float32">(
  logProbabilities: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  options?: ClassLossOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function negativeLogLikelihood<D extends FloatDType = "float32">(
  logProbabilities: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  options: ClassLossOptions,
): Tensor<Shape, D>;
export function negativeLogLikelihood(
  logProbabilities: Tensor<Shape, FloatDType>,
  labels: Tensor<Shape, "int32">,
  options: ClassLossOptions = {},
): Tensor<Shape, FloatDType> {
  const name = "negativeLogLikelihood";
  const settings = checked(name, options, []);
  const task = classTask(name, "log-probabilities", logProbabilities, labels, settings.ignoreIndex);
  return ofLabels(name, logProbabilities, labels, task, 0, settings);
}

/** Options that were checked, the reduction filled in. */
function checked<O extends ClassLossOptions>(operation: string, options: O, more: readonly string[]) {
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

/** The weights of all classes, to be read while an operation runs. */
function weightsOf(operation: string, given: GivenWeights | undefined, classes: number): () => Floats {
  if (given !== undefined) checkClassWeights(operation, given, classes);
  if (given instanceof Tensor) return () => numbers(given);
  const weights = allocate("float64", classes).fill(1);
  if (given !== undefined) weights.set(given);
  return () => weights;
}

/** The loss of class numbers, given log-probabilities. */
function ofLabels<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  labels: Tensor<Shape, "int32">,
  { n, classes, inner, labelShape }: ClassTask,
  smoothing: number,
  { classWeights, ignoreIndex: ignored = Number.NaN, reduction }: Settings,
): Tensor<Shape, D> {
  const weights = weightsOf(name, classWeights, classes);
  const sizes = { n, classes, inner, smoothing, ignored };
  const weight = (): number => compute.weightOfLabels(numbers(labels), weights(), ignored);
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape: reduction === "none" ? labelShape : [],
    dtype: x.dtype,
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
function mixed<D extends FloatDType>(
  scores: Tensor<Shape, D>,
  targets: Tensor<Shape, D>,
  smoothing: number,
  { classWeights, ignoreIndex, reduction }: Settings,
): Tensor<Shape, D> {
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

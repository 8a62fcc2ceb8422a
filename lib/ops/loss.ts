import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { softmaxCrossEntropyForward, softmaxCrossEntropyGradient } from "../compute/loss.ts";
import { describe, OptionError } from "../errors.ts";
import type { Fits } from "../shapes/shape.ts";
import type { LabelsOf, TargetOf } from "../shapes/targets.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType, Stated } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import {
  type ClassLossDetails,
  type ClassLossOptions,
  checkedClassLoss,
  lossOfLabels,
  lossOfProbabilities,
} from "./class-loss.ts";
import { type ClassTask, classTask } from "./class-task.ts";
import { operand } from "./operands.ts";
import { logSoftmax } from "./softmax.ts";

/** How `crossEntropy` counts. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /**
   * The part ε of each target that is spread evenly over all classes, from 0 to 1: targets are `1 - ε + ε/K` and `ε/K`
   * (Szegedy et al., 2016, section 7). Default 0.
   */
  readonly labelSmoothing?: number;
}

/** Class numbers, one for each example or pixel of the scores; or probabilities, of their shape and type. */
export type ClassTargets<X extends Shape, Y extends Shape, D extends FloatDType> =
  | (Tensor<Y, "int32"> & Fits<LabelsOf<"crossEntropy", X, Y>>)
  | (Tensor<Y, Stated<D>> & Fits<TargetOf<"crossEntropy", X, Y>>);

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
export function crossEntropy<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  labels: ClassTargets<X, Y, D>,
  options?: CrossEntropyOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function crossEntropy<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  labels: ClassTargets<X, Y, D>,
  options: CrossEntropyOptions,
): Tensor<Shape, D>;
export function crossEntropy(
  scores: Tensor<Shape, FloatDType>,
  labels: AnyTensor,
  options: CrossEntropyOptions = {},
): Tensor<Shape, FloatDType> {
  const name = "crossEntropy";
  const { labelSmoothing: smoothing = 0, ...rest } = checkedClassLoss(name, options, ["labelSmoothing"]);
  if (!(typeof smoothing === "number" && smoothing >= 0 && smoothing <= 1)) {
    throw new OptionError(name, `labelSmoothing is ${describe(smoothing)}`, "give a number from 0 to 1, e.g. 0.1");
  }
  operand(name, "scores", scores);
  operand(name, "labels", labels);
  const fractions = labels.dtype === "float32" || labels.dtype === "float64";
  if (fractions && sameShape(labels.shape, scores.shape) && scores.shape.length > 1) {
    return lossOfProbabilities(scores, labels as Tensor<Shape, FloatDType>, smoothing, rest);
  }
  const known = labels as Tensor<Shape, "int32">;
  const task = classTask(name, "scores", scores, known, rest.ignoreIndex);
  const plain = rest.classWeights === undefined && rest.ignoreIndex === undefined && rest.reduction === "mean";
  if (plain && smoothing === 0 && scores.shape.length === 2) return usual(scores, known, task);
  return lossOfLabels(name, logSoftmax(scores, { axis: 1 }), known, task, smoothing, rest);
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
    details: { labels, smoothing: 0, reduction: "mean" } satisfies ClassLossDetails,
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
export function negativeLogLikelihood<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  logProbabilities: Tensor<X, D>,
  labels: Tensor<Y, "int32"> & Fits<LabelsOf<"negativeLogLikelihood", X, Y>>,
  options?: ClassLossOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function negativeLogLikelihood<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  logProbabilities: Tensor<X, D>,
  labels: Tensor<Y, "int32"> & Fits<LabelsOf<"negativeLogLikelihood", X, Y>>,
  options: ClassLossOptions,
): Tensor<Shape, D>;
export function negativeLogLikelihood(
  logProbabilities: Tensor<Shape, FloatDType>,
  labels: Tensor<Shape, "int32">,
  options: ClassLossOptions = {},
): Tensor<Shape, FloatDType> {
  const name = "negativeLogLikelihood";
  const settings = checkedClassLoss(name, options, []);
  const task = classTask(name, "log-probabilities", logProbabilities, labels, settings.ignoreIndex);
  return lossOfLabels(name, logProbabilities, labels, task, 0, settings);
}

import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { hingeLosses, hingeLossesGradient } from "../compute/class-loss.ts";
import { checkOptions } from "../errors.ts";
import type { Fits } from "../shapes/shape.ts";
import type { LabelsOf } from "../shapes/targets.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { classTask } from "./class-task.ts";
import { checkFinite, checkRank, operand } from "./operands.ts";
import { checkReduction, lossGradients, type ReductionOptions, reduceLosses } from "./reduction.ts";

/** How far the right class shall be ahead. */
export interface HingeOptions extends ReductionOptions {
  /** By how much the score of the label shall exceed every other, Δ; default 1. */
  readonly margin?: number;
}

/** The labels, and all options. */
export interface HingeDetails extends Required<HingeOptions> {
  readonly labels: Tensor<Shape, "int32">;
}

/**
 * The loss of a multi-class support vector machine: for each example `Σₖ max(0, scores[k] - scores[label] + margin)` over
 * the classes k that are not its label, averaged over the batch (Weston and Watkins, 1999; as the course cs231n has it).
 * PyTorch's `MultiMarginLoss` is this divided by the number of classes.
 *
 * @param scores `[N, K]`
 * @param labels `[N]` whole numbers from 0 to K - 1, of type int32
 * @param options margin: default 1; reduction: `"mean"` (default), `"sum"`, or `"none"` for each example by itself
 * @throws ShapeError if there is not one label an example; OptionError if a label is no class
 * @example hingeLoss(tensor([[3.2, 5.1, -1.7]]), tensor([0], [1], "int32")).item() // 2.9
 */
export function hingeLoss<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  labels: Tensor<Y, "int32"> & Fits<LabelsOf<"hingeLoss", X, Y>>,
  options?: HingeOptions & { readonly reduction?: "mean" | "sum" },
): Tensor<readonly [], D>;
export function hingeLoss<X extends Shape, Y extends Shape, D extends FloatDType = "float32">(
  scores: Tensor<X, D>,
  labels: Tensor<Y, "int32"> & Fits<LabelsOf<"hingeLoss", X, Y>>,
  options: HingeOptions,
): Tensor<Shape, D>;
export function hingeLoss(
  scores: Tensor<Shape, FloatDType>,
  labels: Tensor<Shape, "int32">,
  options: HingeOptions = {},
): Tensor<Shape, FloatDType> {
  checkOptions("hingeLoss", options, ["margin", "reduction"]);
  const { margin = 1, reduction = "mean" } = options;
  checkFinite("hingeLoss", "margin", margin);
  checkReduction("hingeLoss", reduction);
  checkRank("hingeLoss", [operand("hingeLoss", "scores", scores, "N K")]);
  const { n, classes } = classTask("hingeLoss", "scores", scores, labels);
  return apply<Shape, FloatDType>({
    name: "hingeLoss",
    inputs: [scores],
    shape: reduction === "none" ? [n] : [],
    dtype: scores.dtype,
    details: { labels, margin, reduction } satisfies HingeDetails,
    forward: (out) => {
      const losses = reduction === "none" ? out : roomForGradient(scores.dtype, n);
      hingeLosses(n, classes, numbers(scores), numbers(labels), margin, losses);
      reduceLosses(reduction, losses, n, out);
      if (losses !== out) giveUp(losses);
    },
    backward: (dOut) => {
      const dScores = roomForGradient(scores.dtype, scores.size);
      const dLosses = roomForGradient(scores.dtype, n);
      lossGradients(reduction, dOut, n, dLosses);
      hingeLossesGradient(n, classes, numbers(scores), numbers(labels), margin, dLosses, dScores);
      giveUp(dLosses);
      return [dScores];
    },
  });
}

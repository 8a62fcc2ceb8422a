/** Scores of classifiers half way up a network, which help to train it and are no part of it afterwards. */

import { add, multiply } from "../ops/arithmetic.ts";
import { crossEntropy } from "../ops/loss.ts";
import type { Fits } from "../shapes/shape.ts";
import type { LabelsOf } from "../shapes/targets.ts";
import { checkTensor } from "../tensor/check.ts";
import type { Shape } from "../tensor/shape.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";

/** What was computed on the way to some scores: kept by the scores alone, so that it goes, graph and all, when they do. */
const beside = new WeakMap<AnyTensor, readonly Tensor[]>();

/** Says that these scores were computed on the way to those. */
export function keepAuxiliaryScores(scores: Tensor, auxiliary: readonly Tensor[]): void {
  if (auxiliary.length > 0) beside.set(scores, auxiliary);
}

/**
 * The scores `[N, classes]` of a network's auxiliary heads for the same batch, the head nearest to the input first.
 *
 * @param scores what the network's `forward` gave, `[N, classes]`: the tensor itself, nothing computed from it
 * @returns none where the network has no such heads, or was in evaluation
 * @throws OptionError if it is no tensor
 * @example
 * const net = googlenet({ classes: 10, auxiliaryHeads: true });
 * auxiliaryScores(net.forward(zeros([2, 3, 64, 64]))).length // 2
 * auxiliaryScores(net.eval().forward(zeros([2, 3, 64, 64]))).length // 0
 */
export function auxiliaryScores(scores: Tensor): readonly Tensor[] {
  checkTensor("auxiliaryScores", "the scores", scores);
  return beside.get(scores) ?? [];
}

/**
 * The loss that GoogLeNet is trained with: the cross-entropy of its scores and 0.3 times that of each auxiliary head's (Szegedy
 * et al., 2015, section 5). In evaluation, or without heads, the cross-entropy alone. For `fit`, as its loss.
 *
 * @param scores what the network's `forward` gave, `[N, classes]`: the tensor itself, nothing computed from it
 * @param labels class numbers, `[N]`
 * @throws as `crossEntropy`
 * @example
 * const net = googlenet({ classes: 10, auxiliaryHeads: true });
 * const scores = net.forward(zeros([2, 3, 64, 64]));
 * googlenetLoss(scores, tensor([3, 7], [2], "int32")).backward();
 */
export function googlenetLoss<X extends Shape, Y extends Shape>(
  scores: Tensor<X>,
  labels: Tensor<Y, "int32"> & Fits<LabelsOf<"crossEntropy", X, Y>>,
): Tensor<readonly []>;
export function googlenetLoss(scores: Tensor, labels: Tensor<Shape, "int32">): Tensor<readonly []> {
  const loss = crossEntropy(scores, labels);
  return auxiliaryScores(scores).reduce<Tensor<readonly []>>(
    (sum, auxiliary) => add(sum, multiply(crossEntropy(auxiliary, labels), 0.3)),
    loss,
  );
}

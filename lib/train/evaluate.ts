import { noGrad } from "../autograd/apply.ts";
import { batches, checkDataset, type Dataset } from "../data/batches.ts";
import type { Examples } from "../data/images.ts";
import { checkInteger, checkOptions, describe, InterruptedError, OptionError, ShapeError } from "../errors.ts";
import { interruptRequested } from "../interrupt.ts";
import { evaluating } from "../nn/evaluating.ts";
import { Module } from "../nn/module.ts";
import { crossEntropy } from "../ops/loss.ts";
import { argmax } from "../ops/search.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { breathe } from "./breathe.ts";
import type { Score } from "./history.ts";

/** A loss of scores `[N, K]` and labels `[N]`. */
export type Loss = (scores: Tensor, labels: Tensor<Shape, "int32">) => Tensor<readonly []>;

/** How `evaluate` measures. */
export interface EvaluateOptions {
  /** Examples at a time; default 256. Changes nothing but speed and memory. */
  readonly batchSize?: number;
  /** From scores and labels to one number; default `crossEntropy`. */
  readonly loss?: Loss;
}

/** How a network does on a set of examples. */
export interface Evaluation extends Score {
  /** The class of largest score of each example, `[N]`. */
  readonly predictions: Tensor<readonly [number], "int32">;
  /** The true classes, `[N]`. */
  readonly labels: Tensor<readonly [number], "int32">;
}

/**
 * Measures a network on examples, in evaluation mode, without gradients and without changing it.
 *
 * @returns mean loss, accuracy, and each example's prediction beside its label, in the set's order
 * @throws OptionError for an unknown option, or a set without examples
 * @throws InterruptedError between two batches if the notebook's user asks to stop
 */
export async function evaluate(
  network: Module,
  examples: Dataset<Examples>,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  checkOptions("evaluate", options, ["batchSize", "loss"]);
  const { batchSize = 256, loss = crossEntropy } = options;
  checkTask("evaluate", network, examples, loss);
  checkInteger("evaluate", "batchSize", batchSize, 1);
  const pause = breathe();
  const predictions = allocate("int32", examples.count);
  const truth = allocate("int32", examples.count);
  let total = 0;
  let done = 0;
  for (const { images, labels } of batches(examples, { batchSize })) {
    if (interruptRequested())
      throw new InterruptedError(`evaluate: stopped after ${done} of ${examples.count} examples`);
    noGrad(() => {
      const scores = evaluating(network, () => network.forward(images));
      total += lossOf("evaluate", loss, scores, labels).item() * labels.size;
      predictions.set(peek(argmax(scores)), done);
    });
    truth.set(peek(labels), done);
    done += labels.size;
    await pause();
  }
  const vector = (data: Int32Array): Evaluation["labels"] => freshTensor(data, [done], "int32");
  return {
    loss: total / done,
    accuracy: agreement(predictions, truth),
    predictions: vector(predictions),
    labels: vector(truth),
  };
}

/** What `fit` and `evaluate` are given. @throws OptionError where one of them is of another kind, or there are no examples */
export function checkTask(operation: string, network: Module, examples: Dataset<Examples>, loss: Loss): void {
  if (!(network instanceof Module)) {
    throw new OptionError(
      operation,
      `the network is ${describe(network)}`,
      "give a Module, e.g. lenet5() or a Sequential",
    );
  }
  checkDataset(operation, examples);
  if (examples.count === 0) throw new OptionError(operation, "there are no examples", "give a dataset that has some");
  if (typeof loss !== "function") {
    throw new OptionError(operation, `the loss is ${describe(loss)}`, "give a function, e.g. crossEntropy");
  }
}

/** The loss of a batch. @throws OptionError if the function gives no tensor; ShapeError if it gives several numbers */
export function lossOf(operation: string, loss: Loss, scores: Tensor, labels: Examples["labels"]): Tensor<readonly []> {
  checkTensor(operation, "the network's output", scores);
  const value = loss(scores, labels);
  checkTensor(operation, "the loss", value);
  if (value.size === 1) return value;
  const fix = "end the loss function with mean(...)";
  throw new ShapeError(operation, "the loss is not one number", [{ name: "loss", shape: value.shape }], fix);
}

/** Part of the positions at which two lists agree, 0 to 1. */
export function agreement(predictions: Int32Array, labels: Int32Array): number {
  return predictions.reduce((count, prediction, i) => count + (prediction === labels[i] ? 1 : 0), 0) / labels.length;
}

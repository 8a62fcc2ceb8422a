import { backward } from "../autograd/backward.ts";
import { clipGradNorm } from "../autograd/clip.ts";
import { NumericError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { whereNotFinite } from "./diagnose.ts";
import { type Loss, lossOf, type TrainingBatch } from "./evaluate.ts";
import type { History } from "./history.ts";
import { accuracy, areClasses, type ClassLabels, type Metrics, measure } from "./metrics.ts";

/** What every step of a run has in common. */
export interface Task<T extends AnyTensor> {
  readonly network: Module;
  readonly optimizer: Optimizer;
  readonly loss: Loss<T>;
  readonly metrics: Metrics<T>;
  /** The largest length of all gradients as one vector; null for any. */
  readonly clipNorm: number | null;
}

/** Trains on a batch, and records it. @throws NumericError if the loss is not finite; then nothing was changed */
export function trainingStep<T extends AnyTensor>(
  { network, optimizer, loss, metrics, clipNorm }: Task<T>,
  { images, labels }: TrainingBatch<T>,
  history: History,
): void {
  optimizer.zeroGrad();
  network.train(); // at every step: a callback may have used the network
  const scores = network.forward(images);
  const value = lossOf("fit", loss, scores, labels);
  const measured = value.item();
  if (!Number.isFinite(measured)) {
    const at = history.steps + 1;
    const { where, fix } = whereNotFinite(network, images, optimizer.learningRate);
    throw new NumericError(
      "fit",
      at,
      `the loss is ${measured} at step ${at} of ${history.plannedSteps}; ${where}`,
      fix,
    );
  }
  const measuring = measure("fit", metrics);
  measuring.add(scores, labels);
  const right = areClasses(scores, labels) ? accuracy(scores, labels as unknown as ClassLabels) : Number.NaN;
  backward(value);
  const gradientNorm = clipNorm === null ? undefined : clipGradNorm(optimizer.parameters, clipNorm);
  optimizer.step();
  const { learningRate } = optimizer;
  const metricsOfStep = measuring.values();
  history.record(measured, right, {
    learningRate,
    metrics: metricsOfStep,
    ...(gradientNorm !== undefined && { gradientNorm }),
  });
}

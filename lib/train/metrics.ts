import { noGrad } from "../autograd/apply.ts";
import type { Examples } from "../data/images.ts";
import { checkInteger, describe, OptionError, ShapeError } from "../errors.ts";
import { argmax } from "../ops/search.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";

/** Class numbers, `[N]`. */
export type ClassLabels = Examples["labels"];

/**
 * A measure of one batch, from scores and labels. Over several batches it is their mean, each weighted by its number of
 * examples: what is a mean over examples is one over all of them then.
 */
export type MetricFunction<T extends AnyTensor = ClassLabels> = (scores: Tensor, labels: T) => number;

/** A measure that is no mean over examples, such as an F-score: what it needs is gathered batch by batch. */
export interface GatheredMetric<T extends AnyTensor = ClassLabels> {
  /** Begins to gather. */
  start(): {
    /** Takes a batch in. */
    add(scores: Tensor, labels: T): void;
    /** The measure of all batches taken in. */
    value(): number;
  };
}

/** A measure of a network, beside the loss. */
export type Metric<T extends AnyTensor = ClassLabels> = MetricFunction<T> | GatheredMetric<T>;

/** Measures by the names under which they are recorded. */
export type Metrics<T extends AnyTensor = ClassLabels> = Readonly<Record<string, Metric<T>>>;

/**
 * Part of the examples whose largest score is that of their label, 0 to 1. `fit` and `evaluate` measure it unasked.
 *
 * @param scores `[N, K]`
 * @param labels `[N]`, int32
 * @throws ShapeError if there is not one label an example
 * @example accuracy(tensor([[0, 2, 1], [3, 1, 0]]), tensor([1, 2], [2], "int32")) // 0.5
 */
export function accuracy(scores: Tensor, labels: ClassLabels): number {
  checkScores("accuracy", scores, labels);
  return agreement(peek(noGrad(() => argmax(scores))), peek(labels));
}

/**
 * Part of the examples whose label has one of the `k` largest scores, 0 to 1: a metric for `fit` and `evaluate`. Of equal
 * scores that of the smaller class counts as larger, and NaN as the largest, so that `topKAccuracy(1)` is the accuracy.
 *
 * @throws OptionError unless k is a whole number from 1; the metric throws ShapeError if there is not one label an example
 * @example topKAccuracy(2)(tensor([[0, 2, 1], [3, 1, 0]]), tensor([2, 2], [2], "int32")) // 0.5
 */
export function topKAccuracy(k: number): MetricFunction {
  checkInteger("topKAccuracy", "k", k, 1);
  return (scores, labels) => {
    checkScores("topKAccuracy", scores, labels);
    const [all, truth, classes] = [peek(scores), peek(labels), scores.shape[1] as number];
    let count = 0;
    for (let n = 0; n < truth.length; n++) {
      const own = all[n * classes + truth[n]!]!;
      let before = 0;
      for (let j = 0; j < classes; j++) {
        const other = all[n * classes + j]!;
        const equal = other === own || (Number.isNaN(other) && Number.isNaN(own));
        if (equal ? j < truth[n]! : !Number.isNaN(own) && !(other < own)) before++;
      }
      if (before < k) count++;
    }
    return count / truth.length;
  };
}

/** Whether there is one class number an example and one score a class, so that an accuracy can be measured. */
export function areClasses(scores: Tensor, labels: AnyTensor): boolean {
  return labels.dtype === "int32" && labels.shape.length === 1 && scores.shape.length === 2;
}

function checkScores(operation: string, scores: Tensor, labels: ClassLabels): void {
  if (areClasses(scores, labels) && scores.shape[0] === labels.shape[0]) return;
  const operands = [
    { name: "scores", shape: scores.shape as readonly number[], axes: "N K" },
    { name: "labels", shape: labels.shape as readonly number[], axes: "N" },
  ];
  throw new ShapeError(
    operation,
    "there is not one label an example",
    operands,
    "give scores [N, K] and labels [N], int32",
  );
}

/** Part of the positions at which two lists agree, 0 to 1. */
export function agreement(predictions: Int32Array, labels: Int32Array): number {
  return predictions.reduce((count, prediction, i) => count + (prediction === labels[i] ? 1 : 0), 0) / labels.length;
}

/** @throws OptionError for metrics that are none */
export function checkMetrics(operation: string, metrics: Metrics<never>): void {
  if (typeof metrics !== "object" || metrics === null || Array.isArray(metrics)) {
    const fix = 'give them by name: { "top 5": topKAccuracy(5) }';
    throw new OptionError(operation, `metrics is ${describe(metrics)}`, fix);
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (name === "loss" || name === "accuracy") {
      throw new OptionError(
        operation,
        `a metric is called "${name}"`,
        "give it another name: this one is measured anyway",
      );
    }
    if (typeof metric === "function" || typeof (metric as Partial<GatheredMetric> | null)?.start === "function")
      continue;
    const fix = "give a function of scores and labels, or an object with a method start()";
    throw new OptionError(operation, `the metric "${name}" is ${describe(metric)}`, fix);
  }
}

/** Measures over batches. */
export interface Measuring<T extends AnyTensor> {
  add(scores: Tensor, labels: T): void;
  values(): Record<string, number>;
}

/** Begins to measure. Nothing that a metric computes is remembered for gradients. */
export function measure<T extends AnyTensor>(operation: string, metrics: Metrics<T>): Measuring<T> {
  const checked = (name: string, value: unknown): number => {
    if (typeof value === "number") return value;
    throw new OptionError(operation, `the metric "${name}" gives ${describe(value)}`, "let it give a number");
  };
  const running = Object.entries(metrics).map(([name, metric]) => {
    if (typeof metric !== "function") return { name, gatherer: metric.start() };
    return { name, gatherer: weightedMean<T>((scores, labels) => checked(name, metric(scores, labels))) };
  });
  return {
    add(scores, labels) {
      for (const { gatherer } of running) noGrad(() => gatherer.add(scores, labels));
    },
    values: () => Object.fromEntries(running.map(({ name, gatherer }) => [name, checked(name, gatherer.value())])),
  };
}

function weightedMean<T extends AnyTensor>(metric: MetricFunction<T>): ReturnType<GatheredMetric<T>["start"]> {
  let [sum, count] = [0, 0];
  return {
    add(scores, labels) {
      const examples = labels.shape[0] as number;
      sum += metric(scores, labels) * examples;
      count += examples;
    },
    value: () => sum / count,
  };
}

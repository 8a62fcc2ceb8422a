import { noGrad } from "../autograd/apply.ts";
import { checkDataset, type Dataset } from "../data/batches.ts";
import { type ClassScores, classScores } from "../display/class-scores.ts";
import { type ConfusionMatrix, type ConfusionMatrixOptions, confusionMatrix } from "../display/confusion-matrix.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { evaluating } from "../nn/evaluating.ts";
import { Module } from "../nn/module.ts";
import { crossEntropy } from "../ops/loss.ts";
import { argmax } from "../ops/search.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor, type Tensor } from "../tensor/tensor.ts";
import { eachBatch } from "./each-batch.ts";
import { type Score, scoreText } from "./history.ts";
import { agreement, areClasses, type ClassLabels, checkMetrics, type Metrics, measure } from "./metrics.ts";

/**
 * A batch as training takes it: inputs, and what the loss compares the network's outputs with. `Examples` are that, with
 * class numbers; with a loss of one's own, labels are anything, such as `[N, M]` numbers to come close to.
 */
export interface TrainingBatch<T extends AnyTensor = ClassLabels> {
  /** `[N, ...]`: what the network is fed. */
  readonly images: Tensor;
  /** `[N, ...]` */
  readonly labels: T;
}

/** A loss of outputs, e.g. scores `[N, K]`, and labels, e.g. class numbers `[N]`: one number, a mean over the batch. */
export type Loss<T extends AnyTensor = ClassLabels> = (scores: Tensor, labels: T) => Tensor<readonly []>;

/** How `evaluate` measures. */
export interface EvaluateOptions<T extends AnyTensor = ClassLabels> {
  /** Examples at a time; default 256. Changes nothing but speed and memory. */
  readonly batchSize?: number;
  /** From scores and labels to one number; default `crossEntropy`. */
  readonly loss?: Loss<T>;
  /** What else to measure, by name: `{ "top 5": topKAccuracy(5) }`. */
  readonly metrics?: Metrics<T>;
}

/** How a network does on a set of examples. */
export class Evaluation implements Score {
  readonly loss: number;
  /** Part of the examples whose largest score is that of their label, 0 to 1; NaN where labels are no class numbers. */
  readonly accuracy: number;
  /** What else was measured, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The class of largest score of each example, `[N]`; `[0]` where labels are no class numbers. */
  readonly predictions: Tensor<readonly [number], "int32">;
  /** The true classes, likewise. */
  readonly labels: Tensor<readonly [number], "int32">;

  constructor(measured: Required<Score> & Pick<Evaluation, "predictions" | "labels">) {
    this.loss = measured.loss;
    this.accuracy = measured.accuracy;
    this.metrics = measured.metrics;
    this.predictions = measured.predictions;
    this.labels = measured.labels;
  }

  /** Which classes were taken for which, as a picture. @throws OptionError as the function `confusionMatrix` */
  confusion(options: ConfusionMatrixOptions = {}): ConfusionMatrix {
    return confusionMatrix(this.labels, this.predictions, options);
  }

  /** Precision, recall and F1 of each class, as a picture. @throws OptionError as the function `classScores` */
  classScores(options: ConfusionMatrixOptions = {}): ClassScores {
    return classScores(this.labels, this.predictions, options);
  }

  /** In a line: loss, accuracy, metrics. */
  toString(): string {
    return scoreText(this);
  }
}

/**
 * Measures a network on examples, in evaluation mode, without gradients and without changing it.
 *
 * @returns mean loss, accuracy, metrics, and each example's prediction beside its label, in the set's order
 * @throws OptionError for an unknown option, or a set without examples
 * @throws InterruptedError between two batches if the notebook's user asks to stop
 * @example (await evaluate(lenet5(), digits({ count: 100 }), { metrics: { "top 3": topKAccuracy(3) } })).metrics["top 3"]
 */
export async function evaluate<T extends AnyTensor = ClassLabels>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: EvaluateOptions<T> = {},
): Promise<Evaluation> {
  checkOptions("evaluate", options, ["batchSize", "loss", "metrics"]);
  const { batchSize = 256, metrics = {} } = options;
  const loss = lossFor(options.loss);
  checkTask("evaluate", network, examples, loss);
  checkMetrics("evaluate", metrics);
  checkInteger("evaluate", "batchSize", batchSize, 1);
  const measuring = measure("evaluate", metrics);
  const predictions = allocate("int32", examples.count);
  const truth = allocate("int32", examples.count);
  let [total, classified] = [0, 0];
  await eachBatch("evaluate", examples, batchSize, ({ images, labels }, done) => {
    const count = images.shape[0] as number;
    noGrad(() => {
      const scores = evaluating(network, () => network.forward(images));
      total += lossOf("evaluate", loss, scores, labels).item() * count;
      measuring.add(scores, labels);
      if (!areClasses(scores, labels)) return;
      predictions.set(peek(argmax(scores)), done);
      truth.set(peek(labels as unknown as ClassLabels), done);
      classified += count;
    });
  });
  const vector = (data: Int32Array) =>
    freshTensor<readonly [number], "int32">(data.slice(0, classified), [classified], "int32");
  return new Evaluation({
    loss: total / examples.count,
    accuracy: classified === examples.count ? agreement(predictions, truth) : Number.NaN,
    metrics: measuring.values(),
    predictions: vector(predictions),
    labels: vector(truth),
  });
}

/** The loss that is asked for; where none is, the cross-entropy, for class numbers alone. */
export function lossFor<T extends AnyTensor>(loss: Loss<T> | undefined): Loss<T> {
  return loss === undefined ? (ofClasses as unknown as Loss<T>) : loss;
}

/** Labels of another type would mean probabilities to the cross-entropy; who has numbers to come close to forgot a loss. */
function ofClasses(scores: Tensor, labels: ClassLabels): Tensor<readonly []> {
  if (labels.dtype === "int32") return crossEntropy(scores, labels);
  const fix = "give one: loss: meanSquaredError for numbers to come close to, crossEntropy for probabilities";
  throw new OptionError(
    "loss",
    `the labels are ${labels.dtype as string}, no class numbers, and no loss is given`,
    fix,
  );
}

/** What `fit` and `evaluate` are given. @throws OptionError where one of them is of another kind, or there are no examples */
export function checkTask<T extends AnyTensor>(
  operation: string,
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  loss: Loss<T>,
): void {
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
export function lossOf<T extends AnyTensor>(
  operation: string,
  loss: Loss<T>,
  scores: Tensor,
  labels: T,
): Tensor<readonly []> {
  checkTensor(operation, "the network's output", scores);
  const value = loss(scores, labels);
  checkTensor(operation, "the loss", value);
  if (value.size === 1) return value;
  const fix = "end the loss function with mean(...)";
  throw new ShapeError(operation, "the loss is not one number", [{ name: "loss", shape: value.shape }], fix);
}

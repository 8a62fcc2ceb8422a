import { noGrad } from "../autograd/apply.ts";
import type { Dataset } from "../data/batches.ts";
import { formatNumber, joinSentences, plural } from "../display/format.ts";
import { imageGrid } from "../display/image-grid.ts";
import { imagesOf } from "../display/images.ts";
import { figureHtml, Picture } from "../display/picture.ts";
import { barsFor, barsText, namesFor } from "../display/prediction-bars.ts";
import { predictionCards } from "../display/prediction-cards.ts";
import { svgSize, svgUri } from "../display/svg.ts";
import { checkInteger, checkOptions } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { crossEntropy } from "../ops/loss.ts";
import { slice } from "../ops/slice.ts";
import { softmax } from "../ops/softmax.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { eachBatch } from "./each-batch.ts";
import { checkTask, type Loss, lossFor, lossOf, type TrainingBatch } from "./evaluate.ts";
import { areClasses, type ClassLabels } from "./metrics.ts";

/** What is looked for; every option may be left out. */
export interface TopLossesOptions<T extends AnyTensor = ClassLabels> {
  /** How many examples; default 12. */
  readonly count?: number;
  /** From scores and labels of one example to one number; default `crossEntropy`. */
  readonly loss?: Loss<T>;
  /** What the classes are called. */
  readonly classes?: readonly string[];
  /** Examples at a time; default 256. Changes nothing but speed and memory. */
  readonly batchSize?: number;
}

/** An example and how wrong the network is about it. */
export interface TopLoss {
  /** Its number in the set. */
  readonly example: number;
  readonly loss: number;
  /** Its class; NaN where labels are no class numbers, as the next. */
  readonly label: number;
  /** The class of largest score. */
  readonly prediction: number;
  /** The softmax of its scores; empty where labels are no class numbers. */
  readonly probabilities: readonly number[];
}

/** The examples of largest loss. Draws itself: images with what they are taken for. */
export class TopLosses {
  /** The largest first. */
  readonly losses: readonly TopLoss[];
  /** `[count, ...]`: those examples. */
  readonly images: Tensor;
  readonly #classes: readonly string[] | undefined;
  readonly #total: number;

  /** @internal */
  constructor(losses: readonly TopLoss[], images: Tensor, total: number, classes: readonly string[] | undefined) {
    this.losses = losses;
    this.images = images;
    this.#total = total;
    this.#classes = classes;
  }

  /** The picture by itself. */
  picture(): Picture {
    const title = "Top losses";
    const caption = `The ${this.losses.length} of ${plural(this.#total, "example")} with the largest loss.`;
    const classes = this.losses[0]?.probabilities.length ?? 0;
    const names = namesFor("topLosses", this.#classes, classes);
    const cards = this.losses.map(({ example, loss, label, probabilities }) => ({
      head: `${example}: loss ${formatNumber(loss)}`,
      bars: classes === 0 ? [] : barsFor(probabilities, names, 3, label),
    }));
    const words = cards.map(({ head, bars }, i) =>
      joinSentences(
        bars.length === 0 ? head : `${head}, true ${names[this.losses[i]!.label]}, taken for ${barsText(bars)}`,
      ),
    );
    const text = [title, ...words, caption].join("\n");
    const [, channels] = this.images.shape as readonly number[];
    if (this.images.shape.length !== 4 || (channels !== 1 && channels !== 3))
      return new Picture({ "text/plain": text });
    if (classes === 0) {
      const labels = cards.map(({ head }) => head);
      return new Picture({ ...imageGrid(this.images, { title, caption, labels }).bundle, "text/plain": text });
    }
    const alt = joinSentences(title, caption, ...words);
    const svg = predictionCards(imagesOf("topLosses", this.images), cards, alt);
    const said = joinSentences(caption, "✓ and blue is the true class, ✗ and orange the one it is taken for");
    const figure = { title, caption: said, alt, source: svgUri(svg), ...svgSize(svg) };
    return new Picture({ "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": text });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The picture in words. */
  toString(): string {
    return this.picture().toString();
  }
}

/**
 * The examples that a network is most wrong about, each with its image, its class, what it is taken for, and the loss: wrong
 * labels and odd images are found so. In evaluation mode, without gradients and without changing the network.
 *
 * @throws OptionError for an unknown option, or a set without examples
 * @throws InterruptedError between two batches if the notebook's user asks to stop
 * @example (await topLosses(lenet5(), testDigits().take(100), { count: 5 })).losses.length // 5
 */
export async function topLosses<T extends AnyTensor = ClassLabels>(
  network: Module,
  examples: Dataset<TrainingBatch<T>>,
  options: TopLossesOptions<T> = {},
): Promise<TopLosses> {
  checkOptions("topLosses", options, ["count", "loss", "classes", "batchSize"]);
  const { count = 12, batchSize = 256 } = options;
  const loss = lossFor(options.loss);
  checkTask("topLosses", network, examples, loss);
  checkInteger("topLosses", "count", count, 1);
  checkInteger("topLosses", "batchSize", batchSize, 1);
  let worst: TopLoss[] = [];
  await eachBatch("topLosses", examples, batchSize, ({ images, labels }, done) => {
    const found = noGrad(() => {
      const scores = evaluating(network, () => network.forward(images));
      const alone = options.loss === undefined && areClasses(scores, labels);
      const losses = alone ? classLosses(scores, labels) : eachLoss(loss, scores, labels);
      return described(scores, labels, losses, done);
    });
    if (done === 0) namesFor("topLosses", options.classes, found[0]?.probabilities.length ?? 0);
    worst = [...worst, ...found].sort(byLoss).slice(0, count);
  });
  const { images } = examples.gather(Int32Array.from(worst, ({ example }) => example));
  return new TopLosses(worst, images, examples.count, options.classes);
}

/** NaN is the worst of all. */
function byLoss(a: TopLoss, b: TopLoss): number {
  const size = (loss: number) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss);
  if (size(a.loss) === size(b.loss)) return a.example - b.example;
  return size(b.loss) > size(a.loss) ? 1 : -1;
}

/** The loss of each example by itself: losses are means over batches. */
function eachLoss<T extends AnyTensor>(loss: Loss<T>, scores: Tensor, labels: T): number[] {
  return Array.from({ length: scores.shape[0] as number }, (_, n) =>
    lossOf("topLosses", loss, slice(scores, n, n + 1) as Tensor, slice(labels, n, n + 1) as AnyTensor as T).item(),
  );
}

/** The same for the cross-entropy, which knows them. */
function classLosses(scores: Tensor, labels: AnyTensor): number[] {
  return Array.from(peek(crossEntropy(scores, labels as never, { reduction: "none" })));
}

function described(scores: Tensor, labels: AnyTensor, losses: readonly number[], before: number): TopLoss[] {
  const classes = areClasses(scores, labels);
  const [truth, rows] = [peek(labels), classes ? peek(softmax(scores)) : []];
  const size = classes ? (scores.shape[1] as number) : 0;
  return losses.map((loss, n) => {
    const probabilities = Array.from(rows.slice(n * size, (n + 1) * size));
    const prediction = probabilities.indexOf(Math.max(...probabilities));
    return {
      example: before + n,
      loss,
      label: classes ? truth[n]! : Number.NaN,
      prediction: classes ? prediction : Number.NaN,
      probabilities,
    };
  });
}

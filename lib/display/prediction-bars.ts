import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { ClassNumbers } from "./confusion-matrix.ts";
import { nothingToDraw } from "./draw-images.ts";
import { formatCount, formatShare, joinSentences, plural } from "./format.ts";
import { imagesOf } from "./images.ts";
import { figureHtml, Picture } from "./picture.ts";
import { type Bar, predictionCards } from "./prediction-cards.ts";
import { svgSize, svgUri } from "./svg.ts";

/** How predictions are drawn; every option may be left out. */
export interface PredictionBarsOptions {
  readonly title?: string;
  /** The true classes, `[N]`: their bars are blue and marked, wrong first ones orange. */
  readonly labels?: ClassNumbers;
  /** What the classes are called. */
  readonly classes?: readonly string[];
  /** How many of the most probable classes have a bar; default 3. The true class has one in any case. */
  readonly top?: number;
  /** Images beyond this many are not drawn, which is said; default 24. */
  readonly limit?: number;
}

/**
 * Draws images with their most probable classes as bars, as ConvNetJS's demos do.
 *
 * @param images `[N, C, H, W]` with C = 1 or 3
 * @param probabilities `[N, K]`: `softmax(scores)`
 * @throws ShapeError if there is not one row an image; OptionError where rows are no probabilities, or for an unknown option
 * @example predictionBars(testDigits().take(2).images, tensor([[0.1, 0.9], [1, 0]]), { labels: [1, 1], classes: ["one", "two"] })
 */
export function predictionBars(
  images: AnyTensor,
  probabilities: AnyTensor,
  options: PredictionBarsOptions = {},
): Picture {
  const operation = "predictionBars";
  checkOptions(operation, options, ["title", "labels", "classes", "top", "limit"]);
  const { title, top = 3, limit = 24 } = options;
  checkInteger(operation, "top", top, 1);
  checkInteger(operation, "limit", limit, 1);
  const planes = imagesOf(operation, images);
  const classes = checkProbabilities(operation, probabilities, planes.count, images.shape as readonly number[]);
  const names = namesFor(operation, options.classes, classes);
  const labels = options.labels === undefined ? undefined : labelsOf(operation, options.labels, planes.count, classes);
  if (planes.count === 0) return nothingToDraw("No images to draw", title);
  const count = Math.min(limit, planes.count);
  const rows = peek(probabilities);
  const cards = Array.from({ length: count }, (_, n) => {
    const bars = barsFor(rows.subarray(n * classes, (n + 1) * classes), names, top, labels?.[n]);
    return { head: labels === undefined ? `image ${n}` : `true: ${names[labels[n]!]}`, bars };
  });
  const right = labels && cards.filter(({ bars }) => bars[0]!.isTrue).length;
  const caption = joinSentences(
    right !== undefined && `${right} of ${count} right: ${formatShare(right, count)}`,
    `Bars: the ${top === 1 ? "most probable class" : `${top} most probable classes`}`,
    labels && "✓ and blue is the true one, ✗ and orange a wrong first one",
    planes.count > limit && `The first ${formatCount(limit)} of ${plural(planes.count, "image")}`,
  );
  const words = cards.map(({ head, bars }) => `${head}; ${barsText(bars)}`);
  const alt = joinSentences(title ?? "Predictions", caption, ...words);
  const svg = predictionCards(planes, cards, alt);
  const figure = { title, caption, alt, source: svgUri(svg), ...svgSize(svg) };
  return new Picture({
    "text/html": figureHtml(figure),
    "image/svg+xml": svg,
    "text/plain": [title, ...words, caption].filter(Boolean).join("\n"),
  });
}

/** The most probable classes, of equal ones the first; the true one behind them where it is not among them. */
export function barsFor(row: ArrayLike<number>, names: readonly string[], top: number, truth?: number): Bar[] {
  const order = Array.from(row, (share, k) => ({ share, k })).sort((a, b) => b.share - a.share || a.k - b.k);
  const shown = order.slice(0, top);
  if (truth !== undefined && !shown.some(({ k }) => k === truth)) shown.push(order.find(({ k }) => k === truth)!);
  return shown.map(({ share, k }) => ({
    name: names[k]!,
    share,
    isTrue: truth === undefined ? undefined : k === truth,
  }));
}

/** `7 98.1 %, 1 1.2 %`. */
export function barsText(bars: readonly Bar[]): string {
  return bars.map(({ name, share }) => `${name} ${formatShare(share, 1)}`).join(", ");
}

/** The classes' names; their numbers where they have none. @throws OptionError if there are too few */
export function namesFor(operation: string, names: readonly string[] | undefined, classes: number): readonly string[] {
  if (names === undefined) return Array.from({ length: classes }, (_, k) => `${k}`);
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw new OptionError(operation, `classes is ${describe(names)}`, 'give a list of texts: ["cat", "dog"]');
  }
  if (names.length >= classes) return names;
  throw new OptionError(operation, `${plural(names.length, "name")} for ${classes} classes`, "name every class");
}

/** How many classes there are. */
function checkProbabilities(operation: string, rows: AnyTensor, count: number, imageShape: readonly number[]): number {
  checkTensor(operation, "probabilities", rows);
  const shape = rows.shape as readonly number[];
  const operands = [
    { name: "images", shape: imageShape },
    { name: "probabilities", shape, axes: "N K" },
  ];
  if (shape.length !== 2 || shape[0] !== count || shape[1] === 0) {
    throw new ShapeError(operation, "there is not one row of probabilities an image", operands, `give [${count}, K]`);
  }
  const data = peek(rows);
  const classes = shape[1]!;
  for (let n = 0; n < count; n++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += data[n * classes + k]! >= 0 ? data[n * classes + k]! : Number.NaN;
    if (Math.abs(sum - 1) < 1e-3) continue;
    const problem = Number.isNaN(sum) ? `row ${n} has numbers below 0, or NaN` : `row ${n} adds up to ${sum}, not to 1`;
    throw new OptionError(operation, problem, "give probabilities: softmax(scores)");
  }
  return classes;
}

function labelsOf(operation: string, labels: ClassNumbers, count: number, classes: number): ArrayLike<number> {
  const given = labels as unknown;
  if (typeof given !== "object" || given === null) {
    throw new OptionError(operation, `labels is ${describe(given)}`, "give class numbers, [N]");
  }
  const numbers = "data" in labels ? labels.data : labels;
  if (numbers.length !== count) {
    const problem = `there are ${plural(numbers.length, "label")} and ${plural(count, "image")}`;
    throw new OptionError(operation, problem, "give one label an image");
  }
  for (let i = 0; i < count; i++) {
    const label = numbers[i]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    const fix = `classes are whole numbers from 0 to ${classes - 1}`;
    throw new OptionError(operation, `labels[${i}] is ${label}`, fix);
  }
  return numbers;
}

import { display, type MimeBundle } from "../mime.ts";
import { classScoresSvg } from "./class-scores-svg.ts";
import {
  type ClassNumbers,
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./confusion-matrix.ts";
import { formatCount, formatShare, joinSentences, plural } from "./format.ts";
import { figureHtml } from "./picture.ts";
import { svgSize, svgUri } from "./svg.ts";
import { tableText } from "./table.ts";

/** Classes beyond this many are not listed, the worst first. */
const LISTED = 25;

/** How well a class is recognised; each from 0 to 1. */
export interface ClassScore {
  /** Its name. */
  readonly name: string;
  /** The share of the examples taken for it that are of it; NaN where none was. */
  readonly precision: number;
  /** The share of its examples that were taken for it; NaN where it has none. */
  readonly recall: number;
  /** Their harmonic mean, `2·TP / (2·TP + FP + FN)`; NaN where there are neither examples nor guesses. */
  readonly f1: number;
  /** How many examples it has. */
  readonly examples: number;
}

/** Precision, recall and F1 of each class. Draws itself as bars. */
export class ClassScores {
  /** In the classes' order. */
  readonly scores: readonly ClassScore[];
  /** The plain mean over the classes that have examples or guesses; what is NaN counts as 0. */
  readonly macro: Omit<ClassScore, "name">;
  /** The mean over the classes, each weighted by its number of examples. */
  readonly weighted: Omit<ClassScore, "name">;
  /** The share of all examples that were recognised; NaN where there are none. */
  readonly accuracy: number;
  readonly #title: string | undefined;

  constructor(matrix: ConfusionMatrix) {
    this.scores = matrix.classes.map((name, label) => scoreOf(matrix, name, label));
    const present = this.scores.filter(({ f1 }) => !Number.isNaN(f1));
    this.macro = meanOf(present, () => 1);
    this.weighted = meanOf(this.scores, ({ examples }) => examples);
    this.accuracy = matrix.accuracy;
    this.#title = matrix.title;
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    const listed = this.#listed();
    const title = this.#title ?? "Scores of each class";
    const caption = this.#caption();
    const worst = [...this.scores].sort(byF1)[0];
    const alt = joinSentences(title, caption, worst && `The lowest F1 is that of ${worst.name}, ${text(worst.f1)}`);
    const svg = classScoresSvg(listed, alt);
    const figure = { title, caption, alt, source: svgUri(svg), ...svgSize(svg) };
    return { "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": this.toString() };
  }

  /** The table as text. */
  toString(): string {
    const row = (name: string, { precision, recall, f1, examples }: Omit<ClassScore, "name">) => [
      name,
      ...[precision, recall, f1].map(text),
      formatCount(examples),
    ];
    const rows = this.#listed().map((score) => row(score.name, score));
    const means = [row("mean (macro)", this.macro), row("mean (weighted)", this.weighted)];
    const columns = ["class", "precision", "recall", "F1", "examples"];
    return [this.#title, tableText([...rows, ...means], columns), this.#caption()].filter(Boolean).join("\n");
  }

  /** All of them in order; of many the worst. */
  #listed(): readonly ClassScore[] {
    return this.scores.length <= LISTED ? this.scores : [...this.scores].sort(byF1).slice(0, LISTED);
  }

  #caption(): string {
    if (this.macro.examples === 0) return "No examples.";
    return joinSentences(
      `Accuracy ${(100 * this.accuracy).toFixed(2)} % of ${plural(this.macro.examples, "example")}`,
      `Mean F1 over the classes ${text(this.macro.f1)}`,
      this.scores.length > LISTED &&
        `The ${LISTED} of ${plural(this.scores.length, "class", "classes")} with the lowest F1`,
    );
  }
}

/**
 * Precision, recall and F1 of each class, from true and predicted classes.
 *
 * @param labels the true classes, whole numbers from 0
 * @param predictions the predicted ones, as many
 * @throws OptionError as `confusionMatrix`
 * @example classScores([0, 0, 1, 1], [0, 1, 1, 1]).scores[1]!.precision // 0.6666666666666666
 */
export function classScores(
  labels: ClassNumbers,
  predictions: ClassNumbers,
  options: ConfusionMatrixOptions = {},
): ClassScores {
  return new ClassScores(confusionMatrix(labels, predictions, options));
}

function scoreOf({ counts, classes }: ConfusionMatrix, name: string, label: number): ClassScore {
  const k = classes.length;
  let [examples, guesses] = [0, 0];
  for (let i = 0; i < k; i++) {
    examples += counts.data[label * k + i]!;
    guesses += counts.data[i * k + label]!;
  }
  const right = counts.data[label * (k + 1)]!;
  return {
    name,
    precision: right / guesses,
    recall: right / examples,
    f1: (2 * right) / (examples + guesses),
    examples,
  };
}

function meanOf(scores: readonly ClassScore[], weight: (score: ClassScore) => number): Omit<ClassScore, "name"> {
  const total = scores.reduce((sum, score) => sum + weight(score), 0);
  const mean = (of: "precision" | "recall" | "f1") =>
    scores.reduce((sum, score) => sum + (weight(score) / total) * (score[of] || 0), 0);
  return {
    precision: mean("precision"),
    recall: mean("recall"),
    f1: mean("f1"),
    examples: scores.reduce((sum, { examples }) => sum + examples, 0),
  };
}

/** The worst first; classes that do not occur last. */
function byF1(a: ClassScore, b: ClassScore): number {
  return (Number.isNaN(a.f1) ? 2 : a.f1) - (Number.isNaN(b.f1) ? 2 : b.f1);
}

function text(share: number): string {
  return Number.isNaN(share) ? "-" : formatShare(share, 1);
}

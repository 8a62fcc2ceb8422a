import { checkInteger, checkOptions, OptionError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { wrap } from "../tensor/create.ts";
import { allocate } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { confusionBundle } from "./confusion-bundle.ts";
import { plural } from "./format.ts";

/** Class numbers: a tensor `[N]`, or any array of whole numbers. */
export type ClassNumbers = ArrayLike<number> | { readonly data: ArrayLike<number> };

/** How a confusion matrix is labelled. */
export interface ConfusionMatrixOptions {
  /** Their names in order, or how many there are; found from the greatest number where it is left out. */
  readonly classes?: readonly string[] | number;
  readonly title?: string;
}

/** More classes make a table of more than 4 million counts. */
const MOST_CLASSES = 2048;

/** Which classes a network takes for which: counts, and the shares that are read off them. */
export class ConfusionMatrix {
  /** `[K, K]`: rows are the true classes, columns the predicted ones. */
  readonly counts: Tensor<readonly [number, number], "int32">;
  readonly classes: readonly string[];
  readonly title: string | undefined;

  constructor(counts: Tensor<readonly [number, number], "int32">, classes: readonly string[], title?: string) {
    this.counts = counts;
    this.classes = classes;
    this.title = title;
  }

  /** Examples of one true class. */
  total(label: number): number {
    const k = this.classes.length;
    return this.counts.data.subarray(label * k, (label + 1) * k).reduce((sum, count) => sum + count, 0);
  }

  /** The share of a class's examples that were recognised; NaN where it has none. */
  recall(label: number): number {
    return (this.counts.data[label * (this.classes.length + 1)] as number) / this.total(label);
  }

  /** The share of all examples that were recognised; NaN where there are none. */
  get accuracy(): number {
    let [right, all] = [0, 0];
    for (let label = 0; label < this.classes.length; label++) {
      right += this.counts.data[label * (this.classes.length + 1)] as number;
      all += this.total(label);
    }
    return right / all;
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return confusionBundle(this);
  }

  /** The table as text. */
  toString(): string {
    return this[display]()["text/plain"];
  }
}

/**
 * Counts which classes were taken for which.
 *
 * @param labels the true classes
 * @param predictions the predicted ones, as many
 * @throws OptionError if they differ in number, or a class is no whole number below the number of classes
 */
export function confusionMatrix(
  labels: ClassNumbers,
  predictions: ClassNumbers,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  checkOptions("confusionMatrix", options, ["classes", "title"]);
  const [truth, guess] = [numbersOf(labels), numbersOf(predictions)];
  if (truth.length !== guess.length) {
    const problem = `there are ${plural(truth.length, "label")} and ${plural(guess.length, "prediction")}`;
    throw new OptionError("confusionMatrix", problem, "give one prediction a label");
  }
  const classes = namesOf(options.classes, [truth, guess]);
  const k = classes.length;
  const counts = wrap(allocate("int32", k * k), [k, k], "int32");
  for (let i = 0; i < truth.length; i++) {
    const cell = checked("labels", truth, i, k) * k + checked("predictions", guess, i, k);
    counts.data[cell] = (counts.data[cell] as number) + 1;
  }
  return new ConfusionMatrix(counts, classes, options.title);
}

function numbersOf(classes: ClassNumbers): ArrayLike<number> {
  return "data" in classes ? classes.data : classes;
}

function namesOf(
  classes: readonly string[] | number | undefined,
  found: readonly ArrayLike<number>[],
): readonly string[] {
  if (typeof classes === "object") return checkCount(classes.length) && classes;
  if (classes !== undefined) checkInteger("confusionMatrix", "classes", classes, 1);
  const numbers = found.flatMap((some) => Array.from(some)).filter(Number.isInteger); // others are refused later, by name
  const count = classes ?? numbers.reduce((a, b) => Math.max(a, b), 0) + 1;
  return checkCount(count) && Array.from({ length: count }, (_, i) => `${i}`);
}

function checkCount(count: number): true {
  if (count >= 1 && count <= MOST_CLASSES) return true;
  const fix = "group the classes, or count the pairs you want to see by yourself";
  throw new OptionError("confusionMatrix", `${count} classes, drawn are 1 to ${MOST_CLASSES}`, fix);
}

function checked(name: string, numbers: ArrayLike<number>, i: number, classes: number): number {
  const value = numbers[i] as number;
  if (Number.isInteger(value) && value >= 0 && value < classes) return value;
  const fix = `classes are whole numbers from 0 to ${classes - 1}`;
  throw new OptionError("confusionMatrix", `${name}[${i}] is ${value}`, fix);
}

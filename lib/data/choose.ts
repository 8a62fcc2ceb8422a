import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { Random } from "../random.ts";
import { checkDataset, type Dataset } from "./batches.ts";

/** How a set is cut in two. */
export interface SplitOptions {
  /** How many examples are put aside: a number of them from 1, or a fraction between 0 and 1. */
  readonly validation: number;
  /** Whether every class gives as large a part of its examples, to the nearest one; default true. */
  readonly stratified?: boolean;
  /** Decides which; default 0. */
  readonly seed?: number;
}

/** The numbers of the examples to learn from and of those put aside, each in the set's order. */
export function splitIndices(
  operation: string,
  labels: ArrayLike<number>,
  options: SplitOptions,
): { train: Int32Array; validation: Int32Array } {
  checkOptions(operation, options, ["validation", "stratified", "seed"]);
  const { validation, stratified = true, seed = 0 } = options;
  const count = labels.length;
  const aside = validation > 0 && validation < 1 ? Math.round(validation * count) : validation;
  if (!Number.isInteger(aside) || aside < 1 || aside >= count) {
    const problem = `validation is ${describe(validation)}, ${describe(aside)} of ${count} examples`;
    throw new OptionError(operation, problem, `give a fraction such as 0.1, or a number in 1 .. ${count - 1}`);
  }
  const random = new Random(seed).fork("split");
  const order = random.shuffle(Int32Array.from({ length: count }, (_, i) => i));
  const chosen = stratified ? firstOfEach(order, labels, aside) : order.slice(0, aside);
  const taken = new Set(chosen);
  return { train: order.filter((i) => !taken.has(i)).sort(), validation: chosen.sort() };
}

/**
 * The first examples of every class in this order, as many as its share of `aside`; what rounding down leaves over goes to
 * the classes with the largest remainders (Hamilton's method), so that exactly `aside` are chosen.
 */
function firstOfEach(order: Int32Array, labels: ArrayLike<number>, aside: number): Int32Array {
  const shares = [...byLabel(order, labels)].map(([label, own]) => {
    const share = (aside * own.length) / order.length;
    return { label, own, due: Math.floor(share), rest: share - Math.floor(share) };
  });
  shares.sort((a, b) => b.rest - a.rest || a.label - b.label);
  const over = aside - shares.reduce((sum, { due }) => sum + due, 0);
  return Int32Array.from(shares.flatMap(({ own, due }, place) => own.slice(0, due + (place < over ? 1 : 0))));
}

/** The examples of each label, in this order. */
function byLabel(order: Int32Array, labels: ArrayLike<number>): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const i of order) {
    const own = found.get(labels[i]!);
    if (own === undefined) found.set(labels[i]!, [i]);
    else own.push(i);
  }
  return found;
}

/** How many examples there are of each label: of 0 .. classes − 1, and beyond up to the greatest that occurs. */
export function countLabels(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    while (counts.length <= labels[i]!) counts.push(0);
    counts[labels[i]!]!++;
  }
  return counts;
}

/**
 * Some examples of a dataset as one of their own, in this order, also repeated: nothing is copied until they are asked for.
 * An augmented example stays what it is, as it goes by its number in the whole.
 *
 * @throws OptionError if a number is not in the dataset
 * @example subset(digits({ count: 10 }), [3, 1, 4]).count // 3
 */
export function subset<Batch>(dataset: Dataset<Batch>, indices: ArrayLike<number>): Dataset<Batch> {
  checkDataset("subset", dataset);
  if (typeof indices?.length !== "number") {
    throw new OptionError("subset", `the indices are ${describe(indices)}`, "give a list of numbers: [0, 2, 4]");
  }
  const chosen = Int32Array.from(indices);
  const wrong = chosen.findIndex((index, i) => index !== indices[i] || index < 0 || index >= dataset.count);
  if (wrong >= 0) {
    const fix = `give whole numbers in 0 .. ${dataset.count - 1}`;
    throw new OptionError("subset", `index ${describe(indices[wrong])} at place ${wrong}`, fix);
  }
  const inWhole = (some: Int32Array): Int32Array => some.map((i) => chosen[i]!);
  return {
    count: chosen.length,
    gather: (some, epoch) => dataset.gather(inWhole(some), epoch),
    ...(dataset.prepare && { prepare: (some, epoch) => dataset.prepare!(inWhole(some), epoch) }),
  };
}

/**
 * A dataset whose every batch is changed by a function, each time it is asked for.
 *
 * @throws OptionError for what is no dataset, or no function
 * @example mapped(digits({ count: 10 }), ({ images, labels }) => ({ images: relu(images), labels })).count // 10
 */
export function mapped<Batch, Result>(dataset: Dataset<Batch>, change: (batch: Batch) => Result): Dataset<Result> {
  checkDataset("mapped", dataset);
  if (typeof change !== "function") {
    throw new OptionError("mapped", `the change is ${describe(change)}`, "give a function of a batch");
  }
  return {
    count: dataset.count,
    gather: (indices, epoch) => change(dataset.gather(indices, epoch)),
    ...(dataset.prepare && { prepare: (indices, epoch) => dataset.prepare!(indices, epoch) }),
  };
}

/**
 * Numbers of examples drawn with replacement so that each class comes up equally often on average: for sets in which some
 * classes are rare. To be given to `subset`.
 *
 * @param labels the classes, e.g. `set.labels.data`
 * @param count how many to draw; default as many as there are labels
 * @example balancedIndices([0, 0, 0, 1], { count: 100, seed: 1 }).length // 100
 */
export function balancedIndices(
  labels: ArrayLike<number>,
  options: { readonly count?: number; readonly seed?: number } = {},
): Int32Array {
  checkOptions("balancedIndices", options, ["count", "seed"]);
  if (typeof labels?.length !== "number" || labels.length === 0) {
    throw new OptionError("balancedIndices", `the labels are ${describe(labels)}`, "give a list of one or more");
  }
  const { count = labels.length, seed = 0 } = options;
  checkInteger("balancedIndices", "count", count, 0);
  const classes = [
    ...byLabel(
      Int32Array.from({ length: labels.length }, (_, i) => i),
      labels,
    ).values(),
  ];
  const random = new Random(seed).fork("balanced");
  return Int32Array.from({ length: count }, () => {
    const own = classes[random.integer(classes.length)]!;
    return own[random.integer(own.length)]!;
  });
}

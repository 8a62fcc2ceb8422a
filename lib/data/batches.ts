import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { Random } from "../random.ts";
import { Orders } from "./orders.ts";

/** Examples that can be picked by number, as whatever a training step takes. */
export interface Dataset<Batch> {
  /** How many examples there are. */
  readonly count: number;
  /**
   * Copies examples, in this order, into fresh arrays.
   *
   * @param epoch which pass over the examples asks, counted from 0: for datasets that show an example otherwise each time
   */
  gather(indices: Int32Array, epoch?: number): Batch;
  /** Told which examples `gather` will be asked for next, so that it may have them prepared meanwhile. */
  prepare?(indices: Int32Array, epoch: number): void;
}

/** A place in a row of epochs, both counted from 0. */
export interface BatchPosition {
  readonly epoch: number;
  /** Batches of that epoch that are over. */
  readonly step: number;
}

/** How `batches` cuts. */
export interface BatchOptions {
  /** Examples a batch. */
  readonly batchSize: number;
  /** Draws a new order for every epoch from this stream; left out, the order is that of the dataset. */
  readonly shuffle?: Random;
  /** Leaves out the last batch where it would be smaller than the others (default false). */
  readonly dropLast?: boolean;
  /** Where to begin, as if the batches before had been taken; default `{ epoch: 0, step: 0 }`. For runs that go on. */
  readonly start?: BatchPosition;
}

/** The batches of one epoch after another: each loop over it is an epoch, and goes through every example once. */
export interface Batches<Batch> extends Iterable<Batch> {
  /** Batches an epoch. */
  readonly length: number;
}

/** @throws OptionError for a value that is no dataset, though the caller's compiler may not have known */
export function checkDataset(operation: string, dataset: Dataset<unknown>): void {
  const given: Partial<Dataset<unknown>> | null | undefined = dataset;
  if (typeof given?.count === "number" && typeof given.gather === "function") return;
  const fix = "give one, e.g. digits(), or new LabelledImages(images, labels)";
  throw new OptionError(operation, `the examples are ${describe(dataset)}, not a dataset`, fix);
}

/**
 * Cuts a dataset into batches. Two loaders with streams of one seed give the same batches, epoch by epoch; so does one that
 * starts in the middle, given a fresh stream of that seed. The n-th loop over it is epoch n, also if one was left early.
 *
 * @throws OptionError on an unknown option, or a batch size that is no whole number from 1; with `dropLast` also on one
 *   larger than the dataset, which would leave no batch at all; on a start beyond the end of an epoch
 * @example for (const { images, labels } of batches(digits({ count: 100 }), { batchSize: 64 })) console.log(labels.size)
 */
export function batches<Batch>(dataset: Dataset<Batch>, options: BatchOptions): Batches<Batch> {
  checkDataset("batches", dataset);
  checkOptions("batches", options, ["batchSize", "shuffle", "dropLast", "start"]);
  const { batchSize, shuffle, dropLast = false, start = { epoch: 0, step: 0 } } = options;
  checkInteger("batches", "batchSize", batchSize, 1);
  if (shuffle !== undefined && !(shuffle instanceof Random)) {
    throw new OptionError("batches", `shuffle is ${describe(shuffle)}`, "give the stream that shuffles: new Random(0)");
  }
  const { count } = dataset;
  if (dropLast && batchSize > count) {
    const problem = `batchSize is ${batchSize}, but the dataset has ${count} examples: dropLast leaves no batch`;
    throw new OptionError("batches", problem, `give a batchSize of at most ${count}, or leave dropLast out`);
  }
  const length = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  checkStart(start, length);
  const orders = new Orders(count, shuffle);
  let skip = start.step;
  return {
    length,
    *[Symbol.iterator]() {
      const { order, epoch } = orders.next(start.epoch);
      const first = skip;
      skip = 0;
      const indicesOf = (step: number): Int32Array => order.slice(step * batchSize, (step + 1) * batchSize);
      for (let step = first; step < length; step++) {
        const batch = dataset.gather(indicesOf(step), epoch);
        if (step + 1 < length) dataset.prepare?.(indicesOf(step + 1), epoch);
        yield batch;
      }
    },
  };
}

function checkStart(start: BatchPosition, length: number): void {
  checkOptions("batches", start, ["epoch", "step"]);
  checkInteger("batches", "start.epoch", start.epoch, 0);
  checkInteger("batches", "start.step", start.step, 0);
  if (start.step <= length) return;
  const problem = `start.step is ${start.step}, but an epoch has ${length} batches`;
  throw new OptionError("batches", problem, `give a step in 0 .. ${length}, or a later epoch`);
}

import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { Random } from "../random.ts";

/** Examples that can be picked by number, as whatever a training step takes. */
export interface Dataset<Batch> {
  /** How many examples there are. */
  readonly count: number;
  /** Copies examples, in this order, into fresh arrays. */
  gather(indices: Int32Array): Batch;
}

/** How `batches` cuts. */
export interface BatchOptions {
  /** Examples a batch. */
  readonly batchSize: number;
  /** Draws a new order for every epoch from this stream; left out, the order is that of the dataset. */
  readonly shuffle?: Random;
  /** Leaves out the last batch where it would be smaller than the others (default false). */
  readonly dropLast?: boolean;
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
 * Cuts a dataset into batches. Two loaders with streams of one seed give the same batches, epoch by epoch.
 *
 * @throws OptionError on an unknown option, or a batch size that is no whole number from 1; with `dropLast` also on one
 *   larger than the dataset, which would leave no batch at all
 */
export function batches<Batch>(dataset: Dataset<Batch>, options: BatchOptions): Batches<Batch> {
  checkDataset("batches", dataset);
  checkOptions("batches", options, ["batchSize", "shuffle", "dropLast"]);
  const { batchSize, shuffle, dropLast = false } = options;
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
  return {
    length,
    *[Symbol.iterator]() {
      const order = Int32Array.from({ length: count }, (_, i) => i);
      shuffle?.shuffle(order);
      for (let step = 0; step < length; step++) {
        yield dataset.gather(order.slice(step * batchSize, (step + 1) * batchSize));
      }
    },
  };
}

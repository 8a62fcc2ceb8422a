import type { Dataset } from "../data/batches.ts";
import { Orders } from "../data/orders.ts";
import { Random } from "../random.ts";

/**
 * The batches of a run: those that `batches` gives for the run's seed, but of a size that may change from one to the next. An
 * epoch has every example once, whatever the sizes.
 */
export class Feed<Batch> {
  readonly #examples: Dataset<Batch>;
  readonly #orders: Orders;
  #order: Int32Array = new Int32Array();
  #epoch = 0;
  #seen = 0;

  constructor(examples: Dataset<Batch>, seed: number) {
    this.#examples = examples;
    this.#orders = new Orders(examples.count, new Random(seed).fork("shuffle"));
  }

  /** Examples of the epoch that were given out. */
  get seen(): number {
    return this.#seen;
  }

  /** Whether the epoch has given out all. */
  get isEmpty(): boolean {
    return this.#seen >= this.#order.length;
  }

  /** Begins an epoch, or goes on with one of which `seen` examples are over. */
  begin(epoch: number, seen: number): void {
    const next = this.#orders.next(epoch);
    this.#order = next.order;
    this.#epoch = next.epoch;
    this.#seen = seen;
  }

  /** The next so many examples, or those that are left. */
  next(size: number): Batch {
    const indicesAt = (start: number): Int32Array => this.#order.slice(start, start + size);
    const batch = this.#examples.gather(indicesAt(this.#seen), this.#epoch);
    this.#seen = Math.min(this.#seen + size, this.#order.length);
    if (!this.isEmpty) this.#examples.prepare?.(indicesAt(this.#seen), this.#epoch);
    return batch;
  }
}

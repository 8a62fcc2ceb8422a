import type { Random } from "../random.ts";

/** Gives out the order of the examples, epoch by epoch. */
export class Orders {
  readonly #count: number;
  readonly #shuffle: Random | undefined;
  #given = 0;

  /** @param shuffle draws each order anew; without it, all are the dataset's own */
  constructor(count: number, shuffle: Random | undefined) {
    this.#count = count;
    this.#shuffle = shuffle;
  }

  /** The order of the next epoch, and which that is; those before `from` are passed over. */
  next(from = 0): { readonly order: Int32Array; readonly epoch: number } {
    for (;;) {
      const order = Int32Array.from({ length: this.#count }, (_, i) => i);
      this.#shuffle?.shuffle(order); // also for an epoch that is passed over, whose numbers the stream has given out
      const epoch = this.#given++;
      if (epoch >= from) return { order, epoch };
    }
  }
}

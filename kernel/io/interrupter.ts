import { setTimeout as delay } from "node:timers/promises";
import { type CellId, flag } from "../protocol/threads.ts";

export interface InterrupterOptions {
  flags: Int32Array;
  /** Asks the session to settle the cell; heard only when its event loop is free. */
  ask: (id: CellId) => void;
  /** Unwinds whatever the session's thread is running. */
  terminate: () => Promise<void>;
}

/** Milliseconds in which any cell may stop by itself. */
const politeness = 100;

/** Milliseconds for a cell that looks at the flag, for instance a training loop between two steps, to look again. */
const patience = 5000;

/** Milliseconds in which a free event loop settles the cell when asked, before it is taken to be blocked. */
const answerTime = 40;

/** Milliseconds between two terminations: the first may hit a callback that is not the one which blocks. */
const retry = 200;

/** Stops a running cell, or the handlers of comm messages that run without one: by a flag, then by asking, then by force until it has settled. */
export class Interrupter {
  readonly #options: InterrupterOptions;
  readonly #running = new Set<CellId>();

  constructor(options: InterrupterOptions) {
    this.#options = options;
  }

  get requested(): boolean {
    return Atomics.load(this.#options.flags, flag.interrupt) === 1;
  }

  /** A cell's turn begins, and an interrupt of the one before it is forgotten. */
  reset(): void {
    Atomics.store(this.#options.flags, flag.interrupt, 0);
    Atomics.store(this.#options.flags, flag.polled, 0);
  }

  started(id: CellId): void {
    this.#running.add(id);
    if (id > 0 && this.requested) void this.#insist([id]); // asked for while the cell was being compiled
  }

  settled(id: CellId): void {
    this.#running.delete(id);
  }

  request(): void {
    if (this.requested) return;
    Atomics.store(this.#options.flags, flag.interrupt, 1);
    // With a cell there, that is what is meant, not the handlers of comms, which may wait for something.
    const cells = [...this.#running].filter((id) => id > 0);
    const targets = cells.length > 0 ? cells : [...this.#running];
    if (targets.length > 0) void this.#insist(targets);
  }

  async #insist(ids: CellId[]): Promise<void> {
    const { ask, flags, terminate } = this.#options;
    const left = () => ids.filter((id) => this.#running.has(id));
    const askAll = () => {
      for (const id of left()) ask(id);
    };
    let waited = 0;
    do {
      await delay(politeness);
      if (left().length === 0) return;
      waited += politeness;
    } while (waited < patience && Atomics.load(flags, flag.polled) === 1);
    askAll();
    await delay(answerTime);
    while (left().length > 0) {
      Atomics.add(flags, flag.terminations, 1);
      // V8 now and then never acknowledges one; the next one then gets through.
      await Promise.race([terminate(), delay(retry)]);
      askAll();
      await delay(retry);
    }
  }
}

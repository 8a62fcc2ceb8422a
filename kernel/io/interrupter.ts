import { setTimeout as delay } from "node:timers/promises";
import { type CellId, flag, type Reach, type Unwound } from "../protocol/threads.ts";

export interface InterrupterOptions {
  flags: Int32Array;
  /** Asks the session to settle the cell; heard only when its event loop is free. */
  ask: (id: CellId) => void;
  /** Unwinds whatever the session's thread is running. */
  unwind: (reach: Reach) => Promise<Unwound>;
  /** Has an unwinding that found nothing to end, end nothing that comes later. */
  absorb: () => Promise<void>;
  /** Told once for a cell that cannot be stopped now. */
  stuck: (id: CellId) => void;
  /** Whether a debugger holds the session's thread. */
  isHeld: () => boolean;
  /** Lets it go on, if so. */
  release: () => void;
}

/** Milliseconds in which any cell may stop by itself. */
const politeness = 100;

/** Milliseconds for a cell that looks at the flag, for instance a training loop between two steps, to look again. */
const patience = 5000;

/** Milliseconds in which a free event loop settles the cell when asked, before it is taken to be blocked. */
const answerTime = 40;

/** Milliseconds between two terminations: the first may hit a callback that is not the one which blocks. */
const retry = 200;

/**
 * The same where nothing was found: the event loop is free, and answers, or V8 is between two of a flood of microtasks,
 * which is where it most often looks for such calls.
 */
const betweenTasks = 10;

/** How often nothing is found, and nothing answered, before it is taken for such a flood. */
const freeLooks = 5;

/** Looks, a millisecond apart, at which code of the cell's own is waited for before Node's own is broken off. */
const gentleLooks = 100;

/** Milliseconds after which a thread that does not answer is in a native call. */
const nativeTime = 3000;

/**
 * Stops the running cells, or the handlers of comm messages that run without one: by a flag, then by asking, then by force
 * until it has settled.
 */
export class Interrupter {
  readonly #options: InterrupterOptions;
  readonly #running = new Set<CellId>();
  /** Cells whose turn it is, whether they run yet or are still being compiled. */
  #turns = 0;
  readonly #turnsOver = new Set<() => void>();
  readonly #listeners = new Set<() => void>();
  /** What is still being done to stop cells. */
  readonly #efforts = new Set<Promise<void>>();

  constructor(options: InterrupterOptions) {
    this.#options = options;
  }

  get requested(): boolean {
    return Atomics.load(this.#options.flags, flag.interrupt) === 1;
  }

  /** Calls `listener` at the next request, or now if there was one. @returns takes it back */
  onRequest(listener: () => void): () => void {
    if (this.requested) listener();
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * A cell's turn begins: from here on an interrupt is meant for it. One that others are still being stopped by is not, so
   * it waits for their ends, and for what was done to that end, which might hit it; otherwise for nothing.
   */
  async begin(): Promise<void> {
    while (this.requested) {
      if (this.#turns > 0) await new Promise<void>((resolve) => this.#turnsOver.add(resolve));
      else if (this.#efforts.size > 0) await Promise.all(this.#efforts);
      else break;
    }
    if (this.#turns++ === 0) this.#reset();
  }

  /** The cell's turn is over. */
  end(): void {
    if (--this.#turns > 0) return;
    for (const over of this.#turnsOver) over();
    this.#turnsOver.clear();
  }

  /** A comm message comes: an interrupt is forgotten, unless what it was meant for is still there. */
  refresh(): void {
    if (this.#turns === 0 && this.#running.size === 0) this.#reset();
  }

  #reset(): void {
    Atomics.store(this.#options.flags, flag.interrupt, 0);
    Atomics.store(this.#options.flags, flag.polled, 0);
  }

  started(id: CellId): void {
    this.#running.add(id);
    if (id > 0 && this.requested) this.#stop([id]); // asked for while the cell was being compiled
  }

  settled(id: CellId): void {
    this.#running.delete(id);
  }

  /** @param urgent by force at once: there is no time to ask first */
  request(urgent = false): void {
    if (this.requested) return;
    Atomics.store(this.#options.flags, flag.interrupt, 1);
    for (const hear of this.#listeners) hear();
    this.#listeners.clear();
    // With cells there, they are what is meant, not the handlers of comms, which may wait for something.
    const cells = [...this.#running].filter((id) => id > 0);
    const targets = cells.length > 0 ? cells : [...this.#running];
    const { flags, isHeld, release } = this.#options;
    // Whoever stops at a line does not want the next ones run first, unless the code looks at the flag between its steps.
    const atOnce = urgent || (isHeld() && Atomics.load(flags, flag.polled) === 0);
    if (!atOnce || targets.length === 0) release();
    if (targets.length > 0) this.#stop(targets, atOnce);
  }

  #stop(ids: CellId[], urgent = false): void {
    const effort = this.#insist(ids, urgent).finally(() => this.#efforts.delete(effort));
    this.#efforts.add(effort);
  }

  async #insist(ids: CellId[], urgent: boolean): Promise<void> {
    const { ask, flags, absorb } = this.#options;
    const left = () => ids.filter((id) => this.#running.has(id));
    const askAll = () => {
      for (const id of left()) ask(id);
    };
    let waited = 0;
    while (!urgent) {
      await delay(politeness);
      if (left().length === 0) return;
      waited += politeness;
      if (waited >= patience || Atomics.load(flags, flag.polled) === 0) break;
    }
    askAll();
    if (!urgent) await delay(answerTime);
    let idle = 0;
    let armed = false;
    for (let looks = 1; left().length > 0; looks++) {
      const reach = idle >= freeLooks ? "next" : looks > gentleLooks ? "node" : "cells";
      const found = await this.#unwind(ids, reach);
      armed = reach === "next" && found === "unwinding";
      idle = found === "idle" ? idle + 1 : 0;
      if (found === "bookkeeping") {
        await delay(1);
        continue;
      }
      askAll();
      const rested = performance.now() + (found === "idle" ? betweenTasks : retry);
      while (left().length > 0 && performance.now() < rested) await delay(1);
    }
    if (armed) await absorb();
  }

  /** One at a time: what waits for a native call to return would all act when it does. */
  async #unwind(ids: CellId[], reach: Reach): Promise<Unwound> {
    const { unwind, stuck, release } = this.#options;
    const found = unwind(reach);
    void found.then(release); // what is held unwinds when it goes on
    const late = delay(nativeTime, "late" as const, { ref: false });
    if ((await Promise.race([found, late])) === "late") for (const id of ids) stuck(id);
    return found;
  }
}

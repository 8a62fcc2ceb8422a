import { setTimeout as delay } from "node:timers/promises";
import type { ErrorContent } from "../protocol/contents.ts";

/** What the watch needs to know of the process and its machine; sizes in bytes. */
export interface WatchedMemory {
  /** What V8 gives the session's thread for JavaScript's values before it ends the process. */
  readonly heapLimit: number;
  /** What the machine, or the container, has; less where the process is allowed less. */
  readonly machine: number;
  /** Whether it is allowed less; default false. */
  readonly isLimited?: boolean;
  /** What is left of that. */
  available(): number;
  /** What the process has in all, numbers in typed arrays too. */
  resident(): number;
  /** What values of the session's thread take, garbage too; answered also by a thread that never yields. */
  heapUsed(): Promise<number>;
  /** Collects the garbage of the session's thread. */
  collect(): Promise<void>;
}

/** Milliseconds between two looks: the fastest loop allocates about a gibibyte a second. */
const interval = 25;

/** Milliseconds before the first look, which most cells do not take: a look is two files of the system's. */
const begin = 5;

/** The part of its limit that the heap may fill. Above 0.8, V8 ends the process after its fourth collection in vain. */
const mostOfHeap = 0.75;

/** The part of the machine's memory that is to be left, if the process has `leastOfMachine` of it. */
const leftOfMachine = 0.1;
const leastOfMachine = 0.5;

/** The part of what was left that a cell may use which begins with less: it may be there to let go of something. */
const grace = 0.25;

/**
 * Looks after the memory of a running cell. V8 ends the process when its limit is reached, and all variables and the
 * connection to the notebook with it, and so do systems without memory; a cell that is about to get there is better
 * broken off.
 */
export class MemoryWatch {
  readonly #memory: WatchedMemory;
  #cell = 0;

  constructor(memory: WatchedMemory) {
    this.#memory = memory;
  }

  /**
   * Watches until `stop`.
   *
   * @param exceeded told once, when garbage was collected and too much is left
   */
  start(exceeded: (error: ErrorContent) => void): void {
    const cell = ++this.#cell;
    const stopped = () => this.#cell !== cell;
    this.#watch(stopped, exceeded).catch(() => {}); // a session that ends answers nothing more
  }

  stop(): void {
    this.#cell++;
  }

  async #watch(stopped: () => boolean, exceeded: (error: ErrorContent) => void): Promise<void> {
    const { heapLimit, machine, isLimited = false, available, resident, heapUsed, collect } = this.#memory;
    await delay(begin, undefined, { ref: false });
    if (stopped()) return;
    let mostHeap = heapLimit * mostOfHeap;
    let mostResident = machine * leastOfMachine;
    const full = () => resident() >= mostResident && available() < machine * leftOfMachine;
    if (full()) mostResident = resident() + available() * grace;
    if (resident() >= mostHeap && (await heapUsed()) >= mostHeap) {
      await collect();
      const heap = await heapUsed();
      mostHeap = Math.max(mostHeap, heap + (heapLimit - heap) * grace);
    }
    for (;;) {
      await delay(interval, undefined, { ref: false });
      if (stopped()) return;
      const near = full() || (resident() >= mostHeap && (await heapUsed()) >= mostHeap); // the heap is part of it
      if (stopped() || !near) continue;
      await collect();
      const heap = await heapUsed();
      if (stopped()) return;
      if (heap >= mostHeap) return exceeded(heapIsFull(heap, heapLimit));
      if (full()) return exceeded(machineIsFull(resident(), available(), machine, isLimited));
    }
  }
}

const advice =
  "The cell was stopped before the whole kernel would have been; all variables are kept. Set to undefined what is no " +
  "longer needed, work in smaller parts, or restart the kernel.";

function heapIsFull(used: number, limit: number): ErrorContent {
  const more = Math.ceil((2 * limit) / 2 ** 30) * 1024;
  return outOfMemory(
    `JavaScript's values take ${gibibytes(used)} of at most ${gibibytes(limit)} GiB. ${advice} ` +
      `NODE_OPTIONS=--max-old-space-size=${more} in Jupyter's environment allows twice as much; numbers in typed arrays ` +
      "and tensors do not count.",
  );
}

function machineIsFull(used: number, left: number, machine: number, isLimited: boolean): ErrorContent {
  const all = isLimited
    ? `the ${gibibytes(machine)} GiB of its setting "memory"`
    : `the machine's ${gibibytes(machine)} GiB`;
  return outOfMemory(`the kernel takes ${gibibytes(used)} GiB, and ${gibibytes(left)} of ${all} are left. ${advice}`);
}

const outOfMemory = (evalue: string): ErrorContent => ({
  ename: "OutOfMemory",
  evalue,
  traceback: [`OutOfMemory: ${evalue}`],
});

const gibibytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

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
  /** Elements of the longest list that a variable of a cell names. */
  longestList(): Promise<number>;
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

/** Elements that V8 gives a list at most: where one would need more room than that, it ends the process. */
const mostElements = 2 ** 27 - 3;

/** By this much a list is given more room than it needs, when that is used up. */
const growth = 1.5;

/** Bytes of an element. */
const elementSize = 8;

/** Bytes that the process has to grow by before lists are looked at: one with which that matters does so at once. */
const leastGrowth = 128 * 2 ** 20;

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
    const overgrown = this.#overgrownList();
    for (;;) {
      await delay(interval, undefined, { ref: false });
      if (stopped()) return;
      const length = await overgrown();
      if (stopped()) return;
      if (length !== undefined) return exceeded(listIsFull(length, heapLimit));
      const near = full() || (resident() >= mostHeap && (await heapUsed()) >= mostHeap); // the heap is part of it
      if (stopped() || !near) continue;
      await collect();
      const heap = await heapUsed();
      if (stopped()) return;
      if (heap >= mostHeap) return exceeded(heapIsFull(heap, heapLimit));
      if (full()) return exceeded(machineIsFull(resident(), available(), machine, isLimited));
    }
  }

  /**
   * Looks for a list that grows by single elements and will need more room than there is: V8 ends the process in the middle
   * of a `push`, when the heap is far from full.
   *
   * @returns what is called at each look, and gives the list's length where there is one
   */
  #overgrownList(): () => Promise<number | undefined> {
    const { heapLimit, resident, heapUsed, collect, longestList } = this.#memory;
    const canGrow = (length: number, heap: number) =>
      growth * length <= mostElements && heap + growth * length * elementSize <= heapLimit;
    let seen = resident();
    let before: number | undefined;
    return async () => {
      seen = Math.min(seen, resident());
      if (before === undefined && resident() < seen + leastGrowth) return undefined;
      seen = resident();
      const length = await longestList();
      const heap = await heapUsed();
      const grows = before !== undefined && length > before;
      before = canGrow(growth * length, heap) ? undefined : length; // it has room for half as many more at most
      if (!grows || canGrow(length, heap)) return undefined;
      await collect();
      return canGrow(length, await heapUsed()) ? undefined : length;
    };
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

function listIsFull(length: number, limit: number): ErrorContent {
  const [has, most] = [length, Math.floor(mostElements / growth)].map((count) => Math.floor(count / 1e6));
  return outOfMemory(
    `a list has ${has} million elements and goes on growing, for which V8 needs half as much again, in one piece: it has ` +
      `${gibibytes(limit)} GiB in all, and grows no list of more than ${most} million. ${advice} Numbers in typed arrays and tensors do not count.`,
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

const gibibytes = (bytes: number): string => (Math.max(0, bytes) / 2 ** 30).toFixed(1);

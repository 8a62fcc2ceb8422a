/**
 * The pool of threads. A job lies open in shared memory; whoever is awake, the calling thread first of all, takes items
 * of it until none is left. Nobody waits for a thread that sleeps or starts: the caller closes the job when the items
 * are gone, and waits only for threads that are still at their last one.
 */

import type { Arena } from "./arena.ts";
import { nodeModule } from "./platform.ts";
import { workerSource } from "./worker.ts";

/** Where the words that all threads read lie, in bytes. Each that is often written has a cache line of its own. */
export const words = {
  /** Counts jobs: a sleeping worker wakes when it changes. */
  generation: 64,
  /** 1 while items may be taken. */
  open: 128,
  /** How many workers are between their looking at `open` and their last item. */
  active: 192,
  /** How many workers sleep. */
  sleeping: 256,
  /** The next item. */
  counter: 320,
  /** 1 once a worker's code failed. */
  failed: 384,
  /** The job's code, its number of items, each worker's own memory: first address and distance. */
  code: 448,
  items: 452,
  scratch: 456,
  scratchStride: 460,
  /** How many workers may take part. */
  workers: 464,
  /** The job's parameters. */
  parameters: 512,
  /** Where each code lies, and how long it is. */
  codes: 1024,
  /** All of it. */
  bytes: 65_536,
} as const;

/** Waking a thread costs some 10 µs: less work than this is done sooner alone. In elementary operations. */
const worthWaking = 100_000;

interface Worker {
  unref(): void;
  terminate(): void;
}

interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => Worker;
}

interface OperatingSystem {
  availableParallelism(): number;
}

let wanted: number | undefined;
const workers: Worker[] = [];
let refused = false;
let running = false;
let codes = 0;
/** The memory that threads have for themselves, and how much each. */
let scratch = { address: 0, stride: 0, threads: 0 };

/** How many threads compute, this one included. */
export function threadCount(): number {
  if (refused) return 1;
  wanted ??= nodeModule<OperatingSystem>("node:os")?.availableParallelism() ?? 1;
  return wanted;
}

/** Sets how many threads compute, from the next job on. */
export function setThreadCount(count: number): void {
  wanted = count;
  refused = false;
}

/** Makes code known to all threads; they compile it when they first need it. Returns its number. */
export function registerCode(memory: Arena, bytes: Uint8Array): number {
  const address = memory.reserve(bytes.length);
  if (address === 0) throw new RangeError("no memory for the code of an operation");
  new Uint8Array(memory.memory.buffer, address, bytes.length).set(bytes);
  memory.ints(words.codes + 8 * codes, 2).set([address, bytes.length]);
  return codes++;
}

/** Runs the items of a job. The parameters are in their place. */
export function dispatch(
  memory: Arena,
  run: (parameters: number, counter: number, items: number, scratch: number) => void,
  code: number,
  items: number,
  work: number,
  scratchBytes: number,
): void {
  const threads = items > 1 && work > worthWaking && memory.shared ? hire(memory) : 1;
  const own = scratchFor(memory, threads, scratchBytes);
  const control = memory.ints(0, words.bytes / 4);
  Atomics.store(control, words.counter / 4, 0);
  running = true;
  if (threads > 1) {
    control[words.code / 4] = code;
    control[words.items / 4] = items;
    control[words.scratch / 4] = own;
    control[words.scratchStride / 4] = scratch.stride;
    control[words.workers / 4] = threads - 1;
    Atomics.store(control, words.open / 4, 1);
    Atomics.add(control, words.generation / 4, 1);
    if (Atomics.load(control, words.sleeping / 4) > 0) Atomics.notify(control, words.generation / 4);
  }
  run(words.parameters, words.counter, items, own);
  if (threads > 1) close(control);
  running = false;
}

/**
 * Ends a job that its caller left behind, because the kernel broke its cell off: waits for the workers to finish it.
 * Before that its memory must not be used for anything else.
 */
export function settle(memory: Arena): void {
  if (!running) return;
  running = false;
  close(memory.ints(0, words.bytes / 4));
}

/** Closes the job, and waits for the workers that are at an item. */
function close(control: Int32Array): void {
  Atomics.store(control, words.open / 4, 0);
  for (let spins = 0; ; spins++) {
    const active = Atomics.load(control, words.active / 4);
    if (active === 0) break;
    if (spins > 2000) Atomics.wait(control, words.active / 4, active, 1);
  }
  if (Atomics.exchange(control, words.failed / 4, 0) === 1) throw new Error("an operation failed in a worker thread");
}

/** Sees to it that there are as many workers as wanted; returns how many threads there are. */
function hire(memory: Arena): number {
  const count = threadCount();
  while (workers.length < count - 1) {
    try {
      const { Worker } = nodeModule<WorkerThreads>("node:worker_threads")!;
      const worker = new Worker(workerSource(words), {
        eval: true,
        workerData: { memory: memory.memory, index: workers.length },
        env: {},
        execArgv: [],
        stdin: false,
        resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
      });
      worker.unref();
      workers.push(worker);
    } catch {
      refused = true;
      return 1;
    }
  }
  return count;
}

/** Memory for each thread, kept from job to job; it grows to the largest wish so far. */
function scratchFor(memory: Arena, threads: number, bytes: number): number {
  if (bytes === 0) return 0;
  if (scratch.stride < bytes || scratch.threads < threads) {
    if (scratch.address !== 0) memory.release(scratch.address);
    const stride = Math.ceil(Math.max(bytes, scratch.stride) / 128 + 1) * 128; // no two threads on one line
    const most = Math.max(threads, scratch.threads);
    const address = memory.reserve(most * stride);
    scratch = { address, stride: address === 0 ? 0 : stride, threads: address === 0 ? 0 : most };
    if (address === 0) throw new RangeError(`no room for ${most * stride} bytes of working memory`);
  }
  return scratch.address;
}

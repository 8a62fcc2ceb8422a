/**
 * Jobs on threads. A job lies open in shared memory; whoever is awake, the calling thread first of all, takes items of it
 * until none is left. Nobody waits for a thread that sleeps, starts or compiles: the caller closes the job when the items
 * are gone, and waits only for threads that are still at their last one.
 *
 * Why a worker never takes part in another job than it read: it counts itself as active before it looks whether a job is
 * open, the caller closes the job before it looks whether workers are active, and all four are sequentially consistent.
 * So either the worker finds the job closed, or the caller waits for it; and while it is active no word of the job changes.
 */

import type { Arena } from "./arena.ts";
import { hire } from "./pool.ts";
import { words } from "./words.ts";

export { setThreadCount, threadCount } from "./pool.ts";

/** Waking a thread costs some 10 µs: less work than this is done sooner alone. In elementary operations. */
const worthWaking = 100_000;
/** How often the caller looks for workers at their last item before it sleeps: some 10 µs. */
const spins = 2000;
/** More than any job has: a thread that takes this number stops. */
const noItem = 2 ** 30;

/** A job's compiled code: takes items until the counter has reached their number. */
export type Run = (parameters: number, counter: number, items: number, scratch: number) => void;

/** Code that all threads can run. They compile it when they first need it. */
export interface SharedCode {
  /** For error messages. */
  readonly name: string;
  readonly run: Run;
  /** Where its bytes lie, and how many they are. */
  readonly address: number;
  readonly length: number;
}

/** Whether a job is under way; still true after one whose caller was broken off. */
let running = false;
/** The memory that threads have for themselves, and how much each. */
let scratch = { address: 0, stride: 0, threads: 0 };

/** Puts the bytes of a module where all threads can read them, for ever. @throws RangeError where there is no room */
export function shareBytes(memory: Arena, bytes: Uint8Array): number {
  const address = memory.reserve(bytes.length);
  if (address === 0) throw new RangeError("no memory for the code of an operation");
  new Uint8Array(memory.memory.buffer, address, bytes.length).set(bytes);
  return address;
}

/** Runs the items of a job. The parameters are in their place. @throws Error if an item fails */
export function dispatch(memory: Arena, code: SharedCode, items: number, work: number, scratchBytes: number): void {
  const threads = items > 1 && work > worthWaking && memory.shared ? hire(memory) : 1;
  const own = scratchFor(memory, threads, scratchBytes);
  const control = memory.ints(0, words.bytes / 4);
  Atomics.store(control, words.counter / 4, 0);
  running = true;
  if (threads > 1) {
    control[words.code / 4] = code.address;
    control[words.codeBytes / 4] = code.length;
    control[words.items / 4] = items;
    control[words.scratch / 4] = own;
    control[words.scratchStride / 4] = scratch.stride;
    control[words.workers / 4] = threads - 1;
    Atomics.store(control, words.failed / 4, 0);
    Atomics.store(control, words.open / 4, 1);
    Atomics.add(control, words.generation / 4, 1);
    if (Atomics.load(control, words.sleeping / 4) > 0) Atomics.notify(control, words.generation / 4);
  }
  try {
    code.run(words.parameters, words.counter, items, own);
  } catch (error) {
    settle(memory);
    throw error;
  }
  if (threads > 1) close(control);
  running = false;
  if (threads > 1 && Atomics.load(control, words.failed / 4) === 1) {
    throw new Error(`${code.name} failed in a worker thread`);
  }
}

/**
 * Ends a job that its caller left behind, because it failed or because the notebook's kernel broke its cell off: the
 * workers take no further item of it, and have finished theirs when this returns. Before, its memory must not be used.
 */
export function settle(memory: Arena): void {
  if (!running) return;
  const control = memory.ints(0, words.bytes / 4);
  Atomics.store(control, words.counter / 4, noItem);
  close(control);
  running = false;
}

/** Closes the job, and waits for the workers that are at an item. */
function close(control: Int32Array): void {
  Atomics.store(control, words.open / 4, 0);
  for (let i = 0; ; i++) {
    const active = Atomics.load(control, words.active / 4);
    if (active === 0) return;
    if (i > spins) Atomics.wait(control, words.active / 4, active, 1);
  }
}

/**
 * Memory for each thread, kept from job to job; it grows to the largest wish so far. Code may be broken off between any
 * two calls: what is given back is forgotten before.
 */
function scratchFor(memory: Arena, threads: number, bytes: number): number {
  if (bytes === 0) return 0;
  if (scratch.stride < bytes || scratch.threads < threads) {
    const before = scratch;
    scratch = { address: 0, stride: 0, threads: 0 };
    if (before.address !== 0) memory.release(before.address);
    const stride = Math.ceil(Math.max(bytes, before.stride) / 128 + 1) * 128; // no two threads on one line
    const most = Math.max(threads, before.threads);
    const address = memory.reserve(most * stride);
    if (address === 0) throw new RangeError(`no room for ${most * stride} bytes of working memory`);
    scratch = { address, stride, threads: most };
  }
  return scratch.address;
}

/** The worker threads: how many are wanted, and their start at the first job that is worth it. */

import type { Arena } from "./arena.ts";
import { nodeModule, webAssembly } from "./platform.ts";
import { workerSource } from "./worker.ts";

interface Worker {
  on(event: "error" | "exit", listener: () => void): void;
  unref(): void;
}

interface WorkerThreads {
  readonly Worker: new (source: string, options: object) => Worker;
}

interface OperatingSystem {
  availableParallelism(): number;
}

/**
 * Pages of address space that V8 may want for a thread's engine: 1 GiB. Where that is limited (`ulimit -v`) and runs out,
 * it ends the process, so it is asked for first in a way that can be refused.
 */
const enginePages = 16_384;
/** For more threads than this nobody asks: where so many find room, address space is not limited. */
const mostProbes = 16;

/** How many threads a kernel allows, where it says so. */
const symbol = Symbol.for("Jupyter.threads");

let wanted: number | undefined;
const workers = new Set<Worker>();
/** Whether the platform has no threads, or refused one. */
let refused = false;

/** How many threads compute, the calling one included. */
export function threadCount(): number {
  if (refused) return 1;
  const allowed = (globalThis as { [symbol]?: number })[symbol];
  wanted ??= allowed ?? nodeModule<OperatingSystem>("node:os")?.availableParallelism() ?? 1;
  return wanted;
}

/** Sets how many threads compute, from the next job on. */
export function setThreadCount(count: number): void {
  wanted = count;
  refused = false;
}

/** Starts workers until there are as many as wanted; returns how many threads may take part. */
export function hire(memory: Arena): number {
  const count = threadCount();
  if (workers.size < count - 1 && !hasRoom(count - 1 - workers.size)) refused = true;
  if (refused) return 1;
  while (workers.size < count - 1) {
    try {
      start(memory);
    } catch {
      refused = true;
      return 1;
    }
  }
  return count;
}

/** Whether there is address space for so many more threads. What is reserved here is nobody's, and goes as garbage does. */
export function hasRoom(count: number): boolean {
  try {
    const size = { initial: enginePages, maximum: enginePages, shared: true }; // less than the initial is refused
    Array.from({ length: Math.min(count, mostProbes) }, () => new webAssembly!.Memory(size));
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a worker that keeps no process alive. It gets none of the program's environment, command line and modules, and
 * little memory for objects, as it makes none. Where the system has no room for a thread it is told so later, as an
 * event, which without a listener would end the process.
 */
function start(memory: Arena): void {
  const { Worker } = nodeModule<WorkerThreads>("node:worker_threads")!;
  const worker = new Worker(workerSource, {
    eval: true,
    name: "stridelab",
    workerData: memory.memory,
    env: {},
    execArgv: [],
    trackUnmanagedFds: false,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  worker.unref();
  worker.on("error", () => {
    refused = true;
  });
  worker.on("exit", () => {
    workers.delete(worker);
  });
  workers.add(worker);
}

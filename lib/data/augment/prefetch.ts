import { nodeModule } from "../../wasm/platform.ts";
import { hasRoom } from "../../wasm/pool.ts";
import type { Recipe } from "./all.ts";
import type { BatchShape, ChangedBatch } from "./run.ts";
import { at, slotMemory, state, viewsOf, type WorkerTask } from "./slot.ts";

interface Worker {
  on(event: "error", listener: () => void): void;
  unref(): void;
}

interface WorkerThreads {
  readonly Worker: new (module: URL, options: object) => Worker;
}

/** Whether the platform has no threads, or refused one: asked once a process. */
let refused = false;

/**
 * Has batches changed by a thread of its own, one ahead. Nothing here waits for an event, so that it works in a loop that
 * never lets one in: the threads meet in shared memory alone. Whatever the worker has not begun when it is needed is left
 * to the caller, who then does the same work to the same bits.
 */
export class Prefetcher {
  readonly #recipes: readonly Recipe[];
  readonly #seed: number;
  #words: Int32Array | undefined;
  #pixels: Float32Array = new Float32Array(0);
  #images = 0;

  constructor(recipes: readonly Recipe[], seed: number) {
    this.#recipes = recipes;
    this.#seed = seed;
  }

  /** Hands a batch over, unless the worker is busy or there is none; the pixels are copied. */
  post(batch: Float32Array, shape: BatchShape, indices: Int32Array, epoch: number): void {
    this.drop();
    const [count] = shape;
    const words = this.#wordsFor(count, batch.length);
    if (words === undefined || Atomics.load(words, at.state) !== state.idle) return;
    words[at.epoch] = epoch;
    words.set(shape, at.shape);
    words.set(indices, at.indices);
    this.#pixels.set(batch);
    // The worker may have lost its patience meanwhile; the next batch then gets another.
    if (Atomics.compareExchange(words, at.state, state.idle, state.posted) === state.idle)
      Atomics.notify(words, at.state);
  }

  /** The batch that was handed over, if the worker has changed it or is at it; undefined if the caller is to do it. */
  take(): ChangedBatch | undefined {
    const words = this.#words;
    if (words === undefined) return undefined;
    if (Atomics.compareExchange(words, at.state, state.posted, state.idle) === state.posted) return undefined;
    while (Atomics.load(words, at.state) === state.running) Atomics.wait(words, at.state, state.running);
    if (Atomics.compareExchange(words, at.state, state.done, state.idle) === state.done) {
      const [count, channels] = [words[at.shape]!, words[at.shape + 1]!];
      const [height, width] = [words[at.height]!, words[at.width]!];
      return { data: this.#pixels.slice(0, count * channels * height * width), height, width };
    }
    this.drop();
    return undefined;
  }

  /** Forgets the batch that was handed over. */
  drop(): void {
    if (this.#words === undefined) return;
    for (const before of [state.posted, state.done, state.failed]) {
      Atomics.compareExchange(this.#words, at.state, before, state.idle);
    }
  }

  /** The words of a slot with room for the batch and a worker at it. */
  #wordsFor(count: number, numbers: number): Int32Array | undefined {
    const words = this.#words;
    const fits = count <= this.#images && numbers <= this.#pixels.length;
    if (words !== undefined && fits && Atomics.load(words, at.state) !== state.gone) return words;
    const memory = slotMemory(count, numbers / count);
    if (!start({ memory, images: count, recipes: this.#recipes, seed: this.#seed })) return undefined;
    const views = viewsOf(memory, count);
    this.#words = views.words;
    this.#pixels = views.pixels;
    this.#images = count;
    return this.#words;
  }
}

/** Starts a worker that keeps no process alive; false where there are no threads. */
function start(task: WorkerTask): boolean {
  if (refused) return false;
  try {
    const { Worker } = nodeModule<WorkerThreads>("node:worker_threads")!;
    if (!hasRoom(1)) throw new RangeError("no address space for another thread");
    const { memory, images, seed } = task;
    const recipes = task.recipes.map(({ name, settings }) => ({ name, settings }));
    const options = {
      name: "stridelab augmentation",
      workerData: { memory, images, seed, recipes },
      env: {},
      execArgv: [],
    };
    const worker = new Worker(new URL("./worker.js", import.meta.url), options);
    worker.unref();
    worker.on("error", () => {
      refused = true;
    });
    return true;
  } catch {
    refused = true;
    return false;
  }
}

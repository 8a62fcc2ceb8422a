/**
 * The thread that augments the next batch while the main thread computes with this one: a module that is started, never
 * imported. It sleeps on the slot's state, and ends when nobody has asked for anything for a few seconds.
 */
import { Random } from "../../random.ts";
import { nodeModule } from "../../wasm/platform.ts";
import { remade } from "./all.ts";
import { runSteps } from "./run.ts";
import { at, state, viewsOf, type WorkerTask } from "./slot.ts";

/** Long enough for a validation between two epochs, which is cheaper than a new thread; short beside a notebook's life. */
const patience = 10_000;

const { workerData } = nodeModule<{ workerData: WorkerTask }>("node:worker_threads")!;
const { words, pixels } = viewsOf(workerData.memory, workerData.images);
const random = new Random(workerData.seed).fork("augment");
const steps = workerData.recipes.map((recipe) => remade(recipe).run);

function changeBatch(): void {
  const shape = words.slice(at.shape, at.shape + 4) as unknown as [number, number, number, number];
  const indices = words.slice(at.indices, at.indices + shape[0]);
  const result = runSteps(pixels, shape, indices, steps, random.fork(words[at.epoch]!), pixels);
  words[at.height] = result.height;
  words[at.width] = result.width;
}

for (;;) {
  const now = Atomics.load(words, at.state);
  if (now === state.posted && Atomics.compareExchange(words, at.state, state.posted, state.running) === state.posted) {
    let outcome: number = state.done;
    try {
      changeBatch();
    } catch {
      outcome = state.failed;
    }
    Atomics.store(words, at.state, outcome);
    Atomics.notify(words, at.state);
  } else if (Atomics.wait(words, at.state, now, patience) === "timed-out") {
    if (Atomics.compareExchange(words, at.state, now, state.gone) === now && now !== state.posted) break;
  }
}

import { flag } from "../protocol/threads.ts";

/**
 * Run-time convention for work that should stop between two steps rather than in the middle of one:
 *
 *     const interrupt = globalThis[Symbol.for("Jupyter.interrupt")];
 *     if (interrupt?.requested()) throw new Error("stopped after step 12");
 *
 * The answer is true from the moment the user asks, also while this thread computes, until the next cell starts. A cell
 * that looks has seconds to come to its next look; any other is terminated about 100 ms later where it stands, and its
 * `finally` blocks do not run. `terminations` counts how often that happened, for modes that a `finally` should have ended.
 */
export const interruptSymbol = Symbol.for("Jupyter.interrupt");

export interface InterruptRequest {
  requested(): boolean;
  readonly terminations: number;
}

export const interruptRequest = (flags: Int32Array): InterruptRequest => ({
  requested() {
    Atomics.store(flags, flag.polled, 1);
    return Atomics.load(flags, flag.interrupt) === 1;
  },
  get terminations() {
    return Atomics.load(flags, flag.terminations);
  },
});

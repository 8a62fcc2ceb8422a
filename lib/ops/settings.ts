/** What a program may ask of the arithmetic, for the whole process. The defaults are the fastest. */

import { type ComputeSettings as Changes, settings } from "../compute/settings.ts";
import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { allowFused } from "../wasm/features.ts";
import { setThreadCount, threadCount } from "../wasm/threads.ts";

/** How many threads can be asked for: more than any machine gains from. */
const mostThreads = 256;

/**
 * How many threads compute, the calling one included. Results have the same bits on any number. Threads start with the
 * first operation that is large enough, sleep when there is nothing to do, and never keep a process alive.
 *
 * @param count to use from the next operation on; left out, nothing changes. At first as many as the machine has cores, or
 *   as the notebook's kernel is set to
 * @returns how many are in use: 1 where the platform has or allows no threads
 * @throws OptionError if it is no whole number from 1 to 256
 * @example threads(1) // leave the other cores to others
 */
export function threads(count?: number): number {
  if (count !== undefined) {
    checkInteger("threads", "count", count, 1);
    if (count > mostThreads) throw new OptionError("threads", `count is ${count}`, `give at most ${mostThreads}`);
    setThreadCount(count);
  }
  return threadCount();
}

/**
 * Lets products and their sums be rounded once, which is up to twice as fast: asks V8 for relaxed SIMD, where a flag
 * hides it (Node 20), and to compile WebAssembly at its best at once. Both hold for the whole process, which is why a
 * program has to ask; the Jupyter kernel does. Call it before the first operation: code compiled earlier stays as it is.
 *
 * @returns whether fused multiply-add is in use now
 */
export function fuseMultiplyAdd(): boolean {
  return allowFused();
}

/** Settings of the arithmetic. */
export type ComputeSettings = Changes;

const values: Readonly<Record<string, readonly unknown[]>> = {
  instructions: ["fused", "simd", "typescript"],
  precision: ["fast", "exact"],
  reproducible: [true, false],
};

/**
 * The settings in force, after changing those that are given:
 *
 * - `instructions`: the most that is used of what the engine has: `"fused"` (default), `"simd"`, `"typescript"`
 * - `precision`: `"fast"` (default) allows Winograd's algorithms, whose rounding error is some five times as large,
 *   relative root mean square below 5e-6; `"exact"` keeps to sums of the products themselves
 * - `reproducible`: whether results shall have the same bits on Node 20, 22, 24 and 26 and with all instructions; default
 *   false. A training step then takes 1.2 to 3 times as long; without SIMD, about twice as long as without the promise
 *
 * @throws OptionError for an unknown setting, or a value that it has not
 * @example computeSettings({ precision: "exact" })
 */
export function computeSettings(change: Partial<ComputeSettings> = {}): Readonly<ComputeSettings> {
  checkOptions("computeSettings", change, Object.keys(values));
  for (const [name, value] of Object.entries(change)) {
    if (values[name]!.includes(value)) continue;
    const known = values[name]!.map((each) => JSON.stringify(each)).join(" or ");
    throw new OptionError("computeSettings", `${name} is ${describe(value)}`, `give ${known}`);
  }
  Object.assign(settings, change);
  return { ...settings };
}

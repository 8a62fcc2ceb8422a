/** Passes that treat every number alike, and when they pay. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job, workMemory } from "../../wasm/jobs.ts";
import type { F32, F32x4 } from "../../wasm/values.ts";
import type { Floats } from "../floats.ts";
import { usesSimd } from "../settings.ts";
import { Staging } from "./staging.ts";
import { walk } from "./walk.ts";

/** Numbers of an item: enough that taking it costs nothing, few enough that two threads finish together. */
export const itemLength = 8192;

/** Fewer numbers are done sooner by JavaScript: 0.3 µs go by before a job's first number, and 1 ns with each of a loop. */
const leastNumbers = 512;

/** Whether so many numbers are worth a job. */
export const isWorthJob = (length: number): boolean => length >= leastNumbers && usesSimd();

/** About how many elementary operations a number costs, as waiting for memory counts too: threads pay from 25,000 on. */
export const workPerNumber = 4;

/**
 * Where the arrays of a pass lie, if the pass is worth a job. One over arrays elsewhere seldom is: to copy a number in and
 * out costs as much as JavaScript needs to deal with it. But where JavaScript would round otherwise, they are copied all
 * the same: bits must not depend on whether somebody looked at a tensor, which is what moves its numbers.
 *
 * @param length numbers that the pass goes through
 * @param staging copies arrays, where given
 * @param written whether an array is written
 * @returns whether it is; the addresses are in `addresses`, by the names of the arrays
 */
export function locate<K extends string>(
  length: number,
  arrays: Readonly<Record<K, Floats | Int32Array>>,
  addresses: Record<NoInfer<K>, number>,
  staging: Staging | null,
  written: (name: K) => boolean = () => false,
): boolean {
  if (!isWorthJob(length)) return false;
  const memory = workMemory()!;
  for (const name in arrays) if (arrays[name].BYTES_PER_ELEMENT !== 4) return false;
  for (const name in arrays) {
    const array = arrays[name] as Float32Array;
    addresses[name] = memory.addressOf(array);
    if (addresses[name] !== 0) continue;
    if (staging === null) return false;
    addresses[name] = written(name) ? staging.update(array) : staging.read(array);
  }
  return true;
}

/** Whether a parameter is a number for code of single precision: neither too large nor too small for it. */
function isSingle(value: number): boolean {
  const rounded = Math.fround(value);
  return (rounded !== 0 || value === 0) && (Math.abs(rounded) !== Infinity || Math.abs(value) === Infinity);
}

const record = <K extends string, V>(names: readonly K[], of: (name: K, index: number) => V): Record<K, V> =>
  Object.fromEntries(names.map((name, i) => [name, of(name, i)])) as Record<K, V>;

/**
 * A pass over arrays of one length, of which some are read and some overwritten, with parameters of single precision. An
 * array may be one that is read and one that is written.
 */
export class Pass<R extends string, W extends string, S extends string = never> {
  readonly #scalars: readonly S[];
  readonly #values: Record<string, number>;
  readonly #writes: ReadonlySet<string>;
  readonly #job: Job<Record<string, "i32" | "f32">>;
  readonly #rounds: boolean;

  /**
   * @param reads the names of the arrays that are read
   * @param writes those of the arrays that are written
   * @param scalars those of the parameters
   * @param step the code for four numbers of each array, given each parameter four times
   * @param rounds whether more than one rounding goes into a result, so that JavaScript's would be another
   */
  constructor(
    reads: readonly R[],
    writes: readonly W[],
    scalars: readonly S[],
    step: (numbers: Record<R, LocalF32x4>, scalars: Record<S, F32x4>, code: Code) => Record<W, F32x4>,
    rounds = false,
  ) {
    this.#scalars = scalars;
    this.#writes = new Set(writes);
    this.#rounds = rounds;
    const integers = ["length", ...new Set<string>([...reads, ...writes])];
    this.#values = record([...integers, ...scalars], () => 0);
    const parameters = { ...record(integers, () => "i32" as const), ...record(scalars, () => "f32" as const) };
    this.#job = new Job<Record<string, "i32" | "f32">>(parameters, (code, given, item) => {
      const fours = record(scalars, (name) => code.f32x4((given[name] as unknown as F32).splat()));
      const first = code.i32(item.times(itemLength));
      const start = (name: string) => (given[name] as LocalI32).plus(first.shiftedLeft(2));
      const length = code.i32((given.length as LocalI32).minus(first).min(itemLength));
      walk(code, { reads: reads.map(start), writes: writes.map(start), length }, (numbers) => {
        const results = step(
          record(reads, (_, i) => numbers[i]!),
          fours,
          code,
        );
        return writes.map((name) => results[name]);
      });
    });
  }

  /** Runs as a job if that pays. @returns whether it has: if not, JavaScript has to */
  run(length: number, arrays: Readonly<Record<R | W, Floats>>, scalars: Readonly<Record<S, number>>): boolean {
    const values = this.#values;
    for (const name of this.#scalars) {
      if (!isSingle(scalars[name])) return false;
      values[name] = scalars[name];
    }
    const staging = this.#rounds ? new Staging() : null;
    if (!locate(length, arrays, values, staging, (name) => this.#writes.has(name))) return false;
    values.length = length;
    this.#job.run(values, Math.ceil(length / itemLength), workPerNumber * length);
    staging?.finish();
    return true;
  }
}

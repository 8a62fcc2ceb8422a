/**
 * Working memory of the SIMD passes, in the memory that jobs work on. Its content means nothing between calls.
 */

import { workMemory } from "../../wasm/jobs.ts";

/** A block that is larger is given back after use: a large layer's copy would stay with a small network. */
const keptBytes = 32 * 2 ** 20;

/** A block that grows to the largest call so far, so that a training step reserves nothing. */
export class Workspace {
  #address = 0;
  #bytes = 0;

  /** The address of at least `bytes`. @throws RangeError where there is no room */
  atLeast(bytes: number): number {
    if (this.#bytes < bytes) {
      this.release();
      this.#address = workMemory()!.reserve(bytes);
      if (this.#address === 0) throw new RangeError(`no room for ${bytes} bytes of working memory`);
      this.#bytes = bytes;
    }
    return this.#address;
  }

  /** Gives the block back if it is a large one. */
  trim(): void {
    if (this.#bytes > keptBytes) this.release();
  }

  release(): void {
    if (this.#address !== 0) workMemory()!.release(this.#address);
    this.#address = 0;
    this.#bytes = 0;
  }
}

/** Integers that a job looks things up in, written once. */
export function table(values: ArrayLike<number>): number {
  const memory = workMemory()!;
  const address = memory.reserve(4 * values.length);
  if (address === 0) throw new RangeError(`no room for a table of ${values.length} integers`);
  memory.ints(address, values.length).set(values);
  return address;
}

/** Gives a table back. */
export function releaseTable(address: number): void {
  workMemory()!.release(address);
}

/** Rounds up to an odd number of cache lines (16 numbers), so that planes fall into different sets of L1. */
export function oddLines(numbers: number): number {
  return (Math.ceil(numbers / 16) | 1) * 16;
}

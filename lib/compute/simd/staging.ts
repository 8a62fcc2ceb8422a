/**
 * Operands where jobs reach them. Most lie in the memory of the jobs already, as results of earlier passes do, and are
 * used where they are; any other array is copied in before and, if it is a result, copied out after.
 */

import { workMemory } from "../../wasm/jobs.ts";
import { Workspace } from "./workspace.ts";

const slots = Array.from({ length: 8 }, () => new Workspace());

/** The arrays of one call. At most eight of them may lie elsewhere. */
export class Staging {
  readonly #results: { readonly array: Float32Array | Int32Array; readonly address: number }[] = [];
  #used = 0;

  /** The address of numbers to read. */
  read(array: Float32Array | Int32Array): number {
    return this.#place(array, true);
  }

  /** The address of numbers to overwrite; all of them are. */
  write(array: Float32Array | Int32Array): number {
    const address = this.#place(array, false);
    if (workMemory()!.addressOf(array) === 0) this.#results.push({ array, address });
    return address;
  }

  /** The address of numbers to read and change. */
  update(array: Float32Array | Int32Array): number {
    const address = this.#place(array, true);
    if (workMemory()!.addressOf(array) === 0) this.#results.push({ array, address });
    return address;
  }

  /** Copies results to where they belong. */
  finish(): void {
    const memory = workMemory()!;
    for (const { array, address } of this.#results) {
      if (array instanceof Int32Array) array.set(memory.ints(address, array.length));
      else array.set(memory.floats(address, array.length));
    }
    for (let i = 0; i < this.#used; i++) slots[i]!.trim();
  }

  #place(array: Float32Array | Int32Array, copies: boolean): number {
    const memory = workMemory()!;
    const address = memory.addressOf(array);
    if (address !== 0) return address;
    const slot = slots[this.#used++]!;
    const start = slot.atLeast(4 * array.length);
    if (copies) {
      if (array instanceof Int32Array) memory.ints(start, array.length).set(array);
      else memory.floats(start, array.length).set(array);
    }
    return start;
  }
}

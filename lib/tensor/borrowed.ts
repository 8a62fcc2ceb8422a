/** Blocks that are given back by hand, as soon as nobody needs their numbers: those of gradients on their way. */

import { workMemory } from "../wasm/jobs.ts";
import { fewestInBlock } from "./home.ts";
import { release, reserve } from "./residents.ts";

/** Room for numbers that are given back by hand, as gradients on their way are; unspecified before. */
export function borrow(length: number): { readonly address: number; readonly array: Float32Array } | null {
  if (length < fewestInBlock) return null;
  const address = reserve(4 * length);
  return address === 0 ? null : { address, array: workMemory()!.floats(address, length) };
}

/** Gives back what was borrowed. */
export function giveBack(address: number, length: number): void {
  release(address, 4 * length);
}

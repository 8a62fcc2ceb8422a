/**
 * Sums in double precision, as those in JavaScript are. The order of their terms follows from sizes alone: eight sums run
 * through a chunk side by side, are joined to four, and what the chunks come to is added up in their order.
 */

import type { Code } from "../../wasm/code.ts";
import { workMemory } from "../../wasm/jobs.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";
import { F64x2 } from "../../wasm/wide.ts";
import { Workspace } from "./workspace.ts";

/** Bytes of a chunk's four sums. */
export const bytesOfSums = 32;

/** Four sums of double precision that start as 0, each in two halves, as the next addition waits for the last one. */
export function fourSums(code: Code) {
  const halves = [0, 1].map(() => ({ low: code.f64x2(0), high: code.f64x2(0) }));
  const [even, odd] = halves as [(typeof halves)[number], (typeof halves)[number]];
  return {
    /** Adds a number to each; `turn` is to alternate. */
    add(numbers: F32x4, turn: number): void {
      const { low, high } = turn % 2 === 0 ? even : odd;
      code.set(low, low.plus(F64x2.low(numbers)));
      code.set(high, high.plus(F64x2.high(numbers)));
    },
    /** The sum of all four, twice. */
    whole(): F64x2 {
      const pair = code.f64x2(even.low.plus(odd.low).plus(even.high.plus(odd.high)));
      return pair.plus(pair.swapped());
    },
    store(address: I32, offset = 0): void {
      code.storeF64x2(address, even.low.plus(odd.low), offset);
      code.storeF64x2(address, even.high.plus(odd.high), offset + 16);
    },
  };
}

const workspace = new Workspace();

/** Room for `count` times four sums. */
export function roomForSums(count: number): { readonly address: number; readonly sums: Float64Array } {
  const address = workspace.atLeast(bytesOfSums * count);
  return { address, sums: workMemory()!.doubles(address, 4 * count) };
}

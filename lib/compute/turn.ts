/** Windows turned by half a turn: what makes a cross-correlation a convolution. */

import type { Floats } from "./floats.ts";

/** Each window of `size` numbers, rows and columns, in reverse order. Its own inverse, and its own gradient. */
export function turnWindows(size: number, from: Floats, to: Floats): void {
  for (let start = 0; start < from.length; start += size) {
    for (let i = start, j = start + size - 1; i < start + size; i++, j--) to[i] = from[j]!;
  }
}

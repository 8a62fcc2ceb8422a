/** Many numbers to few. Sums are kept in double precision. */

import type { Floats } from "./floats.ts";
import * as simd from "./simd/reduce.ts";

/** The sum of all numbers, 0 of none. */
export function sum(x: Floats): number {
  const total = simd.sum(x);
  if (total !== undefined) return total;
  let inOrder = 0;
  for (let i = 0; i < x.length; i++) inOrder += x[i]!;
  return inOrder;
}

/** The arithmetic mean of all numbers, NaN of none. */
export function mean(x: Floats): number {
  return sum(x) / x.length;
}

/** The column of the largest number of every row of `x` `[rows, columns]`, the first among equals; NaN is largest. */
export function argmaxRows(rows: number, columns: number, x: Floats, out: Int32Array): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let best = start;
    for (let i = start + 1; i < start + columns && !Number.isNaN(x[best]!); i++) if (!(x[i]! <= x[best]!)) best = i;
    out[row] = best - start;
  }
}

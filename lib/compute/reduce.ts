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

/** As {@link argmaxRows}, of the smallest number; NaN is smallest. */
export function argminRows(rows: number, columns: number, x: Floats, out: Int32Array): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let best = start;
    for (let i = start + 1; i < start + columns && !Number.isNaN(x[best]!); i++) if (!(x[i]! >= x[best]!)) best = i;
    out[row] = best - start;
  }
}

/** The number in the given column of every row. */
export function pickFromRows(rows: number, columns: number, x: Floats, which: Int32Array, out: Floats): void {
  for (let row = 0; row < rows; row++) out[row] = x[row * columns + which[row]!]!;
}

/** The adjoint of {@link pickFromRows}: 0 beside the given columns. */
export function pickFromRowsGradient(rows: number, columns: number, dOut: Floats, which: Int32Array, dX: Floats): void {
  dX.fill(0);
  for (let row = 0; row < rows; row++) dX[row * columns + which[row]!] = dOut[row]!;
}

/** The product of every row, 1 of none. */
export function productOfRows(rows: number, columns: number, x: Floats, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    let product = 1;
    for (let i = row * columns; i < (row + 1) * columns; i++) product *= x[i]!;
    out[row] = product;
  }
}

/** `dX = dOut · the product of the row's others`, those before times those behind: no division, which a 0 would forbid. */
export function productOfRowsGradient(rows: number, columns: number, dOut: Floats, x: Floats, dX: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let before = dOut[row]!;
    for (let i = start; i < start + columns; i++) {
      dX[i] = before;
      before *= x[i]!;
    }
    let behind = 1;
    for (let i = start + columns - 1; i >= start; i--) {
      dX[i]! *= behind;
      behind *= x[i]!;
    }
  }
}

/** `out[i] = x[0] + ... + x[i]`, row by row. */
export function cumulativeSumOfRows(rows: number, columns: number, x: Floats, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      sum += x[i]!;
      out[i] = sum;
    }
  }
}

/** `dX[i] = dOut[i] + ... + dOut[columns − 1]`, row by row. */
export function cumulativeSumOfRowsGradient(rows: number, columns: number, dOut: Floats, dX: Floats): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = (row + 1) * columns - 1; i >= row * columns; i--) {
      sum += dOut[i]!;
      dX[i] = sum;
    }
  }
}

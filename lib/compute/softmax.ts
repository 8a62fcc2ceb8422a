/**
 * Softmax over the rows of `[rows, columns]`. The largest number of a row is subtracted before `exp`, which changes
 * nothing but keeps every power at or below 1: no overflow, and no row whose powers all vanish.
 */

import type { Floats } from "./floats.ts";

/** `out = e^x / Σ e^x`, row by row. */
export function softmaxRows(rows: number, columns: number, x: Floats, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    const largest = largestOfRow(x, start, end);
    let total = 0;
    for (let i = start; i < end; i++) total += Math.exp(x[i]! - largest);
    for (let i = start; i < end; i++) out[i] = Math.exp(x[i]! - largest) / total;
  }
}

/** `dX = out · (dOut − Σ dOut · out)`, row by row, from the forward pass's `out`. */
export function softmaxRowsGradient(rows: number, columns: number, dOut: Floats, out: Floats, dX: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let dot = 0;
    for (let i = start; i < start + columns; i++) dot += dOut[i]! * out[i]!;
    for (let i = start; i < start + columns; i++) dX[i] = out[i]! * (dOut[i]! - dot);
  }
}

/** `out = x − ln Σ e^x`, row by row. */
export function logSoftmaxRows(rows: number, columns: number, x: Floats, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    const largest = largestOfRow(x, start, end);
    let total = 0;
    for (let i = start; i < end; i++) total += Math.exp(x[i]! - largest);
    const logTotal = Math.log(total);
    // not x - (largest + logTotal), in which a large number swallows the logarithm
    for (let i = start; i < end; i++) out[i] = x[i]! - largest - logTotal;
  }
}

/** `dX = dOut − e^out · Σ dOut`, row by row, from the forward pass's `out`. */
export function logSoftmaxRowsGradient(rows: number, columns: number, dOut: Floats, out: Floats, dX: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let total = 0;
    for (let i = start; i < start + columns; i++) total += dOut[i]!;
    for (let i = start; i < start + columns; i++) dX[i] = dOut[i]! - Math.exp(out[i]!) * total;
  }
}

function largestOfRow(x: Floats, start: number, end: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) largest = Math.max(largest, x[i]!);
  return largest;
}

/**
 * The logarithm of the sum of the powers of `x[start … end − 1]`; −Infinity of nothing but −Infinity. NaN if one of them
 * is Infinity: that row has no probabilities, and all of it shall say so, as in PyTorch.
 */
export function logSumExpOfRow(x: Floats, start: number, end: number): number {
  const largest = largestOfRow(x, start, end);
  if (largest === Number.NEGATIVE_INFINITY) return largest; // ∞ − ∞ below would make it NaN
  let total = 0;
  for (let i = start; i < end; i++) total += Math.exp(x[i]! - largest);
  return largest + Math.log(total);
}

/** `out = ln Σ e^x`, row by row; Infinity of a row that holds it. */
export function logSumExpOfRows(rows: number, columns: number, x: Floats, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, x[i]!);
    out[row] = largest === Number.POSITIVE_INFINITY ? largest : logSumExpOfRow(x, start, start + columns);
  }
}

/** `dX = e^(x − out) · dOut`, row by row: the softmax. */
export function logSumExpOfRowsGradient(
  rows: number,
  columns: number,
  dOut: Floats,
  x: Floats,
  out: Floats,
  dX: Floats,
): void {
  for (let row = 0; row < rows; row++) {
    const logSum = out[row]!;
    for (let i = row * columns; i < (row + 1) * columns; i++) dX[i] = Math.exp(x[i]! - logSum) * dOut[row]!;
  }
}

/** Spread and length of the rows of `[rows, columns]`. Sums are kept in double precision. */

import type { Floats } from "./floats.ts";

function meanOfRow(x: Floats, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += x[i]!;
  return sum / (end - start);
}

/** `out = Σ (x − mean)² / divisor`, around the row's mean: a difference of large squares would lose small ones. */
export function varianceOfRows(rows: number, columns: number, x: Floats, divisor: number, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const mean = meanOfRow(x, start, start + columns);
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      const difference = x[i]! - mean;
      sum += difference * difference;
    }
    out[row] = sum / divisor;
  }
}

/** `dX = 2 (x − mean) · dOut / divisor`. */
export function varianceOfRowsGradient(
  rows: number,
  columns: number,
  dOut: Floats,
  x: Floats,
  divisor: number,
  dX: Floats,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const mean = meanOfRow(x, start, start + columns);
    const weight = (2 * dOut[row]!) / divisor;
    for (let i = start; i < start + columns; i++) dX[i] = (x[i]! - mean) * weight;
  }
}

/** The root of {@link varianceOfRows}. */
export function deviationOfRows(rows: number, columns: number, x: Floats, divisor: number, out: Floats): void {
  varianceOfRows(rows, columns, x, divisor, out);
  for (let row = 0; row < rows; row++) out[row] = Math.sqrt(out[row]!);
}

/** `dX = (x − mean) · dOut / (out · divisor)`; 0 where all numbers of a row are equal. */
export function deviationOfRowsGradient(
  rows: number,
  columns: number,
  dOut: Floats,
  x: Floats,
  out: Floats,
  divisor: number,
  dX: Floats,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const mean = meanOfRow(x, start, start + columns);
    const weight = out[row] === 0 ? 0 : dOut[row]! / (out[row]! * divisor);
    for (let i = start; i < start + columns; i++) dX[i] = (x[i]! - mean) * weight;
  }
}

/** `out = (Σ |x|ᵖ)^(1/p)`; the largest `|x|` where p is Infinity. NaN of a row is not lost. */
export function normOfRows(rows: number, columns: number, x: Floats, p: number, out: Floats): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sum = 0;
    if (p === 1) for (let i = start; i < start + columns; i++) sum += Math.abs(x[i]!);
    else if (p === 2) for (let i = start; i < start + columns; i++) sum += x[i]! * x[i]!;
    else if (p === Infinity) for (let i = start; i < start + columns; i++) sum = Math.max(sum, Math.abs(x[i]!));
    else for (let i = start; i < start + columns; i++) sum += Math.abs(x[i]!) ** p;
    out[row] = p === 2 ? Math.sqrt(sum) : p === 1 || p === Infinity ? sum : sum ** (1 / p);
  }
}

/** `dX = dOut · sign x · (|x| / out)ᵖ⁻¹`, 0 where the norm is 0; under Infinity shared by all of the largest. */
export function normOfRowsGradient(
  rows: number,
  columns: number,
  dOut: Floats,
  x: Floats,
  out: Floats,
  p: number,
  dX: Floats,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const norm = out[row]!;
    const weight = dOut[row]!;
    if (p === Infinity) {
      let equals = 0;
      for (let i = start; i < start + columns; i++) equals += Number(Math.abs(x[i]!) === norm);
      for (let i = start; i < start + columns; i++) {
        dX[i] = Math.abs(x[i]!) === norm ? (Math.sign(x[i]!) * weight) / equals : Number.isNaN(norm) ? Number.NaN : 0;
      }
    } else if (p === 1) {
      for (let i = start; i < start + columns; i++) dX[i] = Math.sign(x[i]!) * weight;
    } else if (norm === 0) {
      for (let i = start; i < start + columns; i++) dX[i] = 0;
    } else if (p === 2) {
      for (let i = start; i < start + columns; i++) dX[i] = (x[i]! / norm) * weight;
    } else {
      for (let i = start; i < start + columns; i++) {
        dX[i] = x[i] === 0 ? 0 : Math.sign(x[i]!) * (Math.abs(x[i]!) / norm) ** (p - 1) * weight;
      }
    }
  }
}

/** Rows made longer at both ends, and more of them: what every number of the result was before is in two tables. */

import type { Floats } from "./floats.ts";

/** What a padded array is made of. */
export interface PadTables {
  /** For each row of the result, where the row that it repeats begins; −1 for a row of the fill value. */
  readonly rows: Int32Array;
  /** For each place in a row of the result, the place in the row that it repeats; −1 for the fill value. */
  readonly columns: Int32Array;
}

/** `out[r, j] = x[rows[r] + columns[j]]`, and `value` where one of them is −1. */
export function padForward({ rows, columns }: PadTables, x: Floats, value: number, out: Floats): void {
  let o = 0;
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r]!;
    if (start < 0) {
      out.fill(value, o, o + columns.length);
      o += columns.length;
      continue;
    }
    for (let j = 0; j < columns.length; j++, o++) {
      const column = columns[j]!;
      out[o] = column < 0 ? value : x[start + column]!;
    }
  }
}

/** Every gradient goes to the number that was repeated; what was repeated often adds up. Overwrites `dX`. */
export function padInputGradient({ rows, columns }: PadTables, dOut: Floats, dX: Floats): void {
  dX.fill(0);
  let o = 0;
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r]!;
    if (start < 0) {
      o += columns.length;
      continue;
    }
    for (let j = 0; j < columns.length; j++, o++) {
      const column = columns[j]!;
      if (column >= 0) dX[start + column]! += dOut[o]!;
    }
  }
}

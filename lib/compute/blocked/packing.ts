/**
 * Packing: a block of an operand is copied into slivers of four rows, `[sliver][depth][4]`, which the micro-kernel reads
 * front to back. The copy costs one pass and is read once for every tile of the other operand.
 *
 * A last sliver of one or two rows is that narrow (`sliverRows`), one of three has a fourth that is never stored.
 */

import { TILE_ROWS } from "./blocking.ts";
import { sliverRows } from "./micro-kernel.ts";

/** Packs the matrix whose element (row, k) is `from[start + row · rowStride + k · depthStride]`. */
export function packStrided(
  packed: Float32Array,
  rows: number,
  depth: number,
  from: Float32Array,
  start: number,
  rowStride: number,
  depthStride: number,
): void {
  for (let row = 0; row < rows; row++) {
    const inSliver = row % TILE_ROWS;
    const step = sliverRows(rows - row + inSliver);
    let to = (row - inSliver) * depth + inSliver;
    let at = start + row * rowStride;
    for (let k = 0; k < depth; k++, to += step, at += depthStride) packed[to] = from[at]!;
  }
}

/** Packs the matrix whose element (row, k) is `from[start + row · rowStride + at[k]]`. */
export function packGathered(
  packed: Float32Array,
  rows: number,
  depth: number,
  from: Float32Array,
  start: number,
  rowStride: number,
  at: Int32Array,
): void {
  for (let row = 0; row < rows; row++) {
    const inSliver = row % TILE_ROWS;
    const step = sliverRows(rows - row + inSliver);
    const first = start + row * rowStride;
    let to = (row - inSliver) * depth + inSliver;
    for (let k = 0; k < depth; k++, to += step) packed[to] = from[first + at[k]!]!;
  }
}

/** Packs one sliver of columns: element (k, s) is `from[start + columnAt[j + s] + steps[k]]`. */
export function packColumns(
  packed: Float32Array,
  depth: number,
  from: Float32Array,
  start: number,
  steps: Int32Array,
  columnAt: Int32Array,
  j: number,
): void {
  const p0 = start + columnAt[j]!;
  const p1 = start + columnAt[j + 1]!;
  const p2 = start + columnAt[j + 2]!;
  const p3 = start + columnAt[j + 3]!;
  let to = 0;
  for (let k = 0; k < depth; k++) {
    const step = steps[k]!;
    packed[to] = from[step + p0]!;
    packed[to + 1] = from[step + p1]!;
    packed[to + 2] = from[step + p2]!;
    packed[to + 3] = from[step + p3]!;
    to += 4;
  }
}

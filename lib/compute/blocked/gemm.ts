/**
 * Matrix multiplication in five loops (Goto and van de Geijn, 2008; Van Zee and van de Geijn, 2015): each keeps one
 * piece of an operand in one level of the memory hierarchy.
 */

import { FloatWorkspace } from "../workspace.ts";
import { BLOCK_COLUMNS, BLOCK_ROWS, DEPTH, TILE_COLUMNS, TILE_ROWS } from "./blocking.ts";
import { packedTile, tile } from "./micro-kernel.ts";

const aWorkspace = new FloatWorkspace();
const bWorkspace = new FloatWorkspace();

/**
 * `c = a · b`, or `c += a · b`.
 *
 * @param a `[m, k]`, element (i, d) at `i · aRowStride + d · aColumnStride`: a transpose is a swap of its strides
 * @param b `[k, n]`, by its strides likewise
 * @param c `[m, n]`, row by row without gaps
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: Float32Array,
  aRowStride: number,
  aColumnStride: number,
  b: Float32Array,
  bRowStride: number,
  bColumnStride: number,
  c: Float32Array,
  accumulate: boolean,
): void {
  if (!accumulate) c.fill(0, 0, m * n);
  const columns = Math.min(BLOCK_COLUMNS, n);
  const rows = Math.min(BLOCK_ROWS, m);
  const packedA = aWorkspace.atLeast((rows + TILE_ROWS) * Math.min(DEPTH, k));
  const packedB = bWorkspace.atLeast((columns + TILE_COLUMNS) * Math.min(DEPTH, k));
  for (let jc = 0; jc < n; jc += BLOCK_COLUMNS) {
    // 5: columns of C
    const nc = Math.min(BLOCK_COLUMNS, n - jc);
    for (let pc = 0; pc < k; pc += DEPTH) {
      // 4: depth; block of B -> L3
      const kc = Math.min(DEPTH, k - pc);
      pack(packedB, nc, kc, b, pc * bRowStride + jc * bColumnStride, bColumnStride, bRowStride);
      for (let ic = 0; ic < m; ic += BLOCK_ROWS) {
        // 3: rows of C; block of A -> L2
        const mc = Math.min(BLOCK_ROWS, m - ic);
        pack(packedA, mc, kc, a, ic * aRowStride + pc * aColumnStride, aRowStride, aColumnStride);
        for (let jr = 0; jr < nc; jr += TILE_COLUMNS) {
          // 2: sliver of B -> L1
          for (let ir = 0; ir < mc; ir += TILE_ROWS) {
            // 1: tile of C -> registers
            packedTile(kc, packedA, ir * kc, packedB, jr * kc);
            addTile(c, (ic + ir) * n + jc + jr, n, Math.min(TILE_ROWS, mc - ir), Math.min(TILE_COLUMNS, nc - jr));
          }
        }
      }
    }
  }
}

/**
 * Copies a block into slivers of four, `[sliver][depth][4]`: the micro-kernel then reads both operands front to back,
 * whatever their strides were. A last sliver that is not full ends in zeros.
 */
function pack(
  packed: Float32Array,
  length: number,
  depth: number,
  from: Float32Array,
  start: number,
  stride: number,
  depthStride: number,
): void {
  let to = 0;
  for (let i = 0; i < length; i += 4) {
    const inside = Math.min(4, length - i);
    for (let d = 0; d < depth; d++, to += 4) {
      const at = start + i * stride + d * depthStride;
      for (let r = 0; r < inside; r++) packed[to + r] = from[at + r * stride]!;
      for (let r = inside; r < 4; r++) packed[to + r] = 0;
    }
  }
}

/** Adds the part of the micro-kernel's tile that lies inside the matrix. */
function addTile(c: Float32Array, start: number, rowStride: number, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < columns; s++) c[start + r * rowStride + s]! += tile[r * TILE_COLUMNS + s]!;
  }
}

/**
 * Matrix multiplication in SIMD: the five loops of `compute/gemm.ts`, with A packed once by all threads and B by each
 * block of C that needs it. A thread takes blocks of C, whose sums run over the whole depth in one fixed order: so
 * neither the number of threads nor which of them does a block changes a bit.
 */

import { microTile } from "../../wasm/features.ts";
import type { Epilogue } from "../epilogue.ts";
import { instructions } from "../settings.ts";
import { blockJob, packJob, slivers } from "./gemm-jobs.ts";
import { matrixVector, suitsMatrixVector } from "./matrix-vector.ts";
import { Staging } from "./staging.ts";
import { Workspace } from "./workspace.ts";

/** Block sizes in numbers, each with the cache it is sized for: 32 KB of L1 and 1 MB of L2 a core. */
export const gemmBlocks = {
  /** Depth: slivers of 4 rows and of 8 columns are 12 KB, and leave L1 room for what streams by. */
  depth: 256,
  /** Rows of A: 504 × 256 numbers are 504 KB, half of L2. A multiple of 4 and of 6, the tiles' rows. */
  rows: 504,
  /** Columns of B, at most: 256 × 64 numbers are 64 KB of L2 beside A. */
  columns: 64,
  /** Blocks of C that are enough for threads to end at about the same time. */
  count: 16,
  /** Rows that a block has at least if there are so many: each packs its part of B, at the cost of some 6 rows. */
  leastRows: 60,
  /** Numbers of A that are packed at a time: 16 MB. */
  packed: 2 ** 22,
} as const;

const tile = microTile();
const packedA = new Workspace();

/** The operands of a product in the jobs' memory: addresses, strides in bytes, 0 for no bias, flags as 0 or 1. */
export interface GemmOperands {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: number;
  readonly aRowStride: number;
  readonly aColumnStride: number;
  readonly b: number;
  readonly bRowStride: number;
  readonly bColumnStride: number;
  readonly c: number;
  readonly accumulate: number;
  readonly bias: number;
  readonly relu: number;
}

/** As `compute/gemm.ts` says, for Float32Array; `m`, `n` and `k` are at least 1. */
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
  { bias, relu }: Epilogue,
): void {
  const staging = new Staging();
  const result = c.length === m * n ? c : c.subarray(0, m * n);
  const operands = {
    m,
    n,
    k,
    a: staging.read(a),
    aRowStride: 4 * aRowStride,
    aColumnStride: 4 * aColumnStride,
    b: staging.read(b),
    bRowStride: 4 * bRowStride,
    bColumnStride: 4 * bColumnStride,
    c: accumulate ? staging.update(result) : staging.write(result),
    accumulate: Number(accumulate),
    bias: bias === null ? 0 : staging.read(bias as Float32Array),
    relu: Number(relu),
  };
  // One column is one row of the transposed product, and C is the same numbers in the same order.
  const product = n === 1 && bias === null ? transposedProduct(operands) : operands;
  if (suitsMatrixVector(product)) matrixVector(product);
  else multiplyBlocks(product);
  staging.finish();
}

/** `Bᵀ · Aᵀ`. */
function transposedProduct(o: GemmOperands): GemmOperands {
  return {
    m: o.n,
    n: o.m,
    k: o.k,
    a: o.b,
    aRowStride: o.bColumnStride,
    aColumnStride: o.bRowStride,
    b: o.a,
    bRowStride: o.aColumnStride,
    bColumnStride: o.aRowStride,
    c: o.c,
    accumulate: o.accumulate,
    bias: o.bias,
    relu: o.relu,
  };
}

function multiplyBlocks(o: GemmOperands): void {
  const { n, k, accumulate, bias, relu, b, bRowStride, bColumnStride } = o;
  const depthBlock = depthBlockOf(k);
  const panel = Math.max(1, Math.floor(gemmBlocks.packed / k / gemmBlocks.leastRows)) * gemmBlocks.leastRows;
  for (let first = 0; first < o.m; first += panel) {
    const m = Math.min(panel, o.m - first);
    const paddedRows = Math.ceil(m / tile.rows) * tile.rows;
    const a = packedA.atLeast(4 * paddedRows * k);
    const from = o.a + first * o.aRowStride;
    packJob(tile.rows).run(
      { a: from, rowStride: o.aRowStride, depthStride: o.aColumnStride, m, paddedRows, k, depthBlock, to: a },
      Math.ceil(k / depthBlock) * Math.ceil(m / (slivers * tile.rows)),
      m * k,
    );
    const c = o.c + 4 * first * n;
    const { rowBlock, columnBlock, count } = cutBlocks(m, n);
    // Written out: V8 takes microseconds to spread so many properties, more than a small product itself.
    // biome-ignore format: one property a line would be seventeen
    const values = { a, paddedRows, b, bRowStride, bColumnStride, c, bStep: 0, cStep: 0, m, n, k, rowBlock, columnBlock, depthBlock, accumulate, bias, relu };
    const scratch = 4 * (columnBlock * depthBlock + tile.rows * 4 * tile.vectors);
    blockJob(tile, instructions() === "fused", "columns").run(values, count, m * n * k, scratch);
  }
  packedA.trim();
}

/** How C is cut into blocks. Depends on the sizes alone, never on the threads. */
function cutBlocks(m: number, n: number) {
  const step = 4 * tile.vectors;
  const columnBlock = Math.min(gemmBlocks.columns, Math.ceil(n / step / gemmBlocks.count) * step);
  const columnBlocks = Math.ceil(n / columnBlock);
  const wished = Math.min(Math.ceil(gemmBlocks.count / columnBlocks), Math.floor(m / gemmBlocks.leastRows));
  const rowBlocks = Math.max(wished, Math.ceil(m / gemmBlocks.rows));
  const rowBlock = evenly(m, Math.ceil(m / rowBlocks), tile.rows);
  return { rowBlock, columnBlock, count: columnBlocks * Math.ceil(m / rowBlock) };
}

/** Steps of the depth that are summed up at a time. */
export function depthBlockOf(k: number): number {
  return evenly(k, gemmBlocks.depth, 4);
}

/** The size of equal parts of at most about `most`, in whole steps. */
export function evenly(total: number, most: number, step: number): number {
  return Math.ceil(total / Math.ceil(total / most) / step) * step;
}

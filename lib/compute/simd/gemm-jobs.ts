/** The two jobs of a matrix product: packing A, and computing a block of C. Strides are in bytes. */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import type { Tile } from "../../wasm/features.ts";
import { Job } from "../../wasm/jobs.ts";
import { I32 } from "../../wasm/values.ts";
import { sumPackedTile, type TileShape, tileSums } from "./micro-kernel.ts";
import { packSlivers } from "./packing.ts";

/** Slivers of A in an item: their rows are a cache line where the rows of A are neighbours. */
export const slivers = 4;

const packParameters = {
  a: "i32",
  rowStride: "i32",
  depthStride: "i32",
  m: "i32",
  paddedRows: "i32",
  k: "i32",
  depthBlock: "i32",
  to: "i32",
} as const;

const blockParameters = {
  a: "i32",
  paddedRows: "i32",
  b: "i32",
  bRowStride: "i32",
  bColumnStride: "i32",
  c: "i32",
  /** From the B of one product to that of the next, and from C to C: all have the same A. */
  bStep: "i32",
  cStep: "i32",
  m: "i32",
  n: "i32",
  k: "i32",
  rowBlock: "i32",
  columnBlock: "i32",
  depthBlock: "i32",
  accumulate: "i32",
  bias: "i32",
  relu: "i32",
} as const;

const packJobs = new Map<number, Job<typeof packParameters>>();
const blockJobs = new Map<string, Job<typeof blockParameters>>();

/** Packs A, `[depth block][sliver][depth][rows]`: an item is some slivers of one depth block. */
export function packJob(rows: number): Job<typeof packParameters> {
  const existing = packJobs.get(rows);
  if (existing) return existing;
  const job = new Job(packParameters, (code, p, item) => {
    const perItem = slivers * rows;
    const groups = code.i32(p.m.plus(perItem - 1).dividedBy(perItem));
    const depth = code.i32(item.dividedBy(groups).times(p.depthBlock));
    const row = code.i32(item.modulo(groups).times(perItem));
    const steps = code.i32(p.depthBlock.min(p.k.minus(depth)));
    packSlivers(code, rows, {
      from: code.i32(p.a.plus(row.times(p.rowStride)).plus(depth.times(p.depthStride))),
      stride: p.rowStride,
      depthStride: p.depthStride,
      length: code.i32(p.m.minus(row).min(perItem)),
      depth: steps,
      to: p.to.plus(depth.times(p.paddedRows).plus(row.times(steps)).times(4)),
    });
  });
  packJobs.set(rows, job);
  return job;
}

/**
 * Computes one block of C: its own memory holds the block's columns of B, packed, and a tile for the edges.
 *
 * @param biasOf what has a bias each: the columns of C, or its rows
 */
export function blockJob(tile: Tile, fused: boolean, biasOf: "columns" | "rows"): Job<typeof blockParameters> {
  const key = `${fused} ${biasOf}`;
  const existing = blockJobs.get(key);
  if (existing) return existing;
  const shape = { ...tile, fused };
  const columns = 4 * tile.vectors;
  const job = new Job(blockParameters, (code, p, item, scratch) => {
    const columnBlocks = code.i32(p.n.plus(p.columnBlock).minus(1).dividedBy(p.columnBlock));
    const blocks = code.i32(p.m.plus(p.rowBlock).minus(1).dividedBy(p.rowBlock).times(columnBlocks));
    const product = code.i32(item.dividedBy(blocks));
    const block = code.i32(item.modulo(blocks));
    const firstRow = code.i32(block.dividedBy(columnBlocks).times(p.rowBlock));
    const endRow = code.i32(firstRow.plus(p.rowBlock).min(p.m));
    const firstColumn = code.i32(block.modulo(columnBlocks).times(p.columnBlock));
    const endColumn = code.i32(firstColumn.plus(p.columnBlock).min(p.n));
    const b = code.i32(p.b.plus(product.times(p.bStep)).plus(firstColumn.times(p.bColumnStride)));
    const c = code.i32(p.c.plus(product.times(p.cStep)));
    const packedB = code.i32(scratch.plus(4 * shape.rows * columns));
    code.count(0, p.k, p.depthBlock, (depth) => {
      // 4: depth
      const steps = code.i32(p.depthBlock.min(p.k.minus(depth)));
      const adds = code.i32(depth.isAtLeast(1).plus(p.accumulate));
      const last = code.i32(depth.plus(steps).equals(p.k));
      packSlivers(code, columns, {
        from: code.i32(b.plus(depth.times(p.bRowStride))),
        stride: p.bColumnStride,
        depthStride: p.bRowStride,
        length: code.i32(endColumn.minus(firstColumn)),
        depth: steps,
        to: packedB,
      });
      const sliverB = code.i32(packedB);
      code.count(firstColumn, endColumn, columns, (j) => {
        // 2: sliver of B -> L1
        const sliverA = code.i32(p.a.plus(depth.times(p.paddedRows).plus(firstRow.times(steps)).times(4)));
        code.count(firstRow, endRow, shape.rows, (i) => {
          // 1: tile of C -> registers
          const place = { c, m: p.m, n: p.n, i, j, edge: scratch };
          throughEdge(code, shape, place, adds, (target, stride) => {
            const sums = tileSums(code, shape, () => 0);
            code.when(adds, () => {
              each(sums, (sum, r, v) => code.set(sum, target.plus(stride.times(r)).loadF32x4(16 * v)));
            });
            sumPackedTile(code, shape, sums, { depth: steps, rows: sliverA, columns: sliverB });
            code.when(last, () => {
              code.when(p.bias, () => {
                const bias = code.i32(p.bias.plus((biasOf === "rows" ? i : j).times(4)));
                each(sums, (sum, r, v) => {
                  code.set(sum, sum.plus(biasOf === "rows" ? bias.loadSplat(4 * r) : bias.loadF32x4(16 * v)));
                });
              });
              code.when(p.relu, () => each(sums, (sum) => code.set(sum, sum.max(0))));
            });
            each(sums, (sum, r, v) => code.storeF32x4(target.plus(stride.times(r)), sum, 16 * v));
          });
          code.advance(sliverA, steps.times(4 * shape.rows));
        });
        code.advance(sliverB, steps.times(4 * columns));
      });
    });
  });
  blockJobs.set(key, job);
  return job;
}

function each(
  sums: readonly (readonly LocalF32x4[])[],
  act: (sum: LocalF32x4, row: number, vector: number) => void,
): void {
  for (const [r, ofRow] of sums.entries()) for (const [v, sum] of ofRow.entries()) act(sum, r, v);
}

/** Where a tile of C lies: its first row and column, and memory for one that is not whole. */
interface TilePlace {
  readonly c: I32;
  readonly m: I32;
  readonly n: I32;
  readonly i: I32;
  readonly j: I32;
  readonly edge: I32;
}

/** Hands `compute` a whole tile and its row stride: in C, or at its edges a copy of which the inner part goes back. */
function throughEdge(
  code: Code,
  shape: TileShape,
  { c, m, n, i, j, edge }: TilePlace,
  reads: I32,
  compute: (target: I32, stride: I32) => void,
): void {
  const columns = 4 * shape.vectors;
  const at = code.i32(c.plus(i.times(n).plus(j).times(4)));
  const target = code.i32(at);
  const stride = code.i32(n.times(4));
  const isEdge = code.i32(m.isLess(i.plus(shape.rows)).plus(n.isLess(j.plus(columns))));
  const eachInside = (act: (inC: I32, inTile: I32) => void) =>
    code.count(0, m.minus(i).min(shape.rows), 1, (r) =>
      code.count(0, n.minus(j).min(columns), 1, (s) =>
        act(at.plus(r.times(n).plus(s).times(4)), edge.plus(r.times(columns).plus(s).times(4))),
      ),
    );
  code.when(isEdge, () => {
    code.set(target, edge);
    code.set(stride, I32.of(4 * columns));
    code.when(reads, () => eachInside((inC, inTile) => code.storeF32(inTile, inC.loadF32())));
  });
  compute(target, stride);
  code.when(isEdge, () => eachInside((inC, inTile) => code.storeF32(inC, inTile.loadF32())));
}

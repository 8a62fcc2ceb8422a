// biome-ignore-all format: loops and what each keeps in which cache, side by side
/** The code of a direct convolution: five loops around the micro-kernel. */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { I32 } from "../../wasm/values.ts";
import { instructions } from "../settings.ts";
import { sumTile, tileSums } from "./micro-kernel.ts";
import { type ColumnCopy, columnCopy, copyPadded } from "./padded-block.ts";
import type { PixelTile } from "./pixel-tiles.ts";

const parameters = {
  x: "i32", packed: "i32", bias: "i32", out: "i32", taps: "i32", tiles: "i32", tileCount: "i32",
  depth: "i32", depthBlock: "i32", relu: "i32",
  groups: "i32", bands: "i32", bandRows: "i32", chunks: "i32", chunkBlocks: "i32", blocks: "i32",
  channels: "i32", filters: "i32", height: "i32", width: "i32", outputRows: "i32", outputColumns: "i32",
  partial: "i32", padTop: "i32", padLeft: "i32", strideY: "i32", strideX: "i32", rows: "i32", columns: "i32", planePitch: "i32",
} as const;

const jobs = new Map<string, Job<typeof parameters>>();

/** The job for a tile: an item is a chunk of the filters of a group, at a band of rows of an image. */
export function directJob(tile: PixelTile, inPlace: boolean, strideX: number): Job<typeof parameters> {
  const fused = instructions() === "fused";
  const copy = inPlace ? null : columnCopy(strideX);
  const key = `${tile.filters} ${tile.rows} ${tile.vectors} ${fused} ${copy}`;
  let job = jobs.get(key);
  if (!job) {
    job = convolution(tile, fused, copy);
    jobs.set(key, job);
  }
  return job;
}

function convolution(tile: PixelTile, fused: boolean, copy: ColumnCopy | null) {
  const shape = { rows: tile.filters, vectors: tile.rows * tile.vectors, fused };
  return new Job(parameters, (code, p, item, scratch) => {
    const chunk = code.i32(item.modulo(p.chunks));
    const rest = code.i32(item.dividedBy(p.chunks));
    const y = code.i32(rest.modulo(p.bands).times(p.bandRows).min(p.outputRows.minus(p.bandRows)));
    code.set(rest, rest.dividedBy(p.bands));
    const group = code.i32(rest.modulo(p.groups)); // rest: image and group
    const inputPlane = code.i32(p.height.times(p.width).shiftedLeft(2));
    const input = code.i32(p.x.plus(rest.times(p.channels).times(inputPlane)));
    const block = code.i32(scratch);
    if (copy === null) code.set(block, input.plus(y.times(p.width).shiftedLeft(2)));
    else {
      copyPadded(code, {
        ...p, from: input, to: block,
        top: code.i32(y.times(p.strideY).minus(p.padTop)), left: code.i32(p.padLeft.times(-1)),
      }, copy);
    }
    const outputRow = code.i32(p.outputColumns.shiftedLeft(2));
    const outputPlane = code.i32(p.outputRows.times(outputRow));
    const output = code.i32(p.out.plus(rest.times(p.filters).times(outputPlane)).plus(y.times(outputRow)));
    const firstBlock = code.i32(chunk.times(p.chunkBlocks));
    const lastBlock = code.i32(firstBlock.plus(p.chunkBlocks).min(p.blocks));
    const packed = code.i32(p.packed.plus(group.times(p.blocks).times(p.depth).times(4 * tile.filters)));
    const biases = code.i32(p.bias.plus(group.times(p.filters).shiftedLeft(2)));
    // Sums of a part of the depth wait for the rest in a place of each tile's own, as tiles overlap in the output.
    const partials = code.i32(scratch.plus(p.partial));
    const partial = code.i32(0);
    code.count(0, p.depth, p.depthBlock, (k) => {                            // 4: depth
      code.set(partial, partials);
      const left = code.i32(p.depth.minus(k));
      const depth = code.i32(left.min(p.depthBlock));
      const last = code.i32(left.equals(depth));
      const steps = code.i32(p.taps.plus(k.shiftedLeft(2)));
      code.count(firstBlock, lastBlock, 1, (b) => {                          // 3: sliver of filters -> L1
        const f = code.i32(b.times(tile.filters).min(p.filters.minus(tile.filters)));
        const rows = code.i32(packed.plus(b.times(p.depth).plus(k).times(4 * tile.filters)));
        const corner = code.i32(output.plus(f.times(outputPlane)));
        const bias = code.i32(biases.plus(f.shiftedLeft(2)));
        const place = code.i32(p.tiles);
        code.repeat(p.tileCount, () => {                                     // 2: tile of sums -> registers
          const from = code.i32(block.plus(place.loadI32()));
          const to = code.i32(corner.plus(place.loadI32(4)));
          const columns: I32[] = [];
          for (let r = 0; r < tile.rows; r++) {
            const row = r === 0 ? from : code.i32(from.plus(p.columns.times(4 * r)));
            for (let v = 0; v < tile.vectors; v++) columns.push(v === 0 ? row : code.i32(row.plus(16 * v)));
          }
          const sums = tileSums(code, shape, () => 0);
          code.when(k.equals(0), () => {
            code.when(p.bias, () => eachSum(sums, (sum, r) => code.set(sum, bias.loadSplat(4 * r))));
          }, () => eachSum(sums, (sum, _, i) => code.set(sum, partial.loadF32x4(16 * i))));
          sumTile(code, shape, sums, { depth, rows, columns, steps });       // 1: depth
          code.when(last, () => {
            code.when(p.relu, () => eachSum(sums, (sum) => code.set(sum, sum.max(0))));
            storeTile(code, tile, sums, to, outputRow, outputPlane);
          }, () => {
            eachSum(sums, (sum, _, i) => code.storeF32x4(partial, sum, 16 * i));
          });
          code.advance(partial, 16 * shape.rows * shape.vectors);
          code.advance(place, 8);
        });
      });
    });
  });
}

function eachSum(
  sums: readonly (readonly LocalF32x4[])[], visit: (sum: LocalF32x4, row: number, index: number) => void,
): void {
  let i = 0;
  for (const [r, row] of sums.entries()) for (const sum of row) visit(sum, r, i++);
}

/** Stores the sums where they belong in the output: each filter has a plane, each row of pixels a row of it. */
function storeTile(
  code: Code, tile: PixelTile, sums: readonly (readonly LocalF32x4[])[], corner: I32, rowPitch: I32, planePitch: I32,
): void {
  const plane = code.i32(corner);
  const at = code.i32(0);
  for (const row of sums) {
    code.set(at, plane);
    for (let r = 0; r < tile.rows; r++) {
      for (let v = 0; v < tile.vectors; v++) code.storeF32x4(at, row[r * tile.vectors + v]!, 16 * v);
      if (r < tile.rows - 1) code.advance(at, rowPitch);
    }
    code.advance(plane, planePitch);
  }
}

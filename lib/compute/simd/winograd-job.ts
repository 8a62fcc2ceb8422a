// biome-ignore-all format: loops and what each keeps in which cache, side by side
/** The code of a convolution by Winograd's algorithm, and its loops: windows, products, pixels of a block of tiles. */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";
import { sumPackedTile, type TileShape, tileSums } from "./micro-kernel.ts";
import { writeTiles } from "./winograd-outputs.ts";
import { panel, points, transforms } from "./winograd-transforms.ts";
import { noteBytes, noteWindows, transformWindows } from "./winograd-windows.ts";

/** Channels that are summed at once: rounding errors of a sum grow with the number of its terms. */
const depthBlock = 128;

const parameters = {
  x: "i32", factors: "i32", bias: "i32", out: "i32", floor: "f32",
  h: "i32", w: "i32", p: "i32", q: "i32", padTop: "i32", padLeft: "i32",
  channelBytes: "i32", imageBytes: "i32", planeBytes: "i32", resultBytes: "i32",
  depth: "i32", rows: "i32", groups: "i32", blocks: "i32", slices: "i32", sliceBlocks: "i32",
  tilesX: "i32", tilesOfImage: "i32", tiles: "i32", blockTiles: "i32",
  pointStride: "i32", windowStride: "i32", sumStride: "i32",
} as const;

const jobs = new Map<string, Job<typeof parameters>>();

/** The job for tiles of `size × size` pixels: an item is a block of tiles, and a slice of a group's filters. */
export function convolutionJob(size: number, shape: TileShape): Job<typeof parameters> {
  const key = `${size} ${shape.rows} ${shape.fused}`;
  const job = jobs.get(key) ?? convolution(size, shape);
  jobs.set(key, job);
  return job;
}

function convolution(size: number, shape: TileShape): Job<typeof parameters> {
  return new Job(parameters, (code, given, item, scratch) => {
    const { x, depth, tiles } = given;
    const axes = transforms(code, shape.fused);
    const slice = code.i32(item.modulo(given.slices));
    const group = code.i32(item.dividedBy(given.slices).modulo(given.groups));
    const firstTile = code.i32(item.dividedBy(given.slices.times(given.groups)).times(given.blockTiles));
    const width = code.i32(given.blockTiles.min(tiles.minus(firstTile)));
    const panels = code.i32(width.plus(panel - 1).dividedBy(panel));
    const firstBlock = code.i32(slice.times(given.sliceBlocks));
    const blocks = code.i32(given.sliceBlocks.min(given.blocks.minus(firstBlock)));
    const windows = code.i32(scratch.plus(noteBytes(panel)));
    const sums = code.i32(windows.plus(given.windowStride.times(points ** 2)));

    // Windows, transformed: [36][panel][channel][8].
    const sizes = { ...given, height: given.h, width: given.w };
    const to = code.i32(windows);
    code.count(0, panels, 1, (index) => {
      code.count(0, panel, 4, (half) => {
        const first = code.i32(firstTile.plus(index.times(panel)).plus(half));
        const notes = scratch.plus(half.times(noteBytes(1)));
        noteWindows(code, sizes, { extent: points, step: size }, notes, 4, (window) => first.plus(window).min(tiles.minus(1)));
      });
      const plane = code.i32(x.plus(group.times(depth).times(given.channelBytes)));
      const lanes = [0, 1, 2, 3].map((window) => ({ window, plane }));
      code.repeat(depth, () => {
        code.count(0, panel, 4, (half) => {
          const at = code.i32(to);
          const notes = code.i32(scratch.plus(half.times(noteBytes(1))));
          transformWindows(code, axes.inputs, points, given.w.times(4), notes, lanes, (value) => {
            code.storeF32x4(at, value);
            code.advance(at, given.windowStride);
          });
          code.advance(to, 16);
        });
        code.advance(plane, given.channelBytes);
      });
    });

    // Products: [36][block][rows][tile].
    const firstRows = group.times(given.blocks).plus(firstBlock).times(depth.times(4 * shape.rows));
    const factors = code.i32(given.factors.plus(firstRows));
    const sum = code.i32(sums);
    const columns = code.i32(windows);
    const pitch = given.blockTiles.times(4);
    code.repeat(code.i32(points ** 2), () => {
      const rows = code.i32(factors);
      const out = code.i32(sum);
      code.repeat(blocks, () => {
        const column = code.i32(columns);
        code.repeat(panels, () => {
          const row = code.i32(rows);
          code.count(0, depth, depthBlock, (k) => {
            const steps = code.i32(depth.minus(k).min(depthBlock));
            const tile = tileSums(code, shape, () => 0);
            sumPackedTile(code, shape, tile, { depth: steps, rows: row, columns: column });
            code.when(k.equals(0), () => storeTile(code, tile, out, pitch, (sum) => sum),
              () => storeTile(code, tile, out, pitch, (sum, stored) => stored.plus(sum)));
            code.advance(row, steps.times(4 * shape.rows));
            code.advance(column, steps.times(4 * panel));
          });
          code.advance(out, 4 * panel);
        });
        code.advance(rows, depth.times(4 * shape.rows));
        code.advance(out, pitch.times(shape.rows).minus(panels.times(4 * panel)));
      });
      code.advance(factors, given.pointStride);
      code.advance(columns, given.windowStride);
      code.advance(sum, given.sumStride);
    });

    // Pixels.
    const firstRow = code.i32(firstBlock.times(shape.rows));
    const firstFilter = code.i32(group.times(given.rows).plus(firstRow));
    const output = { ...given, height: given.p, width: given.q, imageBytes: given.resultBytes };
    const filters = {
      firstFilter, biases: given.bias, floor: given.floor, plane: firstFilter.times(given.planeBytes),
      filters: blocks.times(shape.rows).min(given.rows.minus(firstRow)),
      filterStride: pitch, pointStride: given.sumStride,
    };
    code.count(0, width, 4, (first) => {
      writeTiles(code, axes, size, output, { ...filters, start: sums.plus(first.times(4)) }, firstTile.plus(first));
    });
  });
}

/** Stores a tile of sums, as `result` of each sum and what is there. */
function storeTile(
  code: Code, tile: readonly (readonly LocalF32x4[])[], to: LocalI32, pitch: I32, result: (sum: F32x4, stored: F32x4) => F32x4,
): void {
  const row = code.i32(to);
  for (const vectors of tile) {
    for (const [v, vector] of vectors.entries()) code.storeF32x4(row, result(vector, row.loadF32x4(16 * v)), 16 * v);
    code.advance(row, pitch);
  }
}

// biome-ignore-all format: loops and what each keeps in which cache, side by side
/** The code of a filter gradient by Winograd's algorithm: sums over parts of the tiles, then the sum of the parts. */

import type { Code, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { I32 } from "../../wasm/values.ts";
import { sumPackedTile, type TileShape, tileSums } from "./micro-kernel.ts";
import { alongBothAxes, panel, points, transforms } from "./winograd-transforms.ts";
import { noteBytes, noteWindows, transformWindows } from "./winograd-windows.ts";

const partParameters = {
  x: "i32", dOut: "i32", partials: "i32", h: "i32", w: "i32", p: "i32", q: "i32", padTop: "i32", padLeft: "i32",
  channelBytes: "i32", imageBytes: "i32", planeBytes: "i32", resultBytes: "i32",
  channels: "i32", filters: "i32", groups: "i32", partBytes: "i32",
  blocks: "i32", sliceBlocks: "i32", slices: "i32", panels: "i32", slicePanels: "i32", panelSlices: "i32",
  tilesX: "i32", tilesOfImage: "i32", tiles: "i32", partTiles: "i32", blockTiles: "i32",
  factorStride: "i32", windowStride: "i32", sumStride: "i32",
} as const;

const partJobs = new Map<string, Job<typeof partParameters>>();

/** Sums over a part of the tiles: an item is a part, a slice of a group's filters and one of its channels. */
export function partJob(taps: number, shape: TileShape): Job<typeof partParameters> {
  const key = `${taps} ${shape.rows} ${shape.fused}`;
  const job = partJobs.get(key) ?? sumsOfPart(taps, shape);
  partJobs.set(key, job);
  return job;
}

function sumsOfPart(taps: number, shape: TileShape): Job<typeof partParameters> {
  const step = points + 1 - taps;
  return new Job(partParameters, (code, given, item, scratch) => {
    const { tilesX, tilesOfImage, tiles, filters, channels } = given;
    const axes = transforms(code, shape.fused);
    const rest = code.i32(item);
    const next = (count: LocalI32) => {
      const index = code.i32(rest.modulo(count));
      code.set(rest, rest.dividedBy(count));
      return index;
    };
    const firstPanel = code.i32(next(given.panelSlices).times(given.slicePanels));
    const firstBlock = code.i32(next(given.slices).times(given.sliceBlocks));
    const group = next(given.groups);
    const panels = code.i32(given.slicePanels.min(given.panels.minus(firstPanel)));
    const blocks = code.i32(given.sliceBlocks.min(given.blocks.minus(firstBlock)));
    const from = code.i32(rest.times(given.partTiles));
    const to = code.i32(from.plus(given.partTiles).min(tiles));
    const factors = code.i32(scratch.plus(given.blockTiles.times(noteBytes(1))));
    const windows = code.i32(factors.plus(given.factorStride.times(points ** 2)));
    const sums = code.i32(windows.plus(given.windowStride.times(points ** 2)));
    code.clear(sums, given.sumStride.times(points ** 2));

    code.count(from, to, given.blockTiles, (firstTile) => {
      const depth = code.i32(given.blockTiles.min(to.minus(firstTile)));
      const eachTile = (notes: LocalI32, body: () => void) => {
        code.set(notes, scratch);
        code.repeat(depth, () => {
          body();
          code.advance(notes, noteBytes(1));
        });
      };
      const notes = code.i32(scratch);
      const tile = code.i32(firstTile);
      const at = code.i32(0);

      // Gradients, transformed: [36][block][tile][rows], four filters at a time, a lane each.
      const gradients = { ...given, height: given.p, width: given.q, imageBytes: given.resultBytes };
      eachTile(notes, () => {
        const none = code.i32(0);
        const sizes = { ...gradients, padTop: none, padLeft: none, tilesX, tilesOfImage };
        noteWindows(code, sizes, { extent: step, step }, notes, 1, () => tile);
        code.advance(tile, 1);
      });
      code.count(0, blocks, 1, (block) => {
        const firstRow = code.i32(firstBlock.plus(block).times(shape.rows));
        const plane = code.i32(given.dOut.plus(group.times(filters).times(given.planeBytes)));
        for (let first = 0; first < shape.rows; first += 4) {
          const row = Math.min(first, shape.rows - 4);
          const lanes = planes(code, plane, firstRow.plus(row), filters, given.planeBytes);
          const place = code.i32(factors.plus(block.times(given.blockTiles).times(4 * shape.rows)).plus(4 * row));
          eachTile(notes, () => {
            code.set(at, place);
            transformWindows(code, axes.filters, step, given.q.times(4), notes, lanes, (value) => {
              code.storeF32x4(at, value);
              code.advance(at, given.factorStride);
            });
            code.advance(place, 4 * shape.rows);
          });
        }
      });

      // Windows, transformed: [36][panel][tile][8], four channels at a time, a lane each.
      code.set(tile, firstTile);
      eachTile(notes, () => {
        const sizes = { ...given, height: given.h, width: given.w };
        noteWindows(code, sizes, { extent: points, step }, notes, 1, () => tile);
        code.advance(tile, 1);
      });
      code.count(0, panels.times(panel), 4, (channel) => {
        const plane = code.i32(given.x.plus(group.times(channels).times(given.channelBytes)));
        const lanes = planes(code, plane, firstPanel.times(panel).plus(channel), channels, given.channelBytes);
        const index = channel.dividedBy(panel).times(given.blockTiles).times(4 * panel);
        const place = code.i32(windows.plus(index).plus(channel.modulo(panel).times(4)));
        eachTile(notes, () => {
          code.set(at, place);
          transformWindows(code, axes.inputs, points, given.w.times(4), notes, lanes, (value) => {
            code.storeF32x4(at, value);
            code.advance(at, given.windowStride);
          });
          code.advance(place, 4 * panel);
        });
      });

      // Products, added: [36][block][panel][rows][8].
      const rows = code.i32(factors);
      const columns = code.i32(windows);
      const sum = code.i32(sums);
      code.repeat(code.i32(points ** 2), () => {
        const row = code.i32(rows);
        const out = code.i32(sum);
        code.repeat(blocks, () => {
          const column = code.i32(columns);
          code.repeat(panels, () => {
            // From zero, and added then: rounding errors of a sum grow with the number of its terms.
            const vectors = tileSums(code, shape, () => 0);
            sumPackedTile(code, shape, vectors, { depth, rows: row, columns: column });
            for (const [r, ofRow] of vectors.entries()) {
              for (const [v, vector] of ofRow.entries()) {
                const offset = 4 * panel * r + 16 * v;
                code.storeF32x4(out, out.loadF32x4(offset).plus(vector), offset);
              }
            }
            code.advance(column, given.blockTiles.times(4 * panel));
            code.advance(out, 4 * panel * shape.rows);
          });
          code.advance(row, given.blockTiles.times(4 * shape.rows));
        });
        code.advance(rows, given.factorStride);
        code.advance(columns, given.windowStride);
        code.advance(sum, given.sumStride);
      });
    });

    // The part's share of the gradient: [group][tap][filter][channel].
    const pitch = code.i32(given.panels.times(4 * panel));
    const tapBytes = code.i32(filters.times(pitch));
    const share = code.i32(given.partials.plus(rest.times(given.partBytes)).plus(group.times(taps ** 2).times(tapBytes)));
    const firstRow = code.i32(firstBlock.times(shape.rows));
    code.count(0, blocks.times(shape.rows).min(filters.minus(firstRow)), 1, (row) => {
      const block = row.dividedBy(shape.rows).times(panels).times(shape.rows).plus(row.modulo(shape.rows));
      const sum = code.i32(sums.plus(block.times(4 * panel)));
      const place = code.i32(share.plus(firstRow.plus(row).times(pitch)).plus(firstPanel.times(4 * panel)));
      code.count(0, panels.times(panel), 4, (channel) => {
        const at = code.i32(sum);
        const nextPoint = () => {
          const value = code.f32x4(at.loadF32x4());
          code.advance(at, given.sumStride);
          return value;
        };
        // The points lie column by column, so that rows and columns are exchanged.
        alongBothAxes(points, () => Array.from({ length: points }, nextPoint), (values) => axes.outputs(values, taps), (x, y, value) => {
          code.storeF32x4(place.plus(tapBytes.times(y * taps + x)), value);
        });
        code.advance(place, 16);
        code.advance(sum, 16);
        code.when(channel.modulo(panel).equals(4), () => code.advance(sum, 4 * panel * (shape.rows - 1)));
      });
    });
  });
}

/** The planes of four channels, or filters, from `first` on; beyond the last the last again. */
function planes(code: Code, start: I32, first: I32, count: I32, bytes: I32) {
  return [0, 1, 2, 3].map((lane) => ({
    window: 0,
    plane: code.i32(start.plus(first.plus(lane).min(count.minus(1)).times(bytes))),
  }));
}

/** The sum of all parts, in their order: an item is a filter. */
export const wholeJob = new Job(
  { partials: "i32", dFilters: "i32", parts: "i32", partBytes: "i32", taps: "i32", filters: "i32", channels: "i32", pitch: "i32" },
  (code, { partials, dFilters, parts, partBytes, taps, filters, channels, pitch }, item) => {
    const group = item.dividedBy(filters).times(taps).times(filters).plus(item.modulo(filters));
    const first = code.i32(partials.plus(group.times(pitch)));
    const filter = code.i32(dFilters.plus(item.times(channels).times(taps).times(4)));
    code.count(0, channels, 4, (channel) => {
      const from = code.i32(first.plus(channel.times(4)));
      const to = code.i32(filter.plus(channel.times(taps).times(4)));
      code.repeat(taps, () => {
        const part = code.i32(from);
        const sum = code.f32x4(part.loadF32x4());
        code.count(1, parts, 1, () => {
          code.advance(part, partBytes);
          code.set(sum, sum.plus(part.loadF32x4()));
        });
        for (let lane = 0; lane < 4; lane++) {
          const store = () => code.storeF32(to.plus(taps.times(4 * lane)), sum.lane(lane));
          code.when(channel.plus(lane).isLess(channels), store);
        }
        code.advance(from, filters.times(pitch));
        code.advance(to, 4);
      });
    });
  },
);

/**
 * Which tile a direct convolution computes at a time, and where the tiles of a band of output pixels lie. A tile is some
 * filters by some pixels; the pixels are a few rows of vectors of four. Tiles at the right and lower edge overlap their
 * neighbours instead of being cut: the pixels in both are computed twice, to the same bits.
 */

import { fitsRegisters } from "../../wasm/features.ts";

/** A tile: filters, rows of pixels, vectors of four pixels in each row. */
export interface PixelTile {
  readonly filters: number;
  readonly rows: number;
  readonly vectors: number;
}

/**
 * The tile that wastes least of the machine: over all that fit into the registers, products computed (overlaps count
 * twice) times cycles a product. Gives that cost too. A step of the depth takes as long as its multiply-adds, two a cycle; its loads, two a
 * cycle too (one a vector, one a filter, one for the table); or the four cycles until a sum can be used again.
 */
export function bestTile(filters: number, rows: number, columns: number): { tile: PixelTile; cost: number } {
  let best: PixelTile = { filters: 1, rows: 1, vectors: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (let f = 1; f <= Math.min(filters, 6); f++) {
    for (let r = 1; r <= Math.min(rows, 3); r++) {
      for (let v = 1; v <= Math.min(Math.floor(columns / 4), 4); v++) {
        if (!fitsRegisters({ rows: f, vectors: r * v })) continue;
        const steps = Math.ceil(filters / f) * Math.ceil(rows / r) * Math.ceil(columns / (4 * v));
        const cost = steps * Math.max(f * r * v, r * v + f + 1, 8);
        if (cost <= least) {
          least = cost;
          best = { filters: f, rows: r, vectors: v };
        }
      }
    }
  }
  return { tile: best, cost: least };
}

/**
 * Where the tiles of a band begin, in bytes: pairs of places in the padded block and in the output.
 *
 * @param inputPitch numbers from one row of the block to the next
 * @param outputPitch numbers from one row of the output to the next
 */
export function tilePlaces(tile: PixelTile, rows: number, columns: number, inputPitch: number, outputPitch: number) {
  const places: number[] = [];
  for (let y = 0; y < rows; y += tile.rows) {
    const row = Math.min(y, rows - tile.rows);
    for (let x = 0; x < columns; x += 4 * tile.vectors) {
      const column = Math.min(x, columns - 4 * tile.vectors);
      places.push(4 * (row * inputPitch + column), 4 * (row * outputPitch + column));
    }
  }
  return places;
}

// biome-ignore-all format: loops and what each keeps in which cache, side by side
/**
 * The three passes of a convolution, blocked for the cache.
 *
 * Each is a matrix product with the matrix of windows, which is never built: its entry for output pixel `j` and tap `t`
 * is read at `pixelAt[j] + tapAt[t]` of a padded block of input (`image-blocks.ts`). What runs along the depth, what
 * along the columns of a tile, and which operand is packed into slivers, is all that tells the passes apart:
 *
 * | pass            | rows of a tile | columns | depth   | rows packed from | columns gathered from |
 * |-----------------|----------------|---------|---------|------------------|-----------------------|
 * | forward         | filters        | pixels  | taps    | filters          | windows               |
 * | filter gradient | filters        | taps    | pixels  | `dOut`           | windows, transposed   |
 * | input gradient  | taps           | pixels  | filters | filters          | `dOut`                |
 *
 * Four gathered columns are copied into a sliver first where enough rows read it (`PACKING_ROWS`). Depthwise
 * convolutions, and input gradients of few filters, have too little depth for tiles and go by `depthwise.ts`.
 */

import { addBias } from "../elementwise.ts";
import type { Floats } from "../floats.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { FloatWorkspace, IndexWorkspace } from "../workspace.ts";
import { DEPTH, PACKING_ROWS, TILE_COLUMNS, TILE_ROWS } from "./blocking.ts";
import { depthwiseFilterGradient, depthwiseForward, depthwiseInputGradient, hasFewFilters, isDepthwise } from "./depthwise.ts";
import { accumulateBlock, cutImages, oddLines, readBlock } from "./image-blocks.ts";
import { addTileRow, gatheredTile, packedTile } from "./micro-kernel.ts";
import { packColumns, packGathered, packStrided } from "./packing.ts";

const imageWorkspace = new FloatWorkspace();
const rowWorkspace = new FloatWorkspace();
const columnWorkspace = new FloatWorkspace();
const gradientWorkspace = new FloatWorkspace();
const stepTable = new IndexWorkspace();

/** Four neighbours: the columns of a tile that no table needs to look up. */
const NEIGHBOURS = Int32Array.of(0, 1, 2, 3);

/** `out = x ⋆ filters + bias`, a cross-correlation: shapes as in {@link Conv2dGeometry}, `bias` `[f]` or null. */
export function conv2dForward(
  g: Conv2dGeometry, x: Float32Array, filters: Float32Array, bias: Floats | null, out: Float32Array,
): void {
  if (isDepthwise(g)) {
    depthwiseForward(g, x, filters, bias, out);
    return;
  }
  out.fill(0);
  if (bias !== null) addBias(g.n, g.f, g.p * g.q, out, bias, out);
  const blocks = cutImages(g);
  const { pixelAt, outputAt, tapAt, window } = blocks;
  const channels = g.c / g.groups, rows = g.f / g.groups, plane = g.p * g.q;
  const block = imageWorkspace.atLeast(blocks.size);
  const packed = rowWorkspace.atLeast((rows + 1) * blocks.channels * window);
  const columns = columnWorkspace.atLeast(TILE_COLUMNS * blocks.channels * window);
  const packs = rows >= PACKING_ROWS;
  for (let group = 0; group < g.groups; group++) {
    for (let c = 0; c < channels; c += blocks.channels) {                     // 5: depth, in whole channels
      const cc = Math.min(blocks.channels, channels - c);
      const taps = cc * window;
      const first = (group * rows * channels + c) * window;
      packStrided(packed, rows, taps, filters, first, channels * window, 1);
      for (let n = 0; n < g.n; n += blocks.images) {                          // 4: some images,
        const nn = Math.min(blocks.images, g.n - n);
        for (let y = 0; y < g.p; y += blocks.rows) {                          //    or rows of one; inputs -> L2
          const yy = Math.min(blocks.rows, g.p - y);
          const pixels = nn * yy * g.q;
          const corner = (n * g.f + group * rows) * plane + y * g.q;
          readBlock(g, blocks, x, n, nn, y, yy, group * channels + c, cc, block);
          for (let j = 0; j < pixels; j += TILE_COLUMNS) {                    // 3: sliver of windows -> L1
            const width = Math.min(TILE_COLUMNS, pixels - j);
            if (packs) packColumns(columns, taps, block, 0, tapAt, pixelAt, j);
            for (let f = 0; f < rows; f += TILE_ROWS) {                       // 2: tile of sums -> registers
              const height = Math.min(TILE_ROWS, rows - f);
              if (packs && height > 2) packedTile(taps, packed, f * taps, columns, 0); // 1: depth
              else gatheredTile(height, taps, packed, f * taps, block, 0, tapAt, pixelAt, j);
              for (let r = 0; r < height; r++) addTileRow(r, width, out, corner + (f + r) * plane, outputAt, j);
            }
          }
        }
      }
    }
  }
}

/**
 * The gradient of a loss with respect to the input. Overwrites `dX`.
 *
 * A tile is what four pixels of `dOut` give to four taps of their windows; it is added where the forward pass read.
 * So no product with a zero is computed, whatever stride and padding are.
 */
export function conv2dInputGradient(
  g: Conv2dGeometry, dOut: Float32Array, filters: Float32Array, dX: Float32Array,
): void {
  if (hasFewFilters(g)) {
    depthwiseInputGradient(g, dOut, filters, dX);
    return;
  }
  dX.fill(0);
  const blocks = cutImages(g);
  const { pixelAt, outputAt, tapAt, window } = blocks;
  const channels = g.c / g.groups, rows = g.f / g.groups, plane = g.p * g.q;
  const depthBlock = Math.min(DEPTH, rows);
  const pitch = oddLines(blocks.images * blocks.rows * g.q + TILE_COLUMNS);
  const steps = stepTable.atLeast(depthBlock);
  for (let k = 0; k < depthBlock; k++) steps[k] = k * pitch;
  const block = imageWorkspace.atLeast(blocks.size);
  const gradients = gradientWorkspace.atLeast(depthBlock * pitch);
  const packed = rowWorkspace.atLeast((blocks.channels * window + 1) * depthBlock);
  const columns = columnWorkspace.atLeast(TILE_COLUMNS * depthBlock);
  const packs = blocks.channels * window >= PACKING_ROWS;
  for (let group = 0; group < g.groups; group++) {
    for (let c = 0; c < channels; c += blocks.channels) {
      const cc = Math.min(blocks.channels, channels - c);
      const taps = cc * window;
      for (let f = 0; f < rows; f += depthBlock) {                            // 5: depth, filters
        const depth = Math.min(depthBlock, rows - f);
        const first = ((group * rows + f) * channels + c) * window;
        packStrided(packed, taps, depth, filters, first, 1, channels * window);
        for (let n = 0; n < g.n; n += blocks.images) {                        // 4: some images,
          const nn = Math.min(blocks.images, g.n - n);
          for (let y = 0; y < g.p; y += blocks.rows) {                        //    or rows of one; dOut, dX -> L2
            const yy = Math.min(blocks.rows, g.p - y);
            const pixels = nn * yy * g.q;
            const corner = (n * g.f + group * rows + f) * plane + y * g.q;
            for (let k = 0; k < depth; k++) {
              for (let j = 0; j < pixels; j++) gradients[k * pitch + j] = dOut[corner + k * plane + outputAt[j]!]!;
            }
            block.fill(0, 0, blocks.size);
            for (let j = 0; j < pixels; j += TILE_COLUMNS) {                  // 3: sliver of dOut -> L1
              const width = Math.min(TILE_COLUMNS, pixels - j);
              if (packs) packColumns(columns, depth, gradients, j, steps, NEIGHBOURS, 0);
              for (let t = 0; t < taps; t += TILE_ROWS) {                     // 2: tile of sums -> registers
                const height = Math.min(TILE_ROWS, taps - t);
                if (packs && height > 2) packedTile(depth, packed, t * depth, columns, 0); // 1: depth
                else gatheredTile(height, depth, packed, t * depth, gradients, j, steps, NEIGHBOURS, 0);
                for (let r = 0; r < height; r++) addTileRow(r, width, block, tapAt[t + r]!, pixelAt, j);
              }
            }
            accumulateBlock(g, blocks, block, n, nn, y, yy, group * channels + c, cc, dX);
          }
        }
      }
    }
  }
}

/**
 * The gradient of a loss with respect to the filters. Overwrites `dFilters`.
 *
 * The depth runs over all pixels of all images; blocks of images keep it within L1.
 */
export function conv2dFilterGradient(
  g: Conv2dGeometry, dOut: Float32Array, x: Float32Array, dFilters: Float32Array,
): void {
  if (isDepthwise(g)) {
    depthwiseFilterGradient(g, dOut, x, dFilters);
    return;
  }
  dFilters.fill(0);
  const blocks = cutImages(g);
  const { pixelAt, outputAt, tapAt, window } = blocks;
  const channels = g.c / g.groups, rows = g.f / g.groups, plane = g.p * g.q;
  const block = imageWorkspace.atLeast(blocks.size);
  const packed = rowWorkspace.atLeast((rows + 1) * blocks.images * blocks.rows * g.q);
  const columns = columnWorkspace.atLeast(TILE_COLUMNS * blocks.images * blocks.rows * g.q);
  const packs = rows >= PACKING_ROWS;
  for (let group = 0; group < g.groups; group++) {
    for (let c = 0; c < channels; c += blocks.channels) {                     // 5: columns, taps of some channels
      const cc = Math.min(blocks.channels, channels - c);
      const taps = cc * window;
      for (let n = 0; n < g.n; n += blocks.images) {                          // 4: depth, some images
        const nn = Math.min(blocks.images, g.n - n);
        for (let y = 0; y < g.p; y += blocks.rows) {                          //    or rows of one; inputs -> L2
          const yy = Math.min(blocks.rows, g.p - y);
          const pixels = nn * yy * g.q;
          readBlock(g, blocks, x, n, nn, y, yy, group * channels + c, cc, block);
          packGathered(packed, rows, pixels, dOut, (n * g.f + group * rows) * plane + y * g.q, plane, outputAt);
          for (let t = 0; t < taps; t += TILE_COLUMNS) {                      // 3: sliver of windows -> L1
            const width = Math.min(TILE_COLUMNS, taps - t);
            if (packs) packColumns(columns, pixels, block, 0, pixelAt, tapAt, t);
            for (let f = 0; f < rows; f += TILE_ROWS) {                       // 2: tile of sums -> registers
              const height = Math.min(TILE_ROWS, rows - f);
              if (packs && height > 2) packedTile(pixels, packed, f * pixels, columns, 0); // 1: depth
              else gatheredTile(height, pixels, packed, f * pixels, block, 0, pixelAt, tapAt, t);
              for (let r = 0; r < height; r++) {
                const start = ((group * rows + f + r) * channels + c) * window + t;
                addTileRow(r, width, dFilters, start, NEIGHBOURS, 0);
              }
            }
          }
        }
      }
    }
  }
}

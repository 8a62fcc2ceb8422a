// biome-ignore-all format: parameters side by side
/**
 * Convolution of stride 1 by Winograd's algorithm (Lavin and Gray, 2016): 3 × 3 filters give tiles of 4 × 4 pixels with
 * 36 products instead of 144, 5 × 5 filters tiles of 2 × 2 with 36 instead of 100. Not as exact as sums of the products
 * themselves: relative to float64, root mean square, 1e-6 to 3e-6 where those have 2e-7 to 1.4e-6, measured on normal and
 * uniform numbers, 8 to 512 channels. An infinity or NaN reaches all pixels of its tiles.
 */

import { microTile } from "../../wasm/features.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { instructions } from "../settings.ts";
import type { Versioned } from "../versioned.ts";
import { keptFilters, trimFilters } from "./kept-filters.ts";
import type { TileShape } from "./micro-kernel.ts";
import { Staging } from "./staging.ts";
import { type FilterLayout, filterStride, forwardLayout, gradientLayout, nameOf, rowBlocks, transformFilters } from "./winograd-filters.ts";
import { convolutionJob } from "./winograd-job.ts";
import { apart, panel, points } from "./winograd-transforms.ts";
import { noteBytes } from "./winograd-windows.ts";

/** What an item keeps of transformed windows and sums, with two panels at least: half of a second cache of 1 MiB. */
const itemBytes = 2 ** 19;
/** More tiles than this in an item save nothing. */
const mostTiles = 48;
/** Filters of an item at most. Windows are transformed anew for each slice of filters: beside 128, a twentieth. */
const sliceRows = 128;

/** Whether this file computes such a convolution. */
export function isWinograd(g: Conv2dGeometry): boolean {
  const square = g.kernelHeight === g.kernelWidth && (g.kernelHeight === 3 || g.kernelHeight === 5);
  return square && g.strideY === 1 && g.strideX === 1 && g.dilationY === 1 && g.dilationX === 1;
}

/** `out = x ⋆ filters + bias`, then negative results become 0 if `relu`. */
export function winogradForward(
  g: Conv2dGeometry,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
  source: Versioned | null = null,
): void {
  convolve(g, forwardLayout(g), false, x, filters, bias, relu, out, source);
}

/** The gradient with respect to the input: the convolution of `dOut` with the turned filters, channels exchanged. */
export function winogradInputGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  filters: Float32Array,
  dX: Float32Array,
  source: Versioned | null = null,
): void {
  const padTop = g.kernelHeight - 1 - g.padTop;
  const padLeft = g.kernelWidth - 1 - g.padLeft;
  const turned = { ...g, c: g.f, h: g.p, w: g.q, f: g.c, p: g.h, q: g.w, padTop, padLeft };
  convolve(turned, gradientLayout(g), true, dOut, filters, null, false, dX, source);
}

/** Both: the convolution of `g` with filters in that layout. */
function convolve(
  g: Conv2dGeometry,
  layout: FilterLayout,
  turned: boolean,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
  source: Versioned | null,
): void {
  if (out.length === 0) return;
  const shape = { ...microTile(), fused: instructions() === "fused" };
  const staging = new Staging();
  const pointStride = filterStride(layout, shape);
  const size = points + 1 - g.kernelHeight;
  const tilesX = Math.ceil(g.q / size);
  const tilesOfImage = tilesX * Math.ceil(g.p / size);
  const tiles = g.n * tilesOfImage;
  const blocks = rowBlocks(layout, shape);
  const { blockTiles, sliceBlocks } = plan(layout, shape, tiles);
  const slices = Math.ceil(blocks / sliceBlocks);
  const windowStride = 4 * layout.depth * blockTiles + apart;
  const sumStride = 4 * sliceBlocks * shape.rows * blockTiles + apart;
  const from = staging.read(x);
  const biases = bias === null ? 0 : staging.read(bias);
  const to = staging.write(out);
  const order = nameOf(layout, g.kernelHeight, turned, shape);
  const factors = keptFilters(source, order, points ** 2 * pointStride, (address) =>
    transformFilters(layout, g.kernelHeight, turned, shape, staging.read(filters), address),
  );
  convolutionJob(size, shape).run(
    {
      x: from, factors, bias: biases, out: to,
      floor: relu ? 0 : Number.NEGATIVE_INFINITY,
      h: g.h, w: g.w, p: g.p, q: g.q, padTop: g.padTop, padLeft: g.padLeft,
      channelBytes: 4 * g.h * g.w, imageBytes: 4 * g.c * g.h * g.w,
      planeBytes: 4 * g.p * g.q, resultBytes: 4 * g.f * g.p * g.q,
      depth: layout.depth, rows: layout.rows, groups: layout.groups, blocks, slices, sliceBlocks,
      tilesX, tilesOfImage, tiles, blockTiles, pointStride, windowStride, sumStride,
    },
    Math.ceil(tiles / blockTiles) * layout.groups * slices,
    points ** 2 * tiles * layout.groups * layout.rows * layout.depth,
    noteBytes(panel) + points ** 2 * (windowStride + sumStride),
  );
  staging.finish();
  trimFilters();
}

/** How many tiles and blocks of filters an item has; the sizes of the call alone decide, never the threads. */
function plan(layout: FilterLayout, shape: TileShape, tiles: number): { blockTiles: number; sliceBlocks: number } {
  const sliceBlocks = Math.min(rowBlocks(layout, shape), Math.ceil(sliceRows / shape.rows));
  const panelBytes = 4 * points ** 2 * panel * (layout.depth + sliceBlocks * shape.rows);
  const panels = Math.min(mostTiles / panel, Math.max(2, Math.floor(itemBytes / panelBytes)));
  return { blockTiles: panel * Math.min(panels, Math.ceil(tiles / panel)), sliceBlocks };
}

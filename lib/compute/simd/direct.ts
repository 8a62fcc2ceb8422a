/**
 * Direct convolution: every product of the definition, none of a window copied. A tile's pixels are neighbours in the
 * output, so that their inputs for one tap of the window are neighbours in a padded copy of the input; the depth runs
 * over a table of taps. Blocks: a band of output rows, whose padded input stays in L2, and the filters of a chunk.
 */

import type { Conv2dGeometry } from "../geometry.ts";
import { directJob } from "./direct-job.ts";
import { blocksOf } from "./packed-filters.ts";
import { bestTile, type PixelTile, tilePlaces } from "./pixel-tiles.ts";
import { oddLines, releaseTable, table } from "./workspace.ts";

/** Bytes of padded input in a block: over half of L2's 1 MB, which the filters and the output pass through. */
const cachedBytes = 600 * 1024;

/** Bytes behind a block that copying into it may write. */
const margin = 64;

/** Taps of a block of the depth: a sliver of four filters is 16 KB, half of L1. */
const depth = 1024;

/** Pixels in a row of a pointwise convolution at most: shorter rows leave more of them to cut between. */
const longestRow = 128;

/** Items that a convolution is cut into about, if it is worth it: enough for a few threads to end together. */
const wantedItems = 16;

/** Multiplications that a part must have to be cut off: some 25 µs of work. */
const leastPart = 500_000;

/** How a convolution is carried out, decided once for its geometry. */
export interface DirectPlan {
  readonly g: Conv2dGeometry;
  readonly tile: PixelTile;
  /** Whether the input is read where it lies, as it needs no border. */
  readonly inPlace: boolean;
  readonly bands: number;
  readonly bandRows: number;
  readonly chunks: number;
  readonly chunkBlocks: number;
  /** Rows and columns of a phase of the padded block, bytes from phase to phase. */
  readonly rows: number;
  readonly columns: number;
  readonly planePitch: number;
  /** Tables in the memory of the jobs. */
  readonly taps: number;
  readonly tiles: number;
  readonly tileCount: number;
}

/** Gives a plan's tables back. */
export function releaseDirect(plan: DirectPlan): void {
  releaseTable(plan.taps);
  releaseTable(plan.tiles);
}

/** Plans a convolution whose rows have at least the four pixels of a vector. */
export function planDirect(given: Conv2dGeometry): DirectPlan {
  const g = isPointwise(given) ? reshaped(given) : given;
  const filters = g.f / g.groups;
  const channels = g.c / g.groups;
  const { tile } = bestTile(filters, g.p, g.q);
  const inPlace = isInPlace(g);
  const reachY = Math.floor(((g.kernelHeight - 1) * g.dilationY) / g.strideY);
  const columns = inPlace ? g.w : g.q + Math.floor(((g.kernelWidth - 1) * g.dilationX) / g.strideX);
  const phases = g.strideY * g.strideX;
  const rowBytes = 4 * channels * phases * columns;
  const blocks = blocksOf(filters, tile.filters);
  const multiplications = g.n * g.f * g.p * g.q * channels * g.kernelHeight * g.kernelWidth;
  const parts = Math.min(wantedItems, Math.floor(multiplications / leastPart));
  const most = Math.max(tile.rows, Math.floor(cachedBytes / rowBytes) - reachY);
  const { bands, chunks } = cut(g, tile, Math.ceil(g.p / most), Math.ceil(parts / (g.n * g.groups)), rowBytes, reachY);
  const bandRows = Math.min(g.p, Math.ceil(g.p / bands / tile.rows) * tile.rows);
  const rows = bandRows + reachY;
  const planePitch = inPlace ? 4 * g.h * g.w : 4 * oddLines(rows * columns);
  const places = tilePlaces(tile, bandRows, g.q, columns, g.q);
  const chunkBlocks = Math.ceil(blocks / chunks);
  return {
    g,
    tile,
    inPlace,
    bands: Math.ceil(g.p / bandRows),
    bandRows,
    chunks: Math.ceil(blocks / chunkBlocks),
    chunkBlocks,
    rows,
    columns,
    planePitch,
    taps: table(tapPlaces(g, columns, planePitch)),
    tiles: table(places),
    tileCount: places.length / 2,
  };
}

/**
 * How many bands of rows and chunks of filters make about `wanted` parts of an image. Each band reads all filters
 * anew, and the rows that its windows share with the next; each chunk copies the input anew: the cut that moves least.
 */
function cut(g: Conv2dGeometry, tile: PixelTile, least: number, wanted: number, rowBytes: number, reach: number) {
  const filterBytes = 4 * (g.f / g.groups) * (g.c / g.groups) * g.kernelHeight * g.kernelWidth;
  const blocks = blocksOf(g.f / g.groups, tile.filters);
  let best = { bands: least, chunks: 1 };
  let fewest = Number.POSITIVE_INFINITY;
  for (let bands = least; bands <= Math.max(least, Math.ceil(g.p / tile.rows)); bands++) {
    const chunks = Math.min(blocks, Math.max(1, Math.round(wanted / bands)));
    const bytes = bands * filterBytes + chunks * rowBytes * (g.p + bands * reach);
    if (bytes >= fewest) continue;
    fewest = bytes;
    best = { bands, chunks };
  }
  return best;
}

/** Whether each output pixel is of its own input pixel alone: then where a row ends does not matter. */
export function isPointwise(g: Conv2dGeometry): boolean {
  const window = g.kernelHeight === 1 && g.kernelWidth === 1 && g.strideY === 1 && g.strideX === 1;
  return window && g.padTop === 0 && g.padLeft === 0 && g.p === g.h && g.q === g.w && g.p * g.q >= 4;
}

/** The planes of a pointwise convolution in the longest rows that tiles fill well: 28 × 28 as 7 rows of 112, say. */
function reshaped(g: Conv2dGeometry): Conv2dGeometry {
  const pixels = g.p * g.q;
  let columns = pixels; // of one row, if no length divides them
  let least = Number.POSITIVE_INFINITY;
  for (let length = Math.min(pixels, longestRow); length >= 4; length--) {
    if (pixels % length !== 0) continue;
    const { cost } = bestTile(g.f / g.groups, pixels / length, length);
    if (cost >= least) continue;
    least = cost;
    columns = length;
  }
  const rows = pixels / columns;
  return { ...g, h: rows, p: rows, w: columns, q: columns };
}

/** Whether windows lie inside the image and step by one: then nothing is copied. */
function isInPlace(g: Conv2dGeometry): boolean {
  const insideY = g.padTop === 0 && g.p + (g.kernelHeight - 1) * g.dilationY <= g.h;
  const insideX = g.padLeft === 0 && g.q + (g.kernelWidth - 1) * g.dilationX <= g.w;
  // Planes of a large image lie far apart: a window of one tap would meet a new page of memory with each.
  const near = g.kernelHeight * g.kernelWidth > 1 || g.h * g.w <= 256;
  return g.strideY === 1 && g.strideX === 1 && insideY && insideX && near;
}

/** Where each tap (channel, ky, kx) reads, in bytes from the place of its output pixel in the block. */
function tapPlaces(g: Conv2dGeometry, columns: number, planePitch: number): number[] {
  const places: number[] = [];
  for (let c = 0; c < g.c / g.groups; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const [y, x] = [ky * g.dilationY, kx * g.dilationX];
        const phase = (c * g.strideY + (y % g.strideY)) * g.strideX + (x % g.strideX);
        const row = Math.floor(y / g.strideY);
        places.push(phase * planePitch + 4 * (row * columns + Math.floor(x / g.strideX)));
      }
    }
  }
  return places;
}

/**
 * Runs a plan. Addresses are those of arrays in the memory of the jobs.
 *
 * @param packed the filters, in blocks of the tile's
 * @param bias one number a filter, 0 for none
 * @param relu whether negative sums become 0
 */
export function runDirect(plan: DirectPlan, x: number, packed: number, bias: number, relu: boolean, out: number): void {
  const { g, tile } = plan;
  const channels = g.c / g.groups;
  const taps = channels * g.kernelHeight * g.kernelWidth;
  const blockBytes = plan.inPlace ? 0 : channels * g.strideY * g.strideX * plan.planePitch + margin;
  const sums = 16 * tile.filters * tile.rows * tile.vectors;
  const partialBytes = taps > depth ? plan.chunkBlocks * plan.tileCount * sums : 0;
  directJob(tile, plan.inPlace, g.strideX).run(
    {
      x,
      packed,
      bias,
      out,
      taps: plan.taps,
      tiles: plan.tiles,
      tileCount: plan.tileCount,
      depth: taps,
      depthBlock: Math.ceil(taps / Math.ceil(taps / depth)),
      relu: relu ? 1 : 0,
      partial: blockBytes,
      groups: g.groups,
      bands: plan.bands,
      bandRows: plan.bandRows,
      chunks: plan.chunks,
      chunkBlocks: plan.chunkBlocks,
      blocks: blocksOf(g.f / g.groups, tile.filters),
      channels,
      filters: g.f / g.groups,
      height: g.h,
      width: g.w,
      outputRows: g.p,
      outputColumns: g.q,
      padTop: g.padTop,
      padLeft: g.padLeft,
      strideY: g.strideY,
      strideX: g.strideX,
      rows: plan.rows,
      columns: plan.columns,
      planePitch: plan.planePitch,
    },
    g.n * g.groups * plan.bands * plan.chunks,
    g.n * g.f * g.p * g.q * taps,
    blockBytes + partialBytes,
  );
}

/**
 * Convolution with windows of one tap: in each image a matrix product, filters by channels times channels by pixels. So
 * it takes the job of matrix products, 1.2 to 1.4 times as fast as a table of taps: pixels are packed as they come, and
 * no row of an image ends anywhere. Larger steps first gather the pixels that are used.
 */

import { microTile } from "../../wasm/features.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { instructions } from "../settings.ts";
import type { Versioned } from "../versioned.ts";
import { depthBlockOf, evenly, gemmBlocks } from "./gemm.ts";
import { blockJob, packJob, slivers } from "./gemm-jobs.ts";
import { keptFilters, trimFilters } from "./kept-filters.ts";
import { gather } from "./spread.ts";
import { Staging } from "./staging.ts";
import { Workspace } from "./workspace.ts";

const tile = microTile();
const step = 4 * tile.vectors;
const gathered = new Workspace();

/** Items of a convolution, about, if they are worth it: enough for a few threads to end together. */
const wantedItems = 16;

/** Multiplications that an item must have to be cut off: some 25 µs of work. */
const leastWork = 500_000;

/** Columns of a block at most: with 256 steps of the depth 256 KB, a quarter of L2. */
const mostColumns = 256;

/** `out = x ⋆ filters + bias`, negative sums as 0 if `relu`, where `algorithms.ts` says so. */
export function pointwiseForward(
  g: Conv2dGeometry,
  x: Float32Array,
  filters: Float32Array,
  bias: Float32Array | null,
  relu: boolean,
  out: Float32Array,
  source: Versioned | null,
): void {
  const staging = new Staging();
  const whole = g.strideY === 1 && g.strideX === 1;
  const pixels = whole ? staging.read(x) : gathered.atLeast(4 * g.n * g.c * g.p * g.q);
  if (!whole) gather(g, staging.read(x), pixels);
  const sides = { images: g.n, rows: g.f, depth: g.c, pixels: g.p * g.q };
  const weights = { rowStride: g.c, depthStride: 1, at: () => staging.read(filters), source };
  multiply(sides, weights, pixels, bias === null ? 0 : staging.read(bias), relu, staging.write(out));
  staging.finish();
  gathered.trim();
}

/** The gradient with respect to the input, at steps of one: the product with the transposed filters. */
export function pointwiseInputGradient(
  g: Conv2dGeometry,
  dOut: Float32Array,
  filters: Float32Array,
  dX: Float32Array,
  source: Versioned | null,
): void {
  const staging = new Staging();
  const sides = { images: g.n, rows: g.c, depth: g.f, pixels: g.p * g.q };
  const weights = { rowStride: 1, depthStride: g.c, at: () => staging.read(filters), source };
  multiply(sides, weights, staging.read(dOut), 0, false, staging.write(dX));
  staging.finish();
}

interface Sides {
  readonly images: number;
  readonly rows: number;
  readonly depth: number;
  readonly pixels: number;
}

interface Weights {
  /** In numbers. */
  readonly rowStride: number;
  readonly depthStride: number;
  /** Puts them where jobs reach them. */
  readonly at: () => number;
  readonly source: Versioned | null;
}

function multiply(sides: Sides, weights: Weights, from: number, bias: number, relu: boolean, to: number): void {
  const { images, rows: m, depth: k, pixels: n } = sides;
  const { rowStride, depthStride, source } = weights;
  const depthBlock = depthBlockOf(k);
  const paddedRows = Math.ceil(m / tile.rows) * tile.rows;
  const order = `pointwise ${tile.rows} ${m} ${k} ${rowStride}`;
  const a = keptFilters(source, order, 4 * paddedRows * k, (packed) => {
    packJob(tile.rows).run(
      {
        a: weights.at(),
        rowStride: 4 * rowStride,
        depthStride: 4 * depthStride,
        m,
        paddedRows,
        k,
        depthBlock,
        to: packed,
      },
      Math.ceil(k / depthBlock) * Math.ceil(m / (slivers * tile.rows)),
      m * k,
    );
  });
  const { rowBlock, columnBlock } = cut(sides);
  blockJob(tile, instructions() === "fused", "rows").run(
    {
      a,
      paddedRows,
      b: from,
      bRowStride: 4 * n,
      bColumnStride: 4,
      c: to,
      bStep: 4 * k * n,
      cStep: 4 * m * n,
      m,
      n,
      k,
      rowBlock,
      columnBlock,
      depthBlock,
      accumulate: 0,
      bias,
      relu: Number(relu),
    },
    images * Math.ceil(m / rowBlock) * Math.ceil(n / columnBlock),
    images * m * n * k,
    4 * (Math.ceil(columnBlock / step) * step * depthBlock + tile.rows * step),
  );
  trimFilters();
}

/**
 * How an image's product is cut into blocks: so that there are enough, and as little as possible is moved. Each block of
 * columns reads all filters of its rows, from L2 or farther; each block of rows packs its pixels anew, twice as dear.
 * Depends on the sizes alone, never on the threads.
 */
function cut({ images, rows, depth, pixels }: Sides): { rowBlock: number; columnBlock: number } {
  const wanted = Math.min(wantedItems, Math.floor((images * rows * depth * pixels) / leastWork)) / images;
  let best = { rowBlock: rows, columnBlock: step };
  let least = Number.POSITIVE_INFINITY;
  for (let columns = Math.ceil(pixels / mostColumns); columns <= Math.ceil(pixels / step); columns++) {
    const columnBlock = evenly(pixels, Math.ceil(pixels / columns), step);
    const most = Math.max(1, Math.floor(rows / gemmBlocks.leastRows));
    const blocks = Math.max(Math.ceil(rows / gemmBlocks.rows), Math.min(most, Math.ceil(wanted / columns)));
    const rowBlock = evenly(rows, Math.ceil(rows / blocks), tile.rows);
    const cost = Math.ceil(pixels / columnBlock) * rows + 2 * Math.ceil(rows / rowBlock) * pixels;
    if (cost >= least || (columns < wanted / blocks && columns < Math.ceil(pixels / step))) continue;
    least = cost;
    best = { rowBlock, columnBlock };
  }
  return best;
}

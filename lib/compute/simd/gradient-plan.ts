/**
 * How the filter gradient is cut. Each of its numbers is a sum over all output pixels; a tile is some filters by some
 * vectors of taps, the depth runs over pixels. The four taps of a vector lie together in a copy of the input: they are
 * four channels where there are many (the copy then has the channels of a pixel side by side), else neighbours in a
 * row of the window.
 */

import { fitsRegisters } from "../../wasm/features.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { oddLines, releaseTable, table } from "./workspace.ts";

/** Bytes of input that a block may have: half of L2. */
const cachedBytes = 512 * 1024;

/** Parts that the sum over images is cut into at most, added up in their order: the same for any number of threads. */
const mostChunks = 16;

/** Bytes that the sums of all parts may take. */
const mostPartialBytes = 16 * 2 ** 20;

/** Items that are wanted where there is that much work. */
const fewestItems = 8;

/** How a filter gradient is carried out, decided once for its geometry. */
export interface GradientPlan {
  readonly g: Conv2dGeometry;
  /** Whether a vector is four channels, rather than four columns of the window. */
  readonly acrossChannels: boolean;
  /** Filters and vectors of a tile, and how many tiles there are. */
  readonly rows: number;
  readonly vectors: number;
  readonly blocks: number;
  readonly vectorTiles: number;
  /** Images of a part, images and output rows of a block. */
  readonly chunks: number;
  readonly chunkImages: number;
  readonly blockImages: number;
  readonly blockRows: number;
  /** Parts of the filters, each an item of its own. */
  readonly shares: number;
  readonly shareBlocks: number;
  /** Rows and columns of the copied input, bytes from channel to channel and from image to image. */
  readonly height: number;
  readonly width: number;
  readonly planePitch: number;
  readonly imagePitch: number;
  /** Tables: where vectors and pixels lie in the copy, and which tap each lane of a vector is, −1 for none. */
  readonly vectorAt: number;
  readonly pixelAt: number;
  readonly tapOf: number;
}

/** Gives a plan's tables back. */
export function releaseGradient(plan: GradientPlan): void {
  for (const address of [plan.vectorAt, plan.pixelAt, plan.tapOf]) releaseTable(address);
}

/** Plans a filter gradient. */
export function planGradient(g: Conv2dGeometry): GradientPlan {
  const channels = g.c / g.groups;
  const filters = g.f / g.groups;
  const window = g.kernelHeight * g.kernelWidth;
  const acrossChannels =
    g.dilationX > 1 || Math.ceil(channels / 4) * window <= channels * g.kernelHeight * Math.ceil(g.kernelWidth / 4);
  const width = (g.q - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1;
  const pixelNumbers = acrossChannels ? 4 * Math.ceil(channels / 4) : 1;
  const reach = (g.kernelHeight - 1) * g.dilationY + 1;
  const rowBytes = 4 * width * (acrossChannels ? pixelNumbers : channels);
  const mostRows = Math.max(1, Math.floor((cachedBytes / rowBytes - reach) / g.strideY) + 1);
  const blockRows = Math.ceil(g.p / Math.ceil(g.p / mostRows));
  const height = (blockRows - 1) * g.strideY + reach;
  const planePitch = acrossChannels ? 0 : 4 * oddLines(height * width);
  const imagePitch = acrossChannels ? 4 * oddLines(height * width * pixelNumbers) : channels * planePitch;

  const { places, taps } = acrossChannels
    ? channelVectors(g, channels, width * pixelNumbers, pixelNumbers)
    : columnVectors(g, channels, width, planePitch);
  const tile = bestTile(filters, places.length);
  const blocks = Math.ceil(filters / tile.rows);
  const vectorTiles = Math.ceil(places.length / tile.vectors);
  while (places.length < vectorTiles * tile.vectors) {
    places.push(places.at(-1)!);
    taps.push(-1, -1, -1, -1);
  }
  // By the geometry alone, never by the tile: so the parts, and with them the bits, are the same on every engine.
  const numbers = g.f * channels * window;
  const most = Math.max(1, Math.min(mostChunks, Math.floor(mostPartialBytes / (4 * numbers))));
  const chunkImages = Math.ceil(g.n / most);
  const chunks = Math.ceil(g.n / chunkImages);
  const shareBlocks = Math.ceil(blocks / Math.min(blocks, Math.ceil(fewestItems / (chunks * g.groups))));
  const blockImages = blockRows < g.p ? 1 : Math.max(1, Math.min(chunkImages, Math.floor(cachedBytes / imagePitch)));
  const pixels: number[] = [];
  for (let y = 0; y < blockRows; y++) {
    for (let x = 0; x < g.q; x++) pixels.push(4 * (y * g.strideY * width + x * g.strideX) * pixelNumbers);
  }
  return {
    g,
    acrossChannels,
    ...tile,
    blocks,
    vectorTiles,
    chunks,
    chunkImages,
    blockImages,
    blockRows,
    shares: Math.ceil(blocks / shareBlocks),
    shareBlocks,
    height,
    width,
    planePitch,
    imagePitch,
    vectorAt: table(places),
    pixelAt: table(pixels),
    tapOf: table(taps),
  };
}

/** Vectors of four channels, one tap of the window after the other. */
function channelVectors(g: Conv2dGeometry, channels: number, rowPitch: number, pixelPitch: number) {
  const places: number[] = [];
  const taps: number[] = [];
  for (let ky = 0; ky < g.kernelHeight; ky++) {
    for (let kx = 0; kx < g.kernelWidth; kx++) {
      for (let c = 0; c < channels; c += 4) {
        places.push(4 * (ky * g.dilationY * rowPitch + kx * g.dilationX * pixelPitch + c));
        for (let lane = c; lane < c + 4; lane++) {
          taps.push(lane < channels ? (lane * g.kernelHeight + ky) * g.kernelWidth + kx : -1);
        }
      }
    }
  }
  return { places, taps };
}

/** Vectors of four columns of the window, one row of it after the other. */
function columnVectors(g: Conv2dGeometry, channels: number, rowPitch: number, planePitch: number) {
  const places: number[] = [];
  const taps: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx += 4) {
        places.push(c * planePitch + 4 * (ky * g.dilationY * rowPitch + kx));
        for (let lane = kx; lane < kx + 4; lane++) {
          taps.push(lane < g.kernelWidth ? (c * g.kernelHeight + ky) * g.kernelWidth + lane : -1);
        }
      }
    }
  }
  return { places, taps };
}

/** The tile of least cost, as in `pixel-tiles.ts`: a step loads a number a filter, a vector, and an entry of a table. */
function bestTile(filters: number, vectors: number): { rows: number; vectors: number } {
  let best = { rows: 1, vectors: 1 };
  let least = Number.POSITIVE_INFINITY;
  for (let rows = 1; rows <= Math.min(filters, 6); rows++) {
    for (let columns = 1; columns <= Math.min(vectors, 6); columns++) {
      if (!fitsRegisters({ rows, vectors: columns })) continue;
      const steps = Math.ceil(filters / rows) * Math.ceil(vectors / columns);
      const cost = steps * Math.max(rows * columns, rows + columns + 1, 8);
      if (cost < least) {
        least = cost;
        best = { rows, vectors: columns };
      }
    }
  }
  return best;
}

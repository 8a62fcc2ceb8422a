/**
 * How a convolution's images are cut into blocks that fit the cache, and where things lie inside a block.
 *
 * A block holds the padded inputs of at most {@link PIXELS} output pixels, in some of the channels: whole small images,
 * or a band of rows of a large one. In a block, the input that output pixel `j` multiplies with tap `t` lies at
 * `pixelAt[j] + tapAt[t]`: a window is a sum of two table entries, whatever stride, padding and dilation are.
 */

import type { Conv2dGeometry } from "../geometry.ts";
import { IndexWorkspace } from "../workspace.ts";
import { DEPTH, PIXELS, TILE_COLUMNS } from "./blocking.ts";

/** The cut, the same for all blocks but the last ones, which are shorter. */
export interface ImageBlocks {
  /** Images in a block, and output rows of each. One of them is the whole. */
  readonly images: number;
  readonly rows: number;
  /** Channels in a block: their taps, `channels · window`, are the depth of a block. */
  readonly channels: number;
  /** Taps of one channel. */
  readonly window: number;
  /** Sizes of the padded inputs: `[images][channels][height][width]`, planes `planePitch` apart. */
  readonly height: number;
  readonly width: number;
  readonly planePitch: number;
  /** Numbers in a block. */
  readonly size: number;
  /** Where output pixel `j` of a block has its window's corner, from the block's start. */
  readonly pixelAt: Int32Array;
  /** Where output pixel `j` lies in the output, from the first filter's first pixel of the block. */
  readonly outputAt: Int32Array;
  /** Where tap `t`, as (channel, ky, kx) row by row, lies from a window's corner. */
  readonly tapAt: Int32Array;
}

const pixelTable = new IndexWorkspace();
const outputTable = new IndexWorkspace();
const tapTable = new IndexWorkspace();

/** Cuts the images of a convolution. The tables are valid until the next call. */
export function cutImages(g: Conv2dGeometry): ImageBlocks {
  const pixels = g.p * g.q;
  const images = share(g.n, Math.max(1, Math.floor(PIXELS / pixels)));
  const rows = share(g.p, Math.max(1, Math.floor(PIXELS / g.q)));
  const window = g.kernelHeight * g.kernelWidth;
  const channels = share(g.c / g.groups, Math.max(1, Math.floor(DEPTH / window)));
  const height = (rows - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const width = (g.q - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1;
  const planePitch = oddLines(height * width);

  // A last tile may read up to three columns too many: they repeat the last, and their sums are dropped.
  const pixelAt = pixelTable.atLeast(images * rows * g.q + TILE_COLUMNS);
  const outputAt = outputTable.atLeast(images * rows * g.q + TILE_COLUMNS);
  let j = 0;
  for (let i = 0; i < images; i++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < g.q; x++, j++) {
        pixelAt[j] = i * channels * planePitch + y * g.strideY * width + x * g.strideX;
        outputAt[j] = i * g.f * pixels + y * g.q + x;
      }
    }
  }
  pixelAt.fill(pixelAt[j - 1]!, j, j + TILE_COLUMNS);

  const tapAt = tapTable.atLeast(channels * window + TILE_COLUMNS);
  let t = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++, t++) {
        tapAt[t] = c * planePitch + ky * g.dilationY * width + kx * g.dilationX;
      }
    }
  }
  tapAt.fill(tapAt[t - 1]!, t, t + TILE_COLUMNS);

  const size = images * channels * planePitch;
  return { images, rows, channels, window, height, width, planePitch, size, pixelAt, outputAt, tapAt };
}

/**
 * Copies the inputs of a block out of `x`, with zeros where windows look past the image.
 *
 * @param n first image, `images` of them; `y` first output row, `rows` of them; `c` first channel, `channels` of them
 */
export function readBlock(
  g: Conv2dGeometry,
  blocks: Pick<ImageBlocks, "channels" | "width" | "planePitch">,
  x: Float32Array,
  n: number,
  images: number,
  y: number,
  rows: number,
  c: number,
  channels: number,
  block: Float32Array,
): void {
  const top = y * g.strideY - g.padTop;
  const height = (rows - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const left = Math.min(g.padLeft, blocks.width);
  const inside = Math.max(0, Math.min(g.w, blocks.width - left));
  for (let i = 0; i < images; i++) {
    for (let channel = 0; channel < channels; channel++) {
      let to = (i * blocks.channels + channel) * blocks.planePitch;
      for (let row = top; row < top + height; row++) {
        const end = to + blocks.width;
        if (row >= 0 && row < g.h) {
          let from = (((n + i) * g.c + c + channel) * g.h + row) * g.w;
          for (const start = to + left; to < start; to++) block[to] = 0;
          for (const stop = to + inside; to < stop; to++, from++) block[to] = x[from]!;
        }
        for (; to < end; to++) block[to] = 0;
      }
    }
  }
}

/** The adjoint of {@link readBlock}: adds a block to where it was read from; what fell on padding is dropped. */
export function accumulateBlock(
  g: Conv2dGeometry,
  blocks: ImageBlocks,
  block: Float32Array,
  n: number,
  images: number,
  y: number,
  rows: number,
  c: number,
  channels: number,
  dX: Float32Array,
): void {
  const top = y * g.strideY - g.padTop;
  const height = (rows - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const left = Math.min(g.padLeft, blocks.width);
  const inside = Math.max(0, Math.min(g.w, blocks.width - left));
  for (let i = 0; i < images; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const plane = (i * blocks.channels + channel) * blocks.planePitch;
      for (let row = Math.max(top, 0); row < Math.min(top + height, g.h); row++) {
        const from = plane + (row - top) * blocks.width + left;
        const to = (((n + i) * g.c + c + channel) * g.h + row) * g.w;
        for (let k = 0; k < inside; k++) dX[to + k]! += block[from + k]!;
      }
    }
  }
}

/** The size of equal blocks of at most `most` that make up `total`: 28 rows by at most 9 are 4 × 7, not 9 + 9 + 9 + 1. */
export function share(total: number, most: number): number {
  return Math.ceil(total / Math.max(1, Math.ceil(total / most))); // 0 of an empty batch
}

/**
 * Rounds up to an odd number of cache lines (16 numbers), so that equal places of successive planes fall into
 * different sets of L1: a power of two would put all channels of a pixel into a few.
 */
export function oddLines(length: number): number {
  return (Math.ceil(length / 16) | 1) * 16;
}

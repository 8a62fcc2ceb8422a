// biome-ignore-all format: passes laid out as in conv2d.ts
/**
 * The three passes of a convolution whose filters see one channel each: depthwise ones, and first layers on grey images.
 *
 * A tile of the matrix product would have the window's few taps for its depth, and be stored before it pays. So nine
 * taps at a time are held in registers instead, while all pixels of a plane run by: a 3 × 3 window is one run, a 5 × 5
 * one three. Where a tap lies in the padded copy of a plane, a table says, whatever stride and dilation are.
 *
 * The last run of a window seldom has all nine. Its missing taps have the weight 0 and lie behind the copy, in a second
 * plane of zeros: were they inside, an infinity of the image would make them NaN.
 */

import { addBias } from "../elementwise.ts";
import type { Floats } from "../floats.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { DoubleWorkspace, FloatWorkspace, IndexWorkspace } from "../workspace.ts";
import { PLANE_PIXELS, RUN_DEPTH, RUN_FILTERS, TAPS } from "./blocking.ts";
import { readBlock, share } from "./image-blocks.ts";
import { correlateTaps, spreadTaps, sumTaps } from "./tap-runs.ts";

/** How planes are cut into bands of rows, and where things lie in the padded copy of a band. */
interface Bands {
  /** Output rows of a band; the last one may have fewer. */
  readonly rows: number;
  /** Numbers in a row of the copy, and in all of it. */
  readonly width: number;
  readonly size: number;
  /** From one row of windows to the next. */
  readonly rowStep: number;
  /** Taps of the window, and as many as whole runs have. */
  readonly window: number;
  readonly taps: number;
  /** Where tap `t`, row by row, lies from a window's corner: `taps` entries, the missing ones `size` away. */
  readonly tapAt: Int32Array;
}

const inputWorkspace = new FloatWorkspace();
const weightWorkspace = new FloatWorkspace();
const sumWorkspace = new DoubleWorkspace();
const tapTable = new IndexWorkspace();

/** Whether these passes are for a convolution: each filter sees one channel, and each channel few filters. */
export function isDepthwise(g: Conv2dGeometry): boolean {
  return g.c === g.groups && g.f <= RUN_FILTERS * g.c;
}

/**
 * Whether the input gradient is theirs: of a depthwise convolution, and of one whose groups have few filters, as they are
 * all the depth that a tile would have. The window fills more than half of a run there.
 */
export function hasFewFilters(g: Conv2dGeometry): boolean {
  return isDepthwise(g) || (g.f <= RUN_DEPTH * g.groups && 2 * g.kernelHeight * g.kernelWidth > TAPS);
}

/** `out = x ⋆ filters + bias`, one channel a filter: shapes as in {@link Conv2dGeometry}, `bias` `[f]` or null. */
export function depthwiseForward(
  g: Conv2dGeometry, x: Float32Array, filters: Float32Array, bias: Floats | null, out: Float32Array,
): void {
  const bands = cutPlanes(g);
  const { window, taps, tapAt } = bands;
  const filtersPerChannel = g.f / g.c;
  const block = inputWorkspace.atLeast(2 * bands.size).fill(0, bands.size, 2 * bands.size);
  const weights = weightWorkspace.atLeast(taps);
  out.fill(0);
  if (bias !== null) addBias(g.n, g.f, g.p * g.q, out, bias, out);
  for (let n = 0; n < g.n; n++) {
    for (let y = 0; y < g.p; y += bands.rows) {
      const rows = Math.min(bands.rows, g.p - y);
      for (let c = 0; c < g.c; c++) {
        readPlane(g, bands, x, n, c, y, rows, block);
        for (let f = c * filtersPerChannel; f < (c + 1) * filtersPerChannel; f++) {
          readFilter(filters, f * window, window, taps, weights);
          const start = (n * g.f + f) * g.p * g.q + y * g.q;
          for (let t = 0; t < taps; t += TAPS) {
            sumTaps(rows, g.q, block, bands.rowStep, g.strideX, tapAt, weights, t, out, start);
          }
        }
      }
    }
  }
}

/** The gradient of a loss with respect to the input, for any number of channels a filter. Overwrites `dX`. */
export function depthwiseInputGradient(
  g: Conv2dGeometry, dOut: Float32Array, filters: Float32Array, dX: Float32Array,
): void {
  dX.fill(0);
  const bands = cutPlanes(g);
  const { window, taps, tapAt } = bands;
  const channels = g.c / g.groups, filtersPerGroup = g.f / g.groups;
  const weights = weightWorkspace.atLeast(taps);
  const sums = sumWorkspace.atLeast(2 * bands.size);
  for (let n = 0; n < g.n; n++) {
    for (let y = 0; y < g.p; y += bands.rows) {
      const rows = Math.min(bands.rows, g.p - y);
      for (let c = 0; c < g.c; c++) {
        sums.fill(0, 0, bands.size);
        const first = Math.floor(c / channels) * filtersPerGroup;
        for (let f = first; f < first + filtersPerGroup; f++) {
          readFilter(filters, (f * channels + (c % channels)) * window, window, taps, weights);
          const start = (n * g.f + f) * g.p * g.q + y * g.q;
          for (let t = 0; t < taps; t += TAPS) {
            spreadTaps(rows, g.q, dOut, start, bands.rowStep, g.strideX, tapAt, weights, t, sums);
          }
        }
        addBand(g, bands, sums, n, c, y, rows, dX);
      }
    }
  }
}

/** The gradient of a loss with respect to the filters. Overwrites `dFilters`. */
export function depthwiseFilterGradient(
  g: Conv2dGeometry, dOut: Float32Array, x: Float32Array, dFilters: Float32Array,
): void {
  const bands = cutPlanes(g);
  const { window, taps, tapAt } = bands;
  const filtersPerChannel = g.f / g.c;
  const block = inputWorkspace.atLeast(2 * bands.size);
  const sums = sumWorkspace.atLeast(filtersPerChannel * taps);
  for (let c = 0; c < g.c; c++) {
    sums.fill(0, 0, filtersPerChannel * taps);
    for (let n = 0; n < g.n; n++) {
      for (let y = 0; y < g.p; y += bands.rows) {
        const rows = Math.min(bands.rows, g.p - y);
        readPlane(g, bands, x, n, c, y, rows, block);
        for (let k = 0; k < filtersPerChannel; k++) {
          const start = (n * g.f + c * filtersPerChannel + k) * g.p * g.q + y * g.q;
          for (let t = 0; t < taps; t += TAPS) {
            correlateTaps(rows, g.q, dOut, start, block, bands.rowStep, g.strideX, tapAt, t, sums, k * taps + t);
          }
        }
      }
    }
    for (let k = 0; k < filtersPerChannel; k++) {
      const start = (c * filtersPerChannel + k) * window;
      for (let t = 0; t < window; t++) dFilters[start + t] = sums[k * taps + t]!;
    }
  }
}

/** Cuts the planes of a convolution. The table is valid until the next call. */
function cutPlanes(g: Conv2dGeometry): Bands {
  const rows = share(g.p, Math.max(1, Math.floor(PLANE_PIXELS / g.q)));
  const height = (rows - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const width = (g.q - 1) * g.strideX + (g.kernelWidth - 1) * g.dilationX + 1;
  const size = height * width;
  const window = g.kernelHeight * g.kernelWidth;
  const taps = Math.ceil(window / TAPS) * TAPS;
  const tapAt = tapTable.atLeast(taps).fill(size, 0, taps);
  for (let ky = 0, t = 0; ky < g.kernelHeight; ky++) {
    for (let kx = 0; kx < g.kernelWidth; kx++, t++) tapAt[t] = ky * g.dilationY * width + kx * g.dilationX;
  }
  return { rows, width, size, rowStep: g.strideY * width, window, taps, tapAt };
}

/** Copies the inputs of a band, with zeros where windows look past the image. */
function readPlane(
  g: Conv2dGeometry, { width, size }: Bands, x: Float32Array, n: number, c: number, y: number, rows: number,
  block: Float32Array,
): void {
  readBlock(g, { width, channels: 1, planePitch: size }, x, n, 1, y, rows, c, 1, block);
}

/** Copies a filter, with zeros for the missing taps of its last nine. */
function readFilter(filters: Float32Array, start: number, window: number, taps: number, weights: Float32Array): void {
  for (let t = 0; t < window; t++) weights[t] = filters[start + t]!;
  for (let t = window; t < taps; t++) weights[t] = 0;
}

/** The adjoint of reading a band: adds its sums to where they were read from; what fell on padding is dropped. */
function addBand(
  g: Conv2dGeometry, bands: Bands, sums: Float64Array, n: number, c: number, y: number, rows: number, dX: Float32Array,
): void {
  const top = y * g.strideY - g.padTop;
  const height = (rows - 1) * g.strideY + (g.kernelHeight - 1) * g.dilationY + 1;
  const left = Math.min(g.padLeft, bands.width);
  const inside = Math.max(0, Math.min(g.w, bands.width - left));
  for (let row = Math.max(top, 0); row < Math.min(top + height, g.h); row++) {
    const from = (row - top) * bands.width + left;
    const to = ((n * g.c + c) * g.h + row) * g.w;
    for (let k = 0; k < inside; k++) dX[to + k]! += sums[from + k]!;
  }
}

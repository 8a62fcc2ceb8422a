/**
 * A depthwise convolution: each channel has filters of its own. The weights of a window stay in registers, and so do the
 * sums of the output rows that a row of input belongs to: a strip of four columns is walked down once.
 */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import { F32, type I32 } from "../../wasm/values.ts";
import { columnOf, copyIntoPlane, type PlaneCode, planeParameters } from "./depthwise-plane.ts";

/** What code is written for: a window and its steps. */
export interface DepthwiseWindow {
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: 1 | 2;
  readonly fused: boolean;
}

const parameters = {
  ...planeParameters,
  x: "i32",
  filters: "i32",
  /** The first number of a filter to use and the distance to the next, in bytes: backwards for the input gradient. */
  filterStart: "i32",
  filterStep: "i32",
  bias: "i32",
  relu: "i32",
  out: "i32",
  planes: "i32",
  planesPerItem: "i32",
  channels: "i32",
  multiplier: "i32",
  inputBytes: "i32",
  outputRows: "i32",
  outputColumns: "i32",
} as const;

/** The job of a window: an item is some planes, a plane is one channel of one image. */
export function forwardJob(window: DepthwiseWindow): Job<typeof parameters> {
  const { kernelHeight, kernelWidth, strideX } = window;
  const taps = kernelHeight * kernelWidth;
  return new Job(parameters, (code, p, item, block) => {
    const first = code.i32(item.times(p.planesPerItem));
    const end = code.i32(first.plus(p.planesPerItem).min(p.planes));
    const outputBytes = code.i32(p.outputRows.times(p.outputColumns).shiftedLeft(2));
    const lastStrip = code.i32(p.outputColumns.minus(4).max(0));
    const least = code.f32x4(F32.of(Number.NEGATIVE_INFINITY).splat());
    code.when(p.relu, () => code.set(least, 0));
    code.clear(block, p.planeBytes);
    code.count(first, end, 1, (plane) => {
      copyIntoPlane(code, p, code.i32(p.x.plus(plane.times(p.inputBytes))), block, strideX);
      code.count(0, p.multiplier, 1, (m) => {
        const filter = code.i32(plane.modulo(p.channels).times(p.multiplier).plus(m));
        const start = code.i32(p.filters.plus(filter.times(4 * taps)).plus(p.filterStart));
        const weights = Array.from({ length: taps }, (_, t) =>
          code.f32x4(start.plus(p.filterStep.times(t)).loadSplat()),
        );
        const bias = code.f32x4(0);
        code.when(p.bias, () => code.set(bias, p.bias.plus(filter.shiftedLeft(2)).loadSplat()));
        const out = code.i32(p.out.plus(plane.times(p.multiplier).plus(m).times(outputBytes)));
        code.count(0, p.outputColumns, 4, (x) => {
          const strip = code.i32(x.min(lastStrip).shiftedLeft(2));
          walkStrip(code, window, p, {
            row: code.i32(block.plus(strip)),
            to: code.i32(out.plus(strip)),
            rows: p.outputRows,
            columns: p.outputColumns,
            weights,
            bias,
            least,
          });
        });
      });
    });
  });
}

/** Four columns of a plane. */
interface Strip {
  readonly row: I32;
  readonly to: I32;
  readonly rows: I32;
  readonly columns: I32;
  readonly weights: readonly LocalF32x4[];
  readonly bias: LocalF32x4;
  readonly least: LocalF32x4;
}

/**
 * Row `ky` of the window of output row y is row `ky − i · strideY` of that of output row y + i: a row of input is added
 * to all sums that it belongs to, the first of which is then complete.
 */
function walkStrip(code: Code, window: DepthwiseWindow, p: PlaneCode, strip: Strip): void {
  const { kernelHeight, kernelWidth, strideY, strideX, fused } = window;
  const row = code.i32(strip.row);
  const to = code.i32(strip.to);
  const sums = Array.from({ length: Math.floor((kernelHeight - 1) / strideY) + 1 }, () => code.f32x4(strip.bias));
  const addRow = (ky: number, address: I32) => {
    for (let kx = 0; kx < kernelWidth; kx++) {
      const { address: at, offset } = columnOf(p, address, kx, strideX);
      const numbers = code.f32x4(at.loadF32x4(offset));
      for (const [i, sum] of sums.entries()) {
        const tap = ky - i * strideY;
        if (tap < 0) continue;
        code.set(sum, numbers.timesPlus(strip.weights[tap * kernelWidth + kx]!, sum, fused));
      }
    }
  };
  const known = Math.max(0, kernelHeight - strideY); // rows of a window that the one above has met
  for (let ky = 0; ky < known; ky++) addRow(ky, code.i32(row.plus(p.rowPitch.times(ky))));
  const fresh = sums.at(-1)!;
  code.repeat(strip.rows, () => {
    code.set(fresh, strip.bias);
    for (let ky = known; ky < kernelHeight; ky++) addRow(ky, code.i32(row.plus(p.rowPitch.times(ky))));
    const result = code.f32x4(sums[0]!.max(strip.least));
    code.when(
      strip.columns.isAtLeast(4),
      () => code.storeF32x4(to, result),
      () => {
        for (const lane of [0, 1, 2]) {
          code.when(strip.columns.isAtLeast(lane + 1), () => code.storeF32(to, result.lane(lane), 4 * lane));
        }
      },
    );
    for (let i = 1; i < sums.length; i++) code.set(sums[i - 1]!, sums[i]!);
    code.advance(row, p.rowPitch.times(strideY));
    code.advance(to, strip.columns.shiftedLeft(2));
  });
}

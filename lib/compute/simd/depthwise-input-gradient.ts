/**
 * The input gradient of a depthwise convolution with steps, for one filter a channel. Of the padded input's rows those of
 * one remainder by the stride meet the same rows of the window, and so do its columns: each such phase is a convolution
 * of `dOut` at stride 1 with some of the weights. A strip of four columns of all phases is computed together and woven.
 */

import { Job } from "../../wasm/jobs.ts";
import type { F32x4 } from "../../wasm/values.ts";
import type { DepthwiseWindow } from "./depthwise-forward.ts";
import { copyRows } from "./plane-copy.ts";

const parameters = {
  dOut: "i32",
  filters: "i32",
  dX: "i32",
  planes: "i32",
  planesPerItem: "i32",
  channels: "i32",
  /** `dOut` `[p, q]`: what of it is read, and the plane with a border of zeros above and left that it is copied into. */
  outputRows: "i32",
  outputColumns: "i32",
  readRows: "i32",
  readColumns: "i32",
  borderBytes: "i32",
  rowPitch: "i32",
  /** Rows and columns of a phase of the padded input; the columns in whole strips. */
  phaseRows: "i32",
  phaseColumns: "i32",
  /** Where the woven plane lies behind the other, and where the input begins in it. */
  wovenAt: "i32",
  wovenPitch: "i32",
  inputAt: "i32",
  height: "i32",
  width: "i32",
} as const;

/** The job of a window: an item is some planes, a plane is one channel of one image. */
export function inputGradientJob(window: DepthwiseWindow): Job<typeof parameters> {
  const { kernelHeight, kernelWidth, strideY, strideX, fused } = window;
  const taps = kernelHeight * kernelWidth;
  const above = Math.floor((kernelHeight - 1) / strideY);
  const before = Math.floor((kernelWidth - 1) / strideX);
  return new Job(parameters, (code, p, item, block) => {
    const first = code.i32(item.times(p.planesPerItem));
    const end = code.i32(first.plus(p.planesPerItem).min(p.planes));
    const outputPitch = code.i32(p.outputColumns.shiftedLeft(2));
    const inputPitch = code.i32(p.width.shiftedLeft(2));
    code.clear(block, p.wovenAt);
    code.count(first, end, 1, (plane) => {
      copyRows(
        code,
        {
          from: code.i32(p.dOut.plus(plane.times(p.outputRows).times(outputPitch))),
          fromPitch: outputPitch,
          to: block.plus(p.borderBytes),
          toPitch: p.rowPitch,
          rows: p.readRows,
          count: p.readColumns,
        },
        1,
      );
      const start = code.i32(p.filters.plus(plane.modulo(p.channels).times(4 * taps)));
      const weights = Array.from({ length: taps }, (_, t) => code.f32x4(start.loadSplat(4 * t)));
      const woven = code.i32(block.plus(p.wovenAt));
      code.count(0, p.phaseColumns.shiftedLeft(2), 16, (strip) => {
        const row = code.i32(block.plus(strip));
        const to = code.i32(woven.plus(strip.times(strideX)));
        code.repeat(p.phaseRows, () => {
          // numbers[m][l] of `dOut` lie m rows above and l columns before the phases' own place.
          const numbers = Array.from({ length: above + 1 }, (_, m) => {
            const at = code.i32(row.plus(p.rowPitch.times(above - m)));
            return Array.from({ length: before + 1 }, (_, l) => code.f32x4(at.loadF32x4(4 * (before - l))));
          });
          for (let a = 0; a < strideY; a++) {
            const phases = Array.from({ length: strideX }, (_, b) => {
              const sum = code.f32x4(0);
              for (let ky = a; ky < kernelHeight; ky += strideY) {
                for (let kx = b; kx < kernelWidth; kx += strideX) {
                  const number = numbers[(ky - a) / strideY]![(kx - b) / strideX]!;
                  code.set(sum, number.timesPlus(weights[ky * kernelWidth + kx]!, sum, fused));
                }
              }
              return sum;
            });
            for (const [i, vector] of wovenVectors(phases).entries()) code.storeF32x4(to, vector, 16 * i);
            code.advance(to, p.wovenPitch);
          }
          code.advance(row, p.rowPitch);
        });
      });
      const dX = code.i32(p.dX.plus(plane.times(p.height).times(inputPitch)));
      const rows = { fromPitch: p.wovenPitch, to: dX, toPitch: inputPitch, rows: p.height, count: p.width };
      copyRows(code, { ...rows, from: woven.plus(p.inputAt) }, 1);
    });
  });
}

/** Numbers of the phases in turn: one phase as it is, two as first and second of each pair. */
function wovenVectors(phases: readonly F32x4[]): readonly F32x4[] {
  const [even, odd] = phases as [F32x4, F32x4 | undefined];
  return odd === undefined ? phases : [even.shuffled(odd, [0, 4, 1, 5]), even.shuffled(odd, [2, 6, 3, 7])];
}

/**
 * The filter gradient of a depthwise convolution: a sum for each tap of the window stays in a register while a plane of
 * `dOut` runs by. The sums of each plane are added to those of the images before: in that order on any number of threads.
 */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import { F32x4, type I32 } from "../../wasm/values.ts";
import type { DepthwiseWindow } from "./depthwise-forward.ts";
import { columnOf, copyIntoPlane, type PlaneCode, planeParameters } from "./depthwise-plane.ts";

const parameters = {
  ...planeParameters,
  x: "i32",
  dOut: "i32",
  dFilters: "i32",
  images: "i32",
  channels: "i32",
  multiplier: "i32",
  inputBytes: "i32",
  outputRows: "i32",
  outputColumns: "i32",
} as const;

/** The job of a window: an item is a filter. */
export function filterGradientJob(window: DepthwiseWindow): Job<typeof parameters> {
  const taps = window.kernelHeight * window.kernelWidth;
  return new Job(parameters, (code, p, filter, scratch) => {
    const totals = scratch;
    const block = code.i32(scratch.plus(16 * taps));
    code.clear(scratch, p.planeBytes.plus(16 * taps));
    const channel = code.i32(filter.dividedBy(p.multiplier));
    const filters = code.i32(p.channels.times(p.multiplier));
    const outputBytes = code.i32(p.outputRows.times(p.outputColumns).shiftedLeft(2));
    code.count(0, p.images, 1, (image) => {
      const source = code.i32(p.x.plus(image.times(p.channels).plus(channel).times(p.inputBytes)));
      copyIntoPlane(code, p, source, block, window.strideX);
      const sums = Array.from({ length: taps }, () => code.f32x4(0));
      const dOut = code.i32(p.dOut.plus(image.times(filters).plus(filter).times(outputBytes)));
      addPlane(code, window, p, { dOut, block, rows: p.outputRows, columns: p.outputColumns }, sums);
      for (const [t, sum] of sums.entries()) code.storeF32x4(totals, totals.loadF32x4(16 * t).plus(sum), 16 * t);
    });
    const result = code.i32(p.dFilters.plus(filter.times(4 * taps)));
    for (let t = 0; t < taps; t++) {
      const total = code.f32x4(totals.loadF32x4(16 * t));
      code.storeF32(
        result,
        total
          .lane(0)
          .plus(total.lane(1))
          .plus(total.lane(2).plus(total.lane(3))),
        4 * t,
      );
    }
  });
}

interface Planes {
  readonly dOut: I32;
  readonly block: I32;
  readonly rows: I32;
  readonly columns: I32;
}

/** `sums[tap] += dOut · x` over a plane, four columns at a time; a row's last ones are masked. */
function addPlane(
  code: Code,
  window: DepthwiseWindow,
  p: PlaneCode,
  planes: Planes,
  sums: readonly LocalF32x4[],
): void {
  const { kernelHeight, kernelWidth, strideX, strideY, fused } = window;
  const dOut = code.i32(planes.dOut);
  const corner = code.i32(planes.block);
  const whole = code.i32(planes.columns.dividedBy(4).shiftedLeft(4));
  const left = code.i32(planes.columns.modulo(4));
  const inside = code.f32x4(
    left
      .toF32()
      .splat()
      .isGreater(F32x4.lanes(0, 1, 2, 3)),
  );
  const gradient = code.f32x4(0);
  const addVector = (offset: I32, masked: (numbers: F32x4) => F32x4) => {
    code.set(gradient, masked(dOut.plus(offset).loadF32x4()));
    for (let ky = 0; ky < kernelHeight; ky++) {
      // Always: a branch keeps V8 before Node 24 from moving the loads of all rows to the top, where they would not fit.
      code.when(planes.block, () => {
        const row = code.i32(corner.plus(p.rowPitch.times(ky)).plus(offset));
        for (let kx = 0; kx < kernelWidth; kx++) {
          const { address, offset: at } = columnOf(p, row, kx, strideX);
          const sum = sums[ky * kernelWidth + kx]!;
          code.set(sum, masked(address.loadF32x4(at)).timesPlus(gradient, sum, fused));
        }
      });
    }
  };
  code.count(0, planes.rows, 1, () => {
    code.count(0, whole, 16, (offset) => addVector(offset, (numbers) => numbers));
    code.when(left, () => addVector(whole, (numbers) => numbers.and(inside)));
    code.advance(dOut, planes.columns.shiftedLeft(2));
    code.advance(corner, p.rowPitch.times(strideY));
  });
}

/** The sum over a batch of what arrives at each feature: alone, or behind the rectifier's gradient. */

import type { LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { Floats } from "../floats.ts";
import { reluGradient } from "./elementwise.ts";
import { itemLength, locate, workPerNumber } from "./pass.ts";
import { bytesOfSums, fourSums, roomForSums } from "./sums.ts";
import { walk } from "./walk.ts";

/**
 * An item is a feature's planes of some images, `[chunks, f]`.
 *
 * @param relu whether the rectifier's gradient comes first, and is kept
 */
const sumOfPlanes = (relu: boolean) =>
  new Job(
    { dOut: "i32", out: "i32", dX: "i32", sums: "i32", n: "i32", f: "i32", plane: "i32", images: "i32" },
    (code, { dOut, out, dX, sums, n, f, plane, images }, item) => {
      const total = fourSums(code);
      const first = code.i32(item.dividedBy(f).times(images));
      const end = code.i32(first.plus(images).min(n));
      code.count(first, end, 1, (image) => {
        const start = code.i32(image.times(f).plus(item.modulo(f)).times(plane).shiftedLeft(2));
        const at = (arrays: readonly LocalI32[]) => arrays.map((array) => array.plus(start));
        const arrays = { reads: at(relu ? [dOut, out] : [dOut]), writes: at(relu ? [dX] : []), length: plane };
        walk(code, arrays, ([numbers, signs], turn) => {
          const passed = signs ? code.f32x4(numbers!.andNot(signs.isAtMost(0))) : numbers!;
          total.add(passed, turn);
          return relu ? [passed] : [];
        });
      });
      total.store(sums.plus(item.times(bytesOfSums)));
    },
  );

const plain = sumOfPlanes(false);
const rectified = sumOfPlanes(true);

/** Vectors of columns that an item sums up; a line of memory. */
const columnVectors = 4;

/** Where planes are single numbers: an item is some columns of some rows, `[chunks, blocks]`. */
const sumOfColumns = new Job(
  { dOut: "i32", sums: "i32", n: "i32", f: "i32", blocks: "i32", rows: "i32" },
  (code, { dOut, sums, n, f, blocks, rows }, item) => {
    const totals = Array.from({ length: columnVectors }, () => fourSums(code));
    const first = code.i32(item.dividedBy(blocks).times(rows));
    const left = code.i32(n.minus(first).min(rows));
    const start = first.times(f).plus(item.modulo(blocks).times(4 * columnVectors));
    const row = code.i32(dOut.plus(start.shiftedLeft(2)));
    // The last block reads beyond its columns; what it sums up there is not used.
    code.repeat(left, () => {
      for (const [v, total] of totals.entries()) total.add(row.loadF32x4(16 * v), 0);
      code.advance(row, f.shiftedLeft(2));
    });
    totals.forEach((total, v) => {
      total.store(sums.plus(item.times(columnVectors * bytesOfSums)), v * bytesOfSums);
    });
  },
);

/** Adds up `[chunks, f, sums of a feature]`, of whose `stride` sums a chunk there may be more than are used. */
function collect(sums: Float64Array, stride: number, perFeature: number, dBias: Floats): void {
  for (let feature = 0; feature < dBias.length; feature++) {
    let total = 0;
    for (let chunk = 0; chunk < sums.length; chunk += stride) {
      for (let i = 0; i < perFeature; i++) total += sums[chunk + feature * perFeature + i]!;
    }
    dBias[feature] = total;
  }
}

const at = { dOut: 0, out: 0, dX: 0 };

/** Runs either job on the arrays of `at`. */
function sumPlanes(job: typeof plain, n: number, f: number, plane: number, dBias: Floats): void {
  const images = Math.ceil(itemLength / plane);
  const items = f * Math.ceil(n / images);
  const { address, sums } = roomForSums(items);
  const { dOut, out, dX } = at;
  job.run({ dOut, out, dX, sums: address, n, f, plane, images }, items, workPerNumber * n * f * plane);
  collect(sums, 4 * f, 4, dBias);
}

/** As `biasGradient`, if it is worth a job. @returns whether it is done */
export function biasGradient(n: number, f: number, plane: number, dOut: Floats, dBias: Floats): boolean {
  if (!locate(dOut.length, { dOut }, at)) return false;
  const work = workPerNumber * dOut.length;
  if (plane === 1) {
    const blocks = Math.ceil(f / (4 * columnVectors));
    const rows = Math.ceil(itemLength / (4 * columnVectors));
    const items = blocks * Math.ceil(n / rows);
    const { address, sums } = roomForSums(columnVectors * items);
    sumOfColumns.run({ dOut: at.dOut, sums: address, n, f, blocks, rows }, items, work);
    collect(sums, 4 * columnVectors * blocks, 1, dBias);
  } else {
    sumPlanes(plain, n, f, plane, dBias);
  }
  return true;
}

/** As `biasReluGradient`, if it is worth a job. @returns whether it is done */
export function biasReluGradient(
  n: number,
  f: number,
  plane: number,
  dOut: Floats,
  out: Floats,
  dX: Floats,
  dBias: Floats,
): boolean {
  if (plane === 1) return reluGradient.run(dX.length, { dOut, out, dX }, {}) && biasGradient(n, f, plane, dX, dBias);
  if (!locate(dX.length, { dOut, out, dX }, at)) return false;
  sumPlanes(rectified, n, f, plane, dBias);
  return true;
}

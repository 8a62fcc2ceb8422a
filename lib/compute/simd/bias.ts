/** One number per feature, added to the planes or rows of a batch: alone, or with the rectifier that follows. */

import type { Code } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { F32x4 } from "../../wasm/values.ts";
import type { Floats } from "../floats.ts";
import { itemLength, locate, workPerNumber } from "./pass.ts";
import { Staging } from "./staging.ts";
import { walk } from "./walk.ts";

/**
 * An item is as many rows as make up its length: planes, or, where a plane is one number, the features of an image.
 *
 * @param relu whether the rectifier follows
 * @param single whether planes are single numbers
 */
const addition = (relu: boolean, single: boolean) => {
  const finish = (code: Code, sum: F32x4) => {
    if (!relu) return sum;
    const x = code.f32x4(sum);
    return x.andNot(x.isAtMost(0));
  };
  return new Job(
    { x: "i32", out: "i32", bias: "i32", f: "i32", rowLength: "i32", rows: "i32", rowsPerItem: "i32" },
    (code, { x, out, bias, f, rowLength, rows, rowsPerItem }, item) => {
      const first = code.i32(item.times(rowsPerItem));
      const end = code.i32(first.plus(rowsPerItem).min(rows));
      code.count(first, end, 1, (row) => {
        const start = code.i32(row.times(rowLength).shiftedLeft(2));
        const arrays = { reads: [x.plus(start)], writes: [out.plus(start)], length: rowLength };
        if (single) {
          walk(code, { ...arrays, reads: [...arrays.reads, bias] }, ([numbers, terms]) => [
            finish(code, numbers!.plus(terms!)),
          ]);
        } else {
          const term = code.f32x4(bias.plus(row.modulo(f).shiftedLeft(2)).loadSplat());
          walk(code, arrays, ([numbers]) => [finish(code, numbers!.plus(term))]);
        }
      });
    },
  );
};

const additions = [false, true].map((relu) => [false, true].map((single) => addition(relu, single)));

const at = { x: 0, out: 0 };

/**
 * `out = x + bias`, or the rectifier of that, if it is worth a job; sizes as those of `addBias`.
 *
 * @returns whether it is done
 */
export function addBias(
  n: number,
  f: number,
  plane: number,
  x: Floats,
  bias: Floats,
  out: Floats,
  relu: boolean,
): boolean {
  if (!locate(out.length, { x, out }, at)) return false;
  const rowLength = plane === 1 ? f : plane;
  const rows = plane === 1 ? n : n * f;
  const rowsPerItem = Math.ceil(itemLength / rowLength);
  const staging = new Staging();
  additions[Number(relu)]![Number(plane === 1)]!.run(
    { x: at.x, out: at.out, bias: staging.read(bias as Float32Array), f, rowLength, rows, rowsPerItem },
    Math.ceil(rows / rowsPerItem),
    workPerNumber * out.length,
  );
  staging.finish();
  return true;
}

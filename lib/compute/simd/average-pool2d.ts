/**
 * Average pooling. Of windows side by side four are summed up together, in single precision. A window alone, which may be
 * the whole image, is summed up along its rows, in double precision.
 */

import type { Code, LocalF32, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { I32 } from "../../wasm/values.ts";
import { F64x2 } from "../../wasm/wide.ts";
import { type Floats, isFloat32 } from "../floats.ts";
import type { Pool2dGeometry } from "../geometry.ts";
import { isPairs, pairs, runPairs } from "./pairs-pool2d.ts";
import { isWorthJob, workPerNumber } from "./pass.ts";
import {
  eachWindow,
  endInside,
  itemsOf,
  loadApart,
  type Spacing,
  spacingOf,
  spacings,
  type Window,
  type WindowLocals,
  windowParameters,
  windowValues,
} from "./pool-windows.ts";
import { Staging } from "./staging.ts";
import { fourSums } from "./sums.ts";
import { walk } from "./walk.ts";

/** How many numbers a window has, in the image or in the image and its padding; 1 instead of none. */
function divisor(code: Code, g: WindowLocals, window: Window, firstColumn: I32, right: I32): LocalF32 {
  const { top, left, firstRow, bottom } = window;
  const height = code.i32(bottom.minus(firstRow));
  const width = code.i32(right.minus(firstColumn));
  code.when(g.countIncludePad, () => {
    code.set(height, endInside(top, g.kernelHeight, g.dilationY, g.h.plus(g.padBottom)).minus(top));
    code.set(width, endInside(left, g.kernelWidth, g.dilationX, g.w.plus(g.padRight)).minus(left));
  });
  return code.f32(height.max(0).times(width.max(0)).max(1).toF32());
}

/** Runs `row` for each row of a window that has columns inside: from the index of their first pixel, so many. */
function eachRow(
  code: Code,
  g: WindowLocals,
  { pixels, firstRow, bottom }: Window,
  firstColumn: LocalI32,
  right: LocalI32,
  row: (index: LocalI32, columns: LocalI32) => void,
): void {
  const columns = code.i32(right.minus(firstColumn));
  code.when(columns.isAtLeast(1), () => {
    code.count(firstRow, bottom, 1, (y) => row(code.i32(pixels.plus(y.times(g.w)).plus(firstColumn)), columns));
  });
}

const forward = (spacing: Spacing) =>
  new Job(windowParameters, (code, g, item) => {
    const { x, out, kernelWidth, strideX, w } = g;
    eachWindow(
      code,
      g,
      item,
      (window) => {
        const total = fourSums(code);
        const firstColumn = code.i32(window.left.max(0));
        const right = code.i32(endInside(window.left, kernelWidth, g.dilationX, w));
        eachRow(code, g, window, firstColumn, right, (index, length) => {
          walk(code, { reads: [x.plus(index.shiftedLeft(2))], writes: [], length }, ([numbers], turn) => {
            total.add(numbers!, turn);
            return [];
          });
        });
        const by = divisor(code, g, window, firstColumn, right);
        const mean = total.whole().dividedBy(F64x2.low(by.splat())).toF32x4();
        code.storeFirst(out.plus(window.output.shiftedLeft(2)), mean);
      },
      (window) => {
        const sums = code.f32x4(0);
        code.count(window.firstRow, window.bottom, 1, (row) => {
          const index = window.pixels.plus(row.times(w)).plus(window.left);
          const address = code.i32(x.plus(index.shiftedLeft(2)));
          code.repeat(kernelWidth, () => {
            code.set(sums, sums.plus(loadApart(spacing, address, strideX)));
            code.advance(address, 4);
          });
        });
        const by = divisor(code, g, window, window.left, window.left.plus(kernelWidth));
        code.storeF32x4(out.plus(window.output.shiftedLeft(2)), sums.dividedBy(by.splat()));
      },
    );
  });

const forwards = new Map(spacings.map((spacing) => [spacing, forward(spacing)]));

/** An item is some planes: no two windows of different planes share a number. */
const backward = new Job(windowParameters, (code, g, item) => {
  const { out: dOut, x: dX, planes, planesPerItem, h, w } = g;
  const first = code.i32(item.times(planesPerItem));
  const bytes = code.i32(h.times(w).shiftedLeft(2));
  code.clear(dX.plus(first.times(bytes)), planes.minus(first).min(planesPerItem).times(bytes));
  eachWindow(code, g, item, (window) => {
    const firstColumn = code.i32(window.left.max(0));
    const right = code.i32(endInside(window.left, g.kernelWidth, g.dilationX, w));
    const by = divisor(code, g, window, firstColumn, right);
    const share = code.f32x4(dOut.plus(window.output.shiftedLeft(2)).loadF32().dividedBy(by).splat());
    eachRow(code, g, window, firstColumn, right, (index, length) => {
      const row = code.i32(dX.plus(index.shiftedLeft(2)));
      walk(code, { reads: [row], writes: [row], length }, ([numbers]) => [numbers!.plus(share)]);
    });
  });
});

/** As `averagePool2dForward` of `pool2d.ts`, if it is worth a job. @returns whether it is done */
export function averagePool2dForward(g: Pool2dGeometry, x: Floats, out: Floats, countIncludePad: boolean): boolean {
  if (!(isFloat32(x) && isFloat32(out) && isWorthJob(x.length))) return false;
  const staging = new Staging();
  const at = { x: staging.read(x), out: staging.write(out), countIncludePad };
  if (isPairs(g)) runPairs(pairs.averageForward, g, at.x, at.out, 0);
  else {
    const work = workPerNumber * out.length * g.kernelHeight * g.kernelWidth;
    forwards.get(spacingOf(g.strideX))!.run(windowValues(g, false, at), itemsOf(g), work);
  }
  staging.finish();
  return true;
}

/** As `averagePool2dInputGradient` of `pool2d.ts`, if it is worth a job. @returns whether it is done */
export function averagePool2dInputGradient(
  g: Pool2dGeometry,
  dOut: Floats,
  dX: Floats,
  countIncludePad: boolean,
): boolean {
  if (!(isFloat32(dOut) && isFloat32(dX) && isWorthJob(dX.length))) return false;
  const staging = new Staging();
  const at = { out: staging.read(dOut), x: staging.write(dX), countIncludePad };
  if (isPairs(g)) runPairs(pairs.averageBackward, g, at.x, at.out, 0);
  else {
    const work = workPerNumber * dOut.length * g.kernelHeight * g.kernelWidth;
    backward.run(windowValues(g, false, at), itemsOf(g), work);
  }
  staging.finish();
  return true;
}

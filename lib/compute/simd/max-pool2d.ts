/** Max pooling: the largest number of every window, and where it was. */

import { Job } from "../../wasm/jobs.ts";
import { I32x4 } from "../../wasm/wide.ts";
import { type Floats, isFloat32 } from "../floats.ts";
import type { Pool2dGeometry } from "../geometry.ts";
import { isPairs, pairs, runPairs } from "./pairs-pool2d.ts";
import { isWorthJob, workPerNumber } from "./pass.ts";
import {
  eachWindow,
  endInside,
  firstInside,
  itemsOf,
  loadApart,
  type Spacing,
  spacingOf,
  spacings,
  windowParameters,
  windowValues,
} from "./pool-windows.ts";
import { Staging } from "./staging.ts";

const forward = (spacing: Spacing) =>
  new Job(windowParameters, (code, g, item) => {
    const { x, out, switches, w, kernelWidth, dilationX, dilationY, strideX } = g;
    const apart = code.i32x4(I32x4.lanes(0, 1, 2, 3).times(strideX));
    // NaN is taken and kept, as no number is larger; the first of a window of −Infinity is, too.
    eachWindow(
      code,
      g,
      item,
      ({ pixels, firstRow, bottom, left, output }) => {
        const best = code.f32(Number.NEGATIVE_INFINITY);
        const taken = code.i32(-1);
        const firstColumn = firstInside(code, left, dilationX);
        const right = code.i32(endInside(left, kernelWidth, dilationX, w));
        code.count(firstRow, bottom, dilationY, (row) => {
          const start = code.i32(pixels.plus(row.times(w)));
          code.count(firstColumn, right, dilationX, (column) => {
            const index = code.i32(start.plus(column));
            const value = code.f32(x.plus(index.shiftedLeft(2)).loadF32());
            code.when(value.isGreater(best).plus(value.differs(value)).plus(taken.isLess(0)), () => {
              code.set(best, value);
              code.set(taken, index);
            });
          });
        });
        code.storeF32(out.plus(output.shiftedLeft(2)), best);
        code.storeI32(switches.plus(output.shiftedLeft(2)), taken);
      },
      ({ pixels, firstRow, bottom, left, output }) => {
        const best = code.f32x4(Number.NEGATIVE_INFINITY);
        const taken = code.i32x4(-1);
        code.count(firstRow, bottom, dilationY, (row) => {
          const index = code.i32(pixels.plus(row.times(w)).plus(left));
          const address = code.i32(x.plus(index.shiftedLeft(2)));
          code.repeat(kernelWidth, () => {
            const value = code.f32x4(loadApart(spacing, address, strideX));
            const takes = code.f32x4(value.isGreater(best).or(value.differs(value)).or(taken.isLess(0)));
            code.set(best, value.where(takes, best));
            code.set(taken, apart.plus(index).where(takes, taken));
            code.advance(index, dilationX);
            code.advance(address, dilationX.shiftedLeft(2));
          });
        });
        code.storeF32x4(out.plus(output.shiftedLeft(2)), best);
        code.storeI32x4(switches.plus(output.shiftedLeft(2)), taken);
      },
    );
  });

const forwards = new Map(spacings.map((spacing) => [spacing, forward(spacing)]));

/** An item is some planes: no two windows of different planes share a number. */
const backward = new Job(
  windowParameters,
  (code, { planes, planesPerItem, h, w, p, q, out: dOut, switches, x: dX }, item) => {
    const first = code.i32(item.times(planesPerItem));
    const count = code.i32(planes.minus(first).min(planesPerItem));
    const bytes = code.i32(h.times(w).shiftedLeft(2));
    const windows = code.i32(p.times(q));
    code.clear(dX.plus(first.times(bytes)), count.times(bytes));
    const offset = code.i32(first.times(windows).shiftedLeft(2));
    code.count(0, count.times(windows), 1, () => {
      const taken = code.i32(switches.plus(offset).loadI32());
      code.when(taken.isAtLeast(0), () => {
        const to = code.i32(dX.plus(taken.shiftedLeft(2)));
        code.storeF32(to, to.loadF32().plus(dOut.plus(offset).loadF32()));
      });
      code.advance(offset, 4);
    });
  },
);

/** As `maxPool2dForward` of `pool2d.ts`, if it is worth a job. @returns whether it is done */
export function maxPool2dForward(g: Pool2dGeometry, x: Floats, out: Floats, switches: Int32Array): boolean {
  if (!(isFloat32(x) && isFloat32(out) && isWorthJob(x.length))) return false;
  const staging = new Staging();
  const at = { x: staging.read(x), out: staging.write(out), switches: staging.write(switches) };
  if (isPairs(g)) runPairs(pairs.maxForward, g, at.x, at.out, at.switches);
  else {
    const work = workPerNumber * out.length * g.kernelHeight * g.kernelWidth;
    forwards.get(spacingOf(g.strideX))!.run(windowValues(g, true, at), itemsOf(g), work);
  }
  staging.finish();
  return true;
}

/** As `maxPool2dInputGradient` of `pool2d.ts`, if it is worth a job. @returns whether it is done */
export function maxPool2dInputGradient(g: Pool2dGeometry, dOut: Floats, switches: Int32Array, dX: Floats): boolean {
  if (!(isFloat32(dOut) && isFloat32(dX) && isWorthJob(dX.length))) return false;
  const staging = new Staging();
  const at = { out: staging.read(dOut), switches: staging.read(switches), x: staging.write(dX) };
  if (isPairs(g)) runPairs(pairs.maxBackward, g, at.x, at.out, at.switches);
  else {
    backward.run(windowValues(g, true, at), itemsOf(g), workPerNumber * (dOut.length + dX.length));
  }
  staging.finish();
  return true;
}

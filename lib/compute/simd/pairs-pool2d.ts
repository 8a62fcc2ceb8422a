/**
 * Pooling by windows of 2 × 2 that lie side by side, the commonest. Eight pixels of two rows are four windows: shuffles
 * part the left columns from the right ones, and put gradients back in between.
 */

import type { Code, LocalF32x4, LocalI32 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";
import { I32x4 } from "../../wasm/wide.ts";
import type { Pool2dGeometry } from "../geometry.ts";
import { itemLength, workPerNumber } from "./pass.ts";

/** Whether a pooling is one of these: four windows in a row at least, none of which leaves the image. */
export function isPairs(g: Pool2dGeometry): boolean {
  const sides = g.kernelHeight === 2 && g.kernelWidth === 2 && g.strideY === 2 && g.strideX === 2;
  const whole = g.padTop === 0 && g.padLeft === 0 && 2 * g.p <= g.h && 2 * g.q <= g.w && g.q >= 4;
  return sides && whole && g.dilationY === 1 && g.dilationX === 1;
}

/** Arrays are those of numbers, or of their gradients. */
const parameters = {
  x: "i32",
  out: "i32",
  switches: "i32",
  planes: "i32",
  planesPerItem: "i32",
  h: "i32",
  w: "i32",
  p: "i32",
  q: "i32",
} as const;

type Sizes = { readonly [K in keyof typeof parameters]: LocalI32 };

/** Four windows: the index of their first pixel, and of their output. */
type Four = (pixel: LocalI32, output: LocalI32) => void;

/** Writes the code of an item, some planes. A row's last four windows may repeat some. */
function eachFour(code: Code, { planes, planesPerItem, h, w, p, q }: Sizes, item: LocalI32, four: Four): void {
  const first = code.i32(item.times(planesPerItem));
  const end = code.i32(first.plus(planesPerItem).min(planes));
  code.count(first, end, 1, (plane) => {
    code.count(0, p, 1, (y) => {
      const pixels = code.i32(plane.times(h).plus(y.times(2)).times(w));
      const outputs = code.i32(plane.times(p).plus(y).times(q));
      code.count(0, q, 4, (column) => {
        const x = code.i32(column.min(q.minus(4)));
        four(code.i32(pixels.plus(x.times(2))), code.i32(outputs.plus(x)));
      });
    });
  });
}

const at = (array: LocalI32, index: I32): I32 => array.plus(index.shiftedLeft(2));

/** The windows' four pixels: above left and right, below left and right. */
function pixelsOf(code: Code, x: LocalI32, w: LocalI32, pixel: LocalI32): readonly LocalF32x4[] {
  const rows = [code.i32(at(x, pixel)), code.i32(at(x, pixel.plus(w)))];
  return rows.flatMap((row) => {
    const [first, second] = [code.f32x4(row.loadF32x4()), code.f32x4(row.loadF32x4(16))];
    return [code.f32x4(first.shuffled(second, [0, 2, 4, 6])), code.f32x4(first.shuffled(second, [1, 3, 5, 7]))];
  });
}

/** Stores the gradients of four windows' left and right pixels in one row. */
function storePairs(code: Code, row: LocalI32, left: F32x4, right: F32x4): void {
  code.storeF32x4(row, left.shuffled(right, [0, 4, 1, 5]));
  code.storeF32x4(row, left.shuffled(right, [2, 6, 3, 7]), 16);
}

/** Sets an item's planes to 0 where windows do not cover them. */
function clearUncovered(code: Code, { planes, planesPerItem, h, w, p, q }: Sizes, item: LocalI32, dX: LocalI32): void {
  const covered = p.times(2).equals(h).and(q.times(2).equals(w));
  const first = code.i32(item.times(planesPerItem));
  const bytes = code.i32(h.times(w).shiftedLeft(2));
  code.when(covered.equals(0), () => {
    code.clear(dX.plus(first.times(bytes)), planes.minus(first).min(planesPerItem).times(bytes));
  });
}

/** Where a window's pixels lie, from its first. */
const placesOf = (w: LocalI32): readonly (I32 | number)[] => [0, 1, w, w.plus(1)];

const maxForward = new Job(parameters, (code, g, item) => {
  const apart = code.i32x4(I32x4.lanes(0, 2, 4, 6));
  const places = placesOf(g.w);
  eachFour(code, g, item, (pixel, output) => {
    const [first, ...others] = pixelsOf(code, g.x, g.w, pixel);
    const best = code.f32x4(first!);
    const place = code.i32x4(0);
    others.forEach((value, i) => {
      const takes = code.f32x4(value.isGreater(best).or(value.differs(value))); // NaN is taken and kept
      code.set(best, value.where(takes, best));
      code.set(place, I32x4.of(places[i + 1]!).where(takes, place));
    });
    code.storeF32x4(at(g.out, output), best);
    code.storeI32x4(at(g.switches, output), place.plus(apart).plus(pixel));
  });
});

const maxBackward = new Job(parameters, (code, g, item) => {
  const apart = code.i32x4(I32x4.lanes(0, 2, 4, 6));
  clearUncovered(code, g, item, g.x);
  eachFour(code, g, item, (pixel, output) => {
    const gradient = code.f32x4(at(g.out, output).loadF32x4().plus(0)); // as 0 + gradient: −0 becomes 0
    const taken = code.i32x4(I32x4.load(at(g.switches, output)).minus(apart).minus(pixel));
    const [a, b, c, d] = placesOf(g.w).map((place) => code.f32x4(gradient.and(taken.equals(place))));
    storePairs(code, code.i32(at(g.x, pixel)), a!, b!);
    storePairs(code, code.i32(at(g.x, pixel.plus(g.w))), c!, d!);
  });
});

const averageForward = new Job(parameters, (code, g, item) => {
  eachFour(code, g, item, (pixel, output) => {
    const [a, b, c, d] = pixelsOf(code, g.x, g.w, pixel);
    code.storeF32x4(at(g.out, output), a!.plus(b!).plus(c!).plus(d!).times(0.25));
  });
});

const averageBackward = new Job(parameters, (code, g, item) => {
  clearUncovered(code, g, item, g.x);
  eachFour(code, g, item, (pixel, output) => {
    const share = code.f32x4(at(g.out, output).loadF32x4().times(0.25).plus(0));
    storePairs(code, code.i32(at(g.x, pixel)), share, share);
    storePairs(code, code.i32(at(g.x, pixel.plus(g.w))), share, share);
  });
});

/** The passes over pairs: the largest of each window and its index, its gradient, the mean, and its gradient. */
export const pairs = { maxForward, maxBackward, averageForward, averageBackward };

/** Runs one of them; arrays by their addresses, `switches` 0 for averages. */
export function runPairs(job: typeof maxForward, g: Pool2dGeometry, x: number, out: number, switches: number): void {
  const { h, w, p, q } = g;
  const planes = g.n * g.c;
  const planesPerItem = Math.ceil(itemLength / (h * w));
  const items = Math.ceil(planes / planesPerItem);
  job.run({ x, out, switches, planes, planesPerItem, h, w, p, q }, items, workPerNumber * planes * h * w);
}

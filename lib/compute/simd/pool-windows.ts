/** The windows of a pooling, as code: one plane of pixels after the other, four windows of a row at a time where that goes. */

import type { Code, LocalI32 } from "../../wasm/code.ts";
import type { F32x4, I32 } from "../../wasm/values.ts";
import type { Pool2dGeometry } from "../geometry.ts";
import { itemLength } from "./pass.ts";

/** What a job over windows is told of them. Arrays are those of numbers, or of their gradients. */
export const windowParameters = {
  x: "i32",
  out: "i32",
  switches: "i32",
  countIncludePad: "i32",
  planes: "i32",
  planesPerItem: "i32",
  h: "i32",
  w: "i32",
  p: "i32",
  q: "i32",
  kernelHeight: "i32",
  kernelWidth: "i32",
  strideY: "i32",
  strideX: "i32",
  padTop: "i32",
  padLeft: "i32",
  padBottom: "i32",
  padRight: "i32",
  dilationY: "i32",
  dilationX: "i32",
  firstWhole: "i32",
  endWhole: "i32",
} as const;

type WindowValues = { readonly [K in keyof typeof windowParameters]: number };
export type WindowLocals = { readonly [K in keyof typeof windowParameters]: LocalI32 };

/** How many planes make up an item. */
export const planesPerItem = (g: Pool2dGeometry): number => Math.ceil(itemLength / (g.h * g.w));

/** How many items the planes are. */
export const itemsOf = (g: Pool2dGeometry): number => Math.ceil((g.n * g.c) / planesPerItem(g));

/** Addresses of the arrays of a pooling; those it has not may be left out. */
interface PoolArrays {
  readonly x: number;
  readonly out: number;
  readonly switches?: number;
  /** Whether an average counts the padding; no address. */
  readonly countIncludePad?: boolean;
}

/**
 * The values of {@link windowParameters}. From column `firstWhole` to before `endWhole` windows have all their columns in
 * the image; four side by side, or they count as none.
 *
 * @param dilated whether the pooling reads the dilation
 */
export function windowValues(g: Pool2dGeometry, dilated: boolean, arrays: PoolArrays): WindowValues {
  const dilationY = dilated ? g.dilationY : 1;
  const dilationX = dilated ? g.dilationX : 1;
  const firstWhole = Math.ceil(g.padLeft / g.strideX);
  const reach = g.w - 1 - (g.kernelWidth - 1) * dilationX + g.padLeft;
  const endWhole = reach < 0 ? 0 : Math.min(Math.floor(reach / g.strideX) + 1, g.q);
  const whole = endWhole - firstWhole >= 4;
  // Written out: V8 before Node 24 takes microseconds to spread one object into another.
  return {
    x: arrays.x,
    out: arrays.out,
    switches: arrays.switches ?? 0,
    countIncludePad: Number(arrays.countIncludePad ?? false),
    planes: g.n * g.c,
    planesPerItem: planesPerItem(g),
    h: g.h,
    w: g.w,
    p: g.p,
    q: g.q,
    kernelHeight: g.kernelHeight,
    kernelWidth: g.kernelWidth,
    strideY: g.strideY,
    strideX: g.strideX,
    padTop: g.padTop,
    padLeft: g.padLeft,
    padBottom: g.padBottom,
    padRight: g.padRight,
    dilationY,
    dilationX,
    firstWhole: whole ? firstWhole : g.q,
    endWhole: whole ? endWhole : g.q,
  };
}

/** A window, or the first of four, as locals. Rows and columns are those of the plane; they may lie outside of it. */
export interface Window {
  /** The index of the plane's first pixel. */
  readonly pixels: LocalI32;
  /** The first row, the first row inside the plane, the end of the rows inside it; that may come before the first. */
  readonly top: LocalI32;
  readonly firstRow: LocalI32;
  readonly bottom: LocalI32;
  readonly left: LocalI32;
  /** The index of the output. */
  readonly output: LocalI32;
}

/**
 * Writes the code of an item.
 *
 * @param one the code of one window
 * @param four that of windows side by side that have all their columns inside; left out, `one` serves them too
 */
export function eachWindow(
  code: Code,
  g: WindowLocals,
  item: LocalI32,
  one: (window: Window) => void,
  four?: (window: Window) => void,
): void {
  const firstPlane = code.i32(item.times(g.planesPerItem));
  const endPlane = code.i32(firstPlane.plus(g.planesPerItem).min(g.planes));
  code.count(firstPlane, endPlane, 1, (plane) => {
    const pixels = code.i32(plane.times(g.h).times(g.w));
    code.count(0, g.p, 1, (y) => {
      const top = code.i32(y.times(g.strideY).minus(g.padTop));
      const firstRow = code.i32(firstInside(code, top, g.dilationY));
      const bottom = code.i32(endInside(top, g.kernelHeight, g.dilationY, g.h));
      const row = code.i32(plane.times(g.p).plus(y).times(g.q));
      const column = code.i32(0);
      code.during(column.isLess(g.q), () => {
        const window = () => ({
          pixels,
          top,
          firstRow,
          bottom,
          left: code.i32(column.times(g.strideX).minus(g.padLeft)),
          output: code.i32(row.plus(column)),
        });
        const single = () => {
          one(window());
          code.advance(column, 1);
        };
        if (four === undefined) return single();
        const whole = column.isAtLeast(g.firstWhole).and(column.isLess(g.endWhole));
        const several = () => {
          code.set(column, column.min(g.endWhole.minus(4))); // the last four may repeat some
          four(window());
          code.advance(column, 4);
        };
        code.when(whole, several, single);
      });
    });
  });
}

/** The first of `start, start + step, …` that is not negative. */
export function firstInside(code: Code, start: LocalI32, step: I32): LocalI32 {
  const first = code.i32(start);
  code.when(first.isLess(0), () => {
    const before = start.times(-1).plus(step).minus(1).dividedBy(step);
    code.set(first, start.plus(before.times(step)));
  });
  return first;
}

/** The end of a window's rows or columns, where the plane has `size` of them. */
export function endInside(start: LocalI32, kernelSize: I32, dilation: I32, size: I32): I32 {
  return start.plus(kernelSize.minus(1).times(dilation)).plus(1).min(size);
}

/** How columns lie apart: next to each other, every other, further. Each has its code. */
export type Spacing = 1 | 2 | "any";

export const spacings = [1, 2, "any"] as const;

export const spacingOf = (stride: number): Spacing => (stride === 1 || stride === 2 ? stride : "any");

/** The numbers of four windows that lie `stride` numbers apart, the first at `address`. */
export function loadApart(spacing: Spacing, address: LocalI32, stride: I32): F32x4 {
  if (spacing === 1) return address.loadF32x4();
  if (spacing === 2) return address.loadF32x4().shuffled(address.loadF32x4(16), [0, 2, 4, 6]);
  const bytes = stride.times(4);
  return [1, 2, 3].reduce(
    (vector, lane) => address.plus(bytes.times(lane)).loadLane(vector, lane),
    address.loadFirst() as F32x4,
  );
}

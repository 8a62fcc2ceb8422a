/**
 * The padded plane of a depthwise pass. Every window of a channel lies inside it; where windows step by two columns, even
 * and odd columns of a row lie in two halves, so that neighbouring windows read neighbours. The border stays zero from
 * plane to plane: a copy fills in the image alone.
 */

import type { Code } from "../../wasm/code.ts";
import type { I32 } from "../../wasm/values.ts";
import type { Conv2dGeometry } from "../geometry.ts";
import { copyRows } from "./plane-copy.ts";

/** The parameters that describe a plane to a job, in bytes and numbers. */
export const planeParameters = {
  planeBytes: "i32",
  rowPitch: "i32",
  halfPitch: "i32",
  sourcePitch: "i32",
  sourceRows: "i32",
  evenFrom: "i32",
  evenTo: "i32",
  evenCount: "i32",
  oddFrom: "i32",
  oddTo: "i32",
  oddCount: "i32",
} as const;

/** Their values. */
export type Plane = { readonly [K in keyof typeof planeParameters]: number };

/** Their expressions in a job's code. */
export type PlaneCode = { readonly [K in keyof typeof planeParameters]: I32 };

/** The plane of a geometry whose `strideX` is 1 or 2. */
export function planePadded(g: Conv2dGeometry): Plane {
  const { strideX, padLeft, padTop } = g;
  // A strip of four windows reads this far even where there are fewer.
  const columns = Math.max(4, g.q) + Math.floor((g.kernelWidth - 1) / strideX);
  const rows = (g.p - 1) * g.strideY + g.kernelHeight;
  const halfPitch = 4 * columns;
  const rowPitch = strideX * halfPitch;
  const top = Math.max(0, padTop);
  const firstRow = Math.max(0, -padTop);
  /** Column `strideX · i + phase` of the padded row is column `strideX · i + phase − padLeft` of the image. */
  const half = (phase: number) => {
    const first = Math.max(0, Math.ceil((padLeft - phase) / strideX));
    const column = first * strideX + phase - padLeft;
    return {
      from: 4 * (firstRow * g.w + column),
      to: top * rowPitch + phase * halfPitch + 4 * first,
      count: Math.min(Math.ceil((g.w - column) / strideX), columns - first),
    };
  };
  const [even, odd] = [half(0), half(1)];
  return {
    planeBytes: rows * rowPitch,
    rowPitch,
    halfPitch,
    sourcePitch: 4 * g.w,
    sourceRows: Math.min(g.h - firstRow, rows - top),
    evenFrom: even.from,
    evenTo: even.to,
    evenCount: even.count,
    oddFrom: odd.from,
    oddTo: odd.to,
    oddCount: odd.count,
  };
}

/** Emits the copy of the image at `source` into the plane at `block`, whose border is zero already. */
export function copyIntoPlane(code: Code, p: PlaneCode, source: I32, block: I32, strideX: 1 | 2): void {
  const common = { fromPitch: p.sourcePitch, toPitch: p.rowPitch, rows: p.sourceRows };
  copyRows(code, { ...common, from: source.plus(p.evenFrom), to: block.plus(p.evenTo), count: p.evenCount }, strideX);
  if (strideX === 1) return;
  copyRows(code, { ...common, from: source.plus(p.oddFrom), to: block.plus(p.oddTo), count: p.oddCount }, strideX);
}

/** Where column `kx` of a window lies, from the address of the window's row in the plane. */
export function columnOf(p: PlaneCode, row: I32, kx: number, strideX: 1 | 2): { address: I32; offset: number } {
  return { address: kx % strideX === 0 ? row : row.plus(p.halfPitch), offset: 4 * Math.floor(kx / strideX) };
}

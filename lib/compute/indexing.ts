/** Numbers chosen by index along one axis of `[outer, size, inner]`. Indices are within bounds. */

import type { Floats, Numbers } from "./floats.ts";

/** `out[o, j] = x[o, indices[j]]`, blocks of `inner` numbers. */
export function takeBlocks(
  outer: number,
  size: number,
  inner: number,
  x: Numbers,
  indices: ArrayLike<number>,
  out: Numbers,
): void {
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < indices.length; j++) {
      const from = (o * size + indices[j]!) * inner;
      for (let i = 0; i < inner; i++) out[to++] = x[from + i]!;
    }
  }
}

/** The adjoint of {@link takeBlocks}: adds up what comes from one block. @param dX overwritten */
export function takeBlocksGradient(
  outer: number,
  size: number,
  inner: number,
  dOut: Floats,
  indices: ArrayLike<number>,
  dX: Floats,
): void {
  dX.fill(0);
  let from = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < indices.length; j++) {
      const to = (o * size + indices[j]!) * inner;
      for (let i = 0; i < inner; i++) dX[to + i]! += dOut[from++]!;
    }
  }
}

/** `out[o, j, i] = x[o, indices[o, j, i], i]`. @param indices `[outer, count, inner]` */
export function pickAlong(
  outer: number,
  size: number,
  inner: number,
  count: number,
  x: Numbers,
  indices: Int32Array,
  out: Numbers,
): void {
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++, at++) out[at] = x[(o * size + indices[at]!) * inner + i]!;
    }
  }
}

/** The adjoint of {@link pickAlong}. @param dX overwritten */
export function pickAlongGradient(
  outer: number,
  size: number,
  inner: number,
  count: number,
  dOut: Floats,
  indices: Int32Array,
  dX: Floats,
): void {
  dX.fill(0);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < inner; i++, at++) dX[(o * size + indices[at]!) * inner + i]! += dOut[at]!;
    }
  }
}

/** `out` is 1 at each row's label, 0 elsewhere. @param out `[labels.length, classes]` */
export function oneHotRows(labels: Numbers, classes: number, out: Floats): void {
  out.fill(0);
  for (let row = 0; row < labels.length; row++) out[row * classes + labels[row]!] = 1;
}

/** Images made larger or smaller: every number of the result is a weighted sum of a few of the image, row by column. */

import type { Floats } from "./floats.ts";

/** Along one axis: which elements each place of the result is made of, `taps` of them, and by what weights. */
export interface Taps {
  readonly taps: number;
  /** `[places · taps]` */
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

/** `out[y, x] = Σ weight[y, i] · weight[x, j] · x[source[y, i], source[x, j]]`, for each plane of `h × w`. */
export function resampleForward(
  planes: number,
  h: number,
  w: number,
  rows: Taps,
  columns: Taps,
  x: Floats,
  out: Floats,
): void {
  const p = rows.sources.length / rows.taps;
  const q = columns.sources.length / columns.taps;
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < p; y++) {
      for (let column = 0; column < q; column++, o++) {
        let sum = 0;
        for (let i = y * rows.taps; i < (y + 1) * rows.taps; i++) {
          const start = (plane * h + rows.sources[i]!) * w;
          let along = 0;
          for (let j = column * columns.taps; j < (column + 1) * columns.taps; j++) {
            along += columns.weights[j]! * x[start + columns.sources[j]!]!;
          }
          sum += rows.weights[i]! * along;
        }
        out[o] = sum;
      }
    }
  }
}

/** The adjoint: every output's gradient is shared out by its weights. Overwrites `dX`. */
export function resampleInputGradient(
  planes: number,
  h: number,
  w: number,
  rows: Taps,
  columns: Taps,
  dOut: Floats,
  dX: Floats,
): void {
  const p = rows.sources.length / rows.taps;
  const q = columns.sources.length / columns.taps;
  dX.fill(0);
  let o = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < p; y++) {
      for (let column = 0; column < q; column++, o++) {
        for (let i = y * rows.taps; i < (y + 1) * rows.taps; i++) {
          const start = (plane * h + rows.sources[i]!) * w;
          const share = rows.weights[i]! * dOut[o]!;
          for (let j = column * columns.taps; j < (column + 1) * columns.taps; j++) {
            dX[start + columns.sources[j]!]! += share * columns.weights[j]!;
          }
        }
      }
    }
  }
}

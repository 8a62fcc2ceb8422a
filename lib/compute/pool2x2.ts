/**
 * Pooling by the commonest windows, 2 × 2 inside the image, without a branch a number: which of two numbers is larger is
 * as good as random, and a mispredicted branch costs more than all else. A comparison becomes 0 or 1 and moves an index.
 */

import type { Floats } from "./floats.ts";
import type { Pool2dGeometry } from "./geometry.ts";

/** Whether these loops are for a pooling: windows of 2 × 2, none of which reaches over the image's edge. */
export function isPool2x2(g: Pool2dGeometry): boolean {
  const window = g.kernelHeight === 2 && g.kernelWidth === 2 && g.dilationY === 1 && g.dilationX === 1;
  const inside = (g.p - 1) * g.strideY + 2 <= g.h && (g.q - 1) * g.strideX + 2 <= g.w;
  return window && inside && g.padTop === 0 && g.padLeft === 0;
}

/** The largest of every window, and its flat index: the first among equals, a NaN if there is one. */
export function maxPool2x2Forward(g: Pool2dGeometry, x: Floats, out: Floats, switches: Int32Array): void {
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      let above = ((plane * g.h + y * g.strideY) * g.w) | 0;
      for (const end = o + g.q; o < end; o++) {
        const below = (above + g.w) | 0;
        const upper = (above + follows(x[above]!, x[(above + 1) | 0]!)) | 0;
        const lower = (below + follows(x[below]!, x[(below + 1) | 0]!)) | 0;
        const taken = (upper + Math.imul(follows(x[upper]!, x[lower]!), (lower - upper) | 0)) | 0;
        out[o] = x[taken]!;
        switches[o] = taken;
        above = (above + g.strideX) | 0;
      }
    }
  }
}

/** The mean of every window. */
export function averagePool2x2Forward(g: Pool2dGeometry, x: Floats, out: Floats): void {
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      let above = ((plane * g.h + y * g.strideY) * g.w) | 0;
      for (const end = o + g.q; o < end; o++) {
        const below = (above + g.w) | 0;
        out[o] = (x[above]! + x[(above + 1) | 0]! + x[below]! + x[(below + 1) | 0]!) / 4;
        above = (above + g.strideX) | 0;
      }
    }
  }
}

/** A quarter of every output's gradient goes to each number of its window. Overwrites `dX`. */
export function averagePool2x2InputGradient(g: Pool2dGeometry, dOut: Floats, dX: Floats): void {
  dX.fill(0);
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      let above = ((plane * g.h + y * g.strideY) * g.w) | 0;
      for (const end = o + g.q; o < end; o++) {
        const below = (above + g.w) | 0;
        const quarter = dOut[o]! / 4;
        dX[above]! += quarter;
        dX[(above + 1) | 0]! += quarter;
        dX[below]! += quarter;
        dX[(below + 1) | 0]! += quarter;
        above = (above + g.strideX) | 0;
      }
    }
  }
}

/** 1 where `next` is taken after `best`, as in `maxPool2dForward`: a larger number is, and a NaN; 0 elsewhere. */
function follows(best: number, next: number): number {
  return Number(next > best) | Number(Number.isNaN(next));
}

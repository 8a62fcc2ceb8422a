/** Min pooling: as max pooling, with the smallest number. Its gradient is max pooling's, which knows where it came from. */

import type { Floats } from "./floats.ts";
import type { Pool2dGeometry } from "./geometry.ts";
import { firstInside } from "./pool2d.ts";

/**
 * The smallest number of every window. A NaN in the window is the result.
 *
 * @param out `[n, c, p, q]`; Infinity where dilation lets a window miss the image altogether
 * @param switches `[n, c, p, q]`: flat index into `x` of the number taken, the first among equals; −1 where none was
 */
export function minPool2dForward(g: Pool2dGeometry, x: Floats, out: Floats, switches: Int32Array): void {
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let y = 0; y < g.p; y++) {
      const top = y * g.strideY - g.padTop;
      const bottom = Math.min(top + (g.kernelHeight - 1) * g.dilationY + 1, g.h);
      const firstRow = firstInside(top, g.dilationY);
      for (let q = 0; q < g.q; q++, o++) {
        const left = q * g.strideX - g.padLeft;
        const right = Math.min(left + (g.kernelWidth - 1) * g.dilationX + 1, g.w);
        const firstColumn = firstInside(left, g.dilationX);
        let best = Number.POSITIVE_INFINITY;
        let taken = -1;
        for (let row = firstRow; row < bottom; row += g.dilationY) {
          const start = (plane * g.h + row) * g.w;
          for (let i = start + firstColumn; i < start + right; i += g.dilationX) {
            const value = x[i]!;
            if (value < best || Number.isNaN(value) || taken < 0) {
              best = value;
              taken = i;
            }
          }
        }
        out[o] = best;
        switches[o] = taken;
      }
    }
  }
}

/** Windows as columns, and columns as windows: the lowering of a convolution to a matrix product, for those who want to see it. */

import type { Floats } from "./floats.ts";
import type { Conv2dGeometry } from "./geometry.ts";

/** What of a convolution's geometry tells where windows lie. */
export type Windows = Omit<Conv2dGeometry, "f" | "groups">;

/** `columns[n, (c, ky, kx), (y, x)]` is the tap's number of the window; zero outside the image. */
export function im2col(g: Windows, x: Floats, columns: Floats): void {
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const left = kx * g.dilationX - g.padLeft;
        for (let y = 0; y < g.p; y++) {
          const row = y * g.strideY - g.padTop + ky * g.dilationY;
          const inside = row >= 0 && row < g.h;
          const start = (plane * g.h + row) * g.w;
          for (let q = 0; q < g.q; q++, o++) {
            const column = q * g.strideX + left;
            columns[o] = inside && column >= 0 && column < g.w ? x[start + column]! : 0;
          }
        }
      }
    }
  }
}

/** The adjoint: adds every number of the columns to the pixel that it stands for. Overwrites `x`. */
export function col2im(g: Windows, columns: Floats, x: Floats): void {
  x.fill(0);
  let o = 0;
  for (let plane = 0; plane < g.n * g.c; plane++) {
    for (let ky = 0; ky < g.kernelHeight; ky++) {
      for (let kx = 0; kx < g.kernelWidth; kx++) {
        const left = kx * g.dilationX - g.padLeft;
        for (let y = 0; y < g.p; y++) {
          const row = y * g.strideY - g.padTop + ky * g.dilationY;
          const inside = row >= 0 && row < g.h;
          const start = (plane * g.h + row) * g.w;
          for (let q = 0; q < g.q; q++, o++) {
            const column = q * g.strideX + left;
            if (inside && column >= 0 && column < g.w) x[start + column]! += columns[o]!;
          }
        }
      }
    }
  }
}

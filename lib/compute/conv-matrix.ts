/** A convolution written out as the matrix that it is. */

import type { Floats } from "./floats.ts";
import type { Windows } from "./im2col.ts";

/**
 * Fills the matrix `[f·p·q, c·h·w]`: row (f, y, x) has the numbers of filter f where the window of pixel (y, x) lies, and
 * zeros elsewhere. Taps on the padding are left out.
 *
 * @param g of one image, `n` 1
 */
export function convMatrix(g: Windows, f: number, filters: Floats, matrix: Floats): void {
  matrix.fill(0);
  eachEntry(g, f, filters, matrix, true);
}

/** Every number of the filters collects what arrives at its places in the matrix. Overwrites `dFilters`. */
export function convMatrixGradient(g: Windows, f: number, dMatrix: Floats, dFilters: Floats): void {
  dFilters.fill(0);
  eachEntry(g, f, dFilters, dMatrix, false);
}

/** Copies filters to their places in the matrix, or adds those places up in the filters. */
function eachEntry(g: Windows, f: number, filters: Floats, matrix: Floats, toMatrix: boolean): void {
  let start = 0; // of a row of the matrix
  for (let one = 0; one < f; one++) {
    for (let y = 0; y < g.p; y++) {
      for (let x = 0; x < g.q; x++, start += g.c * g.h * g.w) {
        let t = one * g.c * g.kernelHeight * g.kernelWidth;
        for (let c = 0; c < g.c; c++) {
          for (let ky = 0; ky < g.kernelHeight; ky++) {
            const row = y * g.strideY - g.padTop + ky * g.dilationY;
            for (let kx = 0; kx < g.kernelWidth; kx++, t++) {
              const column = x * g.strideX - g.padLeft + kx * g.dilationX;
              if (row < 0 || row >= g.h || column < 0 || column >= g.w) continue;
              const at = start + (c * g.h + row) * g.w + column;
              if (toMatrix) matrix[at] = filters[t]!;
              else filters[t]! += matrix[at]!;
            }
          }
        }
      }
    }
  }
}

/**
 * Matrix multiplication by the fastest path that takes its numbers: Float32Array the loops of `blocked/`, Float64Array
 * the definition.
 */

import * as blocked from "./blocked/gemm.ts";
import { type Floats, isFloat32 } from "./floats.ts";
import * as reference from "./reference.ts";

/**
 * `c = a · b`, or `c += a · b`.
 *
 * @param a `[m, k]`, element (i, d) at `i · aRowStride + d · aColumnStride`: a transpose is a swap of its strides
 * @param b `[k, n]`, by its strides likewise
 * @param c `[m, n]`, row by row without gaps
 */
export function gemm(
  m: number,
  n: number,
  k: number,
  a: Floats,
  aRowStride: number,
  aColumnStride: number,
  b: Floats,
  bRowStride: number,
  bColumnStride: number,
  c: Floats,
  accumulate: boolean,
): void {
  if (isFloat32(a) && isFloat32(b) && isFloat32(c)) {
    blocked.gemm(m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate);
  } else {
    reference.gemm(m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate);
  }
}

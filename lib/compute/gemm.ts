/**
 * Matrix multiplication by the fastest path that takes its numbers: Float32Array the jobs of `simd/` or the loops of
 * `blocked/`, Float64Array the definition.
 */

import * as blocked from "./blocked/gemm.ts";
import { applyEpilogue, type Epilogue, noEpilogue } from "./epilogue.ts";
import { type Floats, isFloat32 } from "./floats.ts";
import * as reference from "./reference.ts";
import { usesSimd } from "./settings.ts";
import * as simd from "./simd/gemm.ts";

/**
 * Products `m · n · k` from which SIMD is faster: its two jobs cost about a microsecond, as much as the blocked loops
 * take for so many. Measured on Node 20 and 24, operands copied in or not: even at 700 to 1000, twice as fast at 3000.
 */
const worthSimd = 1024;

/**
 * `c = a · b`, or `c += a · b`; then the epilogue, whose bias goes to the columns of c.
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
  epilogue: Epilogue = noEpilogue,
): void {
  if (!(isFloat32(a) && isFloat32(b) && isFloat32(c))) {
    reference.gemm(m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate);
    applyEpilogue(epilogue, m, n, 1, c);
  } else if (m * n * k >= worthSimd && usesSimd()) {
    simd.gemm(m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate, epilogue);
  } else {
    blocked.gemm(m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate);
    applyEpilogue(epilogue, m, n, 1, c);
  }
}

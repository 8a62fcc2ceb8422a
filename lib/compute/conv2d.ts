/**
 * The three passes of a convolution, each by the fastest path that takes its numbers: Float32Array the jobs of `simd/`
 * or, where there is no SIMD, the loops of `blocked/`; Float64Array the definition.
 */

import * as blocked from "./blocked/conv2d.ts";
import { type Floats, isFloat32 } from "./floats.ts";
import type { Conv2dGeometry } from "./geometry.ts";
import * as reference from "./reference.ts";
import { usesSimd } from "./settings.ts";
import * as simd from "./simd/conv2d.ts";

/** `out = x ⋆ filters + bias`, a cross-correlation: shapes as in {@link Conv2dGeometry}, `bias` `[f]` or null. */
export function conv2dForward(g: Conv2dGeometry, x: Floats, filters: Floats, bias: Floats | null, out: Floats): void {
  if (isFloat32(x) && isFloat32(filters) && isFloat32(out)) {
    if (usesSimd() && out.length > 0) simd.conv2dForward(g, x, filters, bias as Float32Array | null, false, out);
    else blocked.conv2dForward(g, x, filters, bias, out);
  } else reference.conv2dForward(g, x, filters, bias, out);
}

/** The gradient of a loss with respect to the input. Overwrites `dX`. */
export function conv2dInputGradient(g: Conv2dGeometry, dOut: Floats, filters: Floats, dX: Floats): void {
  if (isFloat32(dOut) && isFloat32(filters) && isFloat32(dX)) {
    if (usesSimd() && dOut.length > 0) simd.conv2dInputGradient(g, dOut, filters, dX);
    else blocked.conv2dInputGradient(g, dOut, filters, dX);
  } else reference.conv2dInputGradient(g, dOut, filters, dX);
}

/** The gradient of a loss with respect to the filters. Overwrites `dFilters`. */
export function conv2dFilterGradient(g: Conv2dGeometry, dOut: Floats, x: Floats, dFilters: Floats): void {
  if (isFloat32(dOut) && isFloat32(x) && isFloat32(dFilters)) {
    if (usesSimd() && dOut.length > 0) simd.conv2dFilterGradient(g, dOut, x, dFilters);
    else blocked.conv2dFilterGradient(g, dOut, x, dFilters);
  } else reference.conv2dFilterGradient(g, dOut, x, dFilters);
}

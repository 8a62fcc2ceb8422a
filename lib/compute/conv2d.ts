/**
 * The three passes of a convolution, each by the algorithm that `algorithms.ts` chooses. `source` tells filters from others,
 * so that they need not be packed again; null where nobody can tell.
 */

import { choose } from "./algorithms.ts";
import * as blocked from "./blocked/conv2d.ts";
import { applyEpilogue } from "./epilogue.ts";
import { type Floats, isFloat32 } from "./floats.ts";
import type { Conv2dGeometry } from "./geometry.ts";
import * as reference from "./reference.ts";
import * as simd from "./simd/conv2d.ts";
import * as depthwise from "./simd/depthwise.ts";
import { pointwiseForward, pointwiseInputGradient } from "./simd/pointwise.ts";
import { winogradForward, winogradInputGradient } from "./simd/winograd.ts";
import { winogradFilterGradient } from "./simd/winograd-gradient.ts";
import type { Versioned } from "./versioned.ts";

/**
 * `out = x ⋆ filters + bias`, a cross-correlation: shapes as in {@link Conv2dGeometry}, `bias` `[f]` or null.
 *
 * @param relu whether `max(value, 0)` is taken then, in the same pass; NaN stays NaN
 */
export function conv2dForward(
  g: Conv2dGeometry,
  x: Floats,
  filters: Floats,
  bias: Floats | null,
  out: Floats,
  relu = false,
  source: Versioned | null = null,
): void {
  const { algorithm } = choose(g, "forward", [x, filters, out].every(isFloat32));
  if (algorithm === "definition") {
    reference.conv2dForward(g, x, filters, bias, out);
    applyEpilogue({ bias: null, relu }, g.n, g.f, g.p * g.q, out);
    return;
  }
  const [images, weights, biases, maps] = [x, filters, bias, out] as Singles<[Floats, Floats, Floats | null, Floats]>;
  if (algorithm === "blocked loops") {
    blocked.conv2dForward(g, images, weights, biases, maps);
    applyEpilogue({ bias: null, relu }, g.n, g.f, g.p * g.q, maps);
  } else if (algorithm === "depthwise") depthwise.conv2dForward(g, images, weights, biases, relu, maps);
  else if (algorithm === "packed 1×1") pointwiseForward(g, images, weights, biases, relu, maps, source);
  else if (algorithm === "direct") simd.conv2dForward(g, images, weights, biases, relu, maps, source);
  else winogradForward(g, images, weights, biases, relu, maps, source);
}

/** The gradient of a loss with respect to the input. Overwrites `dX`. */
export function conv2dInputGradient(
  g: Conv2dGeometry,
  dOut: Floats,
  filters: Floats,
  dX: Floats,
  source: Versioned | null = null,
): void {
  const { algorithm } = choose(g, "input gradient", [dOut, filters, dX].every(isFloat32));
  if (algorithm === "definition") {
    reference.conv2dInputGradient(g, dOut, filters, dX);
    return;
  }
  const [gradients, weights, target] = [dOut, filters, dX] as Singles<[Floats, Floats, Floats]>;
  if (algorithm === "blocked loops") blocked.conv2dInputGradient(g, gradients, weights, target);
  else if (algorithm === "depthwise") depthwise.conv2dInputGradient(g, gradients, weights, target);
  else if (algorithm === "packed 1×1") pointwiseInputGradient(g, gradients, weights, target, source);
  else if (algorithm === "direct") simd.conv2dInputGradient(g, gradients, weights, target, source);
  else winogradInputGradient(g, gradients, weights, target, source);
}

/** The gradient of a loss with respect to the filters. Overwrites `dFilters`. */
export function conv2dFilterGradient(g: Conv2dGeometry, dOut: Floats, x: Floats, dFilters: Floats): void {
  const { algorithm } = choose(g, "filter gradient", [dOut, x, dFilters].every(isFloat32));
  if (algorithm === "definition") {
    reference.conv2dFilterGradient(g, dOut, x, dFilters);
    return;
  }
  const [gradients, images, target] = [dOut, x, dFilters] as Singles<[Floats, Floats, Floats]>;
  if (algorithm === "blocked loops") blocked.conv2dFilterGradient(g, gradients, images, target);
  else if (algorithm === "depthwise") depthwise.conv2dFilterGradient(g, gradients, images, target);
  else if (algorithm === "direct") simd.conv2dFilterGradient(g, gradients, images, target);
  else winogradFilterGradient(g, gradients, images, target);
}

/** Arrays of single precision, as every algorithm but the definition is chosen for. */
type Singles<A extends readonly (Floats | null)[]> = {
  [I in keyof A]: A[I] extends Floats ? Float32Array : Float32Array | null;
};

/** What the tests of Winograd's algorithm share. */

import type { Conv2dGeometry } from "../../../../lib/compute/geometry.ts";
import { allowFused, bestInstructions, type Instructions } from "../../../../lib/wasm/features.ts";
import { convolution, generator, ROUNDING } from "../support.ts";

allowFused();

/** The instructions that this engine has. */
export const paths: readonly Instructions[] = { fused: ["simd", "fused"], simd: ["simd"], typescript: [] }[
  bestInstructions()
] as Instructions[];

/** A convolution that the algorithm takes, of square filters, with half their size as padding where nothing else is said. */
export function square(size: number, given: Partial<Conv2dGeometry>): Conv2dGeometry {
  const pad = (size - 1) / 2;
  return convolution({ kernelHeight: size, kernelWidth: size, padTop: pad, padLeft: pad, ...given });
}

/**
 * Along one axis the sums of absolute values in AᵀGBᵀ come to at most 58 times the largest input times the largest
 * tap, 58² in two dimensions, so that each product of the depth brings at most that many roundings of unit size.
 * Roundings are independent, and grow with the square root of the depth. All operands are below 1.
 */
export function tolerance(depth: number): number {
  return 58 ** 2 * ROUNDING * Math.sqrt(depth);
}

/** A scale of 1 for all. */
export const everywhere = (length: number) => new Float32Array(length).fill(1);

/** Root mean square of the differences, relative to that of the exact numbers. */
export function rmsError(actual: Float32Array, exact: Float64Array): number {
  let error = 0;
  let all = 0;
  actual.forEach((value, i) => {
    error += (value - exact[i]!) ** 2;
    all += exact[i]! ** 2;
  });
  return Math.sqrt(error / all);
}

/** Numbers of the standard normal distribution (Box and Muller, 1958). */
export function normal(length: number, seed: number): Float32Array {
  const draw = generator(seed);
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()));
}

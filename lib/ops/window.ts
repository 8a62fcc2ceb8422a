import { checkInteger, describe, OptionError } from "../errors.ts";
import type { Sliding } from "../shapes/algebra.ts";
import { type AxisPadding, checkAxisPadding, checkPadding, type Padding } from "./padding.ts";

/** One number for both directions, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/**
 * What to do where the stride does not divide the way that a window slides: `floor` leaves the rest of the image out
 * (PyTorch's and Caffe's convolution), `ceil` adds one window that runs over the edge, `strict` refuses.
 */
export type StridePolicy = "floor" | "ceil" | "strict";

/** How a window slides along one axis. */
export interface WindowOptions {
  /** Side of the window, K. */
  readonly kernelSize: number;
  /** Step between windows, S; default 1. */
  readonly stride?: number;
  /** Zeros added at the ends: P at both, `[before, after]`, `"valid"` or `"same"`; default 0. */
  readonly padding?: AxisPadding;
  /** Step between the elements of a window; default 1, side by side. */
  readonly dilation?: number;
  /** Default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** An axis along which there is nothing to slide: that of size 1 which one-dimensional operations lack. */
export const still: Sliding = { kernelSize: 1, stride: 1, padding: [0, 0], dilation: 1, stridePolicy: "floor" };

/** `[vertical, horizontal]` of an option that is one number or two. @throws OptionError if they are not whole, or too small */
export function pair(operation: string, option: string, value: Pair, least: number): readonly [number, number] {
  const both = typeof value === "number" ? ([value, value] as const) : value;
  // A pair only as far as the compiler saw the caller.
  if (!Array.isArray(both) || (both.length as number) !== 2) {
    const found = Array.isArray(both) ? `has ${(both as unknown[]).length} numbers` : `is ${describe(both)}`;
    throw new OptionError(operation, `${option} ${found}`, "give one whole number, or [vertical, horizontal]");
  }
  for (const one of both) checkInteger(operation, option, one, least);
  return both;
}

/** How a window slides over images: what convolution and pooling have in common. */
export interface Window2dOptions {
  readonly kernelSize: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding;
  readonly dilation?: Pair;
  readonly stridePolicy?: StridePolicy;
}

/** The options of each direction, `[vertical, horizontal]`, checked and with defaults filled in. @throws OptionError */
export function bothDirections(
  operation: string,
  { kernelSize, stride = 1, padding = 0, dilation = 1, stridePolicy = "floor" }: Window2dOptions,
): readonly [Sliding, Sliding] {
  const sides = pair(operation, "kernelSize", kernelSize, 1);
  const strides = pair(operation, "stride", stride, 1);
  const paddings = checkPadding(operation, padding);
  const dilations = pair(operation, "dilation", dilation, 1);
  checkStridePolicy(operation, stridePolicy);
  const along = (i: 0 | 1): Sliding => ({
    kernelSize: sides[i],
    stride: strides[i],
    padding: paddings[i],
    dilation: dilations[i],
    stridePolicy,
  });
  return [along(0), along(1)];
}

/** The options of the one direction of a sequence, checked and with defaults filled in. @throws OptionError */
export function oneDirection(
  operation: string,
  { kernelSize, stride = 1, padding = 0, dilation = 1, stridePolicy = "floor" }: WindowOptions,
): Sliding {
  checkInteger(operation, "kernelSize", kernelSize, 1);
  checkInteger(operation, "stride", stride, 1);
  checkInteger(operation, "dilation", dilation, 1);
  checkStridePolicy(operation, stridePolicy);
  return { kernelSize, stride, padding: checkAxisPadding(operation, padding), dilation, stridePolicy };
}

/** @throws OptionError if there is no such policy */
function checkStridePolicy(operation: string, policy: string): void {
  if (policy === "floor" || policy === "ceil" || policy === "strict") return;
  throw new OptionError(operation, `stridePolicy is ${describe(policy)}`, "choose floor, ceil or strict");
}

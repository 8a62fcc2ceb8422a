/** The shape rule of poolings of images and of sequences: what they check, and how many windows there are. */

import type { Pool2dGeometry } from "../compute/geometry.ts";
import { checkBoolean, checkOptions, describe, type Operand, OptionError } from "../errors.ts";
import type { Sliding } from "../shapes/algebra.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import { windowsOf } from "./output-size.ts";
import { bothDirections, oneDirection, still, type Window2dOptions, type WindowOptions } from "./window.ts";

/** The windows of a pooling, `[vertical, horizontal]`. */
type Directions = readonly [Sliding, Sliding];

/** How windows of images slide, checked. @throws OptionError for what pooling cannot do */
export function checkPool2d(op: string, settings: Window2dOptions, known: readonly string[]): Directions {
  checkOptions(op, settings, known);
  const { kernelSize, stride = kernelSize } = settings;
  checkGiven(op, kernelSize);
  return checkBorder(op, bothDirections(op, { ...settings, stride }));
}

/** How windows of sequences slide, checked. @throws OptionError for what pooling cannot do */
export function checkPool1d(op: string, settings: WindowOptions, known: readonly string[]): Directions {
  checkOptions(op, settings, known);
  const { kernelSize, stride = kernelSize } = settings;
  checkGiven(op, kernelSize);
  return checkBorder(op, [still, oneDirection(op, { ...settings, stride })]);
}

function checkGiven(op: string, kernelSize: unknown): void {
  if (kernelSize === undefined) throw new OptionError(op, "kernelSize is missing", "give the window's side, e.g. 2");
}

function checkBorder(op: string, directions: Directions): Directions {
  for (const { kernelSize, padding } of directions) {
    const most = padding === "same" ? 0 : Math.max(...padding);
    if (2 * most <= kernelSize) continue;
    const problem = `padding ${most} is more than half the window ${kernelSize}`;
    throw new OptionError(op, problem, "windows would lie in the border alone: pad less, or pool wider");
  }
  return directions;
}

/** Whether averages count padding, and what else they divide by. */
export interface Averaging {
  readonly countIncludePad?: boolean;
  readonly divisorOverride?: number;
}

/** Refuses options of averages that are none. */
export function checkAveraging(op: string, { countIncludePad = true, divisorOverride }: Averaging): void {
  checkBoolean(op, "countIncludePad", countIncludePad);
  if (divisorOverride === undefined || (Number.isFinite(divisorOverride) && divisorOverride !== 0)) return;
  throw new OptionError(op, `divisorOverride is ${describe(divisorOverride)}`, "give a number other than 0");
}

/** Refuses a norm that is none. */
export function checkNorm(op: string, normType: number): void {
  if (Number.isFinite(normType) && normType > 0) return;
  const fix = "give a positive number, e.g. 2; for an infinite one, use max pooling";
  throw new OptionError(op, `normType is ${describe(normType)}`, fix);
}

/** Feature maps `[N, C, H, W]`, or sequences `[N, C, W]` as maps of one row. */
export interface Maps {
  readonly sizes: readonly [n: number, c: number, h: number, w: number];
  /** How errors show them. */
  readonly shown: readonly Operand[];
}

/** Refuses what cannot be pooled: other axes, no elements, no fractions. */
export function mapsOf(op: string, x: AnyTensor, axes: "N C H W" | "N C W"): Maps {
  const shown = [operand(op, "input", x, axes)];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  checkSameDtype(op, [x]);
  const sizes = x.shape as readonly number[];
  return { sizes: [sizes[0]!, sizes[1]!, axes === "N C W" ? 1 : sizes[2]!, sizes.at(-1)!], shown };
}

/** The shape rule: checks the maps, and computes how many windows there are. */
export function planPool(op: string, x: AnyTensor, axes: "N C H W" | "N C W", directions: Directions): Pool2dGeometry {
  const { sizes, shown } = mapsOf(op, x, axes);
  return placeWindows(op, sizes, directions, shown);
}

/** As `planPool`, of maps that were checked. */
export function placeWindows(
  op: string,
  [n, c, h, w]: readonly [number, number, number, number],
  [vertical, horizontal]: Directions,
  shown: readonly Operand[],
): Pool2dGeometry {
  const rows = windowsOf(op, "height", h, vertical, shown);
  const columns = windowsOf(op, "width", w, horizontal, shown);
  return {
    n,
    c,
    h,
    w,
    p: rows.count,
    q: columns.count,
    kernelHeight: vertical.kernelSize,
    kernelWidth: horizontal.kernelSize,
    strideY: vertical.stride,
    strideX: horizontal.stride,
    padTop: rows.before,
    padBottom: rows.after,
    padLeft: columns.before,
    padRight: columns.after,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
  };
}

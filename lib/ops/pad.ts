import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { type PadTables, padForward, padInputGradient } from "../compute/pad.ts";
import { checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import type { Padded } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameDtype, operand } from "./operands.ts";
import { type Ends, type PadMode, tablesOf } from "./pad-tables.ts";
import type { Sides } from "./padding.ts";

/** What is put around a tensor. */
export interface PadOptions {
  /** Default `constant`. */
  readonly mode?: PadMode;
  /** The number around it in mode `constant`; default 0. */
  readonly value?: number;
}

/** How much is added (below 0: cut off): a number for every side of the last two axes, or an entry for each of the last axes. */
export type PadSides = number | readonly Sides[];

/**
 * A tensor with something around it: `out[…, i, …] = x[…, i - before, …]` where there is such an element, and around it
 * what `mode` says. With `[a, b, c]` along an axis and 2 on each side, `reflect` gives `c b a b c b a`, `replicate` `a a a b c
 * c c`, `circular` `b c a b c a b`. Gradients of repeated elements add up.
 *
 * The values are those of PyTorch's `F.pad`; the entries are in the order of the axes, where `F.pad` begins at the last.
 *
 * @param x of any shape, mostly `[N, C, H, W]`
 * @param padding a number for every side of the last two axes (of a vector, its ends); or an entry for each of the last
 *   axes in order, each one number or `[before, after]`: `[[top, bottom], [left, right]]`, `[[left, right]]`. Below 0, so
 *   much is cut off
 * @throws ShapeError if there are more entries than axes, nothing is left, `reflect` is to mirror as much as there is or
 *   more, or `circular` to repeat more; OptionError for an unknown option or mode, or a padding that is not whole
 * @example pad(zeros([1, 1, 3, 3]), [[0, 1], [0, 1]]).shape // [1, 1, 4, 4]
 */
export function pad<S extends Shape, D extends FloatDType = "float32", const P extends PadSides = PadSides>(
  x: Tensor<S, D> & Fits<Padded<"pad", S, P>>,
  padding: P,
  options: PadOptions = {},
): Tensor<Known<Padded<"pad", S, P>>, D> {
  const op = "pad";
  checkPadOptions(op, options);
  const input = operand(op, "input", x);
  checkSameDtype(op, [x]);
  const given = checkPadSides(op, padding, Math.min(2, x.shape.length));
  const before = x.shape.length - given.length;
  if (before < 0) {
    const problem = `padding has ${given.length} entries, and the input ${x.shape.length} axes`;
    throw new ShapeError(op, problem, [input], "give at most one entry for each axis");
  }
  const ends = Array.from(x.shape, (_, axis): Ends => given[axis - before] ?? [0, 0]);
  const { mode = "constant", value = 0 } = options;
  return padAxes<D>(op, x, x.shape, ends, mode, value, [input]) as never;
}

/** What is put around a tensor of which shape, and how much. */
export interface PadDetails extends Required<PadOptions> {
  /** The input's shape, or that which it is looked at as. */
  readonly from: readonly number[];
  /** For each axis. */
  readonly ends: readonly Ends[];
}

/** As `pad`, for operations that look at `x` as a tensor of that shape; options are checked before. */
export function padAxes<D extends FloatDType>(
  operation: string,
  x: Tensor<Shape, D>,
  from: readonly number[],
  ends: readonly Ends[],
  mode: PadMode,
  value: number,
  operands: readonly Operand[],
): Tensor<Shape, D> {
  ends.forEach((each, axis) => {
    checkReach(operation, mode, each, from[axis]!, axis, operands);
  });
  const shape = from.map((size, axis) => size + ends[axis]![0] + ends[axis]![1]);
  const none = shape.findIndex((size, axis) => size < 1 && from[axis]! > 0);
  if (none >= 0) {
    const problem = `axis ${none}: [${ends[none]!.join(", ")}] leaves nothing of ${from[none]}`;
    throw new ShapeError(operation, problem, operands, "cut off less");
  }
  let tables: PadTables | undefined;
  const found = (): PadTables => {
    tables ??= tablesOf(from, shape, ends, mode);
    return tables;
  };
  return apply({
    name: "pad",
    inputs: [x],
    shape: shape as never,
    dtype: x.dtype,
    details: { from, ends, mode, value } satisfies PadDetails,
    windows: ends.slice(2).map(([padding]) => ({ kernelSize: 1, stride: 1, dilation: 1, padding })),
    forward: (out) => padForward(found(), numbers(x), value, out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      padInputGradient(found(), dOut, dX);
      return [dX];
    },
  });
}

/** Refuses options of padding that there are not. */
export function checkPadOptions(operation: string, options: PadOptions): void {
  checkOptions(operation, options, ["mode", "value"]);
  const { mode = "constant", value = 0 } = options;
  if (typeof value !== "number") throw new OptionError(operation, `value is ${describe(value)}`, "give a number");
  if (mode === "constant" || mode === "reflect" || mode === "replicate" || mode === "circular") return;
  throw new OptionError(operation, `mode is ${describe(mode)}`, "choose constant, reflect, replicate or circular");
}

/** The ends of the last axes in order. @param axes how many a single number is for */
export function checkPadSides(operation: string, padding: PadSides, axes: number): Ends[] {
  const fix = "give a number, or an entry for each of the last axes: [[top, bottom], [left, right]]";
  if (typeof padding === "number") {
    checkWhole(operation, padding);
    return Array.from({ length: axes }, (): Ends => [padding, padding]);
  }
  if (!Array.isArray(padding)) throw new OptionError(operation, `padding is ${describe(padding)}`, fix);
  return (padding as readonly Sides[]).map((sides): Ends => {
    const both = typeof sides === "number" ? ([sides, sides] as const) : sides;
    if (!Array.isArray(both) || (both as readonly unknown[]).length !== 2) {
      throw new OptionError(operation, `an entry of padding is ${describe(both)}`, fix);
    }
    for (const one of both) checkWhole(operation, one);
    return both;
  });
}

function checkWhole(operation: string, padding: number): void {
  if (Number.isInteger(padding)) return;
  throw new OptionError(operation, `padding is ${describe(padding)}`, "give whole numbers; below 0 they cut off");
}

function checkReach(
  operation: string,
  mode: PadMode,
  [before, after]: Ends,
  size: number,
  axis: number,
  operands: readonly Operand[],
): void {
  const most = mode === "reflect" ? size - 1 : mode === "circular" ? size : Number.POSITIVE_INFINITY;
  const longest = Math.max(before, after);
  if (longest > 0 && size === 0 && mode !== "constant") {
    throw new ShapeError(operation, `axis ${axis} is 0: there is nothing to repeat`, operands, "pad with a constant");
  }
  if (longest <= most) return;
  const problem = `axis ${axis}: ${mode} by ${longest} needs ${longest + size - most} elements, and there are ${size}`;
  throw new ShapeError(operation, problem, operands, `pad by at most ${most}, or replicate`);
}

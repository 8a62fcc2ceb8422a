/** Axes by number: which are meant, which are left, and the rows that an operation along them works on. */

import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { type Box, gather, rowMajorSteps, scatter } from "../compute/strided.ts";
import { checkBoolean, checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { elementCount } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";

/** Which axes an operation goes along. */
export interface AxisOptions<A extends number = number> {
  /** Counted from 0, or from the end by negative numbers: -1 is the last one. */
  readonly axis?: A;
}

/** The axis that an operation goes along, from 0 on. */
export interface AxisDetails {
  readonly axis: number;
}

/** The axes that an operation is about, from 0 on. */
export interface AxesDetails {
  readonly axes: readonly number[];
}

/** What is reduced to one number, and what is left. */
export interface ReduceOptions<
  A extends number | readonly number[] | undefined = number | readonly number[] | undefined,
  K extends boolean = boolean,
> {
  /** The axes to go over, counted from 0, or from the end by negative numbers; default all of them. */
  readonly axis?: A;
  /** Whether they stay, with size 1, so that the result fits the operand again; default false. */
  readonly keepDims?: K;
}

/** The number of an axis, from 0 on. @throws OptionError if it is not whole; ShapeError if there is none such */
export function axisOf(operation: string, input: Operand, axis: number): number {
  const rank = input.shape.length;
  if (!Number.isInteger(axis)) {
    throw new OptionError(operation, `axis is ${describe(axis)}`, `give a whole number, ${range(rank)}`);
  }
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  const fix = rank === 0 ? "give a tensor that has one" : `give an axis ${range(rank)}`;
  const many = rank === 1 ? "1 axis" : `${rank} axes`;
  throw new ShapeError(operation, `axis ${axis} of a tensor with ${many}`, [input], fix);
}

function range(rank: number): string {
  return `from 0 to ${Math.max(0, rank - 1)}, or from -1 for the last one to ${-Math.max(1, rank)}`;
}

/** The numbers of several axes, from 0 on, in ascending order. @throws OptionError if one comes twice */
export function axesOf(operation: string, input: Operand, axes: number | readonly number[]): readonly number[] {
  const listed = typeof axes === "number" ? [axes] : axes;
  if (!Array.isArray(listed)) {
    throw new OptionError(operation, `axis is ${describe(axes)}`, "give one whole number, or several in an array");
  }
  const found = listed.map((axis: number) => axisOf(operation, input, axis)).sort((a, b) => a - b);
  const twice = found.find((axis, i) => axis === found[i + 1]);
  if (twice === undefined) return found;
  throw new OptionError(operation, `axis ${twice} is named twice`, "name each axis once");
}

/** The rows of a tensor along some of its axes, one row a result. */
export interface Rows {
  /** Of the result. */
  readonly shape: readonly number[];
  readonly rows: number;
  /** How many numbers a row has. */
  readonly columns: number;
  /** The rows' elements in the tensor; null where they lie there row by row. */
  readonly box: Box | null;
}

/** The rows along the axes: those that are left in their order, then those that are gone over. */
export function rowsAlong(input: Operand, axes: readonly number[], keepDims: boolean): Rows {
  const { shape } = input;
  const left = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...left, ...axes];
  const steps = rowMajorSteps(shape);
  const sizeOf = (axis: number): number => shape[axis]!;
  const inPlace = order.every((axis, i) => axis === i);
  return {
    shape: keepDims ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : left.map(sizeOf),
    rows: elementCount(left.map(sizeOf)),
    columns: elementCount(axes.map(sizeOf)),
    box: inPlace ? null : { start: 0, sizes: order.map(sizeOf), steps: order.map((axis) => steps[axis]!) },
  };
}

/** The rows that the options of a reduction name. @throws OptionError; ShapeError */
export function reducedRows(
  operation: string,
  input: Operand,
  options: ReduceOptions,
  more: readonly string[] = [],
): Rows & { readonly axes: readonly number[] } {
  checkOptions(operation, options, ["axis", "keepDims", ...more]);
  const { axis, keepDims = false } = options;
  checkBoolean(operation, "keepDims", keepDims);
  const axes = axis === undefined ? input.shape.map((_, i) => i) : axesOf(operation, input, axis);
  return { ...rowsAlong(input, axes, keepDims), axes };
}

/** Refuses to reduce nothing to a number: a mean or a maximum of nothing has no value. @throws ShapeError */
export function checkRowsNotEmpty(operation: string, input: Operand, axes: readonly number[]): void {
  const empty = axes.find((axis) => input.shape[axis] === 0);
  if (empty === undefined) return;
  const fix = `give axis ${empty} a size of at least 1`;
  throw new ShapeError(operation, `axis ${empty} of the ${input.name} is 0`, [input], fix);
}

/** Calls `use` with the numbers of a tensor row by row. */
export function inRows(rows: Rows, dtype: FloatDType, x: Floats, use: (x: Floats) => void): void {
  if (rows.box === null) {
    use(x);
    return;
  }
  const arranged = roomForGradient(dtype, x.length);
  gather(rows.box, x, arranged);
  use(arranged);
  giveUp(arranged);
}

/** Calls `compute` with room for numbers row by row, and puts them into their places in the tensor. */
export function fromRows(rows: Rows, dtype: FloatDType, out: Floats, compute: (out: Floats) => void): void {
  if (rows.box === null) {
    compute(out);
    return;
  }
  const arranged = roomForGradient(dtype, out.length);
  compute(arranged);
  scatter(rows.box, arranged, out);
  giveUp(arranged);
}

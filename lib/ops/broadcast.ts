/**
 * Operands of different shapes side by side, by NumPy's rules: shapes are aligned at their last axes; along each axis the
 * sizes are equal, or one of them is 1 or missing, and is met again and again.
 */

import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import type { Floats, Numbers } from "../compute/floats.ts";
import { type Box, gather, rowMajorSteps, sumInto } from "../compute/strided.ts";
import { type Operand, ShapeError } from "../errors.ts";
import { sizesBehind, together } from "../shapes/algebra.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, sameShape } from "../tensor/shape.ts";
import { allocate, type DType } from "../tensor/storage.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/** A tensor, or a number that stands for a scalar. */
export type Value = AnyTensor | number;

/** The shape of all operands together. @throws ShapeError naming the axes that differ, and what would fit */
export function broadcastShape(operation: string, operands: readonly Operand[]): readonly number[] {
  const shapes = operands.map(({ shape }) => shape);
  if (shapes.every((shape) => sameShape(shape, shapes[0]!))) return shapes[0] ?? [];
  const common = together(shapes);
  if (!("behind" in common)) return common;
  const sizes = sizesBehind(shapes, common.behind);
  const one = sizes.findIndex((each) => each !== 1);
  const other = sizes.findIndex((each) => each !== 1 && each !== sizes[one]);
  const axis = (i: number): string =>
    `axis ${shapes[i]!.length - common.behind} of ${operands[i]!.name} is ${sizes[i]}`;
  const problem = `${axis(one)}, ${axis(other)}`;
  throw new ShapeError(operation, problem, operands, fixFor(operands[one]!, operands[other]!));
}

/** What would make the second operand fit the first, or the first the second if that has fewer axes. */
function fixFor(a: Operand, b: Operand): string {
  const [large, small] = a.shape.length >= b.shape.length ? [a, b] : [b, a];
  const missing = large.shape.length - small.shape.length;
  for (let behind = 1; behind <= missing; behind++) {
    const end = large.shape.length - behind;
    const beside = large.shape.slice(end - small.shape.length, end);
    if (small.shape.every((size, axis) => size === 1 || size === beside[axis])) {
      return `reshape ${small.name} to [${[...small.shape, ...new Array<number>(behind).fill(1)].join(", ")}]`;
    }
  }
  return `give ${small.name} the shape [${large.shape.join(", ")}], with 1 for any of these sizes, or a plain number`;
}

/** Where the elements of an array of one shape lie, for each element of a shape that it is spread to. */
export function spread(from: readonly number[], to: readonly number[]): Box {
  const missing = to.length - from.length;
  const own = rowMajorSteps(from);
  const steps = to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : own[axis - missing]!));
  return { start: 0, sizes: to, steps };
}

/** Room for as many numbers of any type, to be given up. */
function room(dtype: DType, length: number): Numbers {
  return dtype === "float32" || dtype === "float64" ? roomForGradient(dtype, length) : allocate(dtype, length);
}

/**
 * Calls `use` with the numbers of operands as they are in a shape that they are spread to.
 *
 * @param spare room of that shape, which may be overwritten: it serves the first operand that has to be spread
 */
export function inShape(
  shape: readonly number[],
  dtype: DType,
  operands: readonly Value[],
  spare: Numbers | null,
  use: (arrays: readonly Numbers[]) => void,
): void {
  const borrowed: Numbers[] = [];
  let free = spare;
  const arrays = operands.map((x): Numbers => {
    if (typeof x !== "number" && sameShape(x.shape, shape)) return numbers(x);
    const array = free ?? room(dtype, elementCount(shape));
    if (free === null) borrowed.push(array);
    free = null;
    if (typeof x === "number") array.fill(x);
    else gather(spread(x.shape, shape), numbers(x), array);
    return array;
  });
  use(arrays);
  for (const array of borrowed) giveUp(array as Floats);
}

/** The gradient of what was spread: the sums over the axes along which it was. Gives `gradient` itself where it was not. */
export function sumTo(
  from: readonly number[],
  to: readonly number[],
  dtype: "float32" | "float64",
  gradient: Floats,
): Floats {
  if (sameShape(from, to)) return gradient;
  const sums = roomForGradient(dtype, elementCount(to));
  sumInto(spread(to, from), gradient, 1, sums);
  return sums;
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { type Box, gather, rowMajorSteps, scatter } from "../compute/strided.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Concatenated, SplitEqually, Stacked } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { checkTensor } from "../tensor/check.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType, FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type AxisDetails, type AxisOptions, axisOf } from "./axes.ts";
import { operand } from "./operands.ts";
import { slice } from "./slice.ts";

/** The shapes of some tensors. */
type ShapesOf<T> = { readonly [I in keyof T]: T[I] extends Tensor<infer S, DType> ? S : Shape };

/** The sentence for tensors of different types of number; `null` for tensors of one. */
type OneType<Op extends string, T extends readonly AnyTensor[] | readonly []> = [DTypeOf<T>] extends [First<T>]
  ? null
  : `${Op}: the tensors are of different types of number; convert with cast(x, "float32")`;

type First<T> = T extends readonly [infer One extends AnyTensor, ...unknown[]] ? One["dtype"] : DType;

/** The type of number of some tensors. */
export type DTypeOf<T extends readonly AnyTensor[] | readonly []> = T extends readonly AnyTensor[]
  ? T[number]["dtype"]
  : never;

/**
 * Tensors one behind the other along an axis that they have: feature maps of branches, along the channels.
 *
 * @param tensors one or more of one type of number, equal in all other axes
 * @param options axis: default 0
 * @returns the axis has the sum of their sizes
 * @throws ShapeError if another axis differs; OptionError without tensors
 * @example concat([zeros([2, 3, 8, 8]), zeros([2, 5, 8, 8])], { axis: 1 }).shape // [2, 8, 8, 8]
 */
export function concat<T extends readonly AnyTensor[] | readonly [], const A extends number = 0>(
  tensors: T & Fits<Concatenated<"concat", ShapesOf<T>, A>> & Fits<OneType<"concat", T>>,
  options: AxisOptions<A> = {},
): Tensor<Known<Concatenated<"concat", ShapesOf<T>, A>>, DTypeOf<T>> {
  checkOptions("concat", options, ["axis"]);
  const operands = listed("concat", tensors as readonly AnyTensor[]);
  const axis = axisOf("concat", operands[0]!, options.axis ?? 0);
  return join("concat", tensors as readonly AnyTensor[], operands, axis) as never;
}

/**
 * Tensors of one shape side by side along a new axis: images to a batch.
 *
 * @param tensors one or more of one shape and type of number
 * @param options axis: where the new one stands in the result; default 0
 * @throws ShapeError if the shapes differ; OptionError without tensors
 * @example stack([zeros([28, 28]), zeros([28, 28])]).shape // [2, 28, 28]
 */
export function stack<T extends readonly AnyTensor[] | readonly [], const A extends number = 0>(
  tensors: T & Fits<Stacked<ShapesOf<T>, A>> & Fits<OneType<"stack", T>>,
  options: AxisOptions<A> = {},
): Tensor<Known<Stacked<ShapesOf<T>, A>>, DTypeOf<T>> {
  checkOptions("stack", options, ["axis"]);
  const operands = listed("stack", tensors as readonly AnyTensor[]);
  const axis = axisOf("stack", { name: "result", shape: [...operands[0]!.shape, 1] }, options.axis ?? 0);
  const grown = operands.map(({ name, shape }) => ({
    name,
    shape: [...shape.slice(0, axis), 1, ...shape.slice(axis)],
  }));
  return join("stack", tensors as readonly AnyTensor[], grown, axis) as never;
}

/** The tensors as operands. @throws OptionError unless they are some, of one type of number */
function listed(operation: string, tensors: readonly Tensor<Shape, DType>[]) {
  if (!Array.isArray(tensors)) {
    throw new OptionError(
      operation,
      `it is given ${describe(tensors)}`,
      `give tensors in an array: ${operation}([a, b])`,
    );
  }
  if (tensors.length === 0) throw new OptionError(operation, "there are no tensors", "give at least one");
  const operands = tensors.map((x, i) => operand(operation, `input ${i}`, x));
  const first = (tensors[0] as Tensor<Shape, DType>).dtype;
  const other = tensors.findIndex(({ dtype }) => dtype !== first);
  if (other < 0) return operands;
  const problem = `input 0 is ${first}, input ${other} ${tensors[other]!.dtype}`;
  throw new OptionError(operation, problem, `convert with cast(x, "${first}")`);
}

function join<D extends DType>(
  name: string,
  tensors: readonly Tensor<Shape, D>[],
  operands: readonly { readonly name: string; readonly shape: readonly number[] }[],
  axis: number,
): Tensor<Shape, D> {
  const first = operands[0]!;
  for (const other of operands) {
    const same = other.shape.length === first.shape.length;
    const wrong = same ? other.shape.findIndex((size, i) => i !== axis && size !== first.shape[i]) : 0;
    if (wrong < 0) continue;
    const problem = same
      ? `axis ${wrong} of ${first.name} is ${first.shape[wrong]}, of ${other.name} ${other.shape[wrong]}`
      : `${first.name} has ${first.shape.length} axes, ${other.name} ${other.shape.length}`;
    const fix =
      name === "stack"
        ? `give all of them the shape of ${first.name}`
        : `give tensors that are equal but for axis ${axis}`;
    const shown = operands.map((each, i) => ({ name: each.name, shape: tensors[i]!.shape }));
    throw new ShapeError(name, problem, shown, fix);
  }
  const size = operands.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const shape = first.shape.map((each, i) => (i === axis ? size : each));
  const steps = rowMajorSteps(shape);
  let begin = 0;
  const boxes = operands.map((each): Box => {
    const start = begin * steps[axis]!;
    begin += each.shape[axis]!;
    return { start, sizes: each.shape, steps };
  });
  return apply<Shape, D>({
    name,
    inputs: tensors,
    shape,
    dtype: tensors[0]!.dtype,
    details: { axis } satisfies AxisDetails,
    forward: (out) => {
      for (const [i, x] of tensors.entries()) scatter(boxes[i]!, numbers(x), out);
    },
    backward: (dOut, needs) =>
      tensors.map((x, i) => {
        if (!needs[i]) return null;
        const dX = roomForGradient(x.dtype as FloatDType, x.size);
        gather(boxes[i]!, dOut, dX);
        return dX;
      }),
  });
}

/**
 * A tensor in parts along an axis, the reverse of `concat`.
 *
 * @param parts how many equal ones; or the size of each
 * @param options axis: default 0
 * @throws ShapeError if they do not make up the axis: says what would
 * @example split(zeros([10, 3]), 2).map((part) => part.shape) // [[5, 3], [5, 3]]
 * @example split(zeros([2, 8]), [3, 5], { axis: 1 }).map((part) => part.shape) // [[2, 3], [2, 5]]
 */
export function split<
  X extends Shape,
  const P extends number | readonly number[],
  D extends DType = "float32",
  const A extends number = 0,
>(
  x: Tensor<X, D> & Fits<SplitEqually<X, P, A>>,
  parts: P,
  options?: AxisOptions<A>,
): Tensor<Known<SplitEqually<X, P, A>>, D>[];
export function split(
  x: Tensor<Shape, DType>,
  parts: number | readonly number[],
  options: AxisOptions = {},
): Tensor<Shape, DType>[] {
  checkTensor("split", "the input", x);
  checkOptions("split", options, ["axis"]);
  const input = operand("split", "input", x);
  const axis = axisOf("split", input, options.axis ?? 0);
  const size = x.shape[axis]!;
  let begin = 0;
  return partSizes(parts, size, axis, input).map((part) => {
    begin += part;
    return slice(x, begin - part, begin, { axis });
  });
}

function partSizes(
  parts: number | readonly number[],
  size: number,
  axis: number,
  input: { readonly name: string; readonly shape: readonly number[] },
): readonly number[] {
  if (Array.isArray(parts)) {
    const sizes = parts as readonly number[];
    for (const part of sizes) checkInteger("split", "a size", part, 0);
    const sum = sizes.reduce((a, b) => a + b, 0);
    if (sum === size) return sizes;
    throw new ShapeError(
      "split",
      `the sizes add up to ${sum}, and axis ${axis} is ${size}`,
      [input],
      `make it ${size}`,
    );
  }
  const count = parts as number;
  checkInteger("split", "the number of parts", count, 1);
  const least = Math.floor(size / count);
  if (least * count === size) return new Array<number>(count).fill(least);
  const uneven = Array.from({ length: count }, (_, i) => least + (i < size % count ? 1 : 0));
  const fix = `give the sizes: [${uneven.join(", ")}]`;
  throw new ShapeError("split", `${count} equal parts do not make up ${size}, axis ${axis}`, [input], fix);
}

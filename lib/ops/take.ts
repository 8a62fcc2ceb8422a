import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { oneHotRows, pickAlong, pickAlongGradient, takeBlocks, takeBlocksGradient } from "../compute/indexing.ts";
import { checkInteger, checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import type { Taken } from "../shapes/axes.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { checkTensor } from "../tensor/check.ts";
import { numbers, peek } from "../tensor/numbers.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import type { DType, FloatDType, Stated } from "../tensor/storage.ts";
import { type AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type AxisOptions, axisOf } from "./axes.ts";
import { operand } from "./operands.ts";

/**
 * What stands at some indices of an axis, in the order of the indices: NumPy's `take`, PyTorch's `index_select`. Gradients
 * of an index that comes several times are added up.
 *
 * @param indices an array, or an int32 tensor of any shape; each from 0 to the axis' size - 1
 * @param options axis: default 0
 * @returns the axis is replaced by the shape of the indices
 * @throws OptionError for an index that there is not; ShapeError if there is no such axis
 * @example take(tensor([[1, 2], [3, 4], [5, 6]]), [2, 0, 2]).data // [5, 6, 1, 2, 5, 6]
 */
export function take<
  X extends Shape,
  const I extends readonly number[] | Int32Array | Tensor<Shape, "int32">,
  D extends DType = "float32",
  const A extends number = 0,
>(
  x: Tensor<X, D> & Fits<Taken<"take", X, A, SizesOf<I>>>,
  indices: I,
  options: AxisOptions<A> = {},
): Tensor<Known<Taken<"take", X, A, SizesOf<I>>>, D> {
  const input = operand("take", "input", x);
  checkOptions("take", options, ["axis"]);
  const axis = axisOf("take", input, options.axis ?? 0);
  const size = x.shape[axis]!;
  const { shape: given, read, own } = indexList(indices);
  checkIndices("take", "index", read(), size, `axis ${axis} has`, input);
  const before = x.shape.slice(0, axis);
  const behind = x.shape.slice(axis + 1);
  const outer = elementCount(before);
  const inner = elementCount(behind);
  return apply<Shape, D>({
    name: "take",
    inputs: [x],
    shape: [...before, ...given, ...behind],
    dtype: x.dtype,
    details: { axis, indices: own } satisfies TakeDetails,
    forward: (out) => takeBlocks(outer, size, inner, numbers(x), read(), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype as FloatDType, x.size);
      takeBlocksGradient(outer, size, inner, dOut, read(), dX);
      return [dX];
    },
  }) as never;
}

/** The shape of indices. */
type SizesOf<I> =
  I extends Tensor<infer S, "int32"> ? S : I extends readonly number[] ? readonly [I["length"]] : readonly [number];

/** Along which axis, and which elements of it. */
export interface TakeDetails {
  readonly axis: number;
  readonly indices: readonly number[] | Tensor<Shape, "int32">;
}

function indexList(indices: readonly number[] | Int32Array | Tensor<Shape, "int32">): {
  readonly shape: readonly number[];
  readonly read: () => ArrayLike<number>;
  readonly own: TakeDetails["indices"];
} {
  if (indices instanceof Tensor) {
    checkInt32("take", "indices", indices);
    return { shape: indices.shape, read: () => peek(indices), own: indices };
  }
  if (!Array.isArray(indices) && !ArrayBuffer.isView(indices)) {
    const fix = "give whole numbers in an array, or an int32 tensor";
    throw new OptionError("take", `the indices are ${describe(indices)}`, fix);
  }
  const own = Array.from(indices);
  return { shape: [own.length], read: () => own, own };
}

/** @throws OptionError if they are of another type */
function checkInt32(operation: string, name: string, x: AnyTensor): void {
  if (x.dtype === "int32") return;
  const fix = 'convert with cast(x, "int32"), or tensor([...], [N], "int32")';
  throw new OptionError(operation, `the ${name} are ${x.dtype}`, fix);
}

/** @throws OptionError naming the first that is not from 0 to size - 1 */
function checkIndices(
  operation: string,
  what: string,
  given: ArrayLike<number>,
  size: number,
  where: string,
  input: Operand,
): void {
  for (let i = 0; i < given.length; i++) {
    const index = given[i]!;
    if (Number.isInteger(index) && index >= 0 && index < size) continue;
    const problem = `${what} ${i} is ${describe(index)}, and ${where} ${size}`;
    throw new OptionError(operation, `${problem} in the ${input.name}`, `give whole numbers from 0 to ${size - 1}`);
  }
}

/**
 * One element for each index, chosen along one axis: PyTorch's `gather`. The score of each example's label is
 * `gather(scores, expandDims(labels, 1), { axis: 1 })`. Gradients are added up.
 *
 * @param indices int32, of the input's shape but for the size of the axis
 * @param options axis: default the last one
 * @returns the shape of the indices
 * @throws ShapeError if another axis differs; OptionError for an index that there is not
 * @example gather(tensor([[1, 2, 3], [4, 5, 6]]), tensor([2, 0], [2, 1], "int32")).data // [3, 4]
 */
export function gather<I extends Shape, D extends DType = "float32">(
  x: Tensor<Shape, D>,
  indices: Tensor<I, "int32">,
  options: AxisOptions = {},
): Tensor<I, D> {
  const operands = [operand("gather", "input", x), operand("gather", "indices", indices)];
  checkOptions("gather", options, ["axis"]);
  const axis = axisOf("gather", operands[0]!, options.axis ?? -1);
  checkInt32("gather", "indices", indices);
  const [from, to] = operands.map(({ shape }) => shape) as [readonly number[], readonly number[]];
  if (from.length !== to.length || from.some((size, i) => i !== axis && size !== to[i])) {
    const wanted = from.map((size, i) => (i === axis ? (to[i] ?? 1) : size));
    const fix = `give indices of shape [${wanted.join(", ")}]; axis ${axis} may have any size`;
    throw new ShapeError("gather", `the shapes differ beside axis ${axis}`, operands, fix);
  }
  const size = from[axis]!;
  checkIndices("gather", "index", peek(indices), size, `axis ${axis} has`, operands[0]!);
  const outer = elementCount(from.slice(0, axis));
  const inner = elementCount(from.slice(axis + 1));
  const count = to[axis]!;
  return apply<I, D>({
    name: "gather",
    inputs: [x],
    shape: indices.shape,
    dtype: x.dtype,
    details: { axis, indices } satisfies TakeDetails,
    forward: (out) => pickAlong(outer, size, inner, count, numbers(x), numbers(indices), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype as FloatDType, x.size);
      pickAlongGradient(outer, size, inner, count, dOut, numbers(indices), dX);
      return [dX];
    },
  });
}

/**
 * A row for each label: 1 at the label, 0 elsewhere.
 *
 * @param labels `[...]` whole numbers from 0 to classes - 1, of type int32
 * @param classes how many there are, K
 * @param dtype of the result; default `float32`
 * @returns `[..., K]`
 * @throws OptionError for a label that is no class
 * @example oneHot(tensor([2, 0], [2], "int32"), 3).data // [0, 0, 1, 1, 0, 0]
 */
export function oneHot<S extends Shape, const K extends number, D extends FloatDType = "float32">(
  labels: Tensor<S, "int32">,
  classes: K,
  dtype?: D,
): Tensor<readonly [...S, K], Stated<D>> {
  checkTensor("oneHot", "the labels", labels);
  checkInt32("oneHot", "labels", labels);
  checkInteger("oneHot", "classes", classes, 1);
  const type: FloatDType = dtype ?? "float32";
  if (type !== "float32" && type !== "float64") {
    throw new OptionError("oneHot", `dtype is ${describe(dtype)}`, "choose float32 or float64");
  }
  checkIndices("oneHot", "label", peek(labels), classes, "classes are", operand("oneHot", "labels", labels));
  return apply<Shape, FloatDType>({
    name: "oneHot",
    inputs: [labels],
    shape: [...labels.shape, classes],
    dtype: type,
    forward: (out) => oneHotRows(numbers(labels), classes, out),
  }) as never;
}

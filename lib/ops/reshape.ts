import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { reshaped } from "../shapes/algebra.ts";
import type { Flattened, Reshaped } from "../shapes/linear.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { checkDtype, checkTensor } from "../tensor/check.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import type { DataTypes, DType, FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { operand } from "./operands.ts";

/**
 * The same elements in the same order under another shape. Gives a copy: tensors never share their numbers by accident.
 *
 * @param shape its sizes; one of them may be -1 for "what is left"
 * @throws ShapeError if the shapes hold different numbers of elements
 */
export function reshape<X extends Shape, const S extends readonly number[], D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<Reshaped<X, S>>,
  shape: S,
): Tensor<Known<Reshaped<X, S>>, D> {
  const sizes = fillIn("reshape", operand("reshape", "input", x), shape);
  return apply<Known<Reshaped<X, S>>, D>({
    name: "reshape",
    inputs: [x],
    shape: sizes as never,
    dtype: x.dtype,
    forward: (out) => out.set(numbers(x)),
    backward: (dOut) => [dOut],
  });
}

function fillIn(operation: string, input: Operand, to: readonly number[]): readonly number[] {
  if (!Array.isArray(to)) {
    throw new OptionError(operation, `the shape is ${describe(to)}`, "give an array of sizes, e.g. [2, -1]");
  }
  const sizes = reshaped(input.shape, to);
  if (!("problem" in sizes)) return sizes;
  throw new ShapeError(operation, sizes.problem, [input, { name: "shape", shape: to }], sizes.fix);
}

/**
 * Every example as one row: `[N, C, H, W]` to `[N, C·H·W]`, what stands between feature maps and a fully connected layer.
 *
 * @throws ShapeError for a scalar
 */
export function flatten<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D> & Fits<Flattened<S>>,
): Tensor<Known<Flattened<S>>, D> {
  const input = operand("flatten", "input", x);
  const [n, ...rest] = input.shape;
  if (n === undefined) throw new ShapeError("flatten", "a scalar has no batch", [input], "give it a batch axis");
  return reshape<Shape, readonly number[], D>(x, [n, elementCount(rest)]) as never;
}

/**
 * A copy with another type of number; fractions are cut off for integers. Gradients flow back between float32 and
 * float64; integers have none.
 *
 * @throws OptionError if there is no such type
 */
export function cast<S extends Shape, D extends DType>(x: Tensor<S, DType>, dtype: D): Tensor<S, D> {
  checkTensor("cast", "the input", x);
  checkDtype("cast", dtype);
  const operation = {
    name: "cast",
    inputs: [x],
    shape: x.shape,
    dtype,
    forward: (out: DataTypes[D]) => out.set(numbers(x)),
  };
  if (!isFloat(x.dtype) || !isFloat(dtype)) return apply<S, D>(operation);
  const from = x.dtype;
  return apply<S, D>({
    ...operation,
    backward: (dOut) => {
      const dX = roomForGradient(from, dOut.length);
      dX.set(dOut);
      return [dX];
    },
  });
}

function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === "float32" || dtype === "float64";
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { argmaxRows, mean as meanOf, sum as sumOf } from "../compute/reduce.ts";
import { ShapeError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import { beginOperation } from "../tensor/residents.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";

/** The sum of all elements, a scalar; 0 of none. Added up in float64, whatever the type. */
export function sum<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D> {
  return total("sum", x, () => sumOf(numbers(x)), 1);
}

/** The mean of all elements, a scalar. Added up in float64, whatever the type. @throws ShapeError if there are none */
export function mean<D extends FloatDType = "float32">(x: Tensor<Shape, D>): Tensor<readonly [], D> {
  checkNotEmpty("mean", [operand("mean", "input", x)]);
  return total("mean", x, () => meanOf(numbers(x)), 1 / x.size);
}

function total<D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  value: () => number,
  share: number,
): Tensor<readonly [], D> {
  checkSameDtype(name, [x]);
  return apply<readonly [], D>({
    name,
    inputs: [x],
    shape: [],
    dtype: x.dtype,
    forward: (out) => {
      out[0] = value();
    },
    backward: (dOut) => [roomForGradient(x.dtype, x.size).fill(dOut[0]! * share) as Floats],
  });
}

/** A shape without its last axis. */
export type WithoutLast<S extends Shape> = S extends readonly [...infer Rest extends Shape, infer _Last]
  ? Readonly<Rest>
  : Shape;

/**
 * The index of the largest element along the last axis; of equals, the first.
 *
 * @param x `[..., K]`, e.g. scores `[N, K]`
 * @returns `[...]` of type int32, e.g. the predicted class of each example, `[N]`
 * @throws ShapeError if the axis is empty, or there is none
 */
export function argmax<S extends Shape>(x: Tensor<S, FloatDType>): Tensor<WithoutLast<S>, "int32"> {
  const input = operand("argmax", "input", x);
  const { shape } = input;
  if (shape.length === 0) throw new ShapeError("argmax", "a scalar has no axis", [input], "give scores, [N, K]");
  checkNotEmpty("argmax", [input]);
  const outer = shape.slice(0, -1);
  const columns = shape.at(-1) as number;
  const out = allocate("int32", x.size / columns);
  beginOperation();
  argmaxRows(out.length, columns, numbers(x), out);
  return freshTensor<WithoutLast<S>, "int32">(out, outer as unknown as Sizes<WithoutLast<S>>, "int32");
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import {
  reluForward,
  reluGradient,
  sigmoidForward,
  sigmoidGradient,
  tanhForward,
  tanhGradient,
} from "../compute/activation.ts";
import type { Floats } from "../compute/floats.ts";
import { logSoftmaxRows, logSoftmaxRowsGradient, softmaxRows, softmaxRowsGradient } from "../compute/softmax.ts";
import { ShapeError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkSameDtype, operand } from "./operands.ts";

/** An activation whose gradient follows from its output: nothing else need be kept. */
function elementwise<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<S, D>,
  forward: (x: Floats, out: Floats) => void,
  gradient: (dOut: Floats, out: Floats, dX: Floats) => void,
): Tensor<S, D> {
  checkSameDtype(name, [x]);
  return apply<S, D>({
    name,
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    forward: (out) => forward(numbers(x), out),
    backward: (dOut, _needs, out) => {
      const dX = roomForGradient(x.dtype, dOut.length);
      gradient(dOut, numbers(out), dX);
      return [dX];
    },
  });
}

/** The rectifier `max(0, x)` on every element (Nair and Hinton, 2010). Its gradient at 0 is 0. */
export function relu<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return elementwise("relu", x, reluForward, reluGradient);
}

/** The logistic function `1 / (1 + e⁻ˣ)` on every element; its gradient is `y · (1 - y)`. */
export function sigmoid<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return elementwise("sigmoid", x, sigmoidForward, sigmoidGradient);
}

/** The hyperbolic tangent of every element; its gradient is `1 - y²`. */
export function tanh<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return elementwise("tanh", x, tanhForward, tanhGradient);
}

/**
 * Scores to probabilities along the last axis: `eˣ / Σ eˣ`, shifted by the largest score so that nothing overflows. A row
 * that holds NaN or Infinity is NaN throughout.
 *
 * @param x `[..., K]`
 * @returns the shape of `x`; each row sums to 1
 * @throws ShapeError for a scalar, which has no axis
 */
export function softmax<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  const [rows, columns] = rowsOf("softmax", x);
  return elementwise(
    "softmax",
    x,
    (from, out) => softmaxRows(rows, columns, from, out),
    (dOut, out, dX) => softmaxRowsGradient(rows, columns, dOut, out, dX),
  );
}

/**
 * The logarithm of `softmax`, exact also where a probability would round to 0: `x - log Σ eˣ` along the last axis.
 *
 * @param x `[..., K]`
 * @throws ShapeError for a scalar, which has no axis
 */
export function logSoftmax<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  const [rows, columns] = rowsOf("logSoftmax", x);
  return elementwise(
    "logSoftmax",
    x,
    (from, out) => logSoftmaxRows(rows, columns, from, out),
    (dOut, out, dX) => logSoftmaxRowsGradient(rows, columns, dOut, out, dX),
  );
}

function rowsOf(operation: string, x: AnyTensor): readonly [number, number] {
  const input = operand(operation, "input", x);
  const { shape } = input;
  const columns = shape.at(-1);
  if (columns !== undefined) return [shape.slice(0, -1).reduce((a, b) => a * b, 1), columns];
  throw new ShapeError(operation, "a scalar has no classes", [input], "give one score a class");
}

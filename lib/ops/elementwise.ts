/** What functions of every number have in common; their gradients need the result or the operand, and nothing else. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameDtype } from "./operands.ts";

type Forward = (x: Floats, out: Floats) => void;

/** A function whose gradient follows from its result. */
export function fromOutput<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<S, D>,
  forward: Forward,
  gradient: (dOut: Floats, out: Floats, dX: Floats) => void,
  details: object = {},
): Tensor<S, D> {
  checkSameDtype(name, [x]);
  return apply<S, D>({
    name,
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    details,
    forward: (out) => forward(numbers(x), out),
    backward: (dOut, _needs, out) => {
      const dX = roomForGradient(x.dtype, dOut.length);
      gradient(dOut, numbers(out), dX);
      return [dX];
    },
  });
}

/** A function whose gradient follows from its operand. */
export function fromInput<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<S, D>,
  forward: Forward,
  gradient: (dOut: Floats, x: Floats, dX: Floats) => void,
  details: object = {},
): Tensor<S, D> {
  return fromOutput(name, x, forward, (dOut, _out, dX) => gradient(dOut, numbers(x), dX), details);
}

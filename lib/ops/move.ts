/** What operations have in common that only move numbers: those of any type, and gradients where there are some. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { type Box, gather, scatter, sumInto } from "../compute/strided.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType, FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The elements of a box of `x`, row by row, under a shape.
 *
 * @param repeats whether elements are met more than once: their gradients are added up
 */
export function moved<D extends DType>(
  name: string,
  x: Tensor<Shape, D>,
  shape: readonly number[],
  box: Box,
  details: object,
  repeats = false,
): Tensor<Shape, D> {
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details,
    forward: (out) => gather(box, numbers(x), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype as FloatDType, x.size);
      if (repeats) sumInto(box, dOut, 1, dX);
      else {
        if (dOut.length < dX.length) dX.fill(0);
        scatter(box, dOut, dX);
      }
      return [dX];
    },
  });
}

/** The same numbers in the same order under another shape. */
export function relabelled<D extends DType>(
  name: string,
  x: Tensor<Shape, D>,
  shape: readonly number[],
  details: object = {},
): Tensor<Shape, D> {
  return apply<Shape, D>({
    name,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details,
    forward: (out) => out.set(numbers(x)),
    backward: (dOut) => [dOut],
  });
}

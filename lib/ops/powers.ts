import * as compute from "../compute/functions.ts";
import {
  largerGradient,
  maximum as maximumInto,
  minimum as minimumInto,
  powerBaseGradient,
  powerExponentGradient,
  power as powerInto,
  smallerGradient,
} from "../compute/pairs.ts";
import type { Together } from "../shapes/broadcast.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fromInput } from "./elementwise.ts";
import { type Binary, binary, type PairDetails } from "./pairs.ts";

const powers: Binary = {
  name: "power",
  forward: powerInto,
  dA: (dOut, a, b, dA) => powerBaseGradient(dOut, a, b, dA),
  dB: (dOut, a, b, dB) => powerExponentGradient(dOut, a, b, dB),
};

const larger: Binary = {
  name: "maximum",
  forward: maximumInto,
  dA: (dOut, a, b, dA) => largerGradient(dOut, a, b, dA),
  dB: (dOut, a, b, dB) => largerGradient(dOut, b, a, dB),
};

const smaller: Binary = {
  name: "minimum",
  forward: minimumInto,
  dA: (dOut, a, b, dA) => smallerGradient(dOut, a, b, dA),
  dB: (dOut, a, b, dB) => smallerGradient(dOut, b, a, dB),
};

/**
 * `base ** exponent`, elementwise, broadcast as `add` does. Whole exponents up to 64 and ½ are computed by products, roots
 * and quotients, others by the engine's `**`. A negative base has only whole powers, others are NaN.
 *
 * @param base a tensor, or a number: `power(2, x)`
 * @param exponent a number, or a tensor of the same type of number
 * @throws ShapeError if the shapes do not fit each other
 * @example power(tensor([2, 3]), 2).data // [4, 9]
 */
export function power<S extends Shape, D extends FloatDType = "float32">(
  base: Tensor<S, D>,
  exponent: Tensor<S, D> | number,
): Tensor<S, D>;
export function power<A extends Shape = readonly [], B extends Shape = readonly [], D extends FloatDType = "float32">(
  base: Tensor<A, D> | number,
  exponent: (Tensor<B, D> | number) & Fits<Together<"power", A, B>>,
): Tensor<Known<Together<"power", A, B>>, D>;
export function power(base: Tensor | number, exponent: Tensor | number): Tensor<Shape, FloatDType> {
  if (typeof exponent !== "number" || typeof base === "number") return binary(powers, base, exponent);
  return fromInput(
    "power",
    base,
    (x, out) => compute.powers(x, exponent, out),
    (dOut, x, dX) => compute.powersGradient(dOut, x, exponent, dX),
    { a: base, b: exponent } satisfies PairDetails,
  );
}

/**
 * The larger of each pair, broadcast as `add` does. NaN if one of them is. The gradient goes to the larger; half of it to
 * each where the two are equal (as PyTorch's). The largest element of one tensor: `max`.
 *
 * @throws ShapeError if the shapes do not fit each other
 * @example maximum(tensor([1, 5]), 3).data // [3, 5]
 */
export function maximum<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function maximum<A extends Shape = readonly [], B extends Shape = readonly [], D extends FloatDType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"maximum", A, B>>,
): Tensor<Known<Together<"maximum", A, B>>, D>;
export function maximum(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  return binary(larger, a, b);
}

/**
 * The smaller of each pair, broadcast as `add` does. NaN if one of them is. The gradient goes to the smaller; half of it to
 * each where the two are equal. The smallest element of one tensor: `min`.
 *
 * @throws ShapeError if the shapes do not fit each other
 * @example minimum(tensor([1, 5]), 3).data // [1, 3]
 */
export function minimum<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function minimum<A extends Shape = readonly [], B extends Shape = readonly [], D extends FloatDType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"minimum", A, B>>,
): Tensor<Known<Together<"minimum", A, B>>, D>;
export function minimum(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  return binary(smaller, a, b);
}

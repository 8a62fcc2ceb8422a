import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import {
  add as addInto,
  divideBy,
  divide as divideInto,
  multiply as multiplyInto,
  scale,
  shift,
  subtract as subtractInto,
} from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import type { Together } from "../shapes/broadcast.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameDtype } from "./operands.ts";
import { type Binary, binary, type PairDetails } from "./pairs.ts";

/** Elementwise with a plain number: the forward pass, and how the gradient flows back. */
function withNumber<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<S, D>,
  b: number,
  forward: (x: Floats, out: Floats) => void,
  gradient: ((dOut: Floats, dX: Floats) => void) | null,
): Tensor<S, D> {
  checkSameDtype(name, [x]);
  return apply<S, D>({
    name,
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    details: { a: x, b } satisfies PairDetails,
    forward: (out) => forward(numbers(x), out),
    backward: (dOut) => {
      if (gradient === null) return [dOut];
      const dX = roomForGradient(x.dtype, dOut.length);
      gradient(dOut, dX);
      return [dX];
    },
  });
}

function plus<S extends Shape, D extends FloatDType>(name: string, x: Tensor<S, D>, term: number): Tensor<S, D> {
  return withNumber(name, x, name === "add" ? term : -term, (from, out) => shift(from, term, out), null);
}

function times<S extends Shape, D extends FloatDType>(name: string, x: Tensor<S, D>, factor: number): Tensor<S, D> {
  const pass = (from: Floats, to: Floats): void => scale(from, factor, to);
  return withNumber(name, x, factor, pass, pass);
}

function dividedBy<S extends Shape, D extends FloatDType>(x: Tensor<S, D>, divisor: number): Tensor<S, D> {
  const pass = (from: Floats, to: Floats): void => divideBy(from, divisor, to);
  return withNumber("divide", x, divisor, pass, pass);
}

const addition: Binary = { name: "add", forward: addInto, dA: 1, dB: 1 };
const subtraction: Binary = { name: "subtract", forward: subtractInto, dA: 1, dB: -1 };
const multiplication: Binary = {
  name: "multiply",
  forward: multiplyInto,
  dA: (dOut, _a, b, dA) => multiplyInto(dOut, b, dA),
  dB: (dOut, a, _b, dB) => multiplyInto(dOut, a, dB),
};
const division: Binary = {
  name: "divide",
  forward: divideInto,
  dA: (dOut, _a, b, dA) => divideInto(dOut, b, dA),
  dB: (dOut, a, b, dB) => {
    // d(a/b)/db = -a/b², as -(dOut · a / b) / b so that b² cannot overflow before the quotient does
    multiplyInto(dOut, a, dB);
    divideInto(dB, b, dB);
    divideInto(dB, b, dB);
    scale(dB, -1, dB);
  },
};

/**
 * `a + b`, elementwise. Shapes that differ are broadcast by NumPy's rules: aligned at their last axes, an axis of size 1 or
 * a missing one goes with any size; the gradient is summed over such axes.
 *
 * @param a a tensor, or a number
 * @param b a tensor of the same type of number, or a number
 * @throws ShapeError if the shapes do not fit each other: says which reshape would
 * @example add(zeros([2, 6, 4, 4]), zeros([6, 1, 1])).shape // [2, 6, 4, 4]
 */
export function add<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function add<A extends Shape = readonly [], B extends Shape = readonly [], D extends FloatDType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"add", A, B>>,
): Tensor<Known<Together<"add", A, B>>, D>;
export function add(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  if (typeof b === "number" && typeof a !== "number") return plus("add", a, b);
  if (typeof a === "number" && typeof b !== "number") return plus("add", b, a);
  return binary(addition, a, b);
}

/**
 * `a - b`, elementwise, broadcast as `add` does.
 *
 * @param a a tensor, or a number: `subtract(1, x)`
 * @param b a tensor of the same type of number, or a number
 * @throws ShapeError if the shapes do not fit each other: says which reshape would
 * @example subtract(1, tensor([0.25])).item() // 0.75
 */
export function subtract<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function subtract<
  A extends Shape = readonly [],
  B extends Shape = readonly [],
  D extends FloatDType = "float32",
>(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"subtract", A, B>>,
): Tensor<Known<Together<"subtract", A, B>>, D>;
export function subtract(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  return typeof b === "number" && typeof a !== "number" ? plus("subtract", a, -b) : binary(subtraction, a, b);
}

/**
 * `a · b`, elementwise (not the matrix product: `matmul`), broadcast as `add` does.
 *
 * @param a a tensor, or a number
 * @param b a tensor of the same type of number, or a number
 * @throws ShapeError if the shapes do not fit each other: says which reshape would
 * @example multiply(ones([3, 1]), ones([1, 4])).shape // [3, 4]
 */
export function multiply<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function multiply<
  A extends Shape = readonly [],
  B extends Shape = readonly [],
  D extends FloatDType = "float32",
>(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"multiply", A, B>>,
): Tensor<Known<Together<"multiply", A, B>>, D>;
export function multiply(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  if (typeof b === "number" && typeof a !== "number") return times("multiply", a, b);
  if (typeof a === "number" && typeof b !== "number") return times("multiply", b, a);
  return binary(multiplication, a, b);
}

/**
 * `a / b`, elementwise, broadcast as `add` does.
 *
 * @param a a tensor, or a number: `divide(1, x)`
 * @param b a tensor of the same type of number, or a number
 * @throws ShapeError if the shapes do not fit each other: says which reshape would
 * @example divide(1, tensor([4])).item() // 0.25
 */
export function divide<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<S, D> | number,
): Tensor<S, D>;
export function divide<A extends Shape = readonly [], B extends Shape = readonly [], D extends FloatDType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"divide", A, B>>,
): Tensor<Known<Together<"divide", A, B>>, D>;
export function divide(a: Tensor | number, b: Tensor | number): Tensor<Shape, FloatDType> {
  return typeof b === "number" && typeof a !== "number" ? dividedBy(a, b) : binary(division, a, b);
}

/** `-x`, elementwise. @example negate(tensor([1, -2])).data // [-1, 2] */
export function negate<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return times("negate", x, -1);
}

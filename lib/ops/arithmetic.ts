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
import { ShapeError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkSameDtype } from "./operands.ts";

/** Elementwise on two tensors of one shape: the forward pass, and what each operand's gradient is. */
interface Binary {
  readonly name: string;
  forward(a: Floats, b: Floats, out: Floats): void;
  dA(dOut: Floats, a: Floats, b: Floats, dA: Floats): void;
  dB(dOut: Floats, a: Floats, b: Floats, dB: Floats): void;
}

function binary<S extends Shape, D extends FloatDType>(op: Binary, a: Tensor<S, D>, b: Tensor<Shape, D>): Tensor<S, D> {
  checkSameDtype(op.name, [a, b]);
  if (!sameShape(a.shape, b.shape)) {
    const operands = [
      { name: "a", shape: a.shape },
      { name: "b", shape: b.shape },
    ];
    throw new ShapeError(
      op.name,
      "the shapes differ",
      operands,
      `give b the shape [${a.shape.join(", ")}], or a plain number`,
    );
  }
  return apply<S, D>({
    name: op.name,
    inputs: [a, b],
    shape: a.shape,
    dtype: a.dtype,
    forward: (out) => op.forward(numbers(a), numbers(b), out),
    backward: (dOut, [needsA, needsB]) => {
      const dA = needsA ? roomForGradient(a.dtype, dOut.length) : null;
      const dB = needsB ? roomForGradient(a.dtype, dOut.length) : null;
      if (dA) op.dA(dOut, numbers(a), numbers(b), dA);
      if (dB) op.dB(dOut, numbers(a), numbers(b), dB);
      return [dA, dB];
    },
  });
}

/** Elementwise with a plain number: the forward pass, and how the gradient flows back. */
function withNumber<S extends Shape, D extends FloatDType>(
  name: string,
  a: Tensor<S, D>,
  forward: (x: Floats, out: Floats) => void,
  gradient: ((dOut: Floats, dA: Floats) => void) | null,
): Tensor<S, D> {
  checkSameDtype(name, [a]);
  return apply<S, D>({
    name,
    inputs: [a],
    shape: a.shape,
    dtype: a.dtype,
    forward: (out) => forward(numbers(a), out),
    backward: (dOut) => {
      if (gradient === null) return [dOut];
      const dA = roomForGradient(a.dtype, dOut.length);
      gradient(dOut, dA);
      return [dA];
    },
  });
}

function plus<S extends Shape, D extends FloatDType>(name: string, a: Tensor<S, D>, term: number): Tensor<S, D> {
  return withNumber(name, a, (x, out) => shift(x, term, out), null);
}

function times<S extends Shape, D extends FloatDType>(a: Tensor<S, D>, factor: number): Tensor<S, D> {
  const pass = (from: Floats, to: Floats): void => scale(from, factor, to);
  return withNumber("multiply", a, pass, pass);
}

function dividedBy<S extends Shape, D extends FloatDType>(a: Tensor<S, D>, divisor: number): Tensor<S, D> {
  const pass = (from: Floats, to: Floats): void => divideBy(from, divisor, to);
  return withNumber("divide", a, pass, pass);
}

const addition: Binary = {
  name: "add",
  forward: addInto,
  dA: (dOut, _a, _b, dA) => dA.set(dOut),
  dB: (dOut, _a, _b, dB) => dB.set(dOut),
};
const subtraction: Binary = {
  name: "subtract",
  forward: subtractInto,
  dA: (dOut, _a, _b, dA) => dA.set(dOut),
  dB: (dOut, _a, _b, dB) => scale(dOut, -1, dB),
};
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

/** `a + b`, elementwise. @param b a tensor of `a`'s shape, or a number @throws ShapeError if the shapes differ */
export function add<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<Shape, D> | number,
): Tensor<S, D> {
  return typeof b === "number" ? plus("add", a, b) : binary(addition, a, b);
}

/** `a - b`, elementwise. @param b a tensor of `a`'s shape, or a number @throws ShapeError if the shapes differ */
export function subtract<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<Shape, D> | number,
): Tensor<S, D> {
  return typeof b === "number" ? plus("subtract", a, -b) : binary(subtraction, a, b);
}

/** `a · b`, elementwise (not the matrix product: `matmul`). @param b a tensor of `a`'s shape, or a number @throws ShapeError if the shapes differ */
export function multiply<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<Shape, D> | number,
): Tensor<S, D> {
  return typeof b === "number" ? times(a, b) : binary(multiplication, a, b);
}

/** `a / b`, elementwise. @param b a tensor of `a`'s shape, or a number @throws ShapeError if the shapes differ */
export function divide<S extends Shape, D extends FloatDType = "float32">(
  a: Tensor<S, D>,
  b: Tensor<Shape, D> | number,
): Tensor<S, D> {
  return typeof b === "number" ? dividedBy(a, b) : binary(division, a, b);
}

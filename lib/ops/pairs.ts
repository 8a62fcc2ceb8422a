/** What all functions of two operands have in common: any two shapes that fit each other, or a number on either side. */

import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { scale } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { checkTensor } from "../tensor/check.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { broadcastShape, inShape, sumTo, type Value } from "./broadcast.ts";
import { checkSameDtype, operand } from "./operands.ts";

/** The gradient of one of two operands, of their shape together. */
type Slope = (dOut: Floats, a: Floats, b: Floats, dX: Floats) => void;

/** A function of two operands: the forward pass, and the gradients, each a number where it is that times `dOut`. */
export interface Binary {
  readonly name: string;
  /** `out` may be one of the operands. */
  forward(a: Floats, b: Floats, out: Floats): void;
  readonly dA: Slope | 1;
  readonly dB: Slope | 1 | -1;
}

/** Both operands by their names; the tensors among them are the operation's inputs, in this order. */
export interface PairDetails {
  readonly a: Value;
  readonly b: Value;
}

/** The operands that are tensors, and the shape that all have together. @throws OptionError if none is a tensor; ShapeError */
export function together(
  operation: string,
  values: Readonly<Record<string, Value>>,
): { readonly tensors: readonly AnyTensor[]; readonly shape: readonly number[] } {
  const given = Object.entries(values).filter((entry): entry is [string, AnyTensor] => typeof entry[1] !== "number");
  if (given.length === 0) checkTensor(operation, "an operand", Object.values(values)[0]);
  const tensors = given.map(([, x]) => x);
  for (const x of tensors) checkTensor(operation, "an operand", x);
  return {
    tensors,
    shape: broadcastShape(
      operation,
      given.map(([name, x]) => operand(operation, name, x)),
    ),
  };
}

/** Applies a function of two operands. */
export function binary(op: Binary, a: Value, b: Value): Tensor<Shape, FloatDType> {
  const { tensors, shape } = together(op.name, { a, b });
  checkSameDtype(op.name, tensors);
  const dtype = tensors[0]!.dtype as FloatDType;
  return apply<Shape, FloatDType>({
    name: op.name,
    inputs: tensors,
    shape,
    dtype,
    details: { a, b } satisfies PairDetails,
    forward: (out) => inShape(shape, dtype, [a, b], out, ([x, y]) => op.forward(x as Floats, y as Floats, out)),
    backward: (dOut, needs) => {
      const gradient = (x: AnyTensor, slope: Slope | 1 | -1): Floats => {
        if (slope === 1) return sumTo(shape, x.shape, dtype, dOut);
        const full = roomForGradient(dtype, dOut.length);
        if (slope === -1) scale(dOut, -1, full);
        else inShape(shape, dtype, [a, b], null, ([p, q]) => slope(dOut, p as Floats, q as Floats, full));
        const dX = sumTo(shape, x.shape, dtype, full);
        if (dX !== full) giveUp(full);
        return dX;
      };
      const slopes = [typeof a === "number" ? [] : [op.dA], typeof b === "number" ? [] : [op.dB]].flat();
      return tensors.map((x, i) => (needs[i] ? gradient(x, slopes[i]!) : null));
    },
  });
}

import { apply } from "../autograd/apply.ts";
import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import type { Floats, Numbers } from "../compute/floats.ts";
import * as compute from "../compute/pairs.ts";
import { OptionError } from "../errors.ts";
import type { Together } from "../shapes/broadcast.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { checkTensor } from "../tensor/check.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType, FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { inShape, sumTo, type Value } from "./broadcast.ts";
import { type PairDetails, together } from "./pairs.ts";

/** Compares element by element; no gradient flows back. */
function compare(
  name: string,
  forward: (a: Numbers, b: Numbers, out: Uint8Array) => void,
  a: Value,
  b: Value,
): Tensor<Shape, "uint8"> {
  const { tensors, shape } = together(name, { a, b });
  const dtype = commonDtype(name, tensors);
  return apply<Shape, "uint8">({
    name,
    inputs: tensors,
    shape,
    dtype: "uint8",
    details: { a, b } satisfies PairDetails,
    // A number is rounded as the tensor's are; beside integers it stays what it is.
    forward: (out) => {
      inShape(shape, dtype === "float32" ? dtype : "float64", [a, b], null, ([x, y]) => forward(x!, y!, out));
    },
  });
}

function commonDtype(operation: string, tensors: readonly { dtype: DType }[]): DType {
  const first = tensors[0]!.dtype;
  const other = tensors.find(({ dtype }) => dtype !== first);
  if (other === undefined) return first;
  const problem = `one operand is ${first}, another ${other.dtype}`;
  throw new OptionError(operation, problem, `convert with cast(x, "${first}")`);
}

/**
 * 1 where `a = b`, 0 elsewhere, broadcast as `add` does. NaN equals nothing. No gradient flows back.
 *
 * @returns type uint8: a condition for `where`; `cast(…, "float32")` to count with it
 * @throws ShapeError if the shapes do not fit each other; OptionError if the types of number differ
 * @example equal(tensor([1, 2, 3]), 2).data // [0, 1, 0]
 */
export function equal<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"equal", A, B>>,
): Tensor<Known<Together<"equal", A, B>>, "uint8"> {
  return compare("equal", compute.equal, a, b) as never;
}

/** 1 where `a ≠ b`, 0 elsewhere, as `equal`; NaN differs from itself. @example notEqual(tensor([1, 2]), 2).data // [1, 0] */
export function notEqual<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"notEqual", A, B>>,
): Tensor<Known<Together<"notEqual", A, B>>, "uint8"> {
  return compare("notEqual", compute.notEqual, a, b) as never;
}

/** 1 where `a < b`, 0 elsewhere, as `equal`. @example less(tensor([1, 2, 3]), 2).data // [1, 0, 0] */
export function less<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"less", A, B>>,
): Tensor<Known<Together<"less", A, B>>, "uint8"> {
  return compare("less", compute.less, a, b) as never;
}

/** 1 where `a ≤ b`, 0 elsewhere, as `equal`. @example lessEqual(tensor([1, 2, 3]), 2).data // [1, 1, 0] */
export function lessEqual<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"lessEqual", A, B>>,
): Tensor<Known<Together<"lessEqual", A, B>>, "uint8"> {
  return compare("lessEqual", compute.lessEqual, a, b) as never;
}

/** 1 where `a > b`, 0 elsewhere, as `equal`. @example greater(tensor([1, 2, 3]), 2).data // [0, 0, 1] */
export function greater<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"greater", A, B>>,
): Tensor<Known<Together<"greater", A, B>>, "uint8"> {
  return compare("greater", (x, y, out) => compute.less(y, x, out), a, b) as never;
}

/** 1 where `a ≥ b`, 0 elsewhere, as `equal`. @example greaterEqual(tensor([1, 2, 3]), 2).data // [0, 1, 1] */
export function greaterEqual<A extends Shape = readonly [], B extends Shape = readonly [], D extends DType = "float32">(
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Together<"greaterEqual", A, B>>,
): Tensor<Known<Together<"greaterEqual", A, B>>, "uint8"> {
  return compare("greaterEqual", (x, y, out) => compute.lessEqual(y, x, out), a, b) as never;
}

/** The shape of three together. */
type Chosen<A extends Shape, B extends Shape, C extends Shape> =
  Together<"where", A, B> extends infer Both ? (Both extends Shape ? Together<"where", Both, C> : Both) : never;

/** The operands of `where`, the condition too. */
export interface WhereDetails extends PairDetails {
  readonly condition: AnyTensor;
}

/**
 * `a` where the condition holds, `b` elsewhere, broadcast as `add` does. Each gradient goes to what was taken.
 *
 * @param condition of any type of number: what is not 0 holds
 * @param a a tensor, or a number
 * @param b a tensor of the same type of number, or a number
 * @throws ShapeError if the shapes do not fit each other; OptionError if the types of number differ, or both are numbers
 * @example where(greater(tensor([1, 5, 3]), 2), tensor([1, 5, 3]), 0).data // [0, 5, 3]
 */
export function where<
  C extends Shape,
  A extends Shape = readonly [],
  B extends Shape = readonly [],
  D extends DType = "float32",
>(
  condition: Tensor<C, DType>,
  a: Tensor<A, D> | number,
  b: (Tensor<B, D> | number) & Fits<Chosen<A, B, C>>,
): Tensor<Known<Chosen<A, B, C>>, D> {
  checkTensor("where", "the condition", condition);
  if (typeof a === "number" && typeof b === "number") {
    const fix = "make one of them a tensor: full([], 1)";
    throw new OptionError("where", "both values are numbers, and say not which type they are", fix);
  }
  const { shape } = together("where", { condition, a, b });
  const values = [a, b].filter((x) => typeof x !== "number");
  const dtype = commonDtype("where", values) as D;
  const taken = [true, false].filter((_, i) => typeof [a, b][i] !== "number");
  const operation = {
    name: "where",
    inputs: values,
    shape,
    dtype,
    details: { condition, a, b } satisfies WhereDetails,
    forward: (out: Numbers) =>
      inShape(shape, condition.dtype, [condition], null, ([c]) =>
        inShape(shape, dtype, [a, b], out, ([x, y]) => compute.where(c!, x!, y!, out)),
      ),
  };
  if (dtype !== "float32" && dtype !== "float64") return apply<Shape, D>(operation);
  const float: FloatDType = dtype;
  return apply<Shape, D>({
    ...operation,
    backward: (dOut, needs) => {
      const gradients: (Floats | null)[] = values.map(() => null);
      inShape(shape, condition.dtype, [condition], null, ([c]) => {
        for (const [i, x] of values.entries()) {
          if (!needs[i]) continue;
          const full = roomForGradient(float, dOut.length);
          compute.whereGradient(dOut, c!, taken[i]!, full);
          gradients[i] = sumTo(shape, x.shape, float, full);
          if (gradients[i] !== full) giveUp(full);
        }
      });
      return gradients;
    },
  });
}

import { apply } from "../autograd/apply.ts";
import { divide as divideInto, multiply as multiplyInto } from "../compute/elementwise.ts";
import * as compute from "../compute/functions.ts";
import { checkOptions, describe, OptionError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fromInput, fromOutput } from "./elementwise.ts";
import { checkSameDtype } from "./operands.ts";

/** `eˣ`, elementwise. @example exp(tensor([0, 1])).data // [1, 2.718...] */
export function exp<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromOutput("exp", x, compute.exp, multiplyInto);
}

/** The natural logarithm, elementwise: -Infinity of 0, NaN of what is below. @example log(tensor([1, Math.E])).data // [0, 1] */
export function log<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("log", x, compute.log, divideInto);
}

/** `√x`, elementwise; NaN below 0. Its gradient at 0 is Infinity. @example sqrt(tensor([4, 9])).data // [2, 3] */
export function sqrt<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromOutput("sqrt", x, compute.sqrt, compute.sqrtGradient);
}

/** `x²`, elementwise. @example square(tensor([3, -2])).data // [9, 4] */
export function square<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput(
    "square",
    x,
    (from, out) => multiplyInto(from, from, out),
    (dOut, from, dX) => compute.powersGradient(dOut, from, 2, dX),
  );
}

/** `|x|`, elementwise; its gradient at 0 is 0. @example abs(tensor([-3, 2])).data // [3, 2] */
export function abs<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("abs", x, compute.abs, compute.absGradient);
}

/** `-1`, `0` or `1`, elementwise. No gradient flows back: it is 0 wherever there is one. @example sign(tensor([-3, 0, 2])).data // [-1, 0, 1] */
export function sign<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  checkSameDtype("sign", [x]);
  return apply<S, D>({
    name: "sign",
    inputs: [x],
    shape: x.shape,
    dtype: x.dtype,
    forward: (out) => compute.sign(numbers(x), out),
  });
}

/** The sine of every element, in radians. @example sin(tensor([0])).data // [0] */
export function sin<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("sin", x, compute.sin, compute.sinGradient);
}

/** The cosine of every element, in radians. @example cos(tensor([0])).data // [1] */
export function cos<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("cos", x, compute.cos, compute.cosGradient);
}

/** The bounds of `clip`; at least one of them. */
export interface ClipOptions {
  /** What is smaller becomes this; default none. */
  readonly min?: number;
  /** What is larger becomes this; default none. Where it is below `min`, everything becomes `max`. */
  readonly max?: number;
}

/**
 * Every element between two bounds: `min(max, max(min, x))`. The gradient goes through between the bounds; on them and
 * beyond it is 0 (as that of `clamp` in PyTorch 2.15; in older versions it went through on them).
 *
 * @throws OptionError without a bound, or for one that is no number
 * @example clip(tensor([-2, 0.5, 7]), { min: 0, max: 6 }).data // [0, 0.5, 6]
 */
export function clip<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D>,
  options: ClipOptions,
): Tensor<S, D> {
  checkOptions("clip", options, ["min", "max"]);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  if (options.min === undefined && options.max === undefined) {
    throw new OptionError("clip", "there is no bound", "give min, max or both, e.g. { min: 0, max: 6 }");
  }
  for (const [name, bound] of Object.entries({ min, max })) {
    if (typeof bound === "number" && !Number.isNaN(bound)) continue;
    throw new OptionError("clip", `${name} is ${describe(bound)}`, "give a number");
  }
  return fromInput(
    "clip",
    x,
    (from, out) => compute.clip(from, min, max, out),
    (dOut, from, dX) => compute.clipGradient(dOut, from, options.min ?? Number.NaN, options.max ?? Number.NaN, dX),
    { min, max } satisfies Required<ClipOptions>,
  );
}

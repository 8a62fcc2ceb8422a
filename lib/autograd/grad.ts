import { describe, GradientError, OptionError, ShapeError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { Home } from "../tensor/home.ts";
import type { Shape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import { type AnyTensor, homeOf, type Tensor, tensorAt } from "../tensor/tensor.ts";
import { differentiating, recording } from "./apply.ts";
import { gradientsOf } from "./backward.ts";

type Floating = Tensor<Shape, FloatDType>;

/** One gradient for a single input; for several, an array of one each. */
export type GradientsOf<I extends readonly AnyTensor[]> = I extends readonly [infer One]
  ? One
  : { -readonly [Index in keyof I]: I[Index] };

/**
 * The same numbers, cut off from what they were computed from: no gradient flows back through the result. Nothing is copied:
 * numbers that are changed in one are changed in both.
 *
 * @example detach(parameter(ones([3]))).requiresGrad // false
 */
export function detach<T extends AnyTensor>(x: T): T {
  checkTensor("detach", "the input", x);
  return tensorAt(homeOf(x), x.shape, x.dtype) as T;
}

/**
 * The function that gives the gradient of `f`, a function of one or more tensors that gives one number. It has no side
 * effect: the inputs' `grad` and those of parameters that `f` uses stay as they are, and it works within `noGrad` too.
 *
 * @returns for a function of one tensor, its gradient, of its shape; for several, an array of one gradient each: zeros for
 *   an input that the value does not depend on
 * @throws OptionError if `f` is no function, or an input no tensor of fractions; ShapeError if `f` gives more than one
 *   number; GradientError within another `grad`: gradients of gradients are not computed
 * @example grad((x: Tensor) => sum(multiply(x, x)))(tensor([1, 2])).data // [2, 4]
 */
export function grad<I extends readonly Floating[]>(f: (...inputs: I) => Floating): (...inputs: I) => GradientsOf<I> {
  checkFunction("grad", f);
  return (...inputs) => differentiate("grad", f, inputs).gradients;
}

/**
 * As `grad`, but gives `[value, gradient]`: the function's value is computed on the way.
 *
 * @throws as `grad`
 * @example const [value, gradient] = valueAndGrad((x: Tensor) => sum(multiply(x, x)))(tensor([1, 2])); // 5 and [2, 4]
 */
export function valueAndGrad<I extends readonly Floating[], V extends Floating>(
  f: (...inputs: I) => V,
): (...inputs: I) => [value: V, gradient: GradientsOf<I>] {
  checkFunction("valueAndGrad", f);
  return (...inputs) => {
    const { value, gradients } = differentiate("valueAndGrad", f, inputs);
    return [value, gradients];
  };
}

function checkFunction(op: string, f: unknown): void {
  if (typeof f === "function") return;
  throw new OptionError(op, `it is given ${describe(f)}`, `give a function of tensors: ${op}((x) => sum(x))`);
}

function differentiate<I extends readonly Floating[], V extends Floating>(
  op: string,
  f: (...inputs: I) => V,
  inputs: I,
): { value: V; gradients: GradientsOf<I> } {
  inputs.forEach((x: AnyTensor, i) => {
    checkTensor(op, `input ${i}`, x);
    if (x.dtype === "float32" || x.dtype === "float64") return;
    throw new OptionError(op, `input ${i} is ${x.dtype}`, 'gradients need fractions: cast(x, "float32")');
  });
  if (inputs.length === 0)
    throw new OptionError(op, "there is no input", "call what it gives with the function's inputs");
  // Tensors of our own around the same numbers: what is recorded from them on concerns nobody else.
  const own = inputs.map((x) => Object.assign(detach(x), { requiresGrad: true }));
  const value = differentiating(() => f(...(own as unknown as I)), nested);
  checkTensor(op, "the function's value", value);
  if (value.size !== 1) {
    const operands = [{ name: "f(inputs)", shape: value.shape }];
    throw new ShapeError(
      op,
      "the function's value is not one number",
      operands,
      "end the function with sum() or mean()",
    );
  }
  const found = gradientsOf(value, own);
  const gradients = found.map((gradient, i) => gradient ?? zerosLike(own[i]!));
  return {
    value: detach(value),
    gradients: (gradients.length === 1 ? gradients[0] : gradients) as GradientsOf<I>,
  };
}

/** Refuses a gradient of a gradient, which would be wrong, not missing: what `grad` computes leaves no graph. */
function nested(): void {
  if (!recording()) return; // as a constant, which noGrad says
  throw new GradientError(
    "grad within the function of another grad: gradients of gradients are not computed",
    "if the inner gradient is meant as a constant, write noGrad(() => grad(f)(x))",
  );
}

function zerosLike({ shape, dtype, size }: Floating): AnyTensor {
  return tensorAt(Home.of(allocate(dtype, size), dtype), shape, dtype) as AnyTensor;
}

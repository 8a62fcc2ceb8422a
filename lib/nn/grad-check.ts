import {
  checkGradientOptions,
  compareGradients,
  type Float64Tensor,
  type GradientCheck,
  type GradientCheckOptions,
} from "../autograd/grad-check.ts";
import { describe, OptionError } from "../errors.ts";
import { multiply } from "../ops/arithmetic.ts";
import { sum } from "../ops/reduce.ts";
import { cast } from "../ops/reshape.ts";
import { Random } from "../random.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import { type AnyTensor, convert, freshTensor, type Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Checks a layer or a network of your own: compares `backward`'s gradients of its input and of all its parameters, frozen
 * ones too, with central differences, as `gradCheck` does. It works in float64, and leaves the module as it was: weights,
 * gradients, running statistics, the streams that dropout draws from, bit by bit.
 *
 * The scalar is a weighted sum of the output, with weights drawn once: a plain sum would hide exchanged elements. Batch
 * normalisation is checked by the batch's statistics in training, by the running ones in evaluation (`module.eval()`); dropout
 * drops the same in every pass.
 *
 * @param x an input; keep it small: every element of it and of the parameters takes two forward passes
 * @returns whether all elements passed, and the worst of them: `worst.name` is `the input` or a parameter's path
 * @throws OptionError for what is no module or no input of fractions; whatever `forward` throws, such as for a float32 tensor
 *   that it makes itself and mixes with float64
 * @example gradCheckModule(new Linear({ inFeatures: 3, outFeatures: 2 }), ones([4, 3])).passed // true
 */
export function gradCheckModule(
  module: Module,
  x: Tensor<Shape, "float32"> | Float64Tensor,
  options: GradientCheckOptions = {},
): GradientCheck {
  const op = "gradCheckModule";
  if (!(module instanceof Module)) {
    throw new OptionError(op, `the module is ${describe(module)}`, "give a layer or a network, then an input");
  }
  checkGradientOptions(op, options);
  checkTensor(op, "the input", x);
  if ((x.dtype as string) !== "float32" && x.dtype !== "float64") {
    throw new OptionError(op, `the input is ${x.dtype as string}`, 'gradients need fractions: cast(x, "float32")');
  }
  const input = cast(x as AnyTensor, "float64");
  input.origin = null; // of the given one's gradient nobody asks
  const restore = remember(module);
  try {
    module.to("float64");
    const parameters = module.namedParameters().map(([name, tensor]) => ({ name, tensor: tensor as Float64Tensor }));
    const generators = module.namedGenerators().map(([, generator]) => ({ generator, state: generator.state }));
    let weights: Float64Tensor | undefined;
    const value = (): Float64Tensor => {
      for (const { generator, state } of generators) generator.restore(state);
      const out: AnyTensor = module.forward(input as never);
      checkTensor(op, "what forward gives", out);
      weights ??= normalLike(out.shape as Sizes);
      return sum(multiply(out as Float64Tensor, weights));
    };
    return compareGradients(op, value, [{ name: "the input", tensor: input }, ...parameters], options);
  } finally {
    restore();
  }
}

/** Takes down all that a check changes. @returns a function that puts it back */
function remember(module: Module): () => void {
  const tensors = [...module.parameters(), ...module.namedBuffers().map(([, buffer]) => buffer)].map((tensor) => {
    const { dtype, grad, requiresGrad } = tensor as AnyTensor;
    return { tensor: tensor as AnyTensor, dtype, grad, requiresGrad, values: peek(tensor as AnyTensor).slice() };
  });
  const generators = module.namedGenerators().map(([, generator]) => ({ generator, state: generator.state }));
  return () => {
    for (const { tensor, dtype, grad, requiresGrad, values } of tensors) {
      if (tensor.dtype !== dtype) convert(tensor, dtype);
      tensor.assign(values);
      Object.assign(tensor, { grad, requiresGrad });
    }
    for (const { generator, state } of generators) generator.restore(state);
  };
}

function normalLike(shape: Sizes): Float64Tensor {
  const random = new Random(0);
  const values = new Float64Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  return freshTensor(values, shape, "float64");
}

import { Random } from "../random.ts";
import type { Sizes } from "../tensor/shape.ts";
import { elementCount } from "../tensor/shape.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";

let generator = new Random(0);

/**
 * Starts the generator anew from which layers draw their first weights where they are given no other. Without a call it
 * starts from 0: a program gives the same weights on every run.
 */
export function seed(value: number): void {
  generator = new Random(value);
}

/** The generator that layers draw from where they are given no other. */
export function defaultRandom(): Random {
  return generator;
}

/**
 * Weights for a layer that a rectifier follows: normal, mean 0, deviation √(2 / fanIn), which keeps the size of the
 * signal from layer to layer (He et al., 2015, eq. 10).
 *
 * @param shape e.g. `[F, C, K, K]`
 * @param fanIn how many inputs each output sums over
 */
export function heNormal<const S extends readonly number[]>(shape: S, fanIn: number, random: Random): Tensor<S> {
  const data = allocate("float32", elementCount(shape));
  const deviation = Math.sqrt(2 / fanIn);
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
  return parameter(freshTensor<S, "float32">(data, shape as unknown as Sizes<S>, "float32"));
}

/** Parameters that start at zero, as biases do. */
export function zeroParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  const data = allocate("float32", elementCount(shape));
  return parameter(freshTensor<S, "float32">(data, shape as unknown as Sizes<S>, "float32"));
}

/** Parameters that start at one, as the scales of a normalisation do. */
export function oneParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  const data = allocate("float32", elementCount(shape)).fill(1);
  return parameter(freshTensor<S, "float32">(data, shape as unknown as Sizes<S>, "float32"));
}

function parameter<S extends readonly number[]>(tensor: Tensor<S>): Tensor<S> {
  tensor.requiresGrad = true;
  return tensor;
}

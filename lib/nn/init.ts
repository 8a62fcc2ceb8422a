import { Random } from "../random.ts";
import { Home } from "../tensor/home.ts";
import { elementCount, type Sizes } from "../tensor/shape.ts";
import { type Tensor, tensorAt } from "../tensor/tensor.ts";

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
  const deviation = Math.sqrt(2 / fanIn);
  return parameter(shape, (data) => {
    for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal();
  });
}

/** Parameters that start at zero, as biases do. */
export function zeroParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  return parameter(shape, (data) => data.fill(0));
}

/** Parameters that start at one, as the scales of a normalisation do. */
export function oneParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  return parameter(shape, (data) => data.fill(1));
}

/** @param write sets all numbers, unspecified before */
function parameter<S extends readonly number[]>(shape: S, write: (data: Float32Array) => void): Tensor<S> {
  const home = Home.ofParameter("float32", elementCount(shape));
  write(home.peek() as Float32Array);
  const tensor = tensorAt<S, "float32">(home, shape as unknown as Sizes<S>, "float32");
  tensor.requiresGrad = true;
  return tensor;
}

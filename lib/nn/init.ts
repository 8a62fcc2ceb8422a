import { computing } from "../autograd/apply.ts";
import type { Floats } from "../compute/floats.ts";
import { describe, OptionError } from "../errors.ts";
import { Random } from "../random.ts";
import { forkDefaultRandom } from "../tensor/default-random.ts";
import { Home } from "../tensor/home.ts";
import { elementCount, type Sizes } from "../tensor/shape.ts";
import { type AnyTensor, type Tensor, tensorAt } from "../tensor/tensor.ts";
import { constant, heNormal, type Initializer, type WeightSizes } from "./initializers.ts";
import { parameter } from "./parameter.ts";

export { defaultRandom, seed } from "../tensor/default-random.ts";

/** How the parameters of a layer start. */
export interface InitializerOptions {
  /** How the weights start; default `heNormal()`. */
  readonly weightInitializer?: Initializer;
  /** How the biases start; default `constant(0)`. */
  readonly biasInitializer?: Initializer;
}

/** The names of these options, for checks. */
export const initializerOptions = ["weightInitializer", "biasInitializer"] as const;

/** From so many numbers on, 1 MiB, weights are drawn when they are first used: a network can be looked at without them. */
const many = 2 ** 18;

/** What each weight tensor is to its layer, for those who draw it again. */
const sizesOf = new WeakMap<AnyTensor, WeightSizes>();

/** `fanIn` and `fanOut` of a tensor as its layer stated them; else as those of weights `[out, in, ...window]`. */
export function weightSizes(weights: AnyTensor): WeightSizes {
  const shape = weights.shape as readonly number[];
  const [out = 1, into = 1, ...window] = shape;
  const area = elementCount(window);
  return sizesOf.get(weights) ?? { shape, fanIn: into * area, fanOut: out * area };
}

/**
 * A parameter that starts as an initialiser draws it. A large one is drawn when it is first used, by a stream that two
 * numbers of `random` begin: so its numbers, and those drawn from `random` after it, do not depend on when that is. Where
 * shapes alone are asked for, all are, and `random` stays where it is.
 *
 * @param fans those of the layer, also for its bias
 */
export function parameterOf<const S extends readonly number[]>(
  shape: S,
  fans: { readonly fanIn: number; readonly fanOut: number },
  random: Random,
  initializer: Initializer,
): Tensor<S> {
  if (typeof (initializer as unknown) !== "function") {
    const fix = "give an initializer, heNormal() with its brackets, or a function of your own that writes the numbers";
    throw new OptionError("initializer", `it is ${describe(initializer)}`, fix);
  }
  const sizes = { shape, fanIn: fans.fanIn, fanOut: fans.fanOut };
  const count = elementCount(shape);
  let home: Home;
  if (computing() && count < many) {
    const values = new Float32Array(count);
    initializer(values, sizes, random);
    home = Home.of(values, "float32");
  } else {
    const start = computing() ? streamOf(random) : forkDefaultRandom("shapes").state;
    home = Home.later("float32", count, (values) => {
      const stream = new Random();
      stream.restore(start);
      initializer(values as Floats, sizes, stream);
    });
  }
  home.last();
  const weights = parameter(tensorAt<S, "float32">(home, shape as unknown as Sizes<S>, "float32"));
  sizesOf.set(weights, sizes);
  return weights;
}

/** The start of a stream that two numbers of another decide. */
function streamOf(random: Random) {
  const [high, low] = [BigInt(random.integer(2 ** 32)), BigInt(random.integer(2 ** 32))];
  return new Random((high << 32n) | low).state;
}

/** Weights `[out, in, ...window]`, whose fan-out follows from their shape. */
export function weightsOf<const S extends readonly number[]>(
  shape: S,
  fanIn: number,
  random: Random,
  initializer: Initializer = heNormal(),
): Tensor<S> {
  const [out = 1, , ...window] = shape as readonly number[];
  return parameterOf(shape, { fanIn, fanOut: out * elementCount(window) }, random, initializer);
}

/** The bias of a layer, a number for each output, with the fans of its weights; null without one. */
export function biasOf<const S extends readonly number[]>(
  wanted: boolean,
  shape: S,
  weights: AnyTensor,
  random: Random,
  initializer: Initializer = constant(0),
): Tensor<S> | null {
  return wanted ? parameterOf(shape, weightSizes(weights), random, initializer) : null;
}

/** Parameters that start at zero, as biases do. */
export function zeroParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  return filledParameter(shape, 0);
}

/** Parameters that start at one, as the scales of a normalisation do. */
export function oneParameter<const S extends readonly number[]>(shape: S): Tensor<S> {
  return filledParameter(shape, 1);
}

function filledParameter<S extends readonly number[]>(shape: S, value: number): Tensor<S> {
  const home = Home.later("float32", elementCount(shape), (values) => void values.fill(value));
  return parameter(tensorAt<S, "float32">(home, shape as unknown as Sizes<S>, "float32"));
}

/** Ways to draw the first weights. Each is a function of its settings that gives an {@link Initializer}. */

import type { Floats } from "../compute/floats.ts";
import { orthonormalRows } from "../compute/orthonormal.ts";
import { checkOptions, checkPositive, describe, OptionError } from "../errors.ts";
import type { Random } from "../random.ts";

/** What a weight tensor is to its layer. */
export interface WeightSizes {
  /** `[O, I]` of a fully connected layer, `[F, C / groups, K, L]` of a convolution. */
  readonly shape: readonly number[];
  /** How many inputs each output sums over: I; `C / groups · K · L`. */
  readonly fanIn: number;
  /** How many outputs each input goes to: O; `F · K · L`, as PyTorch counts it, which leaves groups and stride out. */
  readonly fanOut: number;
}

/**
 * Writes the first numbers of a parameter: all of `values`, in row-major order. A function of your own will do too:
 * `(values) => values.fill(0.01)`.
 */
export type Initializer = (values: Floats, sizes: WeightSizes, random: Random) => void;

/** All numbers independent, by a function that draws one. */
function drawn(deviation: (sizes: WeightSizes) => number, draw: (random: Random) => number): Initializer {
  return (values, sizes, random) => {
    const factor = deviation(sizes);
    for (let i = 0; i < values.length; i++) values[i] = factor * draw(random);
  };
}

const normalNumber = (random: Random): number => random.normal();
/** Uniform in [-1, 1). */
const symmetric = (random: Random): number => 2 * random.uniform() - 1;

/**
 * Uniform between ±√(6 / (fanIn + fanOut)): keeps the size of the signal on its way forward and of gradients on their way
 * back, as a compromise, where activations are near linear, such as tanh at 0 (Glorot and Bengio, 2010, eq. 16).
 *
 * @example new Linear({ inFeatures: 4, outFeatures: 3, weightInitializer: glorotUniform() })
 */
export function glorotUniform(): Initializer {
  return drawn(({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut)), symmetric);
}

/** Normal with deviation √(2 / (fanIn + fanOut)): as `glorotUniform` (Glorot and Bengio, 2010, eq. 12). */
export function glorotNormal(): Initializer {
  return drawn(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut)), normalNumber);
}

/** Uniform between ±√(6 / fanIn): as `heNormal`, by a uniform law of the same deviation (He et al., 2015, eq. 10). */
export function heUniform(): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(6 / fanIn), symmetric);
}

/**
 * Normal with deviation √(2 / fanIn): keeps the size of the signal through layers that a rectifier follows, which sets half
 * of it to zero (He et al., 2015, eq. 10). The default of layers with weights. Keras' law of this name cuts at two
 * deviations; PyTorch's `kaiming_normal_` and this do not.
 */
export function heNormal(): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(2 / fanIn), normalNumber);
}

/** Uniform between ±√(3 / fanIn): as `lecunNormal`, by a uniform law of the same deviation (LeCun et al., 1998, eq. 16). */
export function lecunUniform(): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(3 / fanIn), symmetric);
}

/** Normal with deviation √(1 / fanIn): sums of inputs of size 1 have size 1 (LeCun et al., Efficient BackProp, 1998, eq. 16). */
export function lecunNormal(): Initializer {
  return drawn(({ fanIn }) => Math.sqrt(1 / fanIn), normalNumber);
}

/**
 * An orthogonal matrix `[O, I]`, a filter bank being one of `[F, C / groups · K · L]`: its rows, or its columns where they
 * are fewer, are orthonormal, so that a linear layer keeps lengths (Saxe, McClelland and Ganguli, 2014, section 3). Each
 * such matrix is equally likely.
 *
 * @param options `gain`: what the matrix is multiplied by, default 1; √2 where a rectifier follows
 * @throws OptionError for an unknown option, or a gain that is not positive
 */
export function orthogonal(options: { readonly gain?: number } = {}): Initializer {
  checkOptions("orthogonal", options, ["gain"]);
  const { gain = 1 } = options;
  checkPositive("orthogonal", "gain", gain);
  return (values, { shape }, random) => {
    const rows = shape[0] ?? 1;
    const columns = values.length / rows;
    const normal = new Float64Array(values.length);
    for (let i = 0; i < normal.length; i++) normal[i] = random.normal();
    const across = rows <= columns;
    orthonormalRows(across ? rows : columns, across ? columns : rows, normal);
    // where columns are the fewer, the rows just made are the matrix' columns
    for (let i = 0; i < normal.length; i++) {
      values[i] = gain * normal[across ? i : (i % columns) * rows + Math.floor(i / columns)]!;
    }
  };
}

/** One number everywhere: `constant(0)` as for biases, `constant(1)`. @throws OptionError if it is no number */
export function constant(value: number): Initializer {
  if (typeof value !== "number") throw new OptionError("constant", `the value is ${describe(value)}`, "give a number");
  return (values) => void values.fill(value);
}

/**
 * Uniform from `low` (default -0.05) to `high` (default 0.05).
 *
 * @throws OptionError for an unknown option, or bounds that are no numbers in this order
 * @example initialize(lenet5(), randomUniform({ low: -0.1, high: 0.1 }))
 */
export function randomUniform(options: { readonly low?: number; readonly high?: number } = {}): Initializer {
  checkOptions("randomUniform", options, ["low", "high"]);
  const { low = -0.05, high = 0.05 } = options;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new OptionError("randomUniform", `low is ${describe(low)}, high ${describe(high)}`, "give low below high");
  }
  return (values, _sizes, random) => {
    for (let i = 0; i < values.length; i++) values[i] = low + (high - low) * random.uniform();
  };
}

/** The mean and deviation of a normal law. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 0.01, AlexNet's (Krizhevsky et al., 2012, section 5). */
  readonly deviation?: number;
}

/** Normal with one mean and deviation for all layers. @throws OptionError for an unknown option, or one out of range */
export function randomNormal(options: NormalOptions = {}): Initializer {
  const { mean, deviation } = checkNormal("randomNormal", options);
  return (values, _sizes, random) => {
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * random.normal();
  };
}

/** The same without what lies beyond two deviations: such numbers are drawn again. @throws OptionError as `randomNormal` */
export function truncatedNormal(options: NormalOptions = {}): Initializer {
  const { mean, deviation } = checkNormal("truncatedNormal", options);
  return (values, _sizes, random) => {
    for (let i = 0; i < values.length; i++) {
      let number = random.normal();
      while (Math.abs(number) > 2) number = random.normal();
      values[i] = mean + deviation * number;
    }
  };
}

function checkNormal(name: string, options: NormalOptions): Required<NormalOptions> {
  checkOptions(name, options, ["mean", "deviation"]);
  const { mean = 0, deviation = 0.01 } = options;
  if (!Number.isFinite(mean)) throw new OptionError(name, `mean is ${describe(mean)}`, "give a number");
  checkPositive(name, "deviation", deviation);
  return { mean, deviation };
}

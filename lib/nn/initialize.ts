import { checkOptions, describe, OptionError } from "../errors.ts";
import type { Random } from "../random.ts";
import { allocate } from "../tensor/storage.ts";
import { defaultRandom, weightSizes } from "./init.ts";
import type { Initializer } from "./initializers.ts";
import { Module } from "./module.ts";

/** What else `initialize` can be told. */
export interface InitializeOptions {
  /** How biases (the parameters called `bias` of layers with weights of two axes or more) start; default they stay. */
  readonly biasInitializer?: Initializer;
  /** Where the numbers are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * Draws the weights of a whole network anew, in place: every parameter of two axes or more, in the order of
 * `namedParameters`, with the fans that its layer stated, or those of `[out, in, ...window]`. What has one axis stays: biases,
 * unless `biasInitializer` is given, and the scales of normalisations.
 *
 * @returns the network
 * @throws OptionError if it is no network, or the initializer no function
 * @example initialize(lenet5(), glorotUniform())
 */
export function initialize<M extends Module>(
  network: M,
  weightInitializer: Initializer,
  options: InitializeOptions = {},
): M {
  const op = "initialize";
  if (!(network instanceof Module)) {
    throw new OptionError(op, `the network is ${describe(network)}`, "give a module, then an initializer");
  }
  checkOptions(op, options, ["biasInitializer", "random"]);
  const { biasInitializer, random = defaultRandom() } = options;
  for (const initializer of [weightInitializer, biasInitializer ?? weightInitializer]) {
    if (typeof (initializer as unknown) === "function") continue;
    throw new OptionError(op, `the initializer is ${describe(initializer)}`, "give one, e.g. heNormal()");
  }
  const parameters = network.namedParameters();
  const weights = new Map(parameters.filter(([, { shape }]) => shape.length > 1));
  for (const [name, parameter] of parameters) {
    const beside = [...weights].find(([other]) => layerOf(other) === layerOf(name))?.[1];
    const isBias = parameter.shape.length === 1 && name.endsWith("bias") && beside !== undefined;
    const initializer = parameter.shape.length > 1 ? weightInitializer : isBias ? biasInitializer : undefined;
    if (initializer === undefined) continue;
    const values = allocate(parameter.dtype, parameter.size);
    initializer(values, weightSizes(isBias ? beside : parameter), random);
    parameter.assign(values);
  }
  return network;
}

function layerOf(name: string): string {
  return name.slice(0, name.lastIndexOf(".") + 1);
}

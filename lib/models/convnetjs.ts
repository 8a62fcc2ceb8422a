import { checkOptions } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { defaultRandom } from "../nn/init.ts";
import { constant, lecunNormal } from "../nn/initializers.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import type { Random } from "../random.ts";

/** What the networks of ConvNetJS's demonstrations are made with. */
export interface ConvNetJSOptions {
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/** A stage of such a network: 5 × 5 filters, a rectifier, and pooling by windows of this side. */
interface Stage {
  readonly filters: number;
  readonly pool: number;
}

/**
 * The network of ConvNetJS's CIFAR-10 demonstration (Karpathy, 2014): three stages of 5 × 5 filters, 16, 20 and 20 of them,
 * each with a rectifier and 2 × 2 pooling, and one linear layer. 22,466 parameters. As there, weights begin normal with
 * deviation √(1 / fanIn), and the biases of filters at 0.1, so that rectifiers get going.
 *
 * The demonstration trains it by Adadelta (decay 0.95) with batches of 4, weight decay 1e-4 on weights but not on biases,
 * on images of pixels -0.5 .. 0.5, shifted by up to two pixels and flipped at random.
 *
 * @returns a network that takes `[N, 3, 32, 32]` and gives scores `[N, 10]`
 * @throws OptionError for an unknown option
 * @example convnetjsCifar10().forward(zeros([1, 3, 32, 32])).shape // [1, 10]
 */
export function convnetjsCifar10(options: ConvNetJSOptions = {}): Network<readonly [3, 32, 32], readonly [10]> {
  const stages = [16, 20, 20].map((filters) => ({ filters, pool: 2 }));
  return build("convnetjsCifar10", 3, stages, 20 * 4 * 4, options) as never;
}

/**
 * The network of ConvNetJS's MNIST demonstration (Karpathy, 2014): 8 filters of 5 × 5 and 2 × 2 pooling, 16 filters and
 * 3 × 3 pooling, and one linear layer. 5,994 parameters, which begin as those of `convnetjsCifar10`.
 *
 * The demonstration trains it by Adadelta (decay 0.95) with batches of 20, weight decay 1e-3, on random 24 × 24 parts of
 * the digits.
 *
 * @returns a network that takes `[N, 1, 24, 24]` and gives scores `[N, 10]`
 * @throws OptionError for an unknown option
 * @example convnetjsMnist().forward(zeros([1, 1, 24, 24])).shape // [1, 10]
 */
export function convnetjsMnist(options: ConvNetJSOptions = {}): Network<readonly [1, 24, 24], readonly [10]> {
  const stages = [
    { filters: 8, pool: 2 },
    { filters: 16, pool: 3 },
  ];
  return build("convnetjsMnist", 1, stages, 16 * 4 * 4, options) as never;
}

function build(
  name: string,
  inChannels: number,
  stages: readonly Stage[],
  features: number,
  options: ConvNetJSOptions,
): Sequential {
  checkOptions(name, options, ["random"]);
  const { random = defaultRandom() } = options;
  const weightInitializer = lecunNormal();
  const layers: Record<string, Module> = {};
  let channels = inChannels;
  for (const [i, { filters, pool }] of stages.entries()) {
    const sizes = { inChannels: channels, outChannels: filters, kernelSize: 5, padding: 2 };
    layers[`conv${i + 1}`] = new Conv2d({ ...sizes, weightInitializer, biasInitializer: constant(0.1), random });
    layers[`relu${i + 1}`] = new ReLU();
    layers[`pool${i + 1}`] = new MaxPool2d({ kernelSize: pool });
    channels = filters;
  }
  layers.flatten = new Flatten();
  layers.fc = new Linear({ inFeatures: features, outFeatures: 10, weightInitializer, random });
  return new Sequential(layers);
}

import { checkOptions } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { defaultRandom } from "../nn/init.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { Sequential } from "../nn/sequential.ts";
import type { Random } from "../random.ts";

/** The layers of `lenet5`, by the names of the paper. */
export interface LeNet5Layers {
  readonly [name: string]: Module;
  readonly conv1: Conv2d<1, 6, 5, 1, 2>;
  readonly relu1: ReLU;
  readonly pool1: MaxPool2d<2>;
  readonly conv2: Conv2d<6, 16, 5>;
  readonly relu2: ReLU;
  readonly pool2: MaxPool2d<2>;
  readonly flatten: Flatten;
  readonly fc1: Linear<400, 120>;
  readonly relu3: ReLU;
  readonly fc2: Linear<120, 84>;
  readonly relu4: ReLU;
  readonly fc3: Linear<84, 10>;
}

/**
 * LeNet-5 (LeCun et al., 1998, section II.B) as it is taught today: ReLU for the scaled tanh, max pooling for trainable
 * subsampling, every map of the second convolution connected to all of the first, scores for RBF units. 61,706 parameters.
 *
 * @param options.random where the first weights are drawn from; default the generator that `seed` sets
 * @returns a network that takes `[N, 1, 28, 28]` (padded by 2 to the paper's 32 x 32), gives scores `[N, 10]`.
 */
export function lenet5(options: { readonly random?: Random } = {}): Sequential<LeNet5Layers> {
  checkOptions("lenet5", options, ["random"]);
  const { random = defaultRandom() } = options;
  return new Sequential<LeNet5Layers>({
    conv1: new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5, padding: 2, random }),
    relu1: new ReLU(),
    pool1: new MaxPool2d({ kernelSize: 2 }),
    conv2: new Conv2d({ inChannels: 6, outChannels: 16, kernelSize: 5, random }),
    relu2: new ReLU(),
    pool2: new MaxPool2d({ kernelSize: 2 }),
    flatten: new Flatten(),
    fc1: new Linear({ inFeatures: 400, outFeatures: 120, random }),
    relu3: new ReLU(),
    fc2: new Linear({ inFeatures: 120, outFeatures: 84, random }),
    relu4: new ReLU(),
    fc3: new Linear({ inFeatures: 84, outFeatures: 10, random }),
  });
}

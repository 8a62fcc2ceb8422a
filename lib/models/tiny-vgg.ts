import { Flatten, ReLU } from "../nn/activation.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Linear } from "../nn/linear.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { type ClassifierOptions, classifierOptions } from "./classifier-options.ts";

/**
 * The Tiny VGG that CNN Explainer shows (Wang et al., 2020), with its names of layers: twice two 3 × 3 convolutions of 10 filters
 * without padding and 2 × 2 pooling, and one linear layer. 19,920 parameters.
 *
 * @param options `classes` is 10 by default
 * @returns a network that takes `[N, 3, 64, 64]` and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example tinyVGG().forward(zeros([1, 3, 64, 64])).shape // [1, 10]
 */
export function tinyVGG<const K extends number = 10, const C extends number = 3>(
  options?: ClassifierOptions<K, C>,
): Network<readonly [C, 64, 64], readonly [K]>;
export function tinyVGG(options: ClassifierOptions = {}): Sequential {
  const { inChannels, random } = classifierOptions("tinyVGG", options);
  const { classes = 10 } = options;
  const ten = { outChannels: 10, kernelSize: 3, random };
  return new Sequential({
    conv_1_1: new Conv2d({ inChannels, ...ten }),
    relu_1_1: new ReLU(),
    conv_1_2: new Conv2d({ inChannels: 10, ...ten }),
    relu_1_2: new ReLU(),
    max_pool_1: new MaxPool2d({ kernelSize: 2 }),
    conv_2_1: new Conv2d({ inChannels: 10, ...ten }),
    relu_2_1: new ReLU(),
    conv_2_2: new Conv2d({ inChannels: 10, ...ten }),
    relu_2_2: new ReLU(),
    max_pool_2: new MaxPool2d({ kernelSize: 2 }),
    flatten: new Flatten(),
    output: new Linear({ inFeatures: 10 * 13 * 13, outFeatures: classes, random }),
  });
}

import { checkBoolean, describe, OptionError } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { AdaptiveAveragePool2d } from "../nn/adaptive-pool2d.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";

/** What `vgg` is made of; all may be left out. */
export interface VGGOptions<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** Layers with weights: the paper's configurations A, B, D and E; default 16. */
  readonly depth?: 11 | 13 | 16 | 19;
  /** Whether each convolution is followed by batch normalisation, which is younger than the paper; default false. */
  readonly batchNorm?: boolean;
}

/** How many convolutions each stage has (table 1), and how many filters they have. */
const convolutions: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
};
const filters = [64, 128, 256, 512, 512];

/**
 * VGG (Simonyan and Zisserman, 2015, table 1), with the tensor names of torchvision: stages of 3 × 3 convolutions, each closed
 * by 2 × 2 pooling, and three linear layers, which have nine of ten parameters. 132,863,336, 133,047,848, 138,357,544 and
 * 143,667,240 parameters with 11, 13, 16 and 19 layers; 15.47 billion multiplications with 16, for an image of 224 × 224.
 *
 * Weights begin as those of layers do, by He's law, which was found for networks such as this one (He et al., 2015); the paper's
 * deeper networks began with weights of a shallower one. They are drawn when they are first used.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 32, made for 224, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => vgg({ depth: 19, batchNorm: true }), [3, 224, 224]).parameters // 143678248
 */
export function vgg<const K extends number = 1000, const C extends number = 3>(
  options?: VGGOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function vgg(options: VGGOptions = {}): Sequential {
  const op = "vgg";
  const { classes, inChannels, random } = classifierOptions(op, options, ["depth", "batchNorm", "dropout"]);
  const { depth = 16, batchNorm = false, dropout: probability = 0.5 } = options;
  checkBoolean(op, "batchNorm", batchNorm);
  const stages = Object.hasOwn(convolutions, depth) ? convolutions[depth]! : null;
  if (stages === null) throw new OptionError(op, `depth is ${describe(depth)}`, "give 11, 13, 16 or 19");
  const features: Module[] = [];
  let channels = inChannels;
  for (const [stage, count] of stages.entries()) {
    const outChannels = filters[stage]!;
    for (let i = 0; i < count; i++) {
      features.push(new Conv2d({ inChannels: channels, outChannels, kernelSize: 3, padding: 1, random }));
      if (batchNorm) features.push(new BatchNorm2d({ channels: outChannels }));
      features.push(new ReLU());
      channels = outChannels;
    }
    features.push(new MaxPool2d({ kernelSize: 2 }));
  }
  return new Sequential({
    features: new Sequential(...features),
    avgpool: new AdaptiveAveragePool2d(7),
    flatten: new Flatten(),
    classifier: new Sequential(
      new Linear({ inFeatures: channels * 7 * 7, outFeatures: 4096, random }),
      new ReLU(),
      new Dropout({ probability }),
      new Linear({ inFeatures: 4096, outFeatures: 4096, random }),
      new ReLU(),
      new Dropout({ probability }),
      new Linear({ inFeatures: 4096, outFeatures: classes, random }),
    ),
  });
}

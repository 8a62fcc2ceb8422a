import { describe, OptionError } from "../errors.ts";
import { ReLU } from "../nn/activation.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { AveragePool2d, MaxPool2d } from "../nn/pool2d.ts";
import { type Layers, type Network, Sequential } from "../nn/sequential.ts";
import { concat } from "../ops/join.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ClassifierOptions, classifierOptions } from "./classifier-options.ts";

/** What `densenet` is made of; all may be left out. */
export interface DenseNetOptions<K extends number = number, C extends number = number> extends ClassifierOptions<K, C> {
  /** Layers with weights, of those in table 1 that grow by 32 maps; default 121. */
  readonly depth?: 121 | 169 | 201;
}

/** How many layers each dense block has (table 1). */
const architectures: Readonly<Record<number, readonly number[]>> = {
  121: [6, 12, 24, 16],
  169: [6, 12, 32, 32],
  201: [6, 12, 48, 32],
};

/** Maps that each layer adds, k. */
const growth = 32;

/** Layers of which each sees the maps of all before it; the block's output is its input and all of them. */
class DenseBlock extends Module {
  readonly layers: Layers;

  constructor(inChannels: number, count: number, random: Random) {
    super();
    const numbered = Array.from({ length: count }, (_, i): [string, Module] => [
      `denselayer${i + 1}`,
      denseLayer(inChannels + i * growth, random),
    ]);
    this.layers = Object.fromEntries(numbered);
  }

  override children(): [string, Module][] {
    return Object.entries(this.layers);
  }

  override forward(x: Tensor): Tensor {
    let all = x;
    for (const layer of Object.values(this.layers)) all = concat([all, layer.forward(all)], { axis: 1 }) as Tensor;
    return all;
  }
}

/** Normalise, rectify, convolve, twice; the first convolution narrows to four times what the second gives (section 3). */
function denseLayer(inChannels: number, random: Random): Sequential {
  const middle = 4 * growth;
  return new Sequential({
    norm1: new BatchNorm2d({ channels: inChannels }),
    relu1: new ReLU(),
    conv1: new Conv2d({ inChannels, outChannels: middle, kernelSize: 1, bias: false, random }),
    norm2: new BatchNorm2d({ channels: middle }),
    relu2: new ReLU(),
    conv2: new Conv2d({ inChannels: middle, outChannels: growth, kernelSize: 3, padding: 1, bias: false, random }),
  });
}

/** Half as many maps, of half the size. */
function transition(inChannels: number, random: Random): Sequential {
  return new Sequential({
    norm: new BatchNorm2d({ channels: inChannels }),
    relu: new ReLU(),
    conv: new Conv2d({ inChannels, outChannels: inChannels / 2, kernelSize: 1, bias: false, random }),
    pool: new AveragePool2d({ kernelSize: 2 }),
  });
}

/**
 * DenseNet-BC (Huang et al., 2017, table 1), with the tensor names of torchvision: four blocks of layers of which each sees
 * the maps of all before it and adds 32 of its own; between blocks maps and pixels are halved. 7,978,856, 14,149,480 and
 * 20,013,928 parameters with 121, 169 and 201 layers; 2.834 billion multiplications with 121, for an image of 224 × 224.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 29, made for 224, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => densenet(), [3, 224, 224]).parameters // 7978856
 */
export function densenet<const K extends number = 1000, const C extends number = 3>(
  options?: DenseNetOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function densenet(options: DenseNetOptions = {}): Sequential {
  const { classes, inChannels, random } = classifierOptions("densenet", options, ["depth"]);
  const { depth = 121 } = options;
  const blocks = Object.hasOwn(architectures, depth) ? architectures[depth]! : null;
  if (blocks === null) throw new OptionError("densenet", `depth is ${describe(depth)}`, "give 121, 169 or 201");
  const features: Record<string, Module> = {
    conv0: new Conv2d({ inChannels, outChannels: 64, kernelSize: 7, stride: 2, padding: 3, bias: false, random }),
    norm0: new BatchNorm2d({ channels: 64 }),
    relu0: new ReLU(),
    pool0: new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 }),
  };
  let channels = 64;
  for (const [i, count] of blocks.entries()) {
    features[`denseblock${i + 1}`] = new DenseBlock(channels, count, random);
    channels += count * growth;
    if (i === blocks.length - 1) continue;
    features[`transition${i + 1}`] = transition(channels, random);
    channels /= 2;
  }
  features.norm5 = new BatchNorm2d({ channels });
  return new Sequential({
    features: new Sequential(features),
    relu: new ReLU(),
    pool: new GlobalAveragePool2d(),
    classifier: new Linear({ inFeatures: channels, outFeatures: classes, random }),
  });
}

import { describe, OptionError } from "../errors.ts";
import { ReLU } from "../nn/activation.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { runInOrder } from "../nn/pipeline.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Layers, type Network, Sequential } from "../nn/sequential.ts";
import { relu } from "../ops/activation.ts";
import { add } from "../ops/arithmetic.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ClassifierOptions, classifierOptions } from "./classifier-options.ts";

/** What `resnet` is made of; all may be left out. */
export interface ResNetOptions<K extends number = number, C extends number = number> extends ClassifierOptions<K, C> {
  /** Layers with weights; default 50. */
  readonly depth?: 18 | 34 | 50 | 101 | 152;
}

/** The columns of the paper's table 1: how many blocks each stage has, and whether they are narrow in the middle. */
const architectures: Readonly<Record<number, { readonly blocks: readonly number[]; readonly bottleneck: boolean }>> = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
  101: { blocks: [3, 4, 23, 3], bottleneck: true },
  152: { blocks: [3, 8, 36, 3], bottleneck: true },
};

/** A block of layers and what goes round it, `relu(F(x) + x)`; the way round is a projection where the shapes differ. */
class Block extends Module {
  readonly layers: Layers;
  readonly downsample: Sequential | null;

  constructor(layers: Layers, downsample: Sequential | null) {
    super();
    this.layers = layers;
    this.downsample = downsample;
  }

  override children(): [string, Module][] {
    const past: [string, Module][] = this.downsample ? [["downsample", this.downsample]] : [];
    return [...Object.entries(this.layers), ...past];
  }

  override forward(x: Tensor): Tensor {
    const change = runInOrder(Object.values(this.layers), x);
    return relu(add(change, this.downsample ? this.downsample.forward(x) : x));
  }
}

/**
 * The residual network for ImageNet (He et al., 2016, table 1), with the tensor names of torchvision: a 7 × 7 convolution,
 * four stages of blocks, the mean of each map, and one linear layer. 11,689,512, 21,797,672, 25,557,032, 44,549,160 and
 * 60,192,808 parameters with 18, 34, 50, 101 and 152 layers; 1.814, 3.664, 4.089, 7.801 and 11.514 billion multiplications for
 * an image of 224 × 224.
 *
 * Blocks of 18 and 34 layers are two 3 × 3 convolutions; the others are narrow in the middle, 1 × 1, 3 × 3 and 1 × 1. Where
 * such a one halves the image, the 3 × 3 does it, as in torchvision, not the first 1 × 1, as in the paper: that costs 6 % more
 * multiplications, and sees all pixels.
 *
 * @returns a network that takes `[N, C, H, W]`, made for 224 pixels, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => resnet({ depth: 18 }), [3, 224, 224]).parameters // 11689512
 */
export function resnet<const K extends number = 1000, const C extends number = 3>(
  options?: ResNetOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function resnet(options: ResNetOptions = {}): Sequential {
  const { classes, inChannels, random } = classifierOptions("resnet", options, ["depth"]);
  const { depth = 50 } = options;
  const architecture = Object.hasOwn(architectures, depth) ? architectures[depth] : undefined;
  if (architecture === undefined) {
    throw new OptionError("resnet", `depth is ${describe(depth)}`, "give 18, 34, 50, 101 or 152");
  }
  const layers: Record<string, Module> = {
    conv1: new Conv2d({ inChannels, outChannels: 64, kernelSize: 7, stride: 2, padding: 3, bias: false, random }),
    bn1: new BatchNorm2d({ channels: 64 }),
    relu: new ReLU(),
    maxpool: new MaxPool2d({ kernelSize: 3, stride: 2, padding: 1 }),
  };
  let channels = 64;
  for (const [i, count] of architecture.blocks.entries()) {
    const width = 64 * 2 ** i;
    const blocks: Block[] = [];
    for (let block = 0; block < count; block++) {
      const stride = i > 0 && block === 0 ? 2 : 1;
      blocks.push(
        architecture.bottleneck ? narrow(channels, width, stride, random) : plain(channels, width, stride, random),
      );
      channels = architecture.bottleneck ? 4 * width : width;
    }
    layers[`layer${i + 1}`] = new Sequential(...blocks);
  }
  layers.avgpool = new GlobalAveragePool2d();
  layers.fc = new Linear({ inFeatures: channels, outFeatures: classes, random });
  return new Sequential(layers);
}

/** Two convolutions (fig. 5, left). */
function plain(inChannels: number, width: number, stride: number, random: Random): Block {
  const layers = {
    conv1: convolution(inChannels, width, 3, stride, random),
    bn1: new BatchNorm2d({ channels: width }),
    relu: new ReLU(),
    conv2: convolution(width, width, 3, 1, random),
    bn2: new BatchNorm2d({ channels: width }),
  };
  return new Block(layers, projection(inChannels, width, stride, random));
}

/** Three convolutions, the middle one on a quarter of the channels (fig. 5, right). */
function narrow(inChannels: number, width: number, stride: number, random: Random): Block {
  const layers = {
    conv1: convolution(inChannels, width, 1, 1, random),
    bn1: new BatchNorm2d({ channels: width }),
    relu1: new ReLU(),
    conv2: convolution(width, width, 3, stride, random),
    bn2: new BatchNorm2d({ channels: width }),
    relu2: new ReLU(),
    conv3: convolution(width, 4 * width, 1, 1, random),
    bn3: new BatchNorm2d({ channels: 4 * width }),
  };
  return new Block(layers, projection(inChannels, 4 * width, stride, random));
}

/** What brings a block's input to the shape of its output (the paper's option B); null where it has it. */
function projection(inChannels: number, outChannels: number, stride: number, random: Random): Sequential | null {
  if (stride === 1 && inChannels === outChannels) return null;
  const channels = outChannels;
  return new Sequential(convolution(inChannels, outChannels, 1, stride, random), new BatchNorm2d({ channels }));
}

/** Padded so that stride 1 keeps the size; no bias, since a normalisation follows. */
function convolution(
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  stride: number,
  random: Random,
): Conv2d {
  const padding = (kernelSize - 1) / 2;
  return new Conv2d({ inChannels, outChannels, kernelSize, stride, padding, bias: false, random });
}

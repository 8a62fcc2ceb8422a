import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { ReLU6 } from "../nn/rectifiers.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { add } from "../ops/arithmetic.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";

/** What `mobilenetV2` is made of; all may be left out. */
export interface MobileNetV2Options<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** How likely dropout drops a number before the last layer; default 0.2. */
  readonly dropout?: number;
}

/** Table 2: how much wider the middle is, the channels behind, how many such blocks, and the stride of the first. */
const stages: readonly (readonly [wider: number, channels: number, count: number, stride: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** Wide in the middle and narrow at both ends, where it is added to its input if that has its shape (fig. 4d). */
class InvertedResidual extends Module {
  readonly conv: Sequential;
  readonly #residual: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, wider: number, random: Random) {
    super();
    const middle = wider * inChannels;
    this.conv = new Sequential(
      ...(wider === 1 ? [] : [unit(inChannels, middle, 1, 1, 1, random)]),
      unit(middle, middle, 3, stride, middle, random),
      new Conv2d({ inChannels: middle, outChannels, kernelSize: 1, bias: false, random }),
      new BatchNorm2d({ channels: outChannels }),
    );
    this.#residual = stride === 1 && inChannels === outChannels;
  }

  override forward(x: Tensor): Tensor {
    const change = this.conv.forward(x);
    return this.#residual ? (add(x, change) as Tensor) : change;
  }
}

/**
 * MobileNetV2 (Sandler et al., 2018, table 2), with the tensor names of torchvision: blocks that widen their input six times,
 * filter each channel by itself, and narrow it again without a rectifier. 3,504,872 parameters; 0.301 billion multiplications
 * for an image of 224 × 224.
 *
 * @returns a network that takes `[N, C, H, W]`, made for 224 pixels, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => mobilenetV2(), [3, 224, 224]).parameters // 3504872
 */
export function mobilenetV2<const K extends number = 1000, const C extends number = 3>(
  options?: MobileNetV2Options<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function mobilenetV2(options: MobileNetV2Options = {}): Sequential {
  const { classes, inChannels, random } = classifierOptions("mobilenetV2", options, ["dropout"]);
  const features: Module[] = [unit(inChannels, 32, 3, 2, 1, random)];
  let channels = 32;
  for (const [wider, outChannels, count, stride] of stages) {
    for (let block = 0; block < count; block++) {
      features.push(new InvertedResidual(channels, outChannels, block === 0 ? stride : 1, wider, random));
      channels = outChannels;
    }
  }
  features.push(unit(channels, 1280, 1, 1, 1, random));
  return new Sequential({
    features: new Sequential(...features),
    pool: new GlobalAveragePool2d(),
    classifier: new Sequential(
      new Dropout({ probability: options.dropout ?? 0.2 }),
      new Linear({ inFeatures: 1280, outFeatures: classes, random }),
    ),
  });
}

/** A convolution, padded so that stride 1 keeps the size, normalised, and rectified up to 6. */
function unit(
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  stride: number,
  groups: number,
  random: Random,
): Sequential {
  const padding = (kernelSize - 1) / 2;
  return new Sequential(
    new Conv2d({ inChannels, outChannels, kernelSize, stride, padding, groups, bias: false, random }),
    new BatchNorm2d({ channels: outChannels }),
    new ReLU6(),
  );
}

import { checkInteger, checkOptions, OptionError } from "../errors.ts";
import { ReLU } from "../nn/activation.ts";
import { BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { defaultRandom } from "../nn/init.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { relu } from "../ops/activation.ts";
import { add } from "../ops/arithmetic.ts";
import { pad } from "../ops/pad.ts";
import { averagePool2d } from "../ops/pool2d.ts";
import type { Random } from "../random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What `cifarResNet` and `cifarPlain` are made of; all may be left out. */
export interface CifarResNetOptions<K extends number = number, C extends number = number> {
  /** Layers with weights, 6n + 2: 8, 14, 20, 32, 44, 56, 110; default 20. */
  readonly depth?: number;
  /** Filters of the first stage; twice as many in the second, four times in the third; default 16. */
  readonly width?: number;
  /** How many classes; default 10. */
  readonly classes?: K;
  /** Channels of the images; default 3. */
  readonly inChannels?: C;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * Two 3 × 3 convolutions, each normalised, and what goes round them: `relu(F(x) + x)`. Where the block halves the image,
 * it takes every second pixel of x, and zeros for the channels that x lacks: shortcuts have no weights (option A of He et
 * al., 2016, section 4.1).
 */
class Block extends Module {
  readonly conv1: Conv2d;
  readonly norm1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly norm2: BatchNorm2d;
  readonly #stride: number;
  readonly #newChannels: number;
  readonly #residual: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, residual: boolean, random: Random) {
    super();
    this.conv1 = convolution(inChannels, outChannels, stride, random);
    this.norm1 = new BatchNorm2d({ channels: outChannels });
    this.conv2 = convolution(outChannels, outChannels, 1, random);
    this.norm2 = new BatchNorm2d({ channels: outChannels });
    this.#stride = stride;
    this.#newChannels = outChannels - inChannels;
    this.#residual = residual;
  }

  override forward(x: Tensor): Tensor {
    const inner = relu(this.norm1.forward(this.conv1.forward(x)));
    const change = this.norm2.forward(this.conv2.forward(inner)) as Tensor;
    return relu(this.#residual ? add(change, this.#shortcut(x)) : change);
  }

  #shortcut(x: Tensor): Tensor {
    const fewer = this.#stride === 1 ? x : averagePool2d(x, { kernelSize: 1, stride: this.#stride });
    if (this.#newChannels === 0) return fewer as Tensor;
    const before = Math.floor(this.#newChannels / 2);
    return pad(fewer as Tensor<Shape>, [[before, this.#newChannels - before], 0, 0]) as Tensor;
  }
}

/**
 * The residual network for small images (He et al., 2016, section 4.2): a 3 × 3 convolution, three stages of n blocks on
 * images of full, half and quarter size, the mean of each map, and one linear layer. ResNet-20 has 269,722 parameters and
 * takes 40.6 million multiplications for an image of 32 × 32.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 4, and gives scores `[N, classes]`; the paper trains
 *   it by SGD with momentum 0.9, weight decay 1e-4, batches of 128, the learning rate 0.1, divided by 10 after half and
 *   three quarters of 64,000 steps
 * @throws OptionError for an unknown option, or a depth that is not 6n + 2
 * @example cifarResNet({ depth: 56 })
 */
export function cifarResNet<const K extends number = 10, const C extends number = 3>(
  options: CifarResNetOptions<K, C> = {},
): Network<readonly [C, number, number], readonly [K]> {
  return build("cifarResNet", options, true) as never;
}

/**
 * The same network without shortcuts, which the paper compares it with: the deeper it is, the worse it learns, and that on
 * the training images too (the degradation of section 1). As many parameters as `cifarResNet`.
 *
 * @example cifarPlain({ depth: 20 })
 */
export function cifarPlain<const K extends number = 10, const C extends number = 3>(
  options: CifarResNetOptions<K, C> = {},
): Network<readonly [C, number, number], readonly [K]> {
  return build("cifarPlain", options, false) as never;
}

function build(name: string, options: CifarResNetOptions, residual: boolean): Sequential {
  checkOptions(name, options, ["depth", "width", "classes", "inChannels", "random"]);
  const { depth = 20, width = 16, classes = 10, inChannels = 3, random = defaultRandom() } = options;
  checkInteger(name, "depth", depth, 8);
  checkInteger(name, "width", width, 1);
  checkInteger(name, "classes", classes, 1);
  checkInteger(name, "inChannels", inChannels, 1);
  if ((depth - 2) % 6 !== 0) {
    const lower = depth - ((depth - 2) % 6);
    throw new OptionError(name, `depth is ${depth}, not 6n + 2`, `give ${lower} or ${lower + 6}`);
  }
  const layers: Record<string, Module> = {
    conv: convolution(inChannels, width, 1, random),
    norm: new BatchNorm2d({ channels: width }),
    relu: new ReLU(),
  };
  let channels = width;
  for (const stage of [1, 2, 3]) {
    const filters = width * 2 ** (stage - 1);
    for (let block = 1; block <= (depth - 2) / 6; block++) {
      const stride = stage > 1 && block === 1 ? 2 : 1;
      layers[`stage${stage}block${block}`] = new Block(channels, filters, stride, residual, random);
      channels = filters;
    }
  }
  layers.pool = new GlobalAveragePool2d();
  layers.fc = new Linear({ inFeatures: channels, outFeatures: classes, random });
  return new Sequential(layers);
}

/** 3 × 3, padded so that stride 1 keeps the size; no bias, since a normalisation follows. */
function convolution(inChannels: number, outChannels: number, stride: number, random: Random): Conv2d {
  return new Conv2d({ inChannels, outChannels, kernelSize: 3, stride, padding: 1, bias: false, random });
}

import { describe, OptionError } from "../errors.ts";
import { ReLU } from "../nn/activation.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { randomNormal } from "../nn/initializers.ts";
import { Module } from "../nn/module.ts";
import { runInOrder } from "../nn/pipeline.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { concat } from "../ops/join.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";

/** What `squeezenet` is made of; all may be left out. */
export interface SqueezeNetOptions<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** `"1.0"` is the paper's, `"1.1"` does with 2.3 times fewer multiplications; default `"1.0"`. */
  readonly version?: "1.0" | "1.1";
}

/** Few 1 × 1 filters, and behind them as many again and again of 1 × 1 and 3 × 3 beside each other (section 3.2). */
class Fire extends Module {
  readonly squeeze: Conv2d;
  readonly squeezeActivation = new ReLU();
  readonly expand1x1: Conv2d;
  readonly expand1x1Activation = new ReLU();
  readonly expand3x3: Conv2d;
  readonly expand3x3Activation = new ReLU();

  constructor(inChannels: number, narrow: number, wide: number, random: Random) {
    super();
    this.squeeze = new Conv2d({ inChannels, outChannels: narrow, kernelSize: 1, random });
    const behind = { inChannels: narrow, outChannels: wide, random };
    this.expand1x1 = new Conv2d({ ...behind, kernelSize: 1 });
    this.expand3x3 = new Conv2d({ ...behind, kernelSize: 3, padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    const few = runInOrder([this.squeeze, this.squeezeActivation], x);
    const one = runInOrder([this.expand1x1, this.expand1x1Activation], few);
    const three = runInOrder([this.expand3x3, this.expand3x3Activation], few);
    return concat([one, three], { axis: 1 }) as Tensor;
  }
}

/** The filters of each Fire module, before and after (table 1): both versions have the same. */
const fires: readonly (readonly [narrow: number, wide: number])[] = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** The first layer, and before which Fire modules, counted from 0, there is pooling. */
const versions = {
  "1.0": { outChannels: 96, kernelSize: 7, poolings: [0, 3, 7] },
  "1.1": { outChannels: 64, kernelSize: 3, poolings: [0, 2, 4] },
} as const;

/**
 * SqueezeNet (Iandola et al., 2016, table 1), with the tensor names of torchvision: AlexNet's accuracy with a fiftieth of its
 * parameters, and no fully connected layer. 1,248,424 parameters, 1,235,496 in version 1.1; 0.819 and 0.349 billion
 * multiplications for an image of 224 × 224.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 29, made for 224, and gives scores `[N, classes]`, none below
 *   0: a rectifier stands behind the last convolution, as behind every one
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => squeezenet({ version: "1.1" }), [3, 224, 224]).parameters // 1235496
 */
export function squeezenet<const K extends number = 1000, const C extends number = 3>(
  options?: SqueezeNetOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function squeezenet(options: SqueezeNetOptions = {}): Sequential {
  const { classes, inChannels, random } = classifierOptions("squeezenet", options, ["version", "dropout"]);
  const { version = "1.0", dropout: probability = 0.5 } = options;
  if (version !== "1.0" && version !== "1.1") {
    throw new OptionError("squeezenet", `version is ${describe(version)}`, 'give "1.0" or "1.1"');
  }
  const { outChannels, kernelSize, poolings } = versions[version];
  const features: Module[] = [new Conv2d({ inChannels, outChannels, kernelSize, stride: 2, random }), new ReLU()];
  let channels: number = outChannels;
  for (const [i, [narrow, wide]] of fires.entries()) {
    if ((poolings as readonly number[]).includes(i)) {
      features.push(new MaxPool2d({ kernelSize: 3, stride: 2, stridePolicy: "ceil" }));
    }
    features.push(new Fire(channels, narrow, wide, random));
    channels = 2 * wide;
  }
  // the last layer begins as there: deviation 0.01
  const last = { kernelSize: 1, weightInitializer: randomNormal({ deviation: 0.01 }), random };
  return new Sequential({
    features: new Sequential(...features),
    classifier: new Sequential(
      new Dropout({ probability }),
      new Conv2d({ inChannels: channels, outChannels: classes, ...last }),
      new ReLU(),
      new GlobalAveragePool2d(),
    ),
  });
}

import { checkInteger, describe, OptionError } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { randomNormal } from "../nn/initializers.ts";
import { Linear } from "../nn/linear.ts";
import { LocalResponseNorm } from "../nn/normalization.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";

/** What `zfnet` is made of; all may be left out. */
export interface ZFNetOptions<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** Filters of the third, fourth and fifth convolution; default `[384, 384, 256]`, in table 2 also `[512, 1024, 512]`. */
  readonly filters?: readonly [number, number, number];
}

/**
 * ZFNet (Zeiler and Fergus, 2014, fig. 3): AlexNet without groups, its first windows 7 × 7 with stride 2 in place of 11 × 11
 * with stride 4, after a look at what they had learned; each of the first two layers is rectified, pooled, and only then
 * normalised across channels. 62,357,608 parameters, 107,627,624 with `filters: [512, 1024, 512]`.
 *
 * Pooling rounds up, which alone gives all sizes that the figure states: 224, 110, 55, 26, 13, 6. The paper does not state how
 * it normalises: here as AlexNet does. As there, weights begin near 0.01, taken as a deviation, and biases at 0.
 *
 * @returns a network that takes `[N, C, 224, 224]` and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => zfnet(), [3, 224, 224]).parameters // 62357608
 */
export function zfnet<const K extends number = 1000, const C extends number = 3>(
  options?: ZFNetOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function zfnet(options: ZFNetOptions = {}): Sequential {
  const op = "zfnet";
  const { classes, inChannels, random } = classifierOptions(op, options, ["filters", "dropout"]);
  const { filters = [384, 384, 256], dropout: probability = 0.5 } = options;
  if (!Array.isArray(filters) || filters.length !== 3) {
    throw new OptionError(op, `filters is ${describe(filters)}`, "give three numbers: [384, 384, 256]");
  }
  const [third, fourth, fifth] = filters;
  for (const count of [third, fourth, fifth]) checkInteger(op, "filters", count, 1);
  const begin = { weightInitializer: randomNormal({ deviation: 0.01 }), random };
  const three = { kernelSize: 3, padding: 1, ...begin };
  const pooling = () => new MaxPool2d({ kernelSize: 3, stride: 2, stridePolicy: "ceil" });
  const normalization = () => new LocalResponseNorm({ size: 5, alpha: 5e-4, beta: 0.75, k: 2 });
  return new Sequential({
    conv1: new Conv2d({ inChannels, outChannels: 96, kernelSize: 7, stride: 2, padding: 1, ...begin }),
    relu1: new ReLU(),
    pool1: pooling(),
    norm1: normalization(),
    conv2: new Conv2d({ inChannels: 96, outChannels: 256, kernelSize: 5, stride: 2, ...begin }),
    relu2: new ReLU(),
    pool2: pooling(),
    norm2: normalization(),
    conv3: new Conv2d({ inChannels: 256, outChannels: third, ...three }),
    relu3: new ReLU(),
    conv4: new Conv2d({ inChannels: third, outChannels: fourth, ...three }),
    relu4: new ReLU(),
    conv5: new Conv2d({ inChannels: fourth, outChannels: fifth, ...three }),
    relu5: new ReLU(),
    pool5: pooling(),
    flatten: new Flatten(),
    fc6: new Linear({ inFeatures: fifth * 6 * 6, outFeatures: 4096, ...begin }),
    relu6: new ReLU(),
    dropout6: new Dropout({ probability }),
    fc7: new Linear({ inFeatures: 4096, outFeatures: 4096, ...begin }),
    relu7: new ReLU(),
    dropout7: new Dropout({ probability }),
    fc8: new Linear({ inFeatures: 4096, outFeatures: classes, ...begin }),
  });
}

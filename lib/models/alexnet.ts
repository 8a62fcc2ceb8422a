import { checkInteger, OptionError } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { AdaptiveAveragePool2d } from "../nn/adaptive-pool2d.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { constant, randomNormal } from "../nn/initializers.ts";
import { Linear } from "../nn/linear.ts";
import { LocalResponseNorm } from "../nn/normalization.ts";
import { MaxPool2d } from "../nn/pool2d.ts";
import { type Network, Sequential } from "../nn/sequential.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";

/** Overlapping pooling (Krizhevsky et al., 2012, section 3.4). */
const pooling = () => new MaxPool2d({ kernelSize: 3, stride: 2 });

/**
 * AlexNet as torchvision has it, with the tensor names of torchvision: the five convolutions of "One weird trick for
 * parallelizing convolutional neural networks" (Krizhevsky, 2014), of 64, 192, 384, 256 and 256 filters, without groups and
 * normalisation, and three linear layers. 61,100,840 parameters; 0.714 billion multiplications for an image of 224 × 224.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 63, made for 224, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => alexnet(), [3, 224, 224]).parameters // 61100840
 */
export function alexnet<const K extends number = 1000, const C extends number = 3>(
  options?: DropoutClassifierOptions<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function alexnet(options: DropoutClassifierOptions = {}): Sequential {
  const { classes, inChannels, random } = classifierOptions("alexnet", options, ["dropout"]);
  const probability = options.dropout ?? 0.5;
  const three = { kernelSize: 3, padding: 1, random };
  return new Sequential({
    features: new Sequential(
      new Conv2d({ inChannels, outChannels: 64, kernelSize: 11, stride: 4, padding: 2, random }),
      new ReLU(),
      pooling(),
      new Conv2d({ inChannels: 64, outChannels: 192, kernelSize: 5, padding: 2, random }),
      new ReLU(),
      pooling(),
      new Conv2d({ inChannels: 192, outChannels: 384, ...three }),
      new ReLU(),
      new Conv2d({ inChannels: 384, outChannels: 256, ...three }),
      new ReLU(),
      new Conv2d({ inChannels: 256, outChannels: 256, ...three }),
      new ReLU(),
      pooling(),
    ),
    avgpool: new AdaptiveAveragePool2d(6),
    flatten: new Flatten(),
    classifier: new Sequential(
      new Dropout({ probability }),
      new Linear({ inFeatures: 256 * 6 * 6, outFeatures: 4096, random }),
      new ReLU(),
      new Dropout({ probability }),
      new Linear({ inFeatures: 4096, outFeatures: 4096, random }),
      new ReLU(),
      new Linear({ inFeatures: 4096, outFeatures: classes, random }),
    ),
  });
}

/** What `alexnet2012` is made of; all may be left out. */
export interface AlexNet2012Options<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** In how many groups the second, fourth and fifth convolution are: one for each of the paper's two GPUs. 1 or 2; default 2. */
  readonly groups?: number;
}

/**
 * AlexNet as its paper has it (Krizhevsky, Sutskever and Hinton, 2012, section 3): five convolutions of 96, 256, 384, 384 and
 * 256 filters, three of them in two groups that do not see each other's channels; normalisation across neighbouring channels
 * and overlapping pooling after the first two; three linear layers. 60,965,224 parameters, 62,378,344 without groups; 0.724
 * and 1.135 billion multiplications.
 *
 * The paper's images of 224 pixels do not fit its first layer: (224 - 11) / 4 is not whole. With 227 its maps have the 55 pixels
 * that it tells of. As there, weights begin normal with deviation 0.01, the biases of the second, fourth and fifth
 * convolution and of the hidden linear layers at 1, others at 0 (section 5).
 *
 * @returns a network that takes `[N, C, 227, 227]` and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => alexnet2012({ groups: 1 }), [3, 227, 227]).parameters // 62378344
 */
export function alexnet2012<const K extends number = 1000, const C extends number = 3>(
  options?: AlexNet2012Options<K, C>,
): Network<readonly [C, number, number], readonly [K]>;
export function alexnet2012(options: AlexNet2012Options = {}): Sequential {
  const op = "alexnet2012";
  const { classes, inChannels, random } = classifierOptions(op, options, ["groups", "dropout"]);
  const { groups = 2, dropout: probability = 0.5 } = options;
  checkInteger(op, "groups", groups, 1);
  if (groups > 2) throw new OptionError(op, `groups is ${groups}`, "give 2, as the paper, or 1");
  const begin = { weightInitializer: randomNormal({ deviation: 0.01 }), random };
  const one = { ...begin, biasInitializer: constant(1) };
  // The paper's α is not divided by the number of neighbours.
  const normalization = () => new LocalResponseNorm({ size: 5, alpha: 5e-4, beta: 0.75, k: 2 });
  return new Sequential({
    conv1: new Conv2d({ inChannels, outChannels: 96, kernelSize: 11, stride: 4, ...begin }),
    relu1: new ReLU(),
    norm1: normalization(),
    pool1: pooling(),
    conv2: new Conv2d({ inChannels: 96, outChannels: 256, kernelSize: 5, padding: 2, groups, ...one }),
    relu2: new ReLU(),
    norm2: normalization(),
    pool2: pooling(),
    conv3: new Conv2d({ inChannels: 256, outChannels: 384, kernelSize: 3, padding: 1, ...begin }),
    relu3: new ReLU(),
    conv4: new Conv2d({ inChannels: 384, outChannels: 384, kernelSize: 3, padding: 1, groups, ...one }),
    relu4: new ReLU(),
    conv5: new Conv2d({ inChannels: 384, outChannels: 256, kernelSize: 3, padding: 1, groups, ...one }),
    relu5: new ReLU(),
    pool5: pooling(),
    flatten: new Flatten(),
    fc6: new Linear({ inFeatures: 256 * 6 * 6, outFeatures: 4096, ...one }),
    relu6: new ReLU(),
    dropout6: new Dropout({ probability }),
    fc7: new Linear({ inFeatures: 4096, outFeatures: 4096, ...one }),
    relu7: new ReLU(),
    dropout7: new Dropout({ probability }),
    fc8: new Linear({ inFeatures: 4096, outFeatures: classes, ...begin }),
  });
}

import { checkBoolean, describe, OptionError } from "../errors.ts";
import { Flatten, ReLU } from "../nn/activation.ts";
import { AdaptiveAveragePool2d } from "../nn/adaptive-pool2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { Linear } from "../nn/linear.ts";
import { Module } from "../nn/module.ts";
import { LocalResponseNorm } from "../nn/normalization.ts";
import { runInOrder } from "../nn/pipeline.ts";
import { AveragePool2d, MaxPool2d } from "../nn/pool2d.ts";
import { type Layers, Sequential } from "../nn/sequential.ts";
import type { layerRule, Ruled, Ruling } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { keepAuxiliaryScores } from "./auxiliary.ts";
import { classifierOptions, type DropoutClassifierOptions } from "./classifier-options.ts";
import { channelsOf, type InceptionFilters, type InceptionStyle, inception, unit } from "./inception.ts";

/** What GoogLeNet is made of; all may be left out. */
export interface GoogLeNetOptions<K extends number = number, C extends number = number>
  extends DropoutClassifierOptions<K, C> {
  /** How likely dropout drops a number before the last layer; default 0.2 as in torchvision, 0.4 as in the paper. */
  readonly dropout?: number;
  /** Whether it has two more classifiers, half way up, that help to train it; default false. */
  readonly auxiliaryHeads?: boolean;
  /** How likely dropout drops a number in these; default 0.7. */
  readonly auxiliaryDropout?: number;
}

/** Images of C channels and any size become K scores. */
type ImagesToScores<C extends number, K extends number> = readonly [
  "network",
  readonly [C, number, number],
  readonly [K],
];

/**
 * GoogLeNet, as `googlenet` and `googlenet2014` make it: layers in order, and perhaps classifiers beside them. `forward` gives the
 * scores of the last layer; in training `auxiliaryScores` gives those of the classifiers to the same batch.
 *
 * @typeParam K how many classes
 * @typeParam C the channels of the images
 */
export class GoogLeNet<const K extends number = number, const C extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<ImagesToScores<C, K>, C>;
  /** The layers in order, by torchvision's names: `conv1` to `fc`. */
  readonly layers: Layers;
  /** Classifiers by name, each with the name of the layer it hangs on; empty without. */
  readonly heads: Readonly<Record<string, { readonly after: string; readonly head: Module }>>;

  /**
   * As `googlenet` calls it, or a function of your own: layers that run in order, and heads on some of them.
   *
   * @throws OptionError for a head on a layer that there is not
   */
  constructor(layers: Layers, heads: GoogLeNet["heads"]) {
    super();
    const names = Object.keys(layers);
    for (const [name, { after }] of Object.entries(heads)) {
      if (names.includes(after)) continue;
      const fix = `give one of its layers: ${names.join(", ")}`;
      throw new OptionError("GoogLeNet", `the head "${name}" hangs on ${describe(after)}, which is no layer`, fix);
    }
    this.layers = layers;
    this.heads = heads;
  }

  override children(): [string, Module][] {
    const heads = Object.entries(this.heads).map(([name, { head }]): [string, Module] => [name, head]);
    return [...Object.entries(this.layers), ...heads];
  }

  /** @param x `[N, C, H, W]` @returns `[N, classes]` */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Ruling<ImagesToScores<C, K>, X>>,
  ): Tensor<Known<Ruling<ImagesToScores<C, K>, X>>> {
    return this.#scores(x as Tensor) as never;
  }

  #scores(x: Tensor): Tensor {
    const auxiliary: Tensor[] = [];
    let value = x;
    let done = 0;
    for (const { end, head } of this.training ? this.#headsInOrder() : []) {
      value = runInOrder(Object.values(this.layers).slice(done, end), value);
      auxiliary.push(head.forward(value));
      done = end;
    }
    const scores = runInOrder(Object.values(this.layers).slice(done), value);
    keepAuxiliaryScores(scores, auxiliary);
    return scores;
  }

  /** The heads from the input on, each with the number of layers below it. */
  #headsInOrder(): { readonly end: number; readonly head: Module }[] {
    const names = Object.keys(this.layers);
    const heads = Object.values(this.heads).map(({ after, head }) => ({ end: names.indexOf(after) + 1, head }));
    return heads.sort((a, b) => a.end - b.end);
  }
}

/** The rows of the paper's table 1. */
const modules: Readonly<Record<string, InceptionFilters>> = {
  inception3a: [64, 96, 128, 16, 32, 32],
  inception3b: [128, 128, 192, 32, 96, 64],
  inception4a: [192, 96, 208, 16, 48, 64],
  inception4b: [160, 112, 224, 24, 64, 64],
  inception4c: [128, 128, 256, 24, 64, 64],
  inception4d: [112, 144, 288, 32, 64, 64],
  inception4e: [256, 160, 320, 32, 128, 128],
  inception5a: [256, 160, 320, 32, 128, 128],
  inception5b: [384, 192, 384, 48, 128, 128],
};

/**
 * GoogLeNet as torchvision has it, with the tensor names of torchvision: the paper's layers (Szegedy et al., 2015, table 1) with
 * batch normalisation after each convolution, without response normalisation, and with 3 × 3 windows where the paper has 5 × 5.
 * 6,624,904 parameters, 13,004,888 with the auxiliary heads; 1.498 billion multiplications for an image of 224 × 224.
 *
 * Train one with heads by `googlenetLoss`. The weights that torchvision publishes have heads too; they want pixels less 0.5
 * divided by 0.5, not by the statistics of ImageNet.
 *
 * @returns a network that takes `[N, C, H, W]`, H and W of at least 31, made for 224, and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => googlenet({ auxiliaryHeads: true }), [3, 224, 224]).parameters // 13004888
 * @example
 * const net = googlenet({ classes: 10, auxiliaryHeads: true });
 * const train = (photos: LabelledImages) =>
 *   fit(net, photos, { optimizer: new Adam(net.parameters()), loss: googlenetLoss });
 */
export function googlenet<const K extends number = 1000, const C extends number = 3>(
  options: GoogLeNetOptions<K, C> = {},
): GoogLeNet<K, C> {
  return build("googlenet", options, true) as GoogLeNet<K, C>;
}

/**
 * GoogLeNet as its paper has it (Szegedy et al., 2015, table 1): 22 layers with weights, Inception modules of 1 × 1, 3 × 3 and
 * 5 × 5 windows and pooling, no normalisation but that across channels near the input, one linear layer. 6,998,552 parameters,
 * 13,378,280 with the auxiliary heads; 1.58 billion multiplications.
 *
 * Parts have torchvision's names. Pooling rounds up, as sizes in the table ask for; the paper does not state how it normalises
 * across channels: here with Caffe's numbers, a window of 5, α = 1e-4, β = 0.75.
 *
 * @returns a network that takes `[N, C, 224, 224]` and gives scores `[N, classes]`
 * @throws OptionError for an unknown option, or one out of range
 * @example summary(() => googlenet2014(), [3, 224, 224]).parameters // 6998552
 */
export function googlenet2014<const K extends number = 1000, const C extends number = 3>(
  options: GoogLeNetOptions<K, C> = {},
): GoogLeNet<K, C> {
  return build("googlenet2014", options, false) as GoogLeNet<K, C>;
}

function build(op: string, options: GoogLeNetOptions, batchNorm: boolean): GoogLeNet {
  const own = ["dropout", "auxiliaryHeads", "auxiliaryDropout"];
  const { classes, inChannels, random } = classifierOptions(op, options, own);
  const { dropout = batchNorm ? 0.2 : 0.4, auxiliaryHeads = false, auxiliaryDropout = 0.7 } = options;
  checkBoolean(op, "auxiliaryHeads", auxiliaryHeads);
  const style: InceptionStyle = { batchNorm, wide: batchNorm ? 3 : 5, random };
  const pool = (kernelSize = 3) => new MaxPool2d({ kernelSize, stride: 2, stridePolicy: "ceil" });
  const across = () => new LocalResponseNorm({ size: 5, alpha: 1e-4, beta: 0.75, k: 1 });
  const layers: Record<string, Module> = {
    conv1: unit({ inChannels, outChannels: 64, kernelSize: 7, stride: 2, padding: 3 }, style),
    maxpool1: pool(),
    ...(!batchNorm && { norm1: across() }),
    conv2: unit({ inChannels: 64, outChannels: 64, kernelSize: 1 }, style),
    conv3: unit({ inChannels: 64, outChannels: 192, kernelSize: 3, padding: 1 }, style),
    ...(!batchNorm && { norm2: across() }),
    maxpool2: pool(),
  };
  const heads: Record<string, GoogLeNet["heads"][string]> = {};
  let channels = 192;
  for (const [name, filters] of Object.entries(modules)) {
    layers[name] = inception(channels, filters, style);
    channels = channelsOf(filters);
    if (name === "inception3b") layers.maxpool3 = pool();
    if (name === "inception4e") layers.maxpool4 = pool(batchNorm ? 2 : 3);
    if (!auxiliaryHeads || (name !== "inception4a" && name !== "inception4d")) continue;
    const head = auxiliaryHead(channels, classes, auxiliaryDropout, style);
    heads[name === "inception4a" ? "aux1" : "aux2"] = { after: name, head };
  }
  layers.avgpool = new GlobalAveragePool2d();
  layers.dropout = new Dropout({ probability: dropout });
  layers.fc = new Linear({ inFeatures: channels, outFeatures: classes, random });
  return new GoogLeNet(layers, heads);
}

/** A classifier half way up (section 5); on the paper's maps of 14 × 14 both poolings give 4 × 4. */
function auxiliaryHead(inChannels: number, classes: number, probability: number, style: InceptionStyle): Sequential {
  const { batchNorm, random } = style;
  return new Sequential({
    pool: batchNorm ? new AdaptiveAveragePool2d(4) : new AveragePool2d({ kernelSize: 5, stride: 3 }),
    conv: unit({ inChannels, outChannels: 128, kernelSize: 1 }, style),
    flatten: new Flatten(),
    fc1: new Linear({ inFeatures: 128 * 4 * 4, outFeatures: 1024, random }),
    relu: new ReLU(),
    dropout: new Dropout({ probability }),
    fc2: new Linear({ inFeatures: 1024, outFeatures: classes, random }),
  });
}

import { shapesOnly } from "../autograd/apply.ts";
import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { Flatten, ReLU, Sigmoid, Tanh } from "../nn/activation.ts";
import { BatchNorm1d, BatchNorm2d } from "../nn/batch-norm.ts";
import { Conv2d } from "../nn/conv2d.ts";
import { Dropout } from "../nn/dropout.ts";
import { GlobalAveragePool2d } from "../nn/global-pool2d.ts";
import { defaultRandom } from "../nn/init.ts";
import { Linear } from "../nn/linear.ts";
import type { Module } from "../nn/module.ts";
import { LocalResponseNorm } from "../nn/normalization.ts";
import { AveragePool2d, MaxPool2d } from "../nn/pool2d.ts";
import { Sequential } from "../nn/sequential.ts";
import { Softmax } from "../nn/softmax.ts";
import type { Random } from "../random.ts";
import { allocate } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Architecture, type ExpandOptions, type LayerItem, parseArchitecture } from "./architecture.ts";

/** What a pattern of layers leaves open. Where the text says a number, that counts. */
export interface ArchitectureOptions extends ExpandOptions {
  /** One example, `[C, H, W]`; may be said by `INPUT:HxWxC` instead. */
  readonly inputShape?: readonly number[];
  /** How many classes: outputs of the last fully connected layer. */
  readonly classes: number;
  /** Filters of every CONV; or of the first, second, ... in order, the last number for those that follow. Default 16. */
  readonly filters?: number | readonly number[];
  /** Side of every CONV's window; default 3. */
  readonly kernelSize?: number;
  /** Zeros around a CONV's input; default `(kernelSize - 1) / 2`, which keeps the size at stride 1. */
  readonly padding?: number;
  /** Side and stride of every POOL; default 2. */
  readonly poolSize?: number;
  /** Outputs of every FC but the last; or of each in order, as `filters`. Default 128. */
  readonly features?: number | readonly number[];
  /** Whether SOFTMAX becomes a layer; default false: `crossEntropy` contains it, and takes the scores before it. */
  readonly softmax?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

const known = [
  ...["inputShape", "classes", "filters", "kernelSize", "padding", "poolSize", "features", "softmax", "random"],
  ...["repeats", "optional"],
];

/**
 * Builds the network that a pattern of layers stands for (`parseArchitecture` has the grammar). Layers are named by kind and
 * number: `conv1`, `relu1`, `pool1`, `fc1`. Where maps meet the first FC, a `flatten` is put between. The last FC gives the scores
 * of the classes; if the text ends in other layers than FC and SOFTMAX, one more is put behind them.
 *
 * @param pattern the text, or what `parseArchitecture` made of it
 * @throws OptionError for an error in the text, an unknown option, or one that is missing; ShapeError if the maps become too
 *   small for the layers
 * @example
 * buildArchitecture("INPUT => [[CONV => RELU]*N => POOL?]*M => [FC => RELU]*K => FC", {
 *   inputShape: [3, 32, 32],
 *   classes: 10,
 *   filters: [16, 16, 32, 32, 64, 64],
 *   repeats: { N: 2, M: 3, K: 1 },
 * })
 */
export function buildArchitecture(pattern: string | Architecture, options: ArchitectureOptions): Sequential {
  const op = "buildArchitecture";
  checkOptions(op, options, known);
  const architecture = pattern instanceof Architecture ? pattern : parseArchitecture(pattern);
  const { repeats = {}, optional = true } = options;
  checkInteger(op, "classes", options.classes, 1);
  return new Builder(op, architecture.text, options).build(architecture.expand({ repeats, optional }));
}

/** Puts layers together, and follows the shape of one example through them. */
class Builder {
  readonly #op: string;
  readonly #text: string;
  readonly #options: ArchitectureOptions;
  readonly #random: Random;
  readonly #layers: Record<string, Module> = {};
  readonly #counts = new Map<string, number>();
  #shape: readonly number[] = [];

  constructor(op: string, text: string, options: ArchitectureOptions) {
    this.#op = op;
    this.#text = text;
    this.#options = options;
    this.#random = options.random ?? defaultRandom();
  }

  build(items: readonly LayerItem[]): Sequential {
    const [first, ...others] = items;
    const given = first?.word === "INPUT";
    this.#shape = this.#inputShape(given ? first.sizes : []);
    const layers = given ? others : items;
    const lastFc = layers.findLastIndex(({ word }) => word === "FC");
    // behind the last FC nothing but SOFTMAX may stand, or it is no layer of scores
    const scores = lastFc >= 0 && layers.slice(lastFc + 1).every(({ word }) => word === "SOFTMAX") ? lastFc : -1;
    const tail = layers.at(-1)?.word === "SOFTMAX" ? 1 : 0;
    for (const [i, item] of layers.entries()) {
      if (scores < 0 && i === layers.length - tail) this.#connect(this.#options.classes);
      this.#add(item, i === scores);
    }
    if (scores < 0 && tail === 0) this.#connect(this.#options.classes);
    return new Sequential(this.#layers);
  }

  #inputShape(sizes: readonly number[]): readonly number[] {
    const { inputShape } = this.#options;
    if (sizes.length === 3) {
      const [h, w, c] = sizes as readonly [number, number, number];
      if (inputShape === undefined || `${inputShape}` === `${[c, h, w]}`) return [c, h, w];
      const problem = `the text's INPUT is [${c}, ${h}, ${w}], inputShape [${inputShape.join(", ")}]`;
      throw new OptionError(this.#op, problem, "say it once; in the text as height x width x channels");
    }
    if (sizes.length > 0) throw this.#refuse("INPUT", sizes, "INPUT:32x32x3, height, width and channels");
    if (Array.isArray(inputShape)) return inputShape;
    throw new OptionError(this.#op, `inputShape is ${describe(inputShape)}`, "give [C, H, W], or write INPUT:HxWxC");
  }

  #add(item: LayerItem, scores: boolean): void {
    const { word, sizes } = item;
    const [channels = 0] = this.#shape;
    if (word === "INPUT") {
      throw new OptionError(this.#op, `INPUT stands at character ${item.at + 1}`, "write it first, and once");
    }
    if (word === "CONV") this.#convolve(item, channels);
    else if (word === "POOL") this.#put("pool", new MaxPool2d(this.#window(item)));
    else if (word === "AVGPOOL") this.#put("pool", new AveragePool2d(this.#window(item)));
    else if (word === "GLOBALPOOL") this.#put("pool", new GlobalAveragePool2d());
    else if (word === "FC") {
      if (sizes.length > 1) throw this.#refuse(word, sizes, "FC:120, its outputs");
      const features = this.#nth(this.#options.features ?? 128, "features", "fc");
      this.#connect(sizes[0] ?? (scores ? this.#options.classes : features));
    } else if (word === "BN") {
      const maps = this.#shape.length > 1;
      this.#put("norm", maps ? new BatchNorm2d({ channels }) : new BatchNorm1d({ features: channels }));
    } else if (word === "LRN") {
      this.#put("norm", new LocalResponseNorm({ size: sizes[0] ?? 5, alpha: 5e-4, k: 2 }));
    } else if (word === "DROPOUT") this.#put("dropout", new Dropout({ probability: sizes[0] ?? 0.5 }));
    else if (word !== "SOFTMAX") this.#put(word.toLowerCase(), plain[word]!());
    else if (this.#options.softmax === true) this.#put("softmax", new Softmax());
  }

  #convolve({ sizes, stride, padding }: LayerItem, inChannels: number): void {
    if (sizes.length > 3) throw this.#refuse("CONV", sizes, "CONV:3x3x16, the window and the number of filters");
    const side = this.#options.kernelSize ?? 3;
    const [k = side, l = side] = sizes.length > 1 ? sizes : [];
    const own = sizes.length === 2 ? undefined : sizes.at(-1);
    const outChannels = own ?? this.#nth(this.#options.filters ?? 16, "filters", "conv");
    const border = padding ?? this.#options.padding ?? [Math.floor((k - 1) / 2), Math.floor((l - 1) / 2)];
    const options = { inChannels, outChannels, kernelSize: [k, l] as const, stride: stride ?? 1, random: this.#random };
    this.#put("conv", new Conv2d({ ...options, padding: border as number }));
  }

  #window({ word, sizes, stride, padding }: LayerItem) {
    if (sizes.length > 2) throw this.#refuse(word, sizes, `${word}:2x2, its window`);
    const side = sizes[0] ?? this.#options.poolSize ?? 2;
    const kernelSize = [side, sizes[1] ?? side] as const;
    return { kernelSize, stride: stride ?? kernelSize, padding: padding ?? 0 };
  }

  /** A fully connected layer, with the maps made a row before it. */
  #connect(outFeatures: number): void {
    if (this.#shape.length > 1) this.#put("flatten", new Flatten());
    const [inFeatures = 0] = this.#shape;
    this.#put("fc", new Linear({ inFeatures, outFeatures, random: this.#random }));
  }

  /** The number for the next layer of a kind. */
  #nth(numbers: number | readonly number[], option: string, kind: string): number {
    const all = typeof numbers === "number" ? [numbers] : numbers;
    const next = Array.isArray(all) ? all[Math.min(this.#counts.get(kind) ?? 0, all.length - 1)] : undefined;
    checkInteger(this.#op, option, next as number, 1);
    return next as number;
  }

  #put(kind: string, layer: Module): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#layers[`${kind}${count}`] = layer;
    const example = new Tensor(allocate("float32", 0), [2, ...this.#shape], "float32");
    this.#shape = shapesOnly(() => layer.forward(example)).shape.slice(1);
  }

  #refuse(word: string, sizes: readonly number[], fix: string): OptionError {
    return new OptionError(this.#op, `${word} has the numbers ${sizes.join("x")} in "${this.#text}"`, `write ${fix}`);
  }
}

/** Layers that have nothing to be told. */
const plain: Readonly<Record<string, () => Module>> = {
  RELU: () => new ReLU(),
  SIGMOID: () => new Sigmoid(),
  TANH: () => new Tanh(),
  FLATTEN: () => new Flatten(),
};

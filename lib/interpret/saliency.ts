import { checkBoolean, checkInteger, checkOptions, checkPositive } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { Random } from "../random.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { Attribution } from "./attribution.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions } from "./target.ts";

/** How `saliency` looks; every option may be left out. */
export interface SaliencyOptions extends TargetOptions {
  /** Whether the gradient's absolute value is taken, as the paper does; default true. */
  readonly absolute?: boolean;
}

/**
 * Saliency: how fast the score would change with each number of the input, `|∂score / ∂x|` (Simonyan, Vedaldi and Zisserman,
 * Deep inside convolutional networks, 2014, section 3). In the picture a pixel's is the largest of its channels.
 *
 * The network is asked in evaluation mode; its modes and the gradients of its parameters are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @param options what is explained: `target`, a class, or `unit`; default each example's class of largest score
 * @returns attributions of the inputs' shape
 * @throws OptionError for a class or a channel that there is not, or a layer of another network; ShapeError for other axes;
 *   GradientError if the score does not depend on the input
 * @example saliency(lenet5(), testDigits().take(2).images, { target: 3 }).attributions.shape // [2, 1, 28, 28]
 */
export function saliency(network: Module, inputs: Tensor, options: SaliencyOptions = {}): Attribution {
  checkOptions("saliency", options, [...targetOptions, "absolute"]);
  const { absolute = true } = options;
  checkBoolean("saliency", "absolute", absolute);
  const subject = new Subject("saliency", network, inputs, options);
  const { gradient, values } = subject.gradients();
  if (absolute) makeAbsolute(gradient);
  return new Attribution({ ...subject.about, attributions: gradient, scores: values, ...looks(absolute) });
}

/** How `smoothGrad` looks; every option may be left out. */
export interface SmoothGradOptions extends SaliencyOptions {
  /** How many noisy copies of each example are looked at; default 50. */
  readonly samples?: number;
  /** The noise's standard deviation, as a share of the range of each example's numbers; default 0.15. */
  readonly noise?: number;
  /** Which noise; default 0. */
  readonly seed?: number;
}

/**
 * SmoothGrad: the mean gradient of the score at copies of the input with noise, which is less rugged than that at the input
 * itself (Smilkov et al., SmoothGrad: removing noise by adding noise, 2017). Gaussian noise of standard deviation
 * `noise · (max - min)` of the example; the absolute value is of the mean, as in the paper.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @returns attributions of the inputs' shape; one seed gives the same on every machine
 * @throws as `saliency`; InterruptedError between two samples if the notebook's user asks to stop
 * @example smoothGrad(lenet5(), testDigits().take(1).images, { samples: 10, seed: 1 }).targets.length // 1
 */
export function smoothGrad(network: Module, inputs: Tensor, options: SmoothGradOptions = {}): Attribution {
  checkOptions("smoothGrad", options, [...targetOptions, "absolute", "samples", "noise", "seed"]);
  const { absolute = true, samples = 50, noise = 0.15, seed = 0 } = options;
  checkBoolean("smoothGrad", "absolute", absolute);
  checkInteger("smoothGrad", "samples", samples, 1);
  checkPositive("smoothGrad", "noise", noise);
  const random = new Random(seed);
  const subject = new Subject("smoothGrad", network, inputs, options);
  const scores = subject.values();
  const mean = allocate(inputs.dtype, inputs.size);
  for (let sample = 0; sample < samples; sample++) {
    subject.goOn(sample, samples);
    const gradient = peek(subject.gradients(withNoise(inputs, noise, random)).gradient);
    for (let i = 0; i < mean.length; i++) mean[i]! += gradient[i]! / samples;
  }
  const attributions = freshTensor(mean, inputs.shape, inputs.dtype);
  if (absolute) makeAbsolute(attributions);
  return new Attribution({ ...subject.about, attributions, scores, ...looks(absolute) });
}

/** Each example with Gaussian noise, of a deviation that is a share of the example's own range. */
function withNoise(inputs: Tensor, share: number, random: Random): Tensor {
  const from = peek(inputs);
  const noisy = allocate(inputs.dtype, inputs.size);
  const size = inputs.size / (inputs.shape[0] as number);
  for (let start = 0; start < from.length; start += size) {
    let [min, max] = [from[start]!, from[start]!];
    for (let i = start; i < start + size; i++) [min, max] = [Math.min(min, from[i]!), Math.max(max, from[i]!)];
    for (let i = start; i < start + size; i++) noisy[i] = from[i]! + share * (max - min) * random.normal();
  }
  return freshTensor(noisy, inputs.shape, inputs.dtype);
}

function makeAbsolute(x: Tensor): void {
  const data = peek(x);
  for (let i = 0; i < data.length; i++) data[i] = Math.abs(data[i]!);
}

const looks = (absolute: boolean) =>
  absolute
    ? ({
        signed: false,
        combine: "largest",
        clip: 0.99,
        meaning: "Bright where the score changes most with the pixel",
      } as const)
    : ({
        signed: true,
        combine: "sum",
        clip: 0.99,
        meaning: "Orange where a brighter pixel raises the score, blue where it lowers it",
      } as const);

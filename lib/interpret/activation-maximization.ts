import { noGrad } from "../autograd/apply.ts";
import { formatNumber, joinSentences, plural } from "../display/format.ts";
import { imageGrid } from "../display/image-grid.ts";
import { Picture } from "../display/picture.ts";
import { checkInteger, checkOptions, checkPositive, checkRange, OptionError, ShapeError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { Random } from "../random.ts";
import { checkShape } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { elementCount } from "../tensor/shape.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { blurred, rolled } from "./image-filters.ts";
import { checkNetwork, outputOf } from "./layers.ts";
import { checkPixelRange, kept, type PixelRange } from "./pixel-range.ts";
import { Subject } from "./subject.ts";
import { type TargetOptions, targetOptions, type Unit } from "./target.ts";

/** What is maximised, and how the images are kept tame. */
export interface ActivationMaximizationOptions extends TargetOptions {
  /** The class, or several: an image for each. */
  readonly target?: number | readonly number[];
  /** A unit of a layer, instead of a class; where no position is given, the one in the middle. */
  readonly unit?: Unit;
  /** Steps of ascent; default 200. */
  readonly steps?: number;
  /** How far a step goes: the root mean square of the change of a pixel; default 0.05. */
  readonly learningRate?: number;
  /** The part of itself that an image loses at each step: the L2 penalty; default 0.01. */
  readonly decay?: number;
  /** Standard deviation of a Gaussian that smooths the image after every fourth step, pixels; default 0.5, 0 for none. */
  readonly blur?: number;
  /** By how many pixels at most the image is moved, at random, for each step; default 1. */
  readonly jitter?: number;
  /** Between which numbers pixels stay, `[0, 1]` for images of such; default between none. */
  readonly range?: PixelRange;
  /** Which noise the images begin as, and how they are moved; default 0. */
  readonly seed?: number;
}

const known = [...targetOptions, "steps", "learningRate", "decay", "blur", "jitter", "range", "seed"];

/** Every so many steps an image is smoothed. */
const BLUR_EVERY = 4;

/** Images made to excite a class or a unit. Draws itself. */
export class ActivationMaximum {
  /** `[N, C, H, W]`: one for each class asked for, or one. */
  readonly images: Tensor;
  /** The class of each image; of a unit, its channel. */
  readonly targets: readonly number[];
  /** The score, or the unit's answer, of each image before each step and at the end. */
  readonly activations: readonly (readonly number[])[];
  readonly #labels: readonly string[];
  readonly #title: string;

  /** @internal */
  constructor(
    parts: Pick<ActivationMaximum, "images" | "targets" | "activations">,
    labels: readonly string[],
    title: string,
  ) {
    this.images = parts.images;
    this.targets = parts.targets;
    this.activations = parts.activations;
    this.#labels = labels;
    this.#title = title;
  }

  /** The picture by itself. */
  picture(): Picture {
    const rises = this.activations.map(
      (all, n) => `${this.#labels[n]}: from ${formatNumber(all[0]!)} to ${formatNumber(all.at(-1)!)}`,
    );
    const steps = plural((this.activations[0]?.length ?? 1) - 1, "step");
    const text = [this.#title, ...rises, `In ${steps}.`].join("\n");
    const [, channels] = this.images.shape as readonly number[];
    if (this.images.shape.length !== 4 || (channels !== 1 && channels !== 3))
      return new Picture({ "text/plain": text });
    const ends = this.activations.map((all) => all.at(-1)!);
    const [low, high] = [Math.min(...ends), Math.max(...ends)].map(formatNumber);
    const caption = joinSentences(`After ${steps} it answers ${low === high ? low : `${low} to ${high}`}`);
    const { bundle } = imageGrid(this.images, { title: this.#title, caption, labels: this.#labels, range: "each" });
    return new Picture({ ...bundle, "text/plain": text });
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.picture()[display]();
  }

  /** The picture in words. */
  toString(): string {
    return this.picture().toString();
  }
}

/**
 * Activation maximisation: images made from noise, by gradient ascent, so that a class's score or a unit's answer is as high as
 * can be (Erhan et al., Visualizing higher-layer features of a deep network, 2009, section 3.1). So that they are no mere noise to
 * the eye, they decay towards 0 (Simonyan et al., 2014, eq. 1), are smoothed now and then (Yosinski et al., Understanding neural
 * networks through deep visualization, 2015, section 3) and moved a little for each step (Mordvintsev et al., Inceptionism, 2015).
 * Every step has the same length, whatever the gradient's.
 *
 * The network is asked in evaluation mode; its modes and the gradients of its parameters are left as they were.
 *
 * @param inputShape of one example, without the batch: `[C, H, W]`
 * @returns the images, `[N, C, H, W]`, and how the score rose; one seed gives the same images
 * @throws as `saliency`; OptionError without a class or a unit; InterruptedError between two steps if the notebook's user asks to
 *   stop
 * @example activationMaximization(lenet5(), [1, 28, 28], { target: [3, 7], steps: 5 }).images.shape // [2, 1, 28, 28]
 */
export function activationMaximization(
  network: Module,
  inputShape: readonly number[],
  options: ActivationMaximizationOptions,
): ActivationMaximum {
  const operation = "activationMaximization";
  checkOptions(operation, options, known);
  const settings = settingsOf(operation, options);
  checkNetwork(operation, network);
  const { target, unit } = options;
  if (target === undefined && unit === undefined) {
    throw new OptionError(operation, "there is nothing to maximise", "give a class, { target: 3 }, or a unit");
  }
  const count = typeof target === "object" ? target.length : 1;
  const random = new Random(settings.seed);
  const start = noise(operation, count, inputShape, random);
  const middle = unit?.position === undefined && unit ? { unit: centred(operation, network, unit, start) } : {};
  const subject = new Subject(operation, network, start, { ...options, ...middle });
  const activations: number[][] = Array.from({ length: count }, () => []);
  let images = start;
  for (let step = 0; step < settings.steps; step++) {
    subject.goOn(step, settings.steps);
    const [down, right] = [0, 1].map(() => random.integer(2 * settings.jitter + 1) - settings.jitter) as [
      number,
      number,
    ];
    const { gradient, values } = subject.gradients(rolled(images, down, right));
    for (const [n, value] of values.entries()) activations[n]!.push(value);
    images = climbed(images, rolled(gradient, -down, -right), settings);
    if (settings.blur > 0 && step % BLUR_EVERY === BLUR_EVERY - 1 && step + 1 < settings.steps) {
      images = blurred(images, settings.blur);
    }
  }
  for (const [n, value] of subject.values(images).entries()) activations[n]!.push(value);
  const { targets, labels, unit: what = "each class" } = subject.about;
  return new ActivationMaximum({ images, targets, activations }, labels, `${operation}: what excites ${what} most`);
}

interface Settings {
  readonly steps: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly blur: number;
  readonly jitter: number;
  readonly range: PixelRange | undefined;
  readonly seed: number;
}

function settingsOf(operation: string, options: ActivationMaximizationOptions): Settings {
  const { steps = 200, learningRate = 0.05, decay = 0.01, blur = 0.5, jitter = 1, range, seed = 0 } = options;
  checkInteger(operation, "steps", steps, 1);
  checkPositive(operation, "learningRate", learningRate);
  checkRange(operation, "decay", decay, 1);
  checkRange(operation, "blur", blur, Number.POSITIVE_INFINITY);
  checkInteger(operation, "jitter", jitter, 0);
  checkPixelRange(operation, range);
  return { steps, learningRate, decay, blur, jitter, range, seed };
}

/** Where ascent begins: near 0, no two numbers alike. */
function noise(operation: string, count: number, inputShape: readonly number[], random: Random): Tensor {
  checkShape(operation, inputShape);
  if (inputShape.length < 1 || inputShape.length > 3 || inputShape.includes(0)) {
    const operands = [{ name: "inputShape", shape: inputShape }];
    throw new ShapeError(operation, "this is no shape of an example", operands, "give [C, H, W], [C, W] or [I]");
  }
  if (count === 0) throw new OptionError(operation, "target has no classes", "give one or more");
  const start = allocate("float32", count * elementCount(inputShape));
  for (let i = 0; i < start.length; i++) start[i] = 0.05 * random.normal();
  return freshTensor(start, [count, ...inputShape], "float32") as Tensor;
}

/** The unit in the middle of its map. */
function centred(operation: string, network: Module, unit: Unit, inputs: Tensor): Unit {
  const run = () => noGrad(() => evaluating(network, () => network.forward(inputs)));
  const { output } = outputOf(operation, network, unit.layer, run);
  return { ...unit, position: output.shape.slice(2).map((size) => Math.floor((size as number) / 2)) };
}

/** One step of ascent for each image, of the same length for all. */
function climbed(images: Tensor, gradient: Tensor, { learningRate, decay, range }: Settings): Tensor {
  const [from, slope] = [peek(images), peek(gradient)];
  const next = allocate(images.dtype, images.size);
  const size = images.size / (images.shape[0] as number);
  for (let start = 0; start < from.length; start += size) {
    let squares = 0;
    for (let i = start; i < start + size; i++) squares += slope[i]! ** 2;
    const pace = squares === 0 ? 0 : learningRate / Math.sqrt(squares / size);
    for (let i = start; i < start + size; i++) {
      next[i] = kept((1 - decay) * from[i]! + pace * slope[i]!, range);
    }
  }
  return freshTensor(next, images.shape, images.dtype) as Tensor;
}

import { noGrad } from "../autograd/apply.ts";
import { grad } from "../autograd/grad.ts";
import type { ClassNumbers } from "../display/confusion-matrix.ts";
import { formatNumber, joinSentences, plural } from "../display/format.ts";
import { imageGrid } from "../display/image-grid.ts";
import { Picture } from "../display/picture.ts";
import { checkBoolean, checkOptions, checkPositive, OptionError } from "../errors.ts";
import { display, type MimeBundle } from "../mime.ts";
import { evaluating } from "../nn/evaluating.ts";
import type { Module } from "../nn/module.ts";
import { concat } from "../ops/join.ts";
import { crossEntropy } from "../ops/loss.ts";
import { argmax } from "../ops/search.ts";
import { slice } from "../ops/slice.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { checkPixelRange, kept, type PixelRange } from "./pixel-range.ts";
import { Subject } from "./subject.ts";

/** How far pixels move, and which way. */
export interface FastGradientSignOptions {
  /** By how much every number of the input changes, up or down. */
  readonly epsilon: number;
  /** The true classes, `[N]`; default what the network takes the examples for. */
  readonly labels?: ClassNumbers;
  /** Whether `labels` are classes to be taken for, instead of true ones; default false. */
  readonly targeted?: boolean;
  /** Between which numbers pixels stay, `[0, 1]` for images of such; default between none. */
  readonly range?: PixelRange;
  /** What the classes are called in pictures. */
  readonly classes?: readonly string[];
}

/** Pictures beyond this many are not drawn. */
const LIMIT = 8;

/** Inputs changed so that a network errs. Draws itself: each input above what became of it. */
export class AdversarialExamples {
  /** The changed inputs, of the inputs' shape. */
  readonly examples: Tensor;
  readonly inputs: Tensor;
  readonly epsilon: number;
  /** The class of largest score before and after, of each. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly #classes: readonly string[] | undefined;

  /** @internal */
  constructor(
    parts: Pick<AdversarialExamples, "examples" | "inputs" | "epsilon" | "before" | "after">,
    classes: readonly string[] | undefined,
  ) {
    this.examples = parts.examples;
    this.inputs = parts.inputs;
    this.epsilon = parts.epsilon;
    this.before = parts.before;
    this.after = parts.after;
    this.#classes = classes;
  }

  /** The picture by itself. */
  picture(): Picture {
    const count = this.before.length;
    const shown = Math.min(count, LIMIT);
    const fooled = this.after.filter((label, n) => label !== this.before[n]).length;
    const title = `fastGradientSign: every number moved by ${formatNumber(this.epsilon)}`;
    const caption = joinSentences(
      `${fooled} of ${plural(count, "example")} taken for another class than before`,
      "Above the inputs, below the changed ones, each with the class it is taken for",
    );
    const [above, below] = [this.before, this.after].map((labels) =>
      labels.slice(0, shown).map((label) => this.#classes?.[label] ?? `class ${label}`),
    ) as [string[], string[]];
    const words = above.map((label, n) => `${label} became ${below[n]}`).join("; ");
    const text = [title, words, caption].join("\n");
    const [, channels] = this.inputs.shape as readonly number[];
    if (this.inputs.shape.length !== 4 || (channels !== 1 && channels !== 3))
      return new Picture({ "text/plain": text });
    const images = noGrad(() => concat([slice(this.inputs, 0, shown), slice(this.examples, 0, shown)] as Tensor[]));
    const { bundle } = imageGrid(images as Tensor, { title, caption, labels: [...above, ...below], columns: shown });
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
 * The fast gradient sign method: a change of `epsilon` of every pixel, too small to be seen, that raises the cross-entropy as fast
 * as can be, `x + epsilon · sign(∂loss / ∂x)` (Goodfellow, Shlens and Szegedy, Explaining and harnessing adversarial examples,
 * 2015, section 4). Targeted, it lowers the loss of the classes given.
 *
 * The network, which gives scores before any softmax, is asked in evaluation mode; its modes and the gradients of its parameters
 * are left as they were.
 *
 * @param inputs images `[N, C, H, W]`, sequences `[N, C, W]` or rows `[N, I]`
 * @returns the changed inputs, and the classes before and after
 * @throws as `saliency`; OptionError where epsilon is not positive
 * @example fastGradientSign(lenet5(), testDigits().take(2).images, { epsilon: 0.1, labels: [3, 9] }).examples.shape // [2, 1, 28, 28]
 */
export function fastGradientSign(
  network: Module,
  inputs: Tensor,
  options: FastGradientSignOptions,
): AdversarialExamples {
  const operation = "fastGradientSign";
  checkOptions(operation, options, ["epsilon", "labels", "targeted", "range", "classes"]);
  const { epsilon, labels, targeted = false, range, classes } = options;
  checkPositive(operation, "epsilon", epsilon);
  checkBoolean(operation, "targeted", targeted);
  if (targeted && labels === undefined) {
    throw new OptionError(operation, "targeted, but no labels are given", "give the classes to be taken for");
  }
  checkPixelRange(operation, range);
  const subject = new Subject(operation, network, inputs, {
    ...(labels !== undefined && { target: labels }),
    ...(classes && { classes }),
  });
  subject.values();
  const truth = freshTensor(Int32Array.from(subject.about.targets), [subject.count], "int32");
  const loss = (x: Tensor): Tensor =>
    crossEntropy(
      evaluating(network, () => network.forward(x)),
      truth as never,
    );
  const slope = peek(grad(loss)(inputs) as Tensor);
  const from = peek(inputs);
  const moved = allocate(inputs.dtype, inputs.size);
  const way = targeted ? -epsilon : epsilon;
  for (let i = 0; i < moved.length; i++) {
    moved[i] = kept(from[i]! + way * Math.sign(slope[i]!), range);
  }
  const examples = freshTensor(moved, inputs.shape, inputs.dtype) as Tensor;
  const [before, after] = [guessesOf(network, inputs), guessesOf(network, examples)];
  return new AdversarialExamples({ examples, inputs, epsilon, before, after }, classes);
}

/** The class of largest score of each input. */
function guessesOf(network: Module, inputs: Tensor): number[] {
  return noGrad(() => Array.from(peek(argmax(evaluating(network, () => network.forward(inputs))))));
}

import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { Random } from "../random.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { type Dimension, elementCount } from "../tensor/shape.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./batches.ts";
import { countLabels, type SplitOptions, splitIndices } from "./choose.ts";

/** Images and their classes, as a training step takes them. */
export interface Examples<C extends number = number, H extends number = number, W extends number = number> {
  /** `[N, C, H, W]` */
  readonly images: Tensor<readonly [Dimension, C, H, W]>;
  /** `[N]`: the class of each image. */
  readonly labels: Tensor<readonly [number], "int32">;
}

/** What is known of a set of images beside themselves. */
export interface LabelledImagesOptions {
  /** What the labels 0, 1, … stand for. */
  readonly classNames?: readonly string[];
}

/** A set of labelled images in memory. */
export class LabelledImages<C extends number = number, H extends number = number, W extends number = number>
  implements Examples<C, H, W>, Dataset<LabelledImages<C, H, W>>
{
  readonly images: Tensor<readonly ["N", C, H, W]>;
  readonly labels: Examples["labels"];
  /** What the labels 0, 1, … stand for; undefined where nobody said. */
  readonly classNames: readonly string[] | undefined;

  /**
   * @param images `[N, C, H, W]`, float32
   * @param labels `[N]`, int32
   * @throws ShapeError if there is not one label an image; OptionError if they are of another type
   * @example new LabelledImages(zeros([2, 1, 8, 8]), tensor([0, 1], [2], "int32"), { classNames: ["cat", "dog"] })
   */
  constructor(images: Examples<C, H, W>["images"], labels: Examples["labels"], options: LabelledImagesOptions = {}) {
    checkOptions("LabelledImages", options, ["classNames"]);
    const { classNames } = options;
    if (classNames !== undefined && !(Array.isArray(classNames) && classNames.every((n) => typeof n === "string"))) {
      const fix = 'give a list of texts: ["cat", "dog"]';
      throw new OptionError("LabelledImages", `classNames is ${describe(classNames)}`, fix);
    }
    checkTensor("LabelledImages", "images", images);
    checkTensor("LabelledImages", "labels", labels);
    const operands = [
      { name: "images", shape: images.shape, axes: "N C H W" },
      { name: "labels", shape: labels.shape, axes: "N" },
    ];
    if (images.shape.length !== 4 || labels.shape.length !== 1) {
      const fix = "reshape the images to [N, C, H, W], the labels to [N]; examples of I features are [N, I, 1, 1]";
      throw new ShapeError("LabelledImages", "images have 4 axes, labels 1", operands, fix);
    }
    const types = `${images.dtype} and ${labels.dtype}`;
    if (types !== "float32 and int32") {
      const fix = 'convert with cast(images, "float32") and cast(labels, "int32")';
      throw new OptionError("LabelledImages", `images and labels are ${types}, not float32 and int32`, fix);
    }
    const [count] = images.shape;
    if (count !== labels.size) {
      const problem = `there are ${count} images and ${labels.size} labels`;
      throw new ShapeError("LabelledImages", problem, operands, `give labels of shape [${count}]`);
    }
    this.images = images as Tensor<readonly ["N", C, H, W]>;
    this.labels = labels;
    this.classNames = classNames;
  }

  /** How many images. */
  get count(): number {
    return this.labels.size;
  }

  /** The images of these numbers with their labels, copied. @throws OptionError if there is no image of some number */
  gather(indices: ArrayLike<number>): LabelledImages<C, H, W> {
    const [, ...shape] = this.images.shape;
    const size = elementCount(shape);
    const images = allocate("float32", indices.length * size);
    const labels = allocate("int32", indices.length);
    const [allImages, allLabels] = [peek(this.images), peek(this.labels)];
    for (let i = 0; i < indices.length; i++) {
      const from = indices[i]!;
      if (!(from >= 0 && from < this.count)) {
        throw new OptionError("gather", `index ${from} at place ${i}`, `give indices in 0 .. ${this.count - 1}`);
      }
      images.set(allImages.subarray(from * size, (from + 1) * size), i * size);
      labels[i] = allLabels[from]!;
    }
    return new LabelledImages(
      freshTensor(images, [indices.length, ...shape] as const, "float32"),
      freshTensor(labels, [indices.length] as const, "int32"),
      namesOf(this.classNames),
    );
  }

  /** The images `start` to `end - 1`, copied; `end` is by default behind the last. @throws OptionError if there are not as many */
  slice(start: number, end = this.count): LabelledImages<C, H, W> {
    checkInteger("slice", "start", start, 0);
    checkInteger("slice", "end", end, start);
    return this.gather(Int32Array.from({ length: end - start }, (_, i) => start + i));
  }

  /** The first images, copied. @throws OptionError if there are not as many */
  take(count: number): LabelledImages<C, H, W> {
    checkInteger("take", "count", count, 0);
    return this.slice(0, count);
  }

  /** The same images in another order, copied; one seed gives one order. */
  shuffled(seed = 0): LabelledImages<C, H, W> {
    const order = Int32Array.from({ length: this.count }, (_, i) => i);
    return this.gather(new Random(seed).fork("shuffled").shuffle(order));
  }

  /**
   * Cuts the set in two that have no image in common, each in the set's order, copied. Every class is cut in the same
   * proportion, unless `stratified` is false.
   *
   * @throws OptionError on an unknown option, or if nothing would be left on one side
   * @example digits({ count: 100 }).split({ validation: 0.2 }).train.count // 80
   */
  split(options: SplitOptions): { train: LabelledImages<C, H, W>; validation: LabelledImages<C, H, W> } {
    const { train, validation } = splitIndices("split", peek(this.labels), options);
    return { train: this.gather(train), validation: this.gather(validation) };
  }

  /**
   * These images, then those of other sets, copied.
   *
   * @throws ShapeError if they differ in size; OptionError if they name their classes otherwise, or are no such sets
   * @example digits({ count: 10 }).concat(testDigits()).count // 2010
   */
  concat(...others: readonly LabelledImages[]): LabelledImages<C, H, W> {
    const sets: readonly LabelledImages[] = [this, ...others];
    for (const [i, other] of others.entries()) this.#checkAlike(other, i);
    const [, channels, height, width] = this.images.shape;
    const images = allocate(
      "float32",
      sets.reduce((sum, set) => sum + set.images.size, 0),
    );
    const labels = allocate(
      "int32",
      sets.reduce((sum, set) => sum + set.count, 0),
    );
    let done = 0;
    for (const set of sets) {
      images.set(peek(set.images), done * channels * height * width);
      labels.set(peek(set.labels), done);
      done += set.count;
    }
    return imagesOf(images, labels, [channels as C, height as H, width as W], this.classNames);
  }

  /** How many images there are of each class: as many numbers as class names, or up to the greatest label. */
  classCounts(): number[] {
    return countLabels(peek(this.labels), this.classNames?.length ?? 0);
  }

  #checkAlike(other: LabelledImages, i: number): void {
    if (!(other instanceof LabelledImages)) {
      throw new OptionError("concat", `set ${i} is ${describe(other)}`, "give LabelledImages, e.g. digits()");
    }
    const shapes = [this, other].map(({ images }) => images.shape.slice(1).join());
    if (shapes[0] !== shapes[1]) {
      const operands = [
        { name: "this set's images", shape: this.images.shape, axes: "N C H W" },
        { name: `those of set ${i}`, shape: other.images.shape, axes: "N C H W" },
      ];
      throw new ShapeError("concat", "the images differ in size", operands, "crop or resize one of them first");
    }
    if (this.classNames?.join("\n") === other.classNames?.join("\n")) return;
    const problem = `set ${i} names its classes otherwise, so that its labels mean something else`;
    throw new OptionError(
      "concat",
      problem,
      "make one of them anew: new LabelledImages(images, labels, { classNames })",
    );
  }
}

/** A set to learn from, and one to judge by that training never sees. */
export interface ImageSplit<C extends number = number, H extends number = number, W extends number = number> {
  readonly train: LabelledImages<C, H, W>;
  readonly test: LabelledImages<C, H, W>;
}

/** The option, left out where it has no value. */
function namesOf(classNames: readonly string[] | undefined): LabelledImagesOptions {
  return classNames === undefined ? {} : { classNames };
}

/** Images as the readers of this folder make them: one array, channel by channel, and a label each. */
export function imagesOf<C extends number, H extends number, W extends number>(
  images: Float32Array,
  labels: Int32Array,
  [channels, height, width]: readonly [C, H, W],
  classNames?: readonly string[],
): LabelledImages<C, H, W> {
  return new LabelledImages(
    freshTensor(images, [labels.length, channels, height, width] as const, "float32"),
    freshTensor(labels, [labels.length] as const, "int32"),
    namesOf(classNames),
  );
}

/** Grey images as the readers and generators of this folder make them: `[count, 1, height, width]` in one array. */
export function greyImages<H extends number, W extends number>(
  images: Float32Array,
  labels: Int32Array,
  height: H,
  width: W,
): LabelledImages<1, H, W> {
  return imagesOf(images, labels, [1, height, width]);
}

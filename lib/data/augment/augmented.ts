import { checkOptions, describe, OptionError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { peek } from "../../tensor/numbers.ts";
import { freshTensor } from "../../tensor/tensor.ts";
import { checkDataset, type Dataset } from "../batches.ts";
import type { Examples } from "../images.ts";
import { Augmentation, type AugmentationFunction, type Pixels } from "./augmentation.ts";

/** How examples are augmented. */
export interface AugmentedOptions {
  /** Decides every change; default 0. */
  readonly seed?: number;
}

/**
 * A dataset whose examples are changed at random each time they are shown: for `fit` and `batches`, which tell it the
 * epoch. Never for what a network is judged by.
 *
 * What happens to an example depends on the seed, the epoch and its number in the dataset, and on nothing else: the size
 * of the batches, their order and the number of threads change nothing.
 *
 * @param augmentations run one after another; a function `(image, random) => …` may stand among them
 * @throws OptionError for what is no dataset, no augmentation, or an unknown option
 * @example augmented(digits({ count: 10 }), [randomShift({ pixels: 2 }), (image) => image.data.fill(0, 0, 28)])
 */
export function augmented(
  dataset: Dataset<Examples>,
  augmentations: readonly (Augmentation | AugmentationFunction)[],
  options: AugmentedOptions = {},
): Dataset<Examples> {
  checkDataset("augmented", dataset);
  checkOptions("augmented", options, ["seed"]);
  const steps = stepsOf(augmentations);
  const random = new Random(options.seed ?? 0).fork("augment");
  return {
    count: dataset.count,
    gather(indices, epoch = 0) {
      const { images, labels } = dataset.gather(indices, epoch);
      const [count, channels, height, width] = images.shape;
      const result = augment(peek(images), [count, channels, height, width], indices, steps, random.fork(epoch));
      return {
        images: freshTensor(result.data, [count, channels, result.height, result.width] as const, "float32"),
        labels,
      };
    },
  };
}

function stepsOf(augmentations: readonly (Augmentation | AugmentationFunction)[]): AugmentationFunction[] {
  const fix = "give a list of augmentations: [randomHorizontalFlip(), randomCrop({ padding: 4 })]";
  if (!Array.isArray(augmentations)) {
    throw new OptionError("augmented", `the augmentations are ${describe(augmentations)}`, fix);
  }
  return augmentations.map((step: unknown, i) => {
    if (step instanceof Augmentation) return step.run;
    if (typeof step !== "function") throw new OptionError("augmented", `augmentation ${i} is ${describe(step)}`, fix);
    if (/^(random|center|cutout)/.test(step.name)) {
      throw new OptionError("augmented", `augmentation ${i} is ${describe(step)}`, `call it: ${step.name}(…)`);
    }
    return step as AugmentationFunction;
  });
}

/**
 * A batch with every image changed by the steps, in which image i draws from the epoch's stream forked by its number.
 *
 * @returns fresh pixels, and the size that the steps left
 */
export function augment(
  batch: Float32Array,
  [count, channels, height, width]: readonly [number, number, number, number],
  indices: Int32Array,
  steps: readonly AugmentationFunction[],
  epoch: Random,
): { data: Float32Array; height: number; width: number } {
  const size = channels * height * width;
  const image: Pixels = { data: new Float32Array(size), channels, height, width };
  let data = new Float32Array(0);
  let length = 0;
  for (let i = 0; i < count; i++) {
    image.data.set(batch.subarray(i * size, (i + 1) * size));
    image.height = height;
    image.width = width;
    const random = epoch.fork(indices[i]!);
    for (const step of steps) step(image, random);
    if (i === 0) {
      length = channels * image.height * image.width;
      data = new Float32Array(count * length);
    }
    data.set(image.data.subarray(0, length), i * length);
  }
  return { data, height: image.height, width: image.width };
}

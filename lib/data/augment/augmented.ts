import { checkOptions, describe, OptionError } from "../../errors.ts";
import { Random } from "../../random.ts";
import { peek } from "../../tensor/numbers.ts";
import { freshTensor } from "../../tensor/tensor.ts";
import { checkDataset, type Dataset } from "../batches.ts";
import type { Examples } from "../images.ts";
import { Augmentation, type AugmentationFunction } from "./augmentation.ts";
import { Prefetcher } from "./prefetch.ts";
import { runSteps } from "./run.ts";

/** How examples are augmented. */
export interface AugmentedOptions {
  /** Decides every change; default 0. */
  readonly seed?: number;
  /**
   * Has the next batch changed by a thread of its own while this one is computed with (default false). Worth it where
   * changing takes long, as rotating and bending do. The bits are the same; where there are no threads, and where a
   * function stands among the augmentations, it is done without.
   */
  readonly prefetch?: boolean;
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
  checkOptions("augmented", options, ["seed", "prefetch"]);
  const { seed = 0, prefetch = false } = options;
  const list = checkSteps(augmentations);
  const steps = list.map((step) => (step instanceof Augmentation ? step.run : step));
  const random = new Random(seed).fork("augment");
  const recipes = list.filter((step) => step instanceof Augmentation);
  const ahead = prefetch && recipes.length === list.length ? new Prefetcher(recipes, seed) : undefined;
  /** What `prepare` had ready for the worker. */
  let next: { indices: Int32Array; epoch: number; batch: Examples } | undefined;
  const result: Dataset<Examples> = {
    count: dataset.count,
    gather(indices, epoch = 0) {
      const ready = next?.epoch === epoch && same(next.indices, indices) ? next : undefined;
      next = undefined;
      const { images, labels } = ready?.batch ?? dataset.gather(indices, epoch);
      const [count, channels] = images.shape;
      const changed =
        (ready && ahead?.take()) ?? runSteps(peek(images), images.shape, indices, steps, random.fork(epoch));
      const shape = [count, channels, changed.height, changed.width] as const;
      return { images: freshTensor(changed.data, shape, "float32"), labels };
    },
  };
  if (ahead === undefined) return result;
  return {
    ...result,
    prepare(indices, epoch) {
      const batch = dataset.gather(indices, epoch);
      next = { indices: indices.slice(), epoch, batch };
      ahead.post(peek(batch.images), batch.images.shape, indices, epoch);
    },
  };
}

function same(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((index, i) => index === b[i]);
}

function checkSteps(
  augmentations: readonly (Augmentation | AugmentationFunction)[],
): readonly (Augmentation | AugmentationFunction)[] {
  const fix = "give a list of augmentations: [randomHorizontalFlip(), randomCrop({ padding: 4 })]";
  if (!Array.isArray(augmentations)) {
    throw new OptionError("augmented", `the augmentations are ${describe(augmentations)}`, fix);
  }
  for (const [i, step] of augmentations.entries() as Iterable<[number, unknown]>) {
    if (step instanceof Augmentation) continue;
    if (typeof step !== "function") throw new OptionError("augmented", `augmentation ${i} is ${describe(step)}`, fix);
    if (/^random|^centerCrop$|^normalize$/.test(step.name)) {
      throw new OptionError("augmented", `augmentation ${i} is ${describe(step)}`, `call it: ${step.name}(…)`);
    }
  }
  return augmentations;
}

import type { Random } from "../../random.ts";
import type { AugmentationFunction, Pixels } from "./augmentation.ts";

/** `[N, C, H, W]` */
export type BatchShape = readonly [count: number, channels: number, height: number, width: number];

/** A batch that was changed: its pixels lie at the beginning of `data`. */
export interface ChangedBatch {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/**
 * A batch with every image changed by the steps, in which an image draws from the epoch's stream forked by its number.
 *
 * @param indices the number of each image
 * @param target where the result goes: may be the batch itself, as no image grows; fresh where left out
 */
export function runSteps(
  batch: Float32Array,
  [count, channels, height, width]: BatchShape,
  indices: Int32Array,
  steps: readonly AugmentationFunction[],
  epoch: Random,
  target?: Float32Array,
): ChangedBatch {
  const size = channels * height * width;
  const image: Pixels = { data: new Float32Array(size), channels, height, width };
  let data = target ?? new Float32Array(0);
  for (let i = 0; i < count; i++) {
    image.data.set(batch.subarray(i * size, (i + 1) * size));
    image.height = height;
    image.width = width;
    const random = epoch.fork(indices[i]!);
    for (const step of steps) step(image, random);
    const length = channels * image.height * image.width;
    if (i === 0 && target === undefined) data = new Float32Array(count * length);
    data.set(image.data.subarray(0, length), i * length);
  }
  return { data, height: image.height, width: image.width };
}

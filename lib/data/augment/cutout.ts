import { checkInteger, checkOptions, describe, OptionError } from "../../errors.ts";
import { Augmentation, checkProbability } from "./augmentation.ts";

/** What is taken away. */
export interface CutoutOptions {
  /** Side of the square in pixels. */
  readonly size: number;
  /** Default 1. */
  readonly probability?: number;
  /** What stands there instead; default 0. */
  readonly fill?: number;
}

/**
 * Blanks a square in every channel, whose middle may be any pixel, so that part of it may lie outside (DeVries, Taylor,
 * 2017: 16 pixels for CIFAR-10). For normalised images, whose mean is 0, the fill is the mean grey.
 *
 * @throws OptionError on an unknown option, a size that is no whole number from 1, or a probability beyond 0 .. 1
 * @example augmented(digits({ count: 10 }), [randomCutout({ size: 8 })])
 */
export function randomCutout(options: CutoutOptions): Augmentation {
  checkOptions("randomCutout", options, ["size", "probability", "fill"]);
  const { size, probability = 1, fill = 0 } = options;
  checkInteger("randomCutout", "size", size, 1);
  checkProbability("randomCutout", probability);
  if (typeof fill !== "number") throw new OptionError("randomCutout", `fill is ${describe(fill)}`, "give a number");
  return new Augmentation("randomCutout", { size, probability, fill }, (image, random) => {
    if (random.uniform() >= probability) return;
    const { data, channels, height, width } = image;
    const top = random.integer(height) - (size >> 1);
    const left = random.integer(width) - (size >> 1);
    const [from, to] = [Math.max(0, left), Math.min(width, left + size)];
    for (let channel = 0; channel < channels; channel++) {
      for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
        data.fill(fill, (channel * height + y) * width + from, (channel * height + y) * width + to);
      }
    }
  });
}

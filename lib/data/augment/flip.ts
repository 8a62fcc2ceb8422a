import { checkOptions } from "../../errors.ts";
import { Augmentation, checkProbability, type Pixels } from "./augmentation.ts";

/** How often an image is changed. */
export interface FlipOptions {
  /** Default 0.5. */
  readonly probability?: number;
}

/**
 * Mirrors left and right: `out[c, y, x] = in[c, y, W − 1 − x]`, with a probability. For photographs; not for digits and
 * letters, which become others.
 *
 * @throws OptionError on an unknown option, or a probability that is not in 0 .. 1
 * @example augmented(digits({ count: 10 }), [randomHorizontalFlip()])
 */
export function randomHorizontalFlip(options: FlipOptions = {}): Augmentation {
  return flip("randomHorizontalFlip", options, (image) => {
    const { data, channels, height, width } = image;
    for (let row = 0; row < channels * height; row++) data.subarray(row * width, (row + 1) * width).reverse();
  });
}

/**
 * Turns upside down: `out[c, y, x] = in[c, H − 1 − y, x]`, with a probability. For pictures that have no upper side:
 * taken from above, or through a microscope.
 *
 * @throws OptionError on an unknown option, or a probability that is not in 0 .. 1
 * @example augmented(digits({ count: 10 }), [randomVerticalFlip({ probability: 0.1 })])
 */
export function randomVerticalFlip(options: FlipOptions = {}): Augmentation {
  return flip("randomVerticalFlip", options, (image) => {
    const { data, channels, height, width } = image;
    for (let channel = 0; channel < channels; channel++) {
      const plane = data.subarray(channel * height * width, (channel + 1) * height * width);
      for (let top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
        for (let x = 0; x < width; x++) {
          const kept = plane[top * width + x]!;
          plane[top * width + x] = plane[bottom * width + x]!;
          plane[bottom * width + x] = kept;
        }
      }
    }
  });
}

function flip(name: string, options: FlipOptions, turn: (image: Pixels) => void): Augmentation {
  checkOptions(name, options, ["probability"]);
  const { probability = 0.5 } = options;
  checkProbability(name, probability);
  return new Augmentation(name, { probability }, (image, random) => {
    if (random.uniform() < probability) turn(image);
  });
}

import { checkOptions, checkRange } from "../../errors.ts";
import { type PixelStatistics, perChannel } from "../statistics.ts";
import { between, type Spread, spreadOf } from "./affine.ts";
import { Augmentation, type Pixels } from "./augmentation.ts";

/** How much shades change. */
export interface ShadeOptions {
  /** The factor is 1 + a, where a is drawn from here: 0.2 is a fifth either way. */
  readonly amount: Spread;
}

/**
 * Makes an image darker or lighter: `out = f · in`, one random factor an image. Values are not cut to 0 .. 1.
 *
 * @throws OptionError on an unknown option, or an amount that is no range
 * @example augmented(digits({ count: 10 }), [randomBrightness({ amount: 0.2 })])
 */
export function randomBrightness(options: ShadeOptions): Augmentation {
  return shade("randomBrightness", options, () => 0);
}

/**
 * Takes shades nearer to the image's mean or away from it: `out = m + f · (in − m)`, where m is the mean over all pixels and
 * channels. Values are not cut to 0 .. 1.
 *
 * @throws OptionError on an unknown option, or an amount that is no range
 * @example augmented(digits({ count: 10 }), [randomContrast({ amount: 0.2 })])
 */
export function randomContrast(options: ShadeOptions): Augmentation {
  return shade("randomContrast", options, (image) => {
    let sum = 0;
    for (let i = 0; i < lengthOf(image); i++) sum += image.data[i]!;
    return sum / lengthOf(image);
  });
}

function shade(name: string, options: ShadeOptions, fixed: (image: Pixels) => number): Augmentation {
  checkOptions(name, options, ["amount"]);
  const amount = spreadOf(name, "amount", options.amount);
  return new Augmentation(name, { amount }, (image, random) => {
    const factor = 1 + between(amount, random);
    const middle = fixed(image);
    for (let i = 0; i < lengthOf(image); i++) image.data[i] = middle + factor * (image.data[i]! - middle);
  });
}

/**
 * Adds to every number a draw of its own from a normal distribution of mean 0.
 *
 * @throws OptionError on an unknown option, or a deviation below 0
 * @example augmented(digits({ count: 10 }), [randomNoise({ deviation: 0.05 })])
 */
export function randomNoise(options: { readonly deviation: number }): Augmentation {
  checkOptions("randomNoise", options, ["deviation"]);
  const { deviation } = options;
  checkRange("randomNoise", "deviation", deviation, Number.POSITIVE_INFINITY);
  return new Augmentation("randomNoise", { deviation }, (image, random) => {
    for (let i = 0; i < lengthOf(image); i++) image.data[i] = image.data[i]! + deviation * random.normal();
  });
}

/**
 * Makes every pixel (x − mean) / deviation of its channel, without any chance: for the end of a list of augmentations that
 * want pixels 0 .. 1. Sets whose pixels are not changed before are better normalised once, by `normalized`.
 *
 * @throws OptionError on an unknown option or a deviation not above 0; at an image, if there is not one number a channel
 * @example augmented(digits({ count: 10 }), [randomNoise({ deviation: 0.05 }), normalize(mnistPixels)])
 */
export function normalize(statistics: PixelStatistics): Augmentation {
  const { mean, deviation } = statistics ?? {};
  const channels = Array.isArray(mean) ? mean.length : Array.isArray(deviation) ? deviation.length : 1;
  perChannel("normalize", statistics, channels);
  return new Augmentation("normalize", { mean, deviation }, (image) => {
    const own = perChannel("normalize", statistics, image.channels);
    const plane = image.height * image.width;
    for (let i = 0; i < lengthOf(image); i++) {
      const channel = Math.floor(i / plane);
      image.data[i] = (image.data[i]! - own.mean[channel]!) / own.deviation[channel]!;
    }
  });
}

function lengthOf({ channels, height, width }: Pixels): number {
  return channels * height * width;
}

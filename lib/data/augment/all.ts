import { OptionError } from "../../errors.ts";
import { randomAffine, randomRotation } from "./affine.ts";
import type { Augmentation } from "./augmentation.ts";
import { centerCrop, randomCrop, randomShift } from "./crop.ts";
import { randomCutout } from "./cutout.ts";
import { randomElastic } from "./elastic.ts";
import { randomHorizontalFlip, randomVerticalFlip } from "./flip.ts";
import { normalize, randomBrightness, randomContrast, randomNoise } from "./shade.ts";

const makers = {
  centerCrop,
  normalize,
  randomAffine,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomCutout,
  randomElastic,
  randomHorizontalFlip,
  randomNoise,
  randomRotation,
  randomShift,
  randomVerticalFlip,
};

/** An augmentation as plain data, for another thread. */
export type Recipe = Pick<Augmentation, "name" | "settings">;

/** The augmentation that a function of this folder made, made again from its data. */
export function remade({ name, settings }: Recipe): Augmentation {
  const maker = (makers as unknown as Record<string, (settings: Recipe["settings"]) => Augmentation>)[name];
  if (maker === undefined) throw new OptionError(name, "no such augmentation", "give one of the library");
  return maker(settings);
}

import { describe, OptionError } from "../../errors.ts";
import type { Random } from "../../random.ts";

/** One image on its way through the augmentations, each of which changes it in place. */
export interface Pixels {
  /** `[channels, height, width]`, row-major, at its beginning; behind it there may be more, which is nobody's. */
  readonly data: Float32Array;
  readonly channels: number;
  /** An augmentation that crops makes these smaller, for every image alike. */
  height: number;
  width: number;
}

/** What changes an image at random; draws from `random` alone, so that one seed gives one image. */
export type AugmentationFunction = (image: Pixels, random: Random) => void;

/**
 * A random change of images, with all its settings: made by `randomCrop`, `randomHorizontalFlip` and their like. It is
 * plain data and a function of it, so that a worker can make the same from the data.
 */
export class Augmentation {
  /** The function that made it. */
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly run: AugmentationFunction;

  /** @internal */
  constructor(name: string, settings: Readonly<Record<string, unknown>>, run: AugmentationFunction) {
    this.name = name;
    this.settings = settings;
    this.run = run;
  }

  /** `randomCrop({ padding: 4, size: null })` */
  toString(): string {
    return `${this.name}(${JSON.stringify(this.settings)})`;
  }
}

/** How pixels outside an image are made up: `zeros`, the image mirrored about its edge pixels, or its edge pixels. */
export type Border = "zeros" | "reflect" | "edge";

const borders: readonly Border[] = ["zeros", "reflect", "edge"];

export function checkBorder(operation: string, border: Border): void {
  if (borders.includes(border)) return;
  const fix = `choose one of ${borders.map((name) => `"${name}"`).join(", ")}`;
  throw new OptionError(operation, `border is ${describe(border)}`, fix);
}

export function checkProbability(operation: string, probability: number): void {
  if (probability >= 0 && probability <= 1) return;
  throw new OptionError(operation, `probability is ${describe(probability)}`, "give a number in 0 .. 1");
}

/**
 * The place in 0 .. size − 1 that stands for `i`, which may lie outside; −1 where zeros do. Mirrored, the edge pixel
 * itself is not repeated: … 2 1 0 1 2 …
 */
export function within(i: number, size: number, border: Border): number {
  if (i >= 0 && i < size) return i;
  if (border === "zeros") return -1;
  if (border === "edge" || size === 1) return i < 0 ? 0 : size - 1;
  const period = 2 * (size - 1);
  const place = ((i % period) + period) % period;
  return place < size ? place : period - place;
}

let spare = new Float32Array(0);

/** A copy of the image's pixels to read from while the image is written; the next call uses its place again. */
export function copyOf({ data, channels, height, width }: Pixels): Float32Array {
  const length = channels * height * width;
  if (spare.length < length) spare = new Float32Array(length);
  spare.set(data.subarray(0, length));
  return spare;
}

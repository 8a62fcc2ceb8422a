import { checkOptions, describe, OptionError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { Augmentation, type Border, checkBorder, copyOf, type Pixels, within } from "./augmentation.ts";

/** Every number between two, equally likely; one number r is short for [−r, r]. */
export type Spread = number | readonly [number, number];

/** How far an image is turned. */
export interface RotationOptions {
  /** Degrees, counter-clockwise. */
  readonly degrees: Spread;
  /** What stands where the image has left; default `"zeros"`. */
  readonly border?: Border;
}

/** Ranges of an affine map; what is left out does not change. */
export interface AffineOptions {
  /** Turn in degrees, counter-clockwise; default 0. */
  readonly degrees?: Spread;
  /** Shift along each axis in pixels, fractions too; default 0. */
  readonly pixels?: Spread;
  /** Enlargement, the same along both axes, e.g. `[0.9, 1.1]`; default `[1, 1]`. */
  readonly scale?: readonly [number, number];
  /** Slant in degrees: the top moves to the left where it is positive; default 0. */
  readonly shear?: Spread;
  /** What stands where the image has left; default `"zeros"`. */
  readonly border?: Border;
}

/**
 * Turns the image about its middle by a random angle; pixels between pixels are mixed of four (bilinear). Right angles are
 * exact.
 *
 * @throws OptionError on an unknown option, or an angle that is no number
 * @example augmented(digits({ count: 10 }), [randomRotation({ degrees: 10 })])
 */
export function randomRotation(options: RotationOptions): Augmentation {
  checkOptions("randomRotation", options, ["degrees", "border"]);
  const { degrees, border = "zeros" } = options;
  return affine("randomRotation", { degrees: spreadOf("randomRotation", "degrees", degrees), border });
}

/**
 * A random affine map about the image's middle, in one step so that pixels are mixed once:
 * `out(p) = in(A⁻¹(p − shift))`, A = rotation · slant · scale, bilinear between pixels.
 *
 * @throws OptionError on an unknown option, a range that is none, a scale not above 0, or a slant of 90° or more
 * @example augmented(digits({ count: 10 }), [randomAffine({ degrees: 8, pixels: 1.5, scale: [0.9, 1.1], shear: 5 })])
 */
export function randomAffine(options: AffineOptions): Augmentation {
  const name = "randomAffine";
  checkOptions(name, options, ["degrees", "pixels", "scale", "shear", "border"]);
  const { degrees = 0, pixels = 0, scale = [1, 1], shear = 0, border = "zeros" } = options;
  const scales = Array.isArray(scale) ? spreadOf(name, "scale", scale) : undefined;
  if (scales === undefined || !(scales[0] > 0)) {
    const found = Array.isArray(scale) ? `[${scale.join(", ")}]` : describe(scale);
    throw new OptionError(name, `scale is ${found}`, "give the smallest and the largest, above 0: [0.9, 1.1]");
  }
  const slant = spreadOf(name, "shear", shear);
  if (Math.max(Math.abs(slant[0]), Math.abs(slant[1])) >= 90) {
    throw new OptionError(name, `shear reaches ${slant.join(" .. ")} degrees`, "stay below 90");
  }
  return affine(name, {
    degrees: spreadOf(name, "degrees", degrees),
    pixels: spreadOf(name, "pixels", pixels),
    scale: scales,
    shear: slant,
    border,
  });
}

type Bounds = readonly [number, number];

/** The two ends of a range. */
export function spreadOf(operation: string, option: string, spread: Spread): Bounds {
  if (typeof spread === "number" && Number.isFinite(spread)) return [-Math.abs(spread), Math.abs(spread)];
  const pair: unknown = spread;
  if (Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite) && pair[0] <= pair[1]) {
    return [pair[0], pair[1]] as Bounds;
  }
  const found = Array.isArray(pair) ? `[${pair.join(", ")}]` : describe(pair);
  throw new OptionError(
    operation,
    `${option} is ${found}`,
    "give a number r for −r .. r, or the smallest and the largest",
  );
}

/** A number of the range; one that has no width takes no draw away from others, but draws all the same. */
export function between([low, high]: Bounds, random: Random): number {
  return low + (high - low) * random.uniform();
}

const still: Bounds = [0, 0];

function affine(
  name: string,
  settings: { degrees: Bounds; pixels?: Bounds; scale?: Bounds; shear?: Bounds; border: Border },
): Augmentation {
  checkBorder(name, settings.border);
  const { degrees, pixels = still, scale = [1, 1], shear = still, border } = settings;
  return new Augmentation(name, settings, (image, random) => {
    const [sine, cosine] = sineAndCosine(between(degrees, random));
    const size = between(scale, random);
    const [slantSine, slantCosine] = sineAndCosine(between(shear, random));
    const slant = slantSine / slantCosine;
    const right = between(pixels, random);
    const down = between(pixels, random);
    // The inverse of the map, as pixels are fetched: first the turn back, then the slant, then the scale.
    const middleX = (image.width - 1) / 2;
    const middleY = (image.height - 1) / 2;
    resample(image, border, (x, y, at) => {
      const u = x - middleX - right;
      const v = y - middleY - down;
      const turnedX = cosine * u - sine * v;
      const turnedY = sine * u + cosine * v;
      at[0] = middleX + (turnedX - slant * turnedY) / size;
      at[1] = middleY + turnedY / size;
    });
  });
}

/**
 * Fetches every pixel from the place that `source` writes into its last argument, x first: the mean of the four pixels
 * around it, weighted by nearness.
 */
export function resample(
  image: Pixels,
  border: Border,
  source: (x: number, y: number, at: Float64Array) => void,
): void {
  const { data, channels, height, width } = image;
  const from = copyOf(image);
  const plane = height * width;
  const at = new Float64Array(2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      source(x, y, at);
      const left = Math.floor(at[0]!);
      const top = Math.floor(at[1]!);
      const u = at[0]! - left;
      const v = at[1]! - top;
      const column = within(left, width, border);
      const nextColumn = within(left + 1, width, border);
      const row = within(top, height, border) * width; // below 0 where it is outside
      const nextRow = within(top + 1, height, border) * width;
      // Where a pixel does not count its place is −1, and it is not looked at: 0 · ∞ would be NaN.
      const a = row < 0 || column < 0 ? -1 : row + column;
      const b = row < 0 || nextColumn < 0 || u === 0 ? -1 : row + nextColumn;
      const c = nextRow < 0 || column < 0 || v === 0 ? -1 : nextRow + column;
      const d = nextRow < 0 || nextColumn < 0 || u === 0 || v === 0 ? -1 : nextRow + nextColumn;
      const [weightA, weightB, weightC, weightD] = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
      for (let start = 0; start < channels * plane; start += plane) {
        let sum = 0;
        if (a >= 0) sum += weightA * from[start + a]!;
        if (b >= 0) sum += weightB * from[start + b]!;
        if (c >= 0) sum += weightC * from[start + c]!;
        if (d >= 0) sum += weightD * from[start + d]!;
        data[start + y * width + x] = sum;
      }
    }
  }
}

/**
 * Sine and cosine of an angle in degrees by sums and products alone, so that every engine gets the same bits; multiples of
 * 90 are exact. The series of the rest, at most 45°, are cut where terms fall below 2⁻⁵³.
 */
export function sineAndCosine(degrees: number): [sine: number, cosine: number] {
  const quarters = Math.round(degrees / 90);
  const x = ((degrees - 90 * quarters) * Math.PI) / 180;
  const square = x * x;
  let [sine, cosine] = [0, 0];
  for (let n = 17; n >= 3; n -= 2) sine = ((1 + sine) * -square) / (n * (n - 1));
  for (let n = 18; n >= 2; n -= 2) cosine = ((1 + cosine) * -square) / (n * (n - 1));
  sine = x * (1 + sine);
  cosine = 1 + cosine;
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [sine, cosine];
    case 1:
      return [cosine, -sine];
    case 2:
      return [-sine, -cosine];
    default:
      return [-cosine, sine];
  }
}

import { type ColourMap, colourAt, groundColour, lineColour, marked, type Rgb } from "./colours.ts";
import { formatNumber } from "./format.ts";
import { type Images, imageAt } from "./images.ts";
import { statistics } from "./statistics.ts";

/** The numbers drawn in a map's first and last colour. */
export type Range = readonly [low: number, high: number];

/** `common`: least and most of all images. `each`: every image's own. Or two numbers. */
export type RangeChoice = "common" | "each" | Range;

/** An odd number of colours, so that a diverging map has one for exactly zero; three more make the palette. */
export const LEVELS = 253;
/** The palette's colour for numbers that are NaN or infinite. */
export const MARKED = LEVELS;
/** The palette's colour of the lines around images, or between them. */
export const LINE = LEVELS + 1;
/** The palette's colour between images that have a line around them. */
export const GROUND = LEVELS + 2;

const palettes = new Map<ColourMap, readonly Rgb[]>();

/** All colours of a map, then those of what is no number, of lines and of the ground. */
export function paletteOf(map: ColourMap): readonly Rgb[] {
  const known = palettes.get(map);
  if (known !== undefined) return known;
  const levels = Array.from({ length: LEVELS }, (_, i) => colourAt(map, i / (LEVELS - 1)));
  const palette = [...levels, marked, lineColour, groundColour];
  palettes.set(map, palette); // a live picture asks again and again
  return palette;
}

/**
 * How many shades of the palette are taken as one, in turn, the first for few maps, the others for many: nobody tells more than 85
 * shades of small maps apart, and their file is a quarter smaller; 43 and 19 make it smaller still. All divide 126, so that zero
 * keeps its shade.
 */
export const STEPS = [1, 3, 6, 14] as const;

/**
 * Where a number lies in the palette. Where all are equal there is no share: zero is then the least, others the middle.
 *
 * @param step how many shades of the palette are taken as one, of `STEPS`
 */
export function levelOf(value: number, low: number, high: number, step = 1): number {
  if (!Number.isFinite(value)) return MARKED;
  if (high === low) return low === 0 ? 0 : (LEVELS - 1) / 2;
  const share = (value - low) / (high - low);
  return step * Math.round((Math.min(1, Math.max(0, share)) * (LEVELS - 1)) / step);
}

/** The range of each image. */
export function rangesOf(images: Images, map: ColourMap, choice: RangeChoice): Range[] {
  if (typeof choice !== "string") return Array.from({ length: images.count }, () => choice);
  const common = images.channels === 3 && map !== "diverging" ? colourRange(images) : spanOf(images.data, map);
  return Array.from({ length: images.count }, (_, i) => (choice === "each" ? spanOf(imageAt(images, i), map) : common));
}

/** The range that finite numbers span; symmetric around zero for a diverging map. `[0, 0]` where there is none. */
function spanOf(values: ArrayLike<number>, map: ColourMap): Range {
  const { min, max } = statistics(values);
  if (map !== "diverging") return Number.isNaN(min) ? [0, 0] : [min, max];
  const largest = Number.isNaN(min) ? 0 : Math.max(Math.abs(min), Math.abs(max));
  return largest === 0 ? [-1, 1] : [-largest, largest]; // all zero: still neutral
}

/** Photographs come as bytes or as shares of one: stretching these would change a dark picture into a bright one. */
function colourRange(images: Images): Range {
  if (images.data instanceof Uint8Array) return [0, 255];
  const { min, max } = statistics(images.data);
  return min >= 0 && max <= 1 ? [0, 1] : spanOf(images.data, "grey");
}

/** What a caption says of the values and how they are drawn. */
export function describeRange(images: Images, map: ColourMap, choice: RangeChoice, [low, high]: Range): string {
  const { min, max } = statistics(images.data);
  if (Number.isNaN(min)) return "No finite value";
  const values =
    min === max ? `All values ${formatNumber(min)}` : `Values from ${formatNumber(min)} to ${formatNumber(max)}`;
  if (choice === "each") return `${values}; every image has its own scale`;
  if (images.channels === 3 && map === "diverging") return `${values}; zero is mid-grey`;
  if (map === "diverging") return `${values}; zero is white`;
  const same = low === min && high === max;
  if (low === high || (map === "sequential" && same)) return values;
  const ends = map === "sequential" && images.channels === 1 ? ["", ""] : [" (black)", " (white)"];
  if (same) return `Values from ${formatNumber(low)}${ends[0]} to ${formatNumber(high)}${ends[1]}`;
  return `${values}; drawn from ${formatNumber(low)}${ends[0]} to ${formatNumber(high)}${ends[1]}`;
}

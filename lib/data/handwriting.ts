import type { Random } from "../random.ts";
import { curveThrough } from "./curve.ts";
import { elasticField, shiftAt } from "./elastic.ts";
import type { Glyph } from "./glyphs.ts";
import { inkLine, soften } from "./raster.ts";

/** How unlike its model a written digit may be. Ranges are uniform: an extreme is as likely as the middle. */
export interface Handwriting {
  /** Standard deviation of every knot of the pen's path, relative to the digit's height. */
  readonly wobble: number;
  /** Largest turn, in degrees either way. */
  readonly rotation: number;
  /** Largest slant: shift to the side per height, either way. */
  readonly shear: number;
  /** Largest relative change of the width, and apart from it of the height. */
  readonly stretch: number;
  /** Largest shift from the middle, in pixels, each way along each axis. */
  readonly shift: number;
  /** Elastic distortion: root mean square of the smooth random shift along each axis, in pixels. */
  readonly elastic: number;
  /** Smallest and largest radius of the pen, in pixels. */
  readonly pen: readonly [number, number];
  /** Largest standard deviation of the noise added to every pixel, where ink is 1. */
  readonly noise: number;
}

/** Height of an undistorted digit and side of the image, in pixels: those of MNIST (LeCun et al., 1998, section III.A). */
const HEIGHT = 20;
export const SIDE = 28;

/** Units of height in which glyphs are drawn. */
const UNITS = 100;

/**
 * Writes one digit: the knots wobble, a curve runs through them, an affine map and an elastic field bend it, a pen inks it.
 * The path is bent rather than the finished picture, so that lines stay sharp.
 *
 * @returns `[SIDE, SIDE]`, 0 paper .. 1 ink, each pixel a whole number of 255ths as in an image of bytes
 */
export function writeDigit(glyph: Glyph, hand: Handwriting, random: Random): Float64Array {
  const lines = glyph.map((stroke) => curveThrough(wobbled(stroke, hand.wobble * UNITS, random)));
  pose(lines, hand, random);
  const field = elasticField(SIDE, hand.elastic, random);
  const image = new Float64Array(SIDE * SIDE);
  const radius = between(hand.pen[0], hand.pen[1], random);
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const x = line[i]!;
      const y = line[i + 1]!;
      line[i] = x + shiftAt(field, field.dx, x, y);
      line[i + 1] = y + shiftAt(field, field.dy, x, y);
    }
    // The pressure of the hand changes along a stroke, by up to a fifth at either end.
    inkLine(image, SIDE, line, [radius * between(0.8, 1.2, random), radius * between(0.8, 1.2, random)]);
  }
  soften(image, SIDE, random.uniform());
  const ink = between(0.8, 1, random);
  const noise = hand.noise * random.uniform();
  for (let i = 0; i < image.length; i++) {
    const value = ink * image[i]! + noise * random.normal();
    image[i] = Math.round(255 * Math.min(1, Math.max(0, value))) / 255;
  }
  return image;
}

/** Moves every knot at random; the two copies of a corner move together. */
function wobbled(stroke: ArrayLike<number>, deviation: number, random: Random): Float64Array {
  const knots = Float64Array.from(stroke);
  for (let i = 0; i < knots.length; i += 2) {
    if (i > 0 && stroke[i] === stroke[i - 2] && stroke[i + 1] === stroke[i - 1]) {
      knots.copyWithin(i, i - 2, i);
      continue;
    }
    knots[i]! += deviation * random.normal();
    knots[i + 1]! += deviation * random.normal();
  }
  return knots;
}

/** Maps the lines from glyph units to pixels in place: centred, stretched, slanted, turned and shifted. */
function pose(lines: readonly Float64Array[], hand: Handwriting, random: Random): void {
  const [centreX, centreY] = middle(lines);
  const width = (HEIGHT / UNITS) * (1 + spread(hand.stretch, random));
  const height = (HEIGHT / UNITS) * (1 + spread(hand.stretch, random));
  const slant = spread(hand.shear, random);
  // Rational cosine and sine, from the tangent of half the angle: exact arithmetic, the same in every engine. The
  // tangent's series is cut after its second term, which turns 30 degrees into 29.98.
  const half = (spread(hand.rotation, random) * Math.PI) / 360;
  const tangent = half * (1 + (half * half) / 3);
  const cosine = (1 - tangent * tangent) / (1 + tangent * tangent);
  const sine = (2 * tangent) / (1 + tangent * tangent);
  const toX = (SIDE - 1) / 2 + spread(hand.shift, random);
  const toY = (SIDE - 1) / 2 + spread(hand.shift, random);
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const y = (line[i + 1]! - centreY) * height;
      const x = (line[i]! - centreX) * width - slant * y;
      line[i] = toX + cosine * x - sine * y;
      line[i + 1] = toY + sine * x + cosine * y;
    }
  }
}

/** The middle of the box around all lines. */
function middle(lines: readonly Float64Array[]): [number, number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      left = Math.min(left, line[i]!);
      right = Math.max(right, line[i]!);
      top = Math.min(top, line[i + 1]!);
      bottom = Math.max(bottom, line[i + 1]!);
    }
  }
  return [(left + right) / 2, (top + bottom) / 2];
}

function between(low: number, high: number, random: Random): number {
  return low + (high - low) * random.uniform();
}

/** Uniform in −largest .. largest. */
function spread(largest: number, random: Random): number {
  return between(-largest, largest, random);
}

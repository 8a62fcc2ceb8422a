import type { Random } from "../random.ts";

/** How often a box is run along each axis: three times make a Gaussian, nearly, of σ = √((width² − 1) / 4). */
const PASSES = 3;
/** The σ that a box of 7 pixels makes. */
const SMOOTHNESS = Math.sqrt(12);

/** A field of displacements on a square of pixels that wraps around at its edges. */
export interface ElasticField {
  readonly size: number;
  /** `[size, size]` shifts to the right, in pixels. */
  readonly dx: Float64Array;
  /** `[size, size]` shifts downwards, in pixels. */
  readonly dy: Float64Array;
}

/**
 * A smooth random displacement of every pixel: independent uniform draws, smoothed by a Gaussian (Simard, Steinkraus,
 * Platt, 2003, section 2). Boxes stand for the Gaussian, so that it takes sums only and is the same in every engine.
 *
 * @param strength root mean square of each shift over all fields, in pixels
 * @param smoothness σ of the Gaussian in pixels, as near as a box of odd width, no wider than the field, comes to it
 */
export function elasticField(
  size: number,
  strength: number,
  random: Random,
  smoothness: number = SMOOTHNESS,
): ElasticField {
  const width = Math.sqrt(4 * smoothness * smoothness + 1);
  const box = Math.min(2 * Math.round((width - 1) / 2) + 1, size - 1 + (size % 2));
  // Uniform draws on (−1, 1) have variance ⅓; smoothing both axes scales it by the square of the window's sum of squares.
  const scale = strength / (Math.sqrt(1 / 3) * sumOfSquaredWeights(size, box));
  return { size, dx: smoothNoise(size, box, scale, random), dy: smoothNoise(size, box, scale, random) };
}

/** The shift at a point between pixels, bilinear. */
export function shiftAt(field: ElasticField, shifts: Float64Array, x: number, y: number): number {
  const { size } = field;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const column = wrap(left, size);
  const row = wrap(top, size);
  const nextColumn = (column + 1) % size;
  const nextRow = ((row + 1) % size) * size;
  const u = x - left;
  const v = y - top;
  const upper = (1 - u) * shifts[row * size + column]! + u * shifts[row * size + nextColumn]!;
  const lower = (1 - u) * shifts[nextRow + column]! + u * shifts[nextRow + nextColumn]!;
  return (1 - v) * upper + v * lower;
}

function smoothNoise(size: number, box: number, scale: number, random: Random): Float64Array {
  const field = new Float64Array(size * size);
  for (let i = 0; i < field.length; i++) field[i] = scale * (2 * random.uniform() - 1);
  const padded = new Float64Array(size + box);
  for (let pass = 0; pass < PASSES; pass++) {
    for (let i = 0; i < size; i++) boxBlur(field, box, i * size, 1, padded);
    for (let i = 0; i < size; i++) boxBlur(field, box, i, size, padded);
  }
  return field;
}

/** Replaces a line of the field by its running mean over `box` neighbours. `padded` is scratch, `box` longer than a line. */
function boxBlur(field: Float64Array, box: number, start: number, stride: number, padded: Float64Array): void {
  const size = padded.length - box;
  const reach = box >> 1;
  // The line with its wrapped neighbours on either side, so that the running sum needs no test of the edges.
  for (let i = 0; i < size; i++) padded[reach + i] = field[start + i * stride]!;
  for (let i = 0; i < reach; i++) padded[i] = padded[size + i]!;
  for (let i = reach + size; i < padded.length; i++) padded[i] = padded[i - size]!;
  let sum = 0;
  for (let i = 0; i < box; i++) sum += padded[i]!;
  for (let i = 0; i < size; i++) {
    field[start + i * stride] = sum / box;
    sum += padded[i + box]! - padded[i]!;
  }
}

function sumOfSquaredWeights(size: number, box: number): number {
  const impulse = new Float64Array(size);
  impulse[0] = 1;
  const padded = new Float64Array(size + box);
  for (let pass = 0; pass < PASSES; pass++) boxBlur(impulse, box, 0, 1, padded);
  return impulse.reduce((sum, weight) => sum + weight * weight, 0);
}

function wrap(i: number, size: number): number {
  return ((i % size) + size) % size;
}

import { checkOptions, describe, OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { Dimension } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { imagesOf, LabelledImages } from "./images.ts";

/** Mean and standard deviation of pixels: one number for all channels, or one each. */
export interface PixelStatistics {
  readonly mean: number | readonly number[];
  readonly deviation: number | readonly number[];
}

/** What may stand for the statistics in the readers' option `normalize`: true for the data set's own ones. */
export type Normalize = boolean | PixelStatistics;

/**
 * Mean and standard deviation of each channel over all images and pixels: √(Σ (x − mean)² / count).
 *
 * @param images `[N, C, H, W]`; those to train with, as the others are to be unknown
 * @throws OptionError if there are no pixels
 * @example pixelStatistics(tensor([0, 1, 0, 1], [1, 1, 2, 2])) // { mean: [0.5], deviation: [0.5] }
 */
export function pixelStatistics(images: Tensor<readonly [Dimension, number, number, number]>): {
  mean: number[];
  deviation: number[];
} {
  checkTensor("pixelStatistics", "the images", images);
  const [count, channels, height, width] = images.shape;
  if (images.shape.length !== 4 || images.size === 0) {
    const fix = "give images [N, C, H, W], one or more";
    throw new OptionError("pixelStatistics", `the images are [${images.shape.join(", ")}]`, fix);
  }
  const pixels = peek(images);
  const plane = height * width;
  const each = Array.from({ length: channels }, (_, channel) => channel).map((channel) => {
    const total = sumOver(pixels, count, channels, channel, plane, (x) => x);
    const mean = total / (count * plane);
    const squares = sumOver(pixels, count, channels, channel, plane, (x) => (x - mean) ** 2);
    return { mean, deviation: Math.sqrt(squares / (count * plane)) };
  });
  return { mean: each.map(({ mean }) => mean), deviation: each.map(({ deviation }) => deviation) };
}

function sumOver(
  pixels: Float32Array,
  count: number,
  channels: number,
  channel: number,
  plane: number,
  term: (x: number) => number,
): number {
  let sum = 0;
  for (let n = 0; n < count; n++) {
    const start = (n * channels + channel) * plane;
    for (let i = start; i < start + plane; i++) sum += term(pixels[i]!);
  }
  return sum;
}

/**
 * The same set with every pixel made (x − mean) / deviation of its channel.
 *
 * @param statistics of the training images, for both parts of a split; e.g. `mnistPixels`, or from `pixelStatistics`
 * @throws OptionError if there is not one number for all channels or one each, or a deviation is not above 0
 * @example normalized(digits({ count: 10 }), { mean: 0.1, deviation: 0.3 }).count // 10
 */
export function normalized<C extends number, H extends number, W extends number>(
  set: LabelledImages<C, H, W>,
  statistics: PixelStatistics,
): LabelledImages<C, H, W> {
  if (!(set instanceof LabelledImages)) {
    throw new OptionError("normalized", `the set is ${describe(set)}`, "give LabelledImages, e.g. digits()");
  }
  const [count, channels, height, width] = set.images.shape;
  const { mean, deviation } = perChannel("normalized", statistics, channels);
  const pixels = Float32Array.from(peek(set.images));
  const plane = height * width;
  for (let i = 0; i < count * channels; i++) {
    const channel = i % channels;
    for (let j = i * plane; j < (i + 1) * plane; j++) pixels[j] = (pixels[j]! - mean[channel]!) / deviation[channel]!;
  }
  return imagesOf(pixels, Int32Array.from(peek(set.labels)), [channels as C, height as H, width as W], set.classNames);
}

/** The statistics as a list of one each channel, checked. */
export function perChannel(
  operation: string,
  statistics: PixelStatistics,
  channels: number,
): { mean: readonly number[]; deviation: readonly number[] } {
  checkOptions(operation, statistics, ["mean", "deviation"]);
  const list = (name: "mean" | "deviation"): readonly number[] => {
    const given = statistics[name];
    const all: readonly number[] = typeof given === "number" ? new Array<number>(channels).fill(given) : given;
    const valid = (x: number): boolean => Number.isFinite(x) && (name === "mean" || x > 0);
    if (Array.isArray(all) && all.length === channels && all.every(valid)) return all;
    const found = Array.isArray(given) ? `[${given.join(", ")}]` : describe(given);
    const kind = name === "mean" ? "one number" : "one number above 0";
    throw new OptionError(operation, `${name} is ${found}`, `give ${kind}, or a list of ${channels}, one a channel`);
  };
  return { mean: list("mean"), deviation: list("deviation") };
}

/** The values of the bytes 0 .. 255 in each channel: byte / 255, normalised where there are statistics. */
export function shades(operation: string, channels: number, statistics?: PixelStatistics): Float32Array[] {
  const { mean, deviation } = perChannel(operation, statistics ?? { mean: 0, deviation: 1 }, channels);
  const table = (channel: number): Float32Array =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean[channel]!) / deviation[channel]!);
  return Array.from({ length: channels }, (_, channel) => table(channel));
}

import { checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import type { ReceptiveField } from "../nn/receptive-field.ts";
import { followExample } from "../nn/summary.ts";
import { sum } from "../ops/reduce.ts";
import { reshape } from "../ops/reshape.ts";
import { take } from "../ops/take.ts";
import { checkTensor } from "../tensor/check.ts";
import { wrap } from "../tensor/create.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNetwork, inputGradient } from "./capture-layers.ts";
import { formatNumber, joinSentences } from "./format.ts";
import { figureHtml, Picture } from "./picture.ts";
import { fieldSvg } from "./receptive-field-svg.ts";
import { svgSize, svgUri } from "./svg.ts";

/** Whose receptive field is drawn; every option may be left out. */
export interface ReceptiveFieldMapOptions {
  /** Path of the layer whose output is looked at, `conv2`; default the last one that gives maps. */
  readonly layer?: string;
  /** Row and column of that output; default its middle. */
  readonly at?: readonly [row: number, column: number];
  readonly title?: string;
}

/** A rectangle of pixels: its first row and column, and how many there are of each. Parts may lie in the padding. */
export interface FieldBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Draws what one output of a layer sees of an image: the theoretical receptive field as a frame, which follows from windows and
 * strides alone, and beside it what it really depends on there, measured as the size of the gradient of that output, all
 * channels together, with respect to each pixel (Luo et al., 2016, section 2). That is far smaller, and largest in the middle.
 *
 * @param image `[C, H, W]` or `[1, C, H, W]`, of one or three channels
 * @throws OptionError for a layer that there is not, or a place outside its output; ShapeError for several images
 * @example receptiveFieldMap(lenet5(), digits({ count: 1 }).images, { layer: "conv2", at: [4, 4] })
 */
export function receptiveFieldMap(network: Module, image: AnyTensor, options: ReceptiveFieldMapOptions = {}): Picture {
  const op = "receptiveFieldMap";
  checkOptions(op, options, ["layer", "at", "title"]);
  checkNetwork(op, network);
  const [channels, height, width] = oneImage(op, image);
  const rows = followExample(network, [channels, height, width]).layers.filter(
    ({ path, outputShape, receptiveField }) => path !== "(rest)" && outputShape.length === 3 && receptiveField !== null,
  );
  const names = rows.map(({ path }) => path);
  const row = options.layer === undefined ? rows.at(-1) : rows.find(({ path }) => path === options.layer);
  if (row === undefined) {
    const problem =
      options.layer === undefined ? "no layer gives maps" : `there are no maps of ${describe(options.layer)}`;
    throw new OptionError(
      op,
      problem,
      names.length === 0 ? "give a network of images" : `choose one of ${names.join(", ")}`,
    );
  }
  const [, outHeight, outWidth] = row.outputShape as [number, number, number];
  const at = placeOf(
    op,
    options.at ?? [Math.floor((outHeight - 1) / 2), Math.floor((outWidth - 1) / 2)],
    outHeight,
    outWidth,
  );
  const theory = boxOf(row.receptiveField as ReceptiveField, at);
  const x = reshape(image as Tensor, [1, channels, height, width]);
  const gradient = inputGradient(op, network, x as AnyTensor, row.path, (maps) => {
    const places = reshape(maps, [maps.shape[1] as number, outHeight * outWidth]);
    return sum(
      take(places, wrap(Int32Array.of(at[0] * outWidth + at[1]), [1], "int32"), { axis: 1 }) as Tensor,
    ) as Tensor;
  });
  const sizes = sizesOf(peek(gradient), channels, height * width);
  const title = options.title ?? `What ${row.path}[${at.join(", ")}] sees of the image`;
  const caption = joinSentences(
    `Theory: ${theory.height} × ${theory.width} pixels from row ${theory.top}, column ${theory.left}${beyond(theory, height, width)}`,
    measured(sizes, height, width),
  );
  const alt = joinSentences(title, caption);
  const svg = fieldSvg({
    pixels: peek(x as AnyTensor),
    channels,
    height,
    width,
    sizes,
    theory,
    title,
    description: alt,
  });
  const figure = { caption, alt, source: svgUri(svg), ...svgSize(svg) };
  return new Picture({ "text/html": figureHtml(figure), "image/svg+xml": svg, "text/plain": alt });
}

function oneImage(op: string, image: AnyTensor): [channels: number, height: number, width: number] {
  checkTensor(op, "the image", image);
  const shape = image.shape as readonly number[];
  const [channels, height, width] = shape.slice(-3) as [number, number, number];
  const isOne = shape.length === 3 || (shape.length === 4 && shape[0] === 1);
  if (isOne && (channels === 1 || channels === 3) && height * width > 0) return [channels, height, width];
  const fix = "give one image of 1 or 3 channels, [C, H, W] or [1, C, H, W]";
  throw new ShapeError(op, "it draws the field on one image", [{ name: "image", shape }], fix);
}

function placeOf(op: string, at: readonly number[], height: number, width: number): readonly [number, number] {
  const inside =
    Array.isArray(at) &&
    at.length === 2 &&
    at.every((i, axis) => Number.isInteger(i) && i >= 0 && i < [height, width][axis]!);
  if (inside) return at as unknown as readonly [number, number];
  const found = Array.isArray(at) ? `[${at.join(", ")}]` : describe(at);
  throw new OptionError(
    op,
    `at is ${found}`,
    `the output has ${height} rows and ${width} columns: give [row, column], from 0`,
  );
}

/** The theoretical field of one output. */
function boxOf({ size, stride, start }: ReceptiveField, at: readonly number[]): FieldBox {
  const [top, left] = [0, 1].map((axis) => start[axis]! + at[axis]! * stride[axis]!) as [number, number];
  return { top, left, height: size[0]!, width: size[1]! };
}

const beyond = ({ top, left, height, width }: FieldBox, rows: number, columns: number): string =>
  top < 0 || left < 0 || top + height > rows || left + width > columns ? ", partly in the padding" : "";

/** The size of the gradient at each pixel, over all channels. */
function sizesOf(gradient: ArrayLike<number>, channels: number, pixels: number): Float64Array {
  const sizes = new Float64Array(pixels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < pixels; i++) sizes[i] = sizes[i]! + Math.abs(gradient[c * pixels + i] as number);
  }
  return sizes;
}

/** In words: where the gradient is not zero, and how few pixels hold most of it. */
function measured(sizes: Float64Array, height: number, width: number): string {
  let [top, left, bottom, right, total] = [height, width, -1, -1, 0];
  for (let i = 0; i < sizes.length; i++) {
    if (sizes[i] === 0) continue;
    const [y, x] = [Math.floor(i / width), i % width];
    [top, left, bottom, right] = [Math.min(top, y), Math.min(left, x), Math.max(bottom, y), Math.max(right, x)];
    total += sizes[i]!;
  }
  if (bottom < 0) return "Measured: on this image the output depends on no pixel, as behind units that are dead";
  if (!Number.isFinite(total)) return "Measured: the gradient is not finite";
  let [held, count] = [0, 0];
  for (const size of sizes.toSorted().reverse()) {
    if (held >= 0.9 * total) break;
    held += size;
    count++;
  }
  const most = formatNumber(sizes.reduce((a, b) => Math.max(a, b), 0));
  return `Measured on this image: it depends on ${bottom - top + 1} × ${right - left + 1} pixels; ${count} of them hold 90 % of the gradient, the largest is ${most}`;
}

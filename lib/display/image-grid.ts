import { checkInteger, checkOptions, OptionError } from "../errors.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { ColourMap } from "./colours.ts";
import { drawImages } from "./draw-images.ts";
import { plural } from "./format.ts";
import { type Images, imagesOf } from "./images.ts";
import type { Picture } from "./picture.ts";

/** How images are drawn; every option may be left out. */
export interface ImageGridOptions {
  readonly title?: string;
  /** Said below, before the range of values. */
  readonly caption?: string;
  /** One under each image. */
  readonly labels?: readonly string[];
  /** How numbers of one channel become colours; default `grey`. */
  readonly colours?: ColourMap;
  /**
   * The numbers drawn darkest and lightest: `common` (default) takes least and most of all images, `each` of every
   * image by itself; or two numbers. Images of three channels within 0 to 1, or of bytes, keep their own scale.
   */
  readonly range?: "common" | "each" | readonly [low: number, high: number];
  /** Images a row; as many as fit evenly where it is left out. */
  readonly columns?: number;
  /** Images beyond this many are not drawn, which is said; default 64. */
  readonly limit?: number;
}

const known = ["title", "caption", "labels", "colours", "range", "columns", "limit"];
const maps = ["grey", "sequential", "diverging"];

/**
 * Draws images side by side as one picture, small ones enlarged by whole numbers. The caption says the range of
 * values, and how many are NaN or infinite (drawn magenta).
 *
 * @param images `[N, C, H, W]` with C = 1 (numbers as colours) or C = 3 (red, green, blue); `[N, H, W]`; `[3, H, W]`,
 *   one image of three colours; `[H, W]`
 * @throws ShapeError if the tensor has other axes or no pixels; OptionError for an unknown option or value
 */
export function imageGrid(images: AnyTensor, options: ImageGridOptions = {}): Picture {
  checkOptions("imageGrid", options, known);
  const planes = imagesOf("imageGrid", images);
  checkGrid("imageGrid", planes, options);
  return drawImages(planes, options, "image");
}

/** Refuses options that do not fit the images, before anything is drawn. */
export function checkGrid(operation: string, images: Images, options: ImageGridOptions): void {
  const { labels, colours, range, columns, limit } = options;
  if (columns !== undefined) checkInteger(operation, "columns", columns, 1);
  if (limit !== undefined) checkInteger(operation, "limit", limit, 1);
  if (colours !== undefined && !maps.includes(colours)) {
    throw new OptionError(operation, `there is no colour map "${colours}"`, `choose one of ${maps.join(", ")}`);
  }
  if (labels !== undefined && labels.length !== images.count) {
    const found = `${plural(labels.length, "label")} for ${plural(images.count, "image")}`;
    throw new OptionError(operation, found, "give one label an image");
  }
  if (range === undefined || range === "common" || range === "each") return;
  const isRange = Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && range[0] < range[1];
  if (isRange) return;
  throw new OptionError(operation, `range is ${JSON.stringify(range)}`, 'give "common", "each" or [low, high]');
}

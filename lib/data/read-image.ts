import { checkInteger, checkOptions, checkRange, describe, OptionError } from "../errors.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";
import { type DecodedImage, decodeImage } from "./decode-image.ts";
import { readFileBytes } from "./files.ts";
import { areaResize } from "./resize.ts";

/** What becomes of a picture. */
export interface ReadImageOptions {
  /** 1: grey; 3: red, green, blue; 4: with opacity. Default: 1 or 3, as the file has it. */
  readonly channels?: 1 | 3 | 4;
  /** Height and width, or the side of a square; default: as the file has it. */
  readonly size?: number | readonly [height: number, width: number];
  /**
   * Where the file has other proportions: `cover` cuts off what is too much on two sides, `contain` adds the background,
   * `stretch` distorts. Default `"cover"`.
   */
  readonly fit?: "cover" | "contain" | "stretch";
  /** The grey, 0 .. 1, behind what is not opaque and beside what does not fill the size; default 1, white. */
  readonly background?: number;
}

/** The options of the function that reads one picture, checked, with their defaults. */
export interface ImageForm {
  readonly channels: 1 | 3 | 4 | undefined;
  readonly size: readonly [height: number, width: number] | undefined;
  readonly fit: "cover" | "contain" | "stretch";
  readonly background: number;
}

/** The most bytes of a file. */
const LIMIT = 256 << 20;

/**
 * Reads a photograph: a PNG file (any kind) or a JPEG file (baseline or progressive), told by its content, turned upright
 * as its camera says. Made smaller, a pixel is the mean of the area it covers; made larger, it is bilinear. Grey of colour
 * is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
 *
 * @returns `[C, H, W]`, 0 black .. 1
 * @throws DataError naming the file if it is missing, damaged, of another format or larger than 100 million pixels;
 *   OptionError on an unknown option or a value out of its range
 */
export async function readImage(
  file: string,
  options: ReadImageOptions = {},
): Promise<Tensor<readonly [number, number, number]>> {
  checkOptions("readImage", options, ["channels", "size", "fit", "background"]);
  const form = formOf("readImage", options);
  if (typeof file !== "string") {
    throw new OptionError("readImage", `the file is ${describe(file)}`, 'give its path as text: readImage("cat.png")');
  }
  const { data, channels, height, width } = await readFormed(file, form);
  return freshTensor(data, [channels, height, width] as const, "float32");
}

/** The options with their defaults. @throws OptionError for a value out of its range */
export function formOf(operation: string, options: ReadImageOptions): ImageForm {
  const { channels, size, fit = "cover", background = 1 } = options;
  if (channels !== undefined && ![1, 3, 4].includes(channels)) {
    throw new OptionError(
      operation,
      `channels is ${describe(channels)}`,
      "choose 1 (grey), 3 (colour) or 4 (with opacity)",
    );
  }
  const pair = typeof size === "number" ? [size, size] : size;
  if (pair !== undefined) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new OptionError(operation, `size is ${describe(size)}`, "give a side, or [height, width]");
    }
    for (const side of pair) checkInteger(operation, "size", side as number, 1);
  }
  if (!["cover", "contain", "stretch"].includes(fit)) {
    throw new OptionError(operation, `fit is ${describe(fit)}`, 'choose "cover", "contain" or "stretch"');
  }
  checkRange(operation, "background", background, 1 + Number.EPSILON);
  return { channels, size: pair as readonly [number, number] | undefined, fit, background };
}

/** Reads a picture and gives it its form. */
export async function readFormed(file: string, form: ImageForm): Promise<DecodedImage> {
  const image = await decodeImage(await readFileBytes(file, LIMIT), file);
  return fitted(recoloured(image, form), form);
}

/** The picture in so many channels; opacity that is not asked for is laid on the background. */
function recoloured(image: DecodedImage, { channels: wanted, background }: ImageForm): DecodedImage {
  const { channels, height, width, data } = image;
  const size = height * width;
  const clear = channels === 2 || channels === 4;
  const to = wanted ?? (channels <= 2 ? 1 : 3);
  if (to === channels) return image;
  const result = new Float32Array(to * size);
  const plane = (channel: number): Float32Array => data.subarray(channel * size, (channel + 1) * size);
  const alpha = clear ? plane(channels - 1) : undefined;
  const colours = channels <= 2 ? [plane(0), plane(0), plane(0)] : [plane(0), plane(1), plane(2)];
  const [red, green, blue] = colours as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i < size; i++) {
    const opacity = alpha === undefined ? 1 : alpha[i]!;
    const shown = (value: number): number => (to === 4 ? value : opacity * value + (1 - opacity) * background);
    if (to === 1) {
      const grey = channels <= 2 ? red[i]! : 0.299 * red[i]! + 0.587 * green[i]! + 0.114 * blue[i]!;
      result[i] = shown(grey);
    } else {
      result[i] = shown(red[i]!);
      result[size + i] = shown(green[i]!);
      result[2 * size + i] = shown(blue[i]!);
      if (to === 4) result[3 * size + i] = opacity;
    }
  }
  return { channels: to, height, width, data: result };
}

/** The picture in the size asked for. */
function fitted(image: DecodedImage, { size, fit, background }: ImageForm): DecodedImage {
  const { channels, height, width, data } = image;
  if (size === undefined || (size[0] === height && size[1] === width)) return image;
  const [rows, columns] = size;
  const scales = [rows / height, columns / width];
  const scale = fit === "cover" ? Math.max(...scales) : Math.min(...scales);
  const between = fit === "stretch" ? size : [Math.round(height * scale), Math.round(width * scale)];
  const middle = { height: Math.max(1, between[0]!), width: Math.max(1, between[1]!) };
  const [top, left] = [(rows - middle.height) >> 1, (columns - middle.width) >> 1];
  const result = new Float32Array(channels * rows * columns).fill(fit === "contain" ? background : 0);
  for (let channel = 0; channel < channels; channel++) {
    const plane = data.subarray(channel * height * width, (channel + 1) * height * width);
    const resized = areaResize(plane, { height, width }, middle);
    for (let y = Math.max(0, top); y < Math.min(rows, top + middle.height); y++) {
      const from = (y - top) * middle.width - Math.min(0, left);
      const length = Math.min(columns, middle.width);
      result.set(resized.subarray(from, from + length), (channel * rows + y) * columns + Math.max(0, left));
    }
  }
  return { channels, height: rows, width: columns, data: result };
}

import { checkInteger, checkOptions, describe, OptionError } from "../../errors.ts";
import { Augmentation, type Border, checkBorder, copyOf, type Pixels, within } from "./augmentation.ts";

/** Where a piece is cut from. */
export interface CropOptions {
  /** Pixels added on every side first; default 0. */
  readonly padding?: number;
  /** Side of the square that is cut out; default the image's own size. */
  readonly size?: number;
  /** What the added pixels are; default `"zeros"`. */
  readonly border?: Border;
}

/**
 * Cuts a piece out of the padded image, every place equally likely: `out[c, y, x] = padded[c, y + a, x + b]`. With 4 pixels
 * of padding and a mirror before, the usual augmentation of CIFAR-10 (He et al., 2016, section 4.2); with a smaller `size`
 * and none, that of AlexNet (Krizhevsky et al., 2012, section 4.1), which `centerCrop` answers when it is judged.
 *
 * @throws OptionError on an unknown option, a padding or size that is no whole number, or neither a padding nor a size;
 *   at an image, if it is smaller than the piece
 * @example augmented(digits({ count: 10 }), [randomCrop({ padding: 4 })])
 */
export function randomCrop(options: CropOptions): Augmentation {
  checkOptions("randomCrop", options, ["padding", "size", "border"]);
  const { padding = 0, size, border = "zeros" } = options;
  checkInteger("randomCrop", "padding", padding, 0);
  if (size !== undefined) checkInteger("randomCrop", "size", size, 1);
  checkBorder("randomCrop", border);
  if (padding === 0 && size === undefined) {
    throw new OptionError("randomCrop", "there is neither padding nor a size", "give one, e.g. { padding: 4 }");
  }
  const settings = size === undefined ? { padding, border } : { padding, size, border };
  return new Augmentation("randomCrop", settings, (image, random) => {
    const [height, width] = [size ?? image.height, size ?? image.width];
    const spareRows = image.height + 2 * padding - height;
    const spareColumns = image.width + 2 * padding - width;
    checkFits("randomCrop", image, height, width, spareRows, spareColumns);
    const top = random.integer(spareRows + 1) - padding;
    const left = random.integer(spareColumns + 1) - padding;
    cut(image, top, left, height, width, border);
  });
}

/**
 * Cuts the square in the middle, without any chance: what a network that learnt from `randomCrop({ size })` is judged by.
 *
 * @throws OptionError on an unknown option, or a size that is no whole number; at an image, if it is smaller
 * @example augmented(digits({ count: 10 }), [centerCrop({ size: 24 })])
 */
export function centerCrop(options: { readonly size: number }): Augmentation {
  checkOptions("centerCrop", options, ["size"]);
  const { size } = options;
  checkInteger("centerCrop", "size", size, 1);
  return new Augmentation("centerCrop", { size }, (image) => {
    const [rows, columns] = [image.height - size, image.width - size];
    checkFits("centerCrop", image, size, size, rows, columns);
    cut(image, rows >> 1, columns >> 1, size, size, "zeros");
  });
}

/** How far an image is moved. */
export interface ShiftOptions {
  /** The most pixels along each axis, either way. */
  readonly pixels: number;
  /** What stands where the image has left; default `"zeros"`. */
  readonly border?: Border;
}

/**
 * Moves the image by whole pixels, every shift equally likely: `out[c, y, x] = in[c, y − a, x − b]`, −pixels ≤ a, b ≤
 * pixels.
 *
 * @throws OptionError on an unknown option, or a number of pixels that is no whole number
 * @example augmented(digits({ count: 10 }), [randomShift({ pixels: 2 })])
 */
export function randomShift(options: ShiftOptions): Augmentation {
  checkOptions("randomShift", options, ["pixels", "border"]);
  const { pixels, border = "zeros" } = options;
  checkInteger("randomShift", "pixels", pixels, 0);
  checkBorder("randomShift", border);
  return new Augmentation("randomShift", { pixels, border }, (image, random) => {
    const down = random.integer(2 * pixels + 1) - pixels;
    const right = random.integer(2 * pixels + 1) - pixels;
    cut(image, -down, -right, image.height, image.width, border);
  });
}

function checkFits(
  operation: string,
  image: Pixels,
  height: number,
  width: number,
  spareRows: number,
  spareColumns: number,
): void {
  const room = image.data.length >= image.channels * height * width;
  if (spareRows >= 0 && spareColumns >= 0 && room) return;
  const problem = `a piece of ${height} × ${width} does not fit into images of ${image.height} × ${image.width}`;
  const fix = `give a size of at most ${describe(Math.min(image.height, image.width))}`;
  throw new OptionError(operation, problem, fix);
}

/** Makes the image the piece of itself whose upper left pixel is at (top, left), which may lie outside. */
function cut(image: Pixels, top: number, left: number, height: number, width: number, border: Border): void {
  const { data, channels, height: rows, width: columns } = image;
  const from = copyOf(image);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = within(y + top, rows, border);
      const to = (channel * height + y) * width;
      if (row < 0) {
        data.fill(0, to, to + width);
        continue;
      }
      const start = (channel * rows + row) * columns;
      for (let x = 0; x < width; x++) {
        const column = within(x + left, columns, border);
        data[to + x] = column < 0 ? 0 : from[start + column]!;
      }
    }
  }
  image.height = height;
  image.width = width;
}

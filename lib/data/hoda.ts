import { checkInteger, checkOptions, describe, OptionError } from "../errors.ts";
import { type CdbImage, parseCdb } from "./cdb.ts";
import { readFileBytes } from "./files.ts";
import { imagesOf, type LabelledImages } from "./images.ts";
import { areaResize } from "./resize.ts";

/** How digits of many sizes become images of one. */
export interface HodaOptions {
  /** Side of the square images; default 32. */
  readonly size?: number;
  /**
   * Makes the longer side of every digit this many pixels, as MNIST did with 20 of 28; left out, digits keep their size,
   * and only those larger than the image are made to fit.
   */
  readonly digit?: number;
  /** What comes to the middle: the box around the ink, or its centre of mass, as in MNIST; default `"box"`. */
  readonly center?: "box" | "mass";
  /** Reads the first so many alone. */
  readonly limit?: number;
}

/** The Persian digits, by label. */
const persianDigits: readonly string[] = "۰۱۲۳۴۵۶۷۸۹".split("");

/** The most that a file may hold: four times the largest published. */
const LIMIT = 32 << 20;

/**
 * Reads a file of the Hoda set (Khosravi, Kabir, 2007): Persian digits written by hand on forms, black and white, cut out
 * close to the ink, 2,000 of each digit in `Test 20000.cdb` and 6,000 in `Train 60000.cdb`. For research; not to be
 * passed on. The files are sorted by digit: shuffle, and split by class.
 *
 * @param file the path of a `.cdb` file
 * @returns images `[N, 1, size, size]`, 0 paper .. 1 ink, with the Persian digits as names of the classes
 * @throws DataError naming the file, what was expected and what was found, if it is missing, of another format, cut short
 *   or too long, or a row of a digit does not add up; OptionError for an option out of its range
 */
export async function hoda(file: string, options: HodaOptions = {}): Promise<LabelledImages> {
  checkOptions("hoda", options, ["size", "digit", "center", "limit"]);
  const { size = 32, digit, center = "box", limit } = options;
  checkInteger("hoda", "size", size, 1);
  if (digit !== undefined) checkInteger("hoda", "digit", digit, 1);
  if (digit !== undefined && digit > size) {
    throw new OptionError("hoda", `digit is ${digit}, more than the size, ${size}`, `give at most ${size}`);
  }
  if (center !== "box" && center !== "mass") {
    throw new OptionError("hoda", `center is ${describe(center)}`, 'choose "box" or "mass"');
  }
  if (limit !== undefined) checkInteger("hoda", "limit", limit, 1);
  if (typeof file !== "string") {
    throw new OptionError("hoda", `the file is ${describe(file)}`, 'give its path as text: hoda("Test 20000.cdb")');
  }
  const digits = parseCdb(await readFileBytes(file, LIMIT), file, limit);
  const images = new Float32Array(digits.length * size * size);
  for (const [i, image] of digits.entries()) {
    place(images.subarray(i * size * size, (i + 1) * size * size), size, scaled(image, size, digit), center);
  }
  return imagesOf(
    images,
    Int32Array.from(digits, ({ label }) => label),
    [1, size, size],
    persianDigits,
  );
}

interface Grey {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** The digit with its longer side made `digit` pixels, or no longer than the image where nothing was asked for. */
function scaled({ data, height, width }: CdbImage, size: number, digit: number | undefined): Grey {
  const longer = Math.max(height, width);
  const aim = digit ?? Math.min(longer, size);
  const ink = Float32Array.from(data, (byte) => byte / 255);
  if (aim === longer) return { data: ink, height, width };
  const to = (side: number): number => Math.max(1, Math.round((side * aim) / longer));
  const target = { height: to(height), width: to(width) };
  return { ...target, data: areaResize(ink, { height, width }, target) };
}

/** Copies a digit into the square so that its middle, rounded to whole pixels, is the square's. */
function place(into: Float32Array, size: number, { data, height, width }: Grey, center: "box" | "mass"): void {
  let [top, left] = [(size - height) >> 1, (size - width) >> 1];
  if (center === "mass") {
    let [mass, down, right] = [0, 0, 0];
    for (let i = 0; i < data.length; i++) {
      mass += data[i]!;
      down += data[i]! * Math.floor(i / width);
      right += data[i]! * (i % width);
    }
    if (mass > 0) {
      const within = (place: number, side: number): number => Math.max(0, Math.min(size - side, Math.round(place)));
      top = within((size - 1) / 2 - down / mass, height); // as near as leaves all of the ink inside
      left = within((size - 1) / 2 - right / mass, width);
    }
  }
  for (let y = 0; y < height; y++) into.set(data.subarray(y * width, (y + 1) * width), (top + y) * size + left);
}

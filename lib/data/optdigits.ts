import { checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { openFolder, readBytes } from "./files.ts";
import { type ImageSplit, imagesOf, type LabelledImages } from "./images.ts";

const SIDE = 8;
const PIXELS = SIDE * SIDE;
/** The largest count: all pixels of a 4 × 4 block are ink. */
const FULL = 16;
const COUNTS = { tra: 3823, tes: 1797 };
/** The most a file may hold: lines of 64 counts of two digits and a label, and one line of names. */
const LIMIT = 4000 * 200;

/** How much the files hold. */
export interface OptdigitsOptions {
  /** How many digits `optdigits.tra` holds; default 3,823. */
  readonly train?: number;
  /** How many digits `optdigits.tes` holds; default 1,797. */
  readonly test?: number;
}

/**
 * Reads the optical digits of UCI (Alpaydin, Kaynak, 1998): 8 × 8 images whose pixels are counts of ink, 0 .. 16, in blocks
 * of 4 × 4 of a scan. Small enough to train on in a second. A line is 64 counts and the label, separated by commas; a first
 * line of names may stand before them.
 *
 * @param folder holds `optdigits.tra`, of 30 writers, and `optdigits.tes`, of 13 others
 * @returns images `[3823, 1, 8, 8]` and `[1797, 1, 8, 8]`, 0 paper .. 1 ink, with their labels 0 .. 9
 * @throws DataError naming the file, the line, what was expected and what was found
 */
export async function optdigits(folder: string, options: OptdigitsOptions = {}): Promise<ImageSplit<1, 8, 8>> {
  checkOptions("optdigits", options, ["train", "test"]);
  const { train = COUNTS.tra, test = COUNTS.tes } = options;
  if (typeof folder !== "string") {
    const fix = 'give its path as text: optdigits("data/optdigits")';
    throw new OptionError("optdigits", `the folder is ${describe(folder)}`, fix);
  }
  return {
    train: await readPart(folder, "optdigits.tra", train),
    test: await readPart(folder, "optdigits.tes", test),
  };
}

async function readPart(folder: string, name: string, count: number): Promise<LabelledImages<1, 8, 8>> {
  const opened = await openFolder(folder);
  const file = [name, `${name}.gz`].find((candidate) => opened.names.has(candidate));
  if (file === undefined) {
    const some = [...opened.names].sort().slice(0, 6).join(", ");
    throw new DataError(folder, `a file ${name}`, some || "an empty folder", "name the folder that holds both files");
  }
  const path = `${folder}/${file}`;
  const text = new TextDecoder().decode(await readBytes(opened, file, Math.max(LIMIT, 200 * count)));
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const header = /^\s*[A-Za-z]/.test(lines[0] ?? "") ? 1 : 0;
  const rows = lines.length - header;
  if (rows !== count) {
    throw new DataError(path, `${count} lines of digits`, `${rows}`, "if it is a subset, say so by train or test");
  }
  const images = new Float32Array(count * PIXELS);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const cells = lines[header + i]!.split(",");
    const line = header + i + 1;
    if (cells.length !== PIXELS + 1) {
      throw new DataError(path, `${PIXELS} counts and a label in line ${line}`, `${cells.length} numbers`);
    }
    for (const [j, cell] of cells.entries()) {
      const most = j < PIXELS ? FULL : 9;
      const number = /^\s*\d+\s*$/.test(cell) ? Number(cell) : -1;
      if (number < 0 || number > most) {
        const expected = j < PIXELS ? `a count 0 .. ${FULL} in column ${j + 1}` : "a label 0 .. 9 in the last column";
        throw new DataError(path, `${expected} of line ${line}`, describe(cell));
      }
      if (j < PIXELS) images[i * PIXELS + j] = number / FULL;
      else labels[i] = number;
    }
  }
  return imagesOf(images, labels, [1, SIDE, SIDE], "0123456789".split(""));
}

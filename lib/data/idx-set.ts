import { checkInteger, checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { type Folder, openFolder, readBytes } from "./files.ts";
import { hex, type IdxArray, parseIdx } from "./idx.ts";
import { type ImageSplit, imagesOf, type LabelledImages } from "./images.ts";
import type { PublishedSet } from "./sources.ts";
import { type Normalize, normalized, type PixelStatistics, pixelStatistics, shades } from "./statistics.ts";

/** How much the files hold, and what becomes of the pixels. */
export interface MnistOptions {
  /** How many images the training files hold: a subset in the same format may have fewer (default: those published). */
  readonly train?: number;
  /** How many images the test files hold (default: those published). */
  readonly test?: number;
  /** Subtracts a mean and divides by a deviation: true for those of the set, or others (default false: pixels 0 .. 1). */
  readonly normalize?: Normalize;
}

/** A set of 28 × 28 images in MNIST's format, as it was published. */
export interface IdxSet {
  /** The function that reads it, and the set in words. */
  readonly operation: string;
  readonly title: string;
  /** What the training and the test files begin with: `train`, `t10k`. */
  readonly parts: readonly [train: string, test: string];
  readonly counts: readonly [train: number, test: number];
  readonly classNames: readonly string[];
  /** Of the training pixels; left out, they are computed when asked for. */
  readonly pixels?: PixelStatistics;
  /** The number of the first class in the files (default 0): afterwards it is 0. */
  readonly firstLabel?: number;
  /** Its name for `download`, where that knows it. */
  readonly published?: PublishedSet;
  /** Whether rows and columns have changed places in the files. */
  readonly transposed?: boolean;
}

const SIDE = 28;

/** What a file holds by its number of dimensions, in the words of the errors. */
const KINDS: { readonly [axes: number]: string } = { 1: "labels", 3: "images" };

/** What one part of a set should hold, and the other, for the case that they have changed places. */
interface Part {
  readonly name: string;
  readonly count: number;
  readonly other: number;
  readonly limit: number;
}

/** Reads the four files of a set. */
export async function readIdxSet(folder: string, options: MnistOptions, set: IdxSet): Promise<ImageSplit<1, 28, 28>> {
  const { operation, parts, counts } = set;
  checkOptions(operation, options, ["train", "test", "normalize"]);
  const { train = counts[0], test = counts[1], normalize = false } = options;
  checkInteger(operation, "train", train, 1);
  checkInteger(operation, "test", test, 1);
  if (typeof folder !== "string") {
    const fix = `give its path as text: ${operation}("data/${operation}")`;
    throw new OptionError(operation, `the folder is ${describe(folder)}`, fix);
  }
  const statistics = normalize === true ? set.pixels : normalize || undefined;
  const shade = shades(operation, 1, statistics)[0]!;
  const opened = await openFolder(folder);
  // The largest file of the set bounds them all, so that files in each other's places are read far enough to say so.
  const limit = 16 + Math.max(train, test) * SIDE * SIDE;
  const split = {
    train: await readPart(opened, { name: parts[0], count: train, other: test, limit }, set, shade),
    test: await readPart(opened, { name: parts[1], count: test, other: train, limit }, set, shade),
  };
  if (normalize !== true || statistics !== undefined) return split;
  const own = pixelStatistics(split.train.images);
  return { train: normalized(split.train, own), test: normalized(split.test, own) };
}

async function readPart(
  folder: Folder,
  part: Part,
  set: IdxSet,
  shade: Float32Array,
): Promise<LabelledImages<1, 28, 28>> {
  const { firstLabel = 0, classNames } = set;
  const pixels = await readIdx(folder, `${part.name}-images`, 3, part.limit, set);
  const [, height, width] = pixels.shape;
  if (height !== SIDE || width !== SIDE) {
    throw new DataError(pixels.path, `images of ${SIDE} × ${SIDE} pixels`, `${height} × ${width}`);
  }
  checkCount(pixels, part, set);
  const classes = await readIdx(folder, `${part.name}-labels`, 1, part.limit, set);
  checkCount(classes, part, set);
  const last = firstLabel + classNames.length - 1;
  const beyond = classes.data.findIndex((label) => label < firstLabel || label > last);
  if (beyond >= 0) {
    throw new DataError(classes.path, `labels ${firstLabel} .. ${last}`, `${classes.data[beyond]} for image ${beyond}`);
  }
  // The value of a byte from a table: faster than 47 million divisions.
  const images = new Float32Array(pixels.data.length);
  if (set.transposed) transpose(images, pixels.data, shade);
  else for (let i = 0; i < images.length; i++) images[i] = shade[pixels.data[i]!]!;
  const labels = Int32Array.from(classes.data, (label) => label - firstLabel);
  return imagesOf(images, labels, [1, height, width], classNames);
}

function transpose(images: Float32Array, bytes: Uint8Array, shade: Float32Array): void {
  for (let start = 0; start < bytes.length; start += SIDE * SIDE) {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) images[start + y * SIDE + x] = shade[bytes[start + x * SIDE + y]!]!;
    }
  }
}

async function readIdx(
  folder: Folder,
  stem: string,
  axes: number,
  limit: number,
  set: IdxSet,
): Promise<IdxArray & { path: string }> {
  const name = findName(folder, `${stem}-idx${axes}-ubyte`, set);
  const path = `${folder.path}/${name}`;
  const array = parseIdx(await readBytes(folder, name, limit), path);
  const found = array.shape.length;
  if (found !== axes) {
    throw new DataError(
      path,
      `${KINDS[axes]} (magic number ${hex(0x800 + axes)})`,
      `${KINDS[found] ?? `${found} dimensions`} (${hex(0x800 + found)})`,
      "check that each file has the name it was published under",
    );
  }
  return { ...array, path };
}

/** The name under which the folder holds an official file; mirrors rename `-idx` to `.idx`, and unpack or pack. */
function findName(folder: Folder, official: string, { title, operation, published }: IdxSet): string {
  const dotted = official.replace("-idx", ".idx");
  const names = [official, `${official}.gz`, dotted, `${dotted}.gz`];
  const found = names.find((name) => folder.names.has(name));
  if (found !== undefined) return found;
  const some = [...folder.names].sort().slice(0, 6);
  const rest = folder.names.size - some.length;
  const listed = some.length === 0 ? "an empty folder" : `${some.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  const fetch = published === undefined ? "" : `, or have them fetched: ${operation}(await download("${published}"))`;
  const fix = `name the folder that holds ${title}'s four files${fetch}`;
  throw new DataError(folder.path, `a file ${official}, or with .gz`, listed, fix);
}

function checkCount(
  { shape, path }: { shape: readonly number[]; path: string },
  { count, other }: Part,
  { operation }: IdxSet,
): void {
  const [found] = shape;
  if (found === count) return;
  const what = KINDS[shape.length];
  const fix =
    found === other
      ? "the training and the test files seem to have changed places: rename them"
      : `if the set is a subset, say so: ${operation}(folder, { train, test }) takes the numbers of images`;
  throw new DataError(path, `${count} ${what}`, `${found}`, fix);
}

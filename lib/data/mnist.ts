import { checkInteger, checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { type Folder, openFolder, readBytes } from "./files.ts";
import { hex, type IdxArray, parseIdx } from "./idx.ts";
import { greyImages, type ImageSplit, type LabelledImages } from "./images.ts";

/** Mean and standard deviation of the pixels of MNIST's training images, where ink is 1: for those who standardise. */
export const mnistPixels = { mean: 0.1307, deviation: 0.3081 } as const;

const SIDE = 28;
const CLASSES = 10;

/** What a file holds by its number of dimensions, in the words of the errors. */
const KINDS: { readonly [axes: number]: string } = { 1: "labels", 3: "images" };

/** How much the files hold. */
export interface MnistOptions {
  /** How many images the training files hold (default 60,000): a subset in the same format may have fewer. */
  readonly train?: number;
  /** How many images the test files hold (default 10,000). */
  readonly test?: number;
}

/**
 * Reads the handwritten digits of MNIST (LeCun et al., 1998), or any set in its format, from the four official files in a
 * folder: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`; also
 * with `.idx` for `-idx`, also with `.gz`, plain or gzip whatever the name says.
 *
 * @returns images `[60000, 1, 28, 28]` and `[10000, 1, 28, 28]`, 0 paper .. 1 ink, with their labels 0 .. 9
 * @throws DataError naming the file, what was expected and what was found, if one is missing, damaged, cut short, too
 *   long, of another kind, not 28 × 28, in another's place, or labelled beyond 0 .. 9
 */
export async function mnist(folder: string, options: MnistOptions = {}): Promise<ImageSplit> {
  checkOptions("mnist", options, ["train", "test"]);
  const { train = 60_000, test = 10_000 } = options;
  checkInteger("mnist", "train", train, 1);
  checkInteger("mnist", "test", test, 1);
  if (typeof folder !== "string") {
    throw new OptionError("mnist", `the folder is ${describe(folder)}`, 'give its path as text: mnist("data/mnist")');
  }
  const opened = await openFolder(folder);
  // The largest file of the set bounds them all, so that files in each other's places are read far enough to say so.
  const limit = 16 + Math.max(train, test) * SIDE * SIDE;
  return {
    train: await readPart(opened, "train", train, test, limit),
    test: await readPart(opened, "t10k", test, train, limit),
  };
}

async function readPart(
  folder: Folder,
  part: string,
  count: number,
  other: number,
  limit: number,
): Promise<LabelledImages> {
  const pixels = await readIdx(folder, `${part}-images`, 3, limit);
  const [, height, width] = pixels.shape;
  if (height !== SIDE || width !== SIDE) {
    throw new DataError(pixels.path, `images of ${SIDE} × ${SIDE} pixels`, `${height} × ${width}`);
  }
  checkCount(pixels, count, other);
  const classes = await readIdx(folder, `${part}-labels`, 1, limit);
  checkCount(classes, count, other);
  const beyond = classes.data.findIndex((label) => label >= CLASSES);
  if (beyond >= 0) throw new DataError(classes.path, "labels 0 .. 9", `${classes.data[beyond]} for image ${beyond}`);
  // A byte divided by 255 and rounded to float32, from a table: faster than 47 million divisions.
  const shade = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const images = new Float32Array(pixels.data.length);
  for (let i = 0; i < images.length; i++) images[i] = shade[pixels.data[i]!]!;
  return greyImages(images, Int32Array.from(classes.data), height, width);
}

async function readIdx(
  folder: Folder,
  stem: string,
  axes: number,
  limit: number,
): Promise<IdxArray & { path: string }> {
  const name = findName(folder, `${stem}-idx${axes}-ubyte`);
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
function findName(folder: Folder, official: string): string {
  const dotted = official.replace("-idx", ".idx");
  const names = [official, `${official}.gz`, dotted, `${dotted}.gz`];
  const found = names.find((name) => folder.names.has(name));
  if (found !== undefined) return found;
  const some = [...folder.names].sort().slice(0, 6);
  const rest = folder.names.size - some.length;
  const listed = some.length === 0 ? "an empty folder" : `${some.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  throw new DataError(
    folder.path,
    `a file ${official}, or with .gz`,
    listed,
    "name the folder that holds MNIST's four files",
  );
}

function checkCount({ shape, path }: { shape: readonly number[]; path: string }, count: number, other: number): void {
  const [found] = shape;
  if (found === count) return;
  const what = KINDS[shape.length];
  const fix =
    found === other
      ? "the training and the test files seem to have changed places: rename them"
      : `if the set is a subset, say so: mnist(folder, { train, test }) takes the numbers of images`;
  throw new DataError(path, `${count} ${what}`, `${found}`, fix);
}

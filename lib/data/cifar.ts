import { checkInteger, checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { type Folder, openFolder, readBytes } from "./files.ts";
import { type ImageSplit, imagesOf, type LabelledImages } from "./images.ts";
import { type Normalize, type PixelStatistics, shades } from "./statistics.ts";

/** The ten classes of CIFAR-10, by label. */
export const cifar10Classes: readonly string[] = "airplane automobile bird cat deer dog frog horse ship truck".split(
  " ",
);

/** Mean and deviation of the red, green and blue pixels of CIFAR-10's 50,000 training images, where white is 1. */
export const cifar10Pixels = { mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616] } as const;

const SIDE = 32;
const PIXELS = 3 * SIDE * SIDE;

/** How much the files hold, and what becomes of the pixels. */
export interface Cifar10Options {
  /** How many images the training files hold together (default 50,000): a subset in the same format may have fewer. */
  readonly train?: number;
  /** How many images the test files hold together (default 10,000). */
  readonly test?: number;
  /** Subtracts a mean and divides by a deviation: true for `cifar10Pixels`, or others (default false: pixels 0 .. 1). */
  readonly normalize?: Normalize;
}

/** What distinguishes the two sets of one family. */
export interface Layout {
  readonly operation: string;
  /** How many classes each byte before the pixels chooses from; and which of these bytes is the label. */
  readonly labels: readonly number[];
  readonly label: number;
  readonly classNames: readonly string[];
}

/**
 * Reads CIFAR-10 (Krizhevsky, 2009), binary version: 32 × 32 colour photographs of ten kinds of thing. A file is a row of
 * records of 3,073 bytes: the label, then the red, the green and the blue plane.
 *
 * @param folder holds `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, plain or gzip, also with `.gz`; or any
 *   such files, which are taken in the order of their names: those that begin with `test` to judge by, all others to learn
 *   from
 * @returns images `[50000, 3, 32, 32]` and `[10000, 3, 32, 32]`, 0 black .. 1, with their labels and class names
 * @throws DataError naming the file, what was expected and what was found, if one is missing, damaged, no whole number of
 *   records, or labelled beyond 0 .. 9, or if there are not as many images as there should be
 */
export async function cifar10(folder: string, options: Cifar10Options = {}): Promise<ImageSplit<3, 32, 32>> {
  const layout = { operation: "cifar10", labels: [10], label: 0, classNames: cifar10Classes };
  checkOptions("cifar10", options, ["train", "test", "normalize"]);
  return readSplit(folder, options, layout, cifar10Pixels);
}

/** The parts of a set in this format. */
export async function readSplit(
  folder: string,
  options: Cifar10Options,
  layout: Layout,
  own: PixelStatistics,
): Promise<ImageSplit<3, 32, 32>> {
  const { operation } = layout;
  const { train = 50_000, test = 10_000, normalize = false } = options;
  checkInteger(operation, "train", train, 1);
  checkInteger(operation, "test", test, 1);
  if (typeof folder !== "string") {
    const fix = `give its path as text: ${operation}("data/${operation}")`;
    throw new OptionError(operation, `the folder is ${describe(folder)}`, fix);
  }
  const tables = shades(operation, 3, normalize === true ? own : normalize || undefined);
  const opened = await openFolder(folder);
  const names = [...opened.names].filter((name) => /\.bin(\.gz)?$/.test(name)).sort();
  // A file stands there packed and unpacked: one of them is enough.
  const once = names.filter((name) => !(name.endsWith(".gz") && opened.names.has(name.slice(0, -3))));
  const parts = [once.filter((name) => !name.startsWith("test")), once.filter((name) => name.startsWith("test"))];
  return {
    train: await readPart(opened, parts[0]!, train, "train", layout, tables),
    test: await readPart(opened, parts[1]!, test, "test", layout, tables),
  };
}

async function readPart(
  folder: Folder,
  names: readonly string[],
  count: number,
  part: "train" | "test",
  layout: Layout,
  tables: readonly Float32Array[],
): Promise<LabelledImages<3, 32, 32>> {
  const kind = part === "train" ? "training" : "test";
  if (names.length === 0) {
    const some = [...folder.names].sort().slice(0, 6).join(", ");
    const { operation } = layout;
    const fix = `name the folder that holds the unpacked files, or have them fetched: ${operation}(await download("${operation}"))`;
    throw new DataError(folder.path, `files of ${kind} images, .bin or .bin.gz`, some || "an empty folder", fix);
  }
  const record = layout.labels.length + PIXELS;
  const images = new Float32Array(count * PIXELS);
  const labels = new Int32Array(count);
  let done = 0;
  for (const name of names) {
    const path = `${folder.path}/${name}`;
    const bytes = await readBytes(folder, name, count * record);
    const records = bytes.length / record;
    if (!Number.isInteger(records) || records === 0) {
      const fix = "fetch the file anew; the sets' binary version is meant, not the one for Python or MATLAB";
      throw new DataError(path, `a whole number of records of ${record} bytes`, `${bytes.length} bytes`, fix);
    }
    if (done + records > count)
      throw miscounted(folder, names, kind, count, `more: ${done + records} with ${name}`, part);
    for (let i = 0; i < records; i++, done++) {
      labels[done] = checkLabels(path, bytes, i, record, layout);
      const from = i * record + layout.labels.length;
      copyPixels(images, done * PIXELS, bytes, from, tables);
    }
  }
  if (done < count) throw miscounted(folder, names, kind, count, `${done}`, part);
  return imagesOf(images, labels, [3, SIDE, SIDE], layout.classNames);
}

function copyPixels(
  images: Float32Array,
  to: number,
  bytes: Uint8Array,
  from: number,
  tables: readonly Float32Array[],
): void {
  const plane = SIDE * SIDE;
  for (let channel = 0; channel < 3; channel++) {
    const shade = tables[channel]!;
    for (let j = channel * plane; j < (channel + 1) * plane; j++) images[to + j] = shade[bytes[from + j]!]!;
  }
}

/** The label of a record, after a look at all its label bytes. */
function checkLabels(path: string, bytes: Uint8Array, i: number, record: number, layout: Layout): number {
  for (const [at, classes] of layout.labels.entries()) {
    const label = bytes[i * record + at]!;
    if (label < classes) continue;
    throw new DataError(path, `labels 0 .. ${classes - 1} in byte ${at} of a record`, `${label} in record ${i}`);
  }
  return bytes[i * record + layout.label]!;
}

function miscounted(
  folder: Folder,
  names: readonly string[],
  kind: string,
  count: number,
  found: string,
  part: "train" | "test",
): DataError {
  const listed = names.length > 6 ? `${names.slice(0, 6).join(", ")}, …` : names.join(", ");
  return new DataError(
    folder.path,
    `${count} ${kind} images in ${listed}`,
    found,
    `fetch what is missing, or take away what does not belong; if the set is a subset, say so by the option "${part}"`,
  );
}

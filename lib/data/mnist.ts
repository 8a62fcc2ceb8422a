import { checkOptions, describe, OptionError } from "../errors.ts";
import { type IdxSet, type MnistOptions, readIdxSet } from "./idx-set.ts";
import type { ImageSplit } from "./images.ts";

/** Mean and standard deviation of the pixels of MNIST's training images, where ink is 1: for those who standardise. */
export const mnistPixels = { mean: 0.1307, deviation: 0.3081 } as const;

const digits = "0123456789";
const official = { parts: ["train", "t10k"], counts: [60_000, 10_000] } as const;

/**
 * Reads the handwritten digits of MNIST (LeCun et al., 1998), or any set in its format, from the four official files in a
 * folder: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`; also
 * with `.idx` for `-idx`, also with `.gz`, plain or gzip whatever the name says.
 *
 * @returns images `[60000, 1, 28, 28]` and `[10000, 1, 28, 28]`, 0 paper .. 1 ink, with their labels 0 .. 9
 * @throws DataError naming the file, what was expected and what was found, if one is missing, damaged, cut short, too
 *   long, of another kind, not 28 × 28, in another's place, or labelled beyond 0 .. 9
 */
export async function mnist(folder: string, options: MnistOptions = {}): Promise<ImageSplit<1, 28, 28>> {
  const names = { operation: "mnist", title: "MNIST", published: "mnist", classNames: digits.split("") } as const;
  return readIdxSet(folder, options, { ...official, ...names, pixels: mnistPixels });
}

/**
 * Reads Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017): grey pictures of ten kinds of clothing, in MNIST's format and with its
 * counts and file names. `normalize: true` stands for mean 0.2860 and deviation 0.3530.
 *
 * @returns as `mnist` does, with the names of the classes
 * @throws DataError as `mnist` does
 */
export async function fashionMnist(folder: string, options: MnistOptions = {}): Promise<ImageSplit<1, 28, 28>> {
  const classNames = "T-shirt/top,trouser,pullover,dress,coat,sandal,shirt,sneaker,bag,ankle boot".split(",");
  const names = { operation: "fashionMnist", title: "Fashion-MNIST", published: "fashion-mnist", classNames } as const;
  return readIdxSet(folder, options, { ...official, ...names, pixels: { mean: 0.286, deviation: 0.353 } });
}

/**
 * Reads Kuzushiji-MNIST (Clanuwat et al., 2018): ten letters of cursive Japanese, in MNIST's format and with its counts and
 * file names. `normalize: true` computes mean and deviation from the training images.
 *
 * @returns as `mnist` does, with the letters as names of the classes
 * @throws DataError as `mnist` does
 */
export async function kmnist(folder: string, options: MnistOptions = {}): Promise<ImageSplit<1, 28, 28>> {
  const names = {
    operation: "kmnist",
    title: "Kuzushiji-MNIST",
    published: "kmnist",
    classNames: "おきすつなはまやれを".split(""),
  } as const;
  return readIdxSet(folder, options, { ...official, ...names });
}

/** The six ways in which EMNIST was cut. */
export type EmnistSplit = "byclass" | "bymerge" | "balanced" | "letters" | "digits" | "mnist";

/** Which part of EMNIST. */
export interface EmnistOptions extends MnistOptions {
  /** Default `"balanced"`. */
  readonly split?: EmnistSplit;
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const merged = `${digits}${capitals}abdefghnqrt`; // the small letters that do not look like their capitals

const emnistSplits: { readonly [split in EmnistSplit]: Pick<IdxSet, "counts" | "firstLabel"> & { classes: string } } = {
  byclass: { counts: [697_932, 116_323], classes: `${digits}${capitals}${capitals.toLowerCase()}` },
  bymerge: { counts: [697_932, 116_323], classes: merged },
  balanced: { counts: [112_800, 18_800], classes: merged },
  letters: { counts: [124_800, 20_800], classes: capitals, firstLabel: 1 },
  digits: { counts: [240_000, 40_000], classes: digits },
  mnist: { counts: [60_000, 10_000], classes: digits },
};

/**
 * Reads a split of EMNIST (Cohen et al., 2017): handwritten digits and letters, in files such as
 * `emnist-balanced-train-images-idx3-ubyte.gz`. The files hold the images on their sides; they are turned upright here.
 * The labels of `letters`, 1 .. 26 there, are 0 .. 25 here, as everywhere.
 *
 * @returns images `[N, 1, 28, 28]`, 0 paper .. 1 ink, with the characters as names of the classes
 * @throws DataError as `mnist` does; OptionError for an unknown split
 */
export async function emnist(folder: string, options: EmnistOptions = {}): Promise<ImageSplit<1, 28, 28>> {
  checkOptions("emnist", options, ["split", "train", "test", "normalize"]);
  const { split = "balanced", ...rest } = options;
  if (!Object.hasOwn(emnistSplits, split)) {
    const fix = `choose one of ${Object.keys(emnistSplits).join(", ")}`;
    throw new OptionError("emnist", `split is ${describe(split)}`, fix);
  }
  const { classes, ...counts } = emnistSplits[split];
  return readIdxSet(folder, rest, {
    ...counts,
    operation: "emnist",
    title: `EMNIST ${split}`,
    parts: [`emnist-${split}-train`, `emnist-${split}-test`],
    classNames: classes.split(""),
    transposed: true,
  });
}

import { checkInteger, checkOptions, DataError, describe, OptionError } from "../errors.ts";
import { listFolder } from "./files.ts";
import { imagesOf, type LabelledImages } from "./images.ts";
import { formOf, type ReadImageOptions, readFormed } from "./read-image.ts";
import { normalized, type PixelStatistics } from "./statistics.ts";

/** What becomes of the pictures: all are made alike. */
export interface ImageFolderOptions extends ReadImageOptions {
  /** 1: grey; 3 (default): red, green, blue; 4: with opacity. */
  readonly channels?: 1 | 3 | 4;
  /** Height and width, or the side of a square. */
  readonly size: number | readonly [height: number, width: number];
  /** Reads so many of each class alone, the first by name. */
  readonly limit?: number;
  /** Subtracts a mean and divides by a deviation. */
  readonly normalize?: PixelStatistics;
}

/**
 * Reads a folder of pictures sorted into folders, one a class: `pets/cat/1.png`, `pets/dog/1.jpg`. Classes are numbered in
 * the order of their folders' names, and named by them; pictures come in the order of their names. Read are files that end
 * in .png, .jpg or .jpeg; what begins with a dot is passed over.
 *
 * @returns images `[N, C, H, W]`, 0 black .. 1, with labels and class names
 * @throws DataError naming the file or folder if there are no class folders, one has no pictures, or a picture is not as
 *   `readImage` wants it; OptionError on an unknown option or a value out of its range
 */
export async function imageFolder(folder: string, options: ImageFolderOptions): Promise<LabelledImages> {
  checkOptions("imageFolder", options, ["size", "channels", "fit", "background", "limit", "normalize"]);
  const { limit = Number.POSITIVE_INFINITY, normalize, channels = 3, size, ...rest } = options;
  if (size === undefined)
    throw new OptionError("imageFolder", "size is missing", "give the side of the images: { size: 64 }");
  const form = formOf("imageFolder", { ...rest, size, channels });
  if (limit !== Number.POSITIVE_INFINITY) checkInteger("imageFolder", "limit", limit, 1);
  if (typeof folder !== "string") {
    throw new OptionError("imageFolder", `the folder is ${describe(folder)}`, 'give its path as text: "data/pets"');
  }
  const classNames = (await listFolder(folder)).folders;
  if (classNames.length === 0) {
    throw new DataError(
      folder,
      "folders of pictures, one a class",
      "no folder in it",
      "sort the pictures into folders",
    );
  }
  const files: { path: string; label: number }[] = [];
  for (const [label, name] of classNames.entries()) {
    const path = `${folder}/${name}`;
    const pictures = (await listFolder(path)).files.filter((file) => /\.(png|jpe?g)$/i.test(file));
    if (pictures.length === 0)
      throw new DataError(path, "PNG or JPEG files", "none", "fill the folder, or take it away");
    files.push(...pictures.slice(0, limit).map((file) => ({ path: `${path}/${file}`, label })));
  }
  const [height, width] = form.size!;
  const images = new Float32Array(files.length * channels * height * width);
  for (const [i, { path }] of files.entries())
    images.set((await readFormed(path, form)).data, i * channels * height * width);
  const labels = Int32Array.from(files, ({ label }) => label);
  const set = imagesOf(images, labels, [channels, height, width], classNames);
  return normalize === undefined ? set : normalized(set, normalize);
}

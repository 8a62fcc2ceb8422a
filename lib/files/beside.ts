import { DataError, quoted } from "../errors.ts";
import { reason } from "./whole.ts";

/**
 * Reads a file that another one names: inside the folder of the other, or below it, and nowhere else. Absolute paths, steps
 * upward and links are refused, so that a file from anywhere cannot have the reader read what it should not.
 *
 * @param file the one that names it, for errors too
 * @param name as it stands there, its folders separated by `/`
 * @throws DataError if the name leads out of the folder or through a link, or the file cannot be read
 */
export async function readBeside(file: string, name: string): Promise<Uint8Array> {
  const { readFile, realpath } = await import("node:fs/promises");
  const { dirname, join } = await import("node:path");
  const parts = name.split("/");
  const plain = parts.every((part) => part !== "" && part !== "." && part !== ".." && !/[\\:\0]/.test(part));
  if (!plain) throw new DataError(file, "the name of a file beside it", quoted(name));
  try {
    const folder = await realpath(dirname(file));
    const path = join(folder, ...parts);
    if ((await realpath(path)) !== path) throw new DataError(file, "files beside it that are no links", quoted(name));
    return await readFile(path);
  } catch (error) {
    if (error instanceof DataError) throw error;
    const code = (error as { code?: unknown }).code;
    const found = code === "ENOENT" ? "nothing there" : reason(error);
    throw new DataError(file, `the file ${quoted(name)} beside it`, found);
  }
}

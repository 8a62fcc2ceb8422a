import { DataError } from "../errors.ts";
import { reason } from "./whole.ts";

/** A file of which only parts are read. */
export interface PartialFile {
  /** In bytes. */
  readonly size: number;
  /** Bytes from `begin` on. @throws DataError if there are not as many, or they cannot be read */
  read(begin: number, length: number): Promise<Uint8Array>;
}

/** Node reads at most 2 GiB at once. */
const mostAtOnce = 2 ** 30;

/**
 * Opens a file, has parts of it read, and closes it.
 *
 * @returns what `use` returns; null if there is no such file
 * @throws DataError if it cannot be read
 */
export async function readParts<T>(path: string, use: (file: PartialFile) => Promise<T>): Promise<T | null> {
  const { open } = await import("node:fs/promises");
  try {
    const file = await open(path);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new DataError(path, "a file", found.isDirectory() ? "a folder" : "a device");
      const read = async (begin: number, length: number): Promise<Uint8Array> => {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const { bytesRead } = await file.read(bytes, done, Math.min(length - done, mostAtOnce), begin + done);
          if (bytesRead === 0) throw new DataError(path, `${begin + length} bytes`, `its end at byte ${begin + done}`);
          done += bytesRead;
        }
        return bytes;
      };
      return await use({ size: found.size, read });
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    if (!isSystemError(error)) throw error;
    throw new DataError(path, "a file that can be read", reason(error));
  }
}

/** Whether the system refused, or there is no room: anything else is a mistake of whoever uses the file. */
function isSystemError(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === "string" || error instanceof RangeError;
}

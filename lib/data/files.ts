import { DataError } from "../errors.ts";

/** The two bytes that open every gzip file (RFC 1952, section 2.3.1). */
const GZIP = [0x1f, 0x8b];

/** The files of a folder by name: the one part of the library that asks for a file system, and only when called. */
export interface Folder {
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

/** Lists a folder. @throws DataError if it is missing, not a folder, or may not be read */
export async function openFolder(path: string): Promise<Folder> {
  const { readdir } = await import("node:fs/promises");
  try {
    return { path, names: new Set(await readdir(path)) };
  } catch (error) {
    const paths = await import("node:path");
    throw new DataError(
      path,
      "a folder that can be read",
      reason(error),
      `name a folder that exists; this path leads to ${paths.resolve(path)}`,
    );
  }
}

/**
 * Reads a file of a folder, unpacked if its content is gzip whatever its name says.
 *
 * @param limit the most bytes it may hold once unpacked; nothing larger is ever allocated
 * @throws DataError if it cannot be read, is too large, or is damaged gzip
 */
export async function readBytes(folder: Folder, name: string, limit: number): Promise<Uint8Array> {
  const { open } = await import("node:fs/promises");
  const paths = await import("node:path");
  const path = paths.join(folder.path, name);
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      // Gzip adds at most 5 bytes for each 16 KiB block that it cannot shrink, and a header with a file name.
      const largest = limit + 1024 + Math.ceil(limit / 16_384) * 5;
      if (size > largest) throw tooLarge(path, limit, `${size} bytes`);
      const bytes = await file.readFile();
      return bytes[0] === GZIP[0] && bytes[1] === GZIP[1] ? await unpack(path, bytes, limit) : bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(path, "a file that can be read", reason(error));
  }
}

/** The folders and the files in a folder, each in the order of their names; those that begin with a dot left out. */
export async function listFolder(path: string): Promise<{ folders: string[]; files: string[] }> {
  const { stat } = await import("node:fs/promises");
  const { names } = await openFolder(path);
  const listed: { folders: string[]; files: string[] } = { folders: [], files: [] };
  for (const name of [...names].filter((each) => !each.startsWith(".")).sort()) {
    try {
      const found = await stat(`${path}/${name}`);
      if (found.isDirectory()) listed.folders.push(name);
      else if (found.isFile()) listed.files.push(name);
    } catch (error) {
      throw new DataError(`${path}/${name}`, "a file or folder", reason(error), "mend the link, or take it away");
    }
  }
  return listed;
}

/** Whether zlib data is intact and no larger than this once unpacked, of which no more is ever kept. */
export async function inflatesTo(packed: Uint8Array, limit: number): Promise<boolean> {
  const { createInflate } = await import("node:zlib");
  const inflate = createInflate();
  let length = 0;
  try {
    inflate.end(packed);
    for await (const part of inflate as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > limit) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Reads one file by its path, as `readBytes` does. */
export async function readFileBytes(path: string, limit: number): Promise<Uint8Array> {
  const paths = await import("node:path");
  return readBytes({ path: paths.dirname(path), names: new Set() }, paths.basename(path), limit);
}

async function unpack(path: string, packed: Uint8Array, limit: number): Promise<Uint8Array> {
  const { createGunzip } = await import("node:zlib");
  const gunzip = createGunzip();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    gunzip.end(packed);
    for await (const part of gunzip as AsyncIterable<Uint8Array>) {
      parts.push(part);
      length += part.length;
      if (length > limit) throw tooLarge(path, limit, "more once unpacked");
    }
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(path, "an intact gzip file", `${reason(error)} after ${length} bytes`, "fetch the file anew");
  }
  // zlib stops at the end of the gzip member and says nothing about bytes behind it.
  const behind = packed.length - gunzip.bytesWritten;
  if (behind > 0) throw new DataError(path, "the end of the file after the gzip data", `${behind} bytes more`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function tooLarge(path: string, limit: number, found: string): DataError {
  return new DataError(path, `at most ${limit} bytes`, found, "check that this is the file meant");
}

function reason(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === "ENOENT") return "nothing there";
  if (code === "ENOTDIR") return "a file, not a folder";
  if (code === "EISDIR") return "a folder, not a file";
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  return error instanceof Error ? error.message : String(error);
}

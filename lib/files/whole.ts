import { DataError } from "../errors.ts";

/**
 * Writes a file whole or not at all: what bears the name is the old file or the new one, also if the process is killed or
 * the machine loses power meanwhile. The bytes go to a file of another name in the same folder, `name.PROCESS.COUNT.partial`,
 * and to the disk; then that is renamed. What killed processes left of such files is removed.
 *
 * @throws DataError if it cannot be written; then the old file is there as before
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const { open, rename, rm } = await import("node:fs/promises");
  const partial = `${path}.${process.pid}.${written++}.partial`;
  try {
    const file = await open(partial, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
    await syncFolder(path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new DataError(path, "a file that can be written", reason(error));
  }
  await removeLeftovers(path).catch(() => {}); // a nuisance if they stay, and no error of this file
}

/** Files that this process has begun: their names differ. */
let written = 0;

/** Reads a file that has to be there. @param what it should be @throws DataError if there is none, or it cannot be read */
export async function readWhole(path: string, what: string): Promise<Uint8Array> {
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") throw new DataError(path, what, "nothing there");
    throw new DataError(path, "a file that can be read", reason(error));
  }
}

/** The rename is on the disk when the folder is. Windows opens no folders, and does without. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const { open } = await import("node:fs/promises");
  const { dirname } = await import("node:path");
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "EINVAL") throw error; // a file system that syncs no folders
  } finally {
    await folder.close();
  }
}

/** Removes what processes that are no more have left of files for this path. */
async function removeLeftovers(path: string): Promise<void> {
  const { readdir, rm } = await import("node:fs/promises");
  const { basename, dirname, join } = await import("node:path");
  const begin = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const owner = name.startsWith(begin) ? /^(\d+)\.\d+\.partial$/.exec(name.slice(begin.length)) : null;
    if (owner !== null && !isRunning(Number(owner[1]))) await rm(join(dirname(path), name), { force: true });
  }
}

function isRunning(process_: number): boolean {
  try {
    return process.kill(process_, 0); // asks, and sends nothing
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM"; // it runs, and is another user's
  }
}

/** Why a file could not be read or written, in words. */
export function reason(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  if (code === "ENOENT") return "no such folder";
  if (code === "EISDIR") return "a folder of this name";
  if (code === "ENOSPC") return "no room left on the disk";
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return "no permission";
  return error instanceof Error ? error.message : String(error);
}

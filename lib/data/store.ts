/** Files that are written: where, how they get their names, and whether they are what they should be. */

/** The folder for a set in the cache: of `STRIDELAB_DATA`, or of the platform. */
export async function cacheFolder(set: string): Promise<string> {
  const { env, platform } = await import("node:process");
  const { homedir } = await import("node:os");
  const { join } = await import("node:path");
  if (env.STRIDELAB_DATA) return join(env.STRIDELAB_DATA, set);
  if (platform === "win32")
    return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "stridelab", "Cache", set);
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "stridelab", set);
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "stridelab", set);
}

/** The bytes of a file; undefined where there is none. */
export async function sizeOf(folder: string, name: string): Promise<number | undefined> {
  const { stat } = await import("node:fs/promises");
  const { join } = await import("node:path");
  try {
    const found = await stat(join(folder, name));
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

/** A file's checksum in hexadecimal digits. */
export async function checksum(path: string, algorithm: "sha256" | "md5"): Promise<string> {
  const { createHash } = await import("node:crypto");
  const { createReadStream } = await import("node:fs");
  const hash = createHash(algorithm);
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}

/** A file that grows, made with its folder where they are missing. */
export async function openToAppend(
  folder: string,
  name: string,
  fresh: boolean,
): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }> {
  const { mkdir, open } = await import("node:fs/promises");
  const { join } = await import("node:path");
  await mkdir(folder, { recursive: true });
  const file = await open(join(folder, name), fresh ? "w" : "a");
  return {
    async write(bytes) {
      for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
    },
    async close() {
      await file.close();
    },
  };
}

/** Gives a file its name at once and whole. */
export async function rename(folder: string, from: string, to: string): Promise<void> {
  const fs = await import("node:fs/promises");
  const { join } = await import("node:path");
  await fs.rename(join(folder, from), join(folder, to));
}

export async function remove(folder: string, name: string): Promise<void> {
  const { rm } = await import("node:fs/promises");
  const { join } = await import("node:path");
  await rm(join(folder, name), { force: true });
}

/** A small text beside a file; undefined where there is none. */
export async function readNote(folder: string, name: string): Promise<string | undefined> {
  const { readFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  return readFile(join(folder, name), "utf8").catch(() => undefined);
}

export async function writeNote(folder: string, name: string, text: string): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  const { join } = await import("node:path");
  await writeFile(join(folder, name), text);
}

/** A .gz file as it unpacks. */
export async function unpacked(folder: string, name: string): Promise<AsyncIterable<Uint8Array>> {
  const { createReadStream } = await import("node:fs");
  const { createGunzip } = await import("node:zlib");
  const { pipeline } = await import("node:stream");
  const { join } = await import("node:path");
  const gunzip = createGunzip();
  pipeline(createReadStream(join(folder, name)), gunzip, () => {}); // errors come out of the last stream
  return gunzip as AsyncIterable<Uint8Array>;
}

import { access, constants, mkdtemp, rm, stat, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { historyPath } from "../history-path.ts";
import { userDataFolder } from "../kernelspec.ts";
import { shellWord } from "../self.ts";
import { type Finding, finding, type Surroundings } from "./finding.ts";

/** Front ends talk to kernels over loopback TCP. */
export async function checkLoopback(): Promise<Finding> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return finding("loopback", "ok", "ports on 127.0.0.1 can be opened");
  } catch (error) {
    const text = `no port on 127.0.0.1 can be opened\n${messageOf(error)}`;
    return finding("loopback", "wrong", text, "allow node in the firewall or sandbox, and check: ping 127.0.0.1");
  } finally {
    server.close();
  }
}

/** Bytes that a Unix socket's path may have: macOS's limit, the narrowest. */
const longestSocket = 103;

/** `stridelab run` and the kernel's own tests meet the kernel at socket files in the folder for temporary files. */
export async function checkTemporary({ platform, temporary: folder }: Surroundings): Promise<Finding> {
  const subject = "temporary";
  const other = "name a short folder of your own: export TMPDIR=/tmp";
  try {
    const trial = await mkdtemp(join(folder, "kernel-"));
    try {
      await writeFile(join(trial, "file"), "x");
      const socket = Buffer.byteLength(join(trial, "k-5"));
      if (platform !== "win32" && socket > longestSocket) {
        const text = `${folder} is too long a path for socket files: ${socket} bytes, ${longestSocket} fit`;
        return finding(subject, "wrong", text, other);
      }
    } finally {
      await rm(trial, { recursive: true, force: true });
    }
    return finding(subject, "ok", `${folder} can be written`);
  } catch (error) {
    return finding(subject, "wrong", `${folder} cannot be written\n${messageOf(error)}`, other);
  }
}

/** Where front ends put connection files, with the keys that let one run code. */
export async function checkRuntime({ env, platform }: Surroundings): Promise<Finding> {
  const subject = "runtime";
  const folder = env.JUPYTER_RUNTIME_DIR || join(userDataFolder(env, platform), "runtime");
  const entry = await stat(folder).catch(() => undefined);
  if (entry === undefined) {
    const above = await nearest(folder);
    if (!(await stat(above)).isDirectory()) return noFolder(above);
    if (await isWritable(above)) return finding(subject, "ok", `${folder}, which Jupyter will make`);
    return finding(subject, "wrong", `Jupyter cannot make ${folder}: ${above} cannot be written`, own(above));
  }
  if (!entry.isDirectory()) return noFolder(folder);
  if (!(await isWritable(folder))) return finding(subject, "wrong", `${folder} cannot be written`, own(folder));
  if (platform !== "win32" && (entry.mode & 0o022) !== 0) {
    const text = `others can write into ${folder} (mode ${modeOf(entry.mode)}), and so give your kernels cells`;
    return finding(subject, "wrong", text, `chmod 700 ${shellWord(folder)}`);
  }
  return finding(subject, "ok", folder);

  function noFolder(file: string): Finding {
    const text = `${file} is a file, where Jupyter needs a folder`;
    return finding(subject, "wrong", text, `mv ${shellWord(file)} ${shellWord(`${file}.old`)}`);
  }
}

const own = (folder: string): string =>
  `sudo chown -R "$USER" ${shellWord(folder)} && chmod u+rwx ${shellWord(folder)}`;

/** Only its owner should read what somebody typed. */
export async function checkHistory({ env, platform }: Surroundings): Promise<Finding> {
  const subject = "history";
  const file = historyPath(env, platform);
  if (file === undefined) return finding(subject, "ok", "off");
  const entry = await stat(file).catch(() => undefined);
  if (entry === undefined) return finding(subject, "ok", `${file}, from the first cell on`);
  if (!entry.isFile()) {
    return finding(subject, "look", `${file} is no file, so no cell is remembered`, "export STRIDELAB_HISTORY=off");
  }
  if (platform !== "win32" && (entry.mode & 0o077) !== 0) {
    const text = `others can read ${file} (mode ${modeOf(entry.mode)}), where your cells are remembered`;
    return finding(subject, "look", text, `chmod 600 ${shellWord(file)}`);
  }
  if (!(await isWritable(file))) {
    return finding(
      subject,
      "look",
      `${file} cannot be written, so no cell is remembered`,
      `chmod 600 ${shellWord(file)}`,
    );
  }
  return finding(subject, "ok", file);
}

/** Bytes below which saving a notebook fails soon, and below which it fails now. */
const [little, none] = [200e6, 5e6];

/** @param free bytes left on the disk of a folder */
export async function checkDisks(
  { env, platform, folder, temporary }: Surroundings,
  free: (folder: string) => Promise<number> = freeSpace,
): Promise<Finding> {
  const folders = [...new Set([folder, await nearest(userDataFolder(env, platform)), temporary])];
  const spaces = await Promise.all(
    folders.map(async (each) => ({ each, left: await free(each).catch(() => Infinity) })),
  );
  const { each, left } = spaces.sort((a, b) => a.left - b.left)[0]!;
  const text = `${size(left)} free for ${each}`;
  if (left >= little) return finding("disk", "ok", text);
  return finding(
    "disk",
    left < none ? "wrong" : "look",
    `nearly full: ${text}`,
    "delete what you do not need, for example: npm cache clean --force",
  );
}

async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

const size = (bytes: number): string =>
  bytes === Infinity ? "enough" : bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.floor(bytes / 1e6)} MB`;

/** The folder itself, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  if (await stat(folder).catch(() => undefined)) return folder;
  return dirname(folder) === folder ? folder : nearest(dirname(folder));
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

const modeOf = (mode: number): string => (mode & 0o777).toString(8);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

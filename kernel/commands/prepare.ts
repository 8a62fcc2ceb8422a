import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { dirname, join } from "node:path";
import { compilerFlags } from "./compiler-flags.ts";
import { languageBundle, snapshotPath } from "./snapshot.ts";
import { readArguments, UsageError, withUsage } from "./usage.ts";

const HELP = `usage: stridelab prepare

Makes the compiler's start-up snapshot, with which a kernel answers its first cell in a fraction of the time. A kernel
that finds none has it made in the background, so this is for images and installations that are to be quick at once.
It lies in STRIDELAB_CACHE, by default stridelab in the user's cache folder, and is good for one Node and one version.
`;

/** Milliseconds after which whoever was making one is taken to be gone. */
const longest = 300_000;

/** So many snapshots are kept, those that kernels used last, of other Nodes and other versions: some 60 MB each. */
const kept = 4;

/** `stridelab prepare`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("prepare", async () => {
    const { values, positionals } = readArguments(argv, {
      quiet: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length > 0) throw new UsageError(`takes no arguments; what is ${positionals.join(" ")}?`);
    const file = snapshotPath(process.env, process.platform);
    if (file === undefined) throw new UsageError("STRIDELAB_CACHE is off, so there is nowhere to keep a snapshot");
    const say = (text: string) => void (values.quiet !== true && process.stdout.write(`${text}\n`));
    if (existsSync(file)) {
      say(`there already is ${file}`);
      return 0;
    }
    try {
      say((await make(file, values.quiet === true)) ? `made ${file}` : `another process is making ${file}`);
      return 0;
    } catch (error) {
      process.stderr.write(`stridelab prepare: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1; // kernels work without
    }
  });
}

/**
 * @param inBackground nobody waits for it
 * @returns whether it was made; not if somebody else is about to
 */
async function make(file: string, inBackground: boolean): Promise<boolean> {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const claim = `${file}.claim`;
  if (!claimed(claim)) return false;
  const unfinished = `${file}.unfinished`;
  try {
    await build(unfinished, inBackground);
    renameSync(unfinished, file);
    removeOld(folder);
    return true;
  } finally {
    rmSync(unfinished, { force: true });
    rmSync(claim, { force: true });
  }
}

/** One process makes it, of all that would. */
function claimed(claim: string): boolean {
  const since = statSync(claim, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > longest) rmSync(claim, { force: true });
  try {
    closeSync(openSync(claim, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function build(file: string, inBackground: boolean): Promise<void> {
  const args = [...compilerFlags(), "--snapshot-blob", file, "--build-snapshot", languageBundle];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], windowsHide: true });
  if (inBackground && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4000);
  });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code, signal) => {
      if (code === 0) done();
      else failed(new Error(`Node could not make the snapshot (${signal ?? `exit code ${code}`})\n${said}`));
    });
  });
}

function removeOld(folder: string): void {
  const snapshots = readdirSync(folder)
    .filter((name) => /^compiler-[0-9a-f]+\.blob$/.test(name))
    .map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of snapshots.slice(kept)) rmSync(path, { force: true });
}

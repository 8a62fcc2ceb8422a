import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The folder of package.json. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** The file that starts a development tool, so that no test depends on a PATH or a shell. */
export const tool = (name: string): string => join(root, "node_modules", ".bin", name);

export interface Outcome {
  /** The exit status; a program that was killed, or could not be started, has 1. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** Default: the folder of package.json. */
  cwd?: string;
  /** The whole environment; default this process's own. */
  env?: NodeJS.ProcessEnv;
  /** Milliseconds; default 300000. */
  timeout?: number;
}

/** Runs a program to its end. A failing program is an outcome, not an exception: the test says what it expects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { cwd = root, env = process.env, timeout = 300_000 } = options;
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, stdout, stderr: stderr === "" && error !== null ? error.message : stderr });
    });
  });
}

/** Runs a program that must succeed; otherwise the test fails with all that it printed. */
export async function succeed(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome;
  const shown = [command, ...args].join(" ");
  throw new Error(`${shown}\nended with status ${outcome.code}\n${outcome.stdout}\n${outcome.stderr}`);
}

/** An empty folder outside the repository, removed when the test ends, or when `whenDone` (such as `afterAll`) says. */
export function temporaryFolder(whenDone: (remove: () => void) => void = onTestFinished): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "stridelab-")));
  whenDone(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** npm's own scripts, to be run with a Node of the test's choice: `npm` is a link to one of them. */
export function npmScript(name: "npm" | "npx"): string {
  const folders = [dirname(process.execPath), ...(process.env.PATH ?? "").split(delimiter)];
  const npm = folders.map((folder) => join(folder, "npm")).find((path) => existsSync(path));
  if (npm === undefined) throw new Error("npm is not on the PATH");
  return join(dirname(realpathSync(npm)), `${name}-cli.js`);
}

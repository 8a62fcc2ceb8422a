import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the package this kernel belongs to: the nearest one above this file with a package.json. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

const manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  name: string;
  version: string;
};

export const { name: packageName, version: packageVersion } = manifest;

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}; reinstall the package`);
  return findRoot(parent);
}

/**
 * The command line that starts this kernel; a connection file's path comes last.
 *
 * `--no-force-async-hooks-checks`: an interrupt unwinds the main thread in the middle of asynchronous work, which Node
 * would take for corruption of its own and abort on.
 */
export const startCommand: readonly string[] = [
  process.execPath,
  "--no-force-async-hooks-checks",
  join(packageRoot, "bin", "stridelab.js"),
  "start",
];

/** A file that `bundle.mjs` makes of this kernel's modules: Node loads it in a quarter of the time. */
export const bundledFile = (name: string): string => join(packageRoot, "dist", "kernel", "bundled", name);

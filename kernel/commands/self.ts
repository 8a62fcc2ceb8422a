import { realpathSync } from "node:fs";
import { delimiter, join, relative, sep } from "node:path";
import { packageRoot } from "../protocol/package.ts";

/**
 * How the user starts this program again in a shell: `stridelab` if that is on the PATH, else Node with the path of
 * this copy. The folders that npm adds to the PATH of its scripts do not count, since they end with the script.
 */
export function ownCommand(): string {
  const program = join(packageRoot, "bin", "stridelab.js");
  const local = join("node_modules", ".bin");
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "" || folder.endsWith(local)) continue;
    if (resolved(join(folder, "stridelab")) === resolved(program)) return "stridelab";
  }
  return `node ${shellWord(shortest(program))}`;
}

/** The path as seen from the current folder if it lies below it, else the absolute one. */
export function shortest(path: string): string {
  const seen = relative(process.cwd(), path);
  if (seen === "") return ".";
  return seen === ".." || seen.startsWith(`..${sep}`) || /^[A-Za-z]:/.test(seen) ? path : seen;
}

/** Quoted for a shell if it has to be: with single quotes, or double ones for Windows' shells, which know no others. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string {
  if (/^[\w@%+=:,./\\-]+$/.test(word) && (platform === "win32" || !word.includes("\\"))) return word;
  return platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`;
}

function resolved(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // no such file, so not this program
  }
}

import { existsSync } from "node:fs";

const inPackage = (path: string): boolean => path.includes("/node_modules/");

/**
 * Whether the compiler must not see a file under its own name: the converter passes over what lies beside the notebook
 * and does not end in `.ts` or `.js`. So `x.mts` is `x.mts.ts` to it, which it finds where `x.mts` is imported, or
 * `x.mjs.ts`, where that is and there is no such file; `x.cts` likewise.
 */
export const isHidden = (path: string): boolean => /(?<!\.d)\.[mc]ts$/.test(path) && !inPackage(path);

/** Where the file lies that the compiler calls `path`. */
export function storedAs(path: string): string {
  const [, stem, letter = "", ending] = /^(.*\.)([mc])([tj]s)\.ts$/.exec(path) ?? [];
  if (stem === undefined || inPackage(path) || existsSync(path)) return path;
  const isScript = ending === "js" && existsSync(`${stem}${letter}js`);
  return isScript ? path : `${stem}${letter}ts`;
}

/** How a reader knows the file that the compiler calls `path`. */
export const shownAs = (path: string): string => path.replace(/\.([mc])[tj]s\.ts$/, ".$1ts");

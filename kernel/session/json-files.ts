import { readFileSync } from "node:fs";

const read = new Map<string, { text: string; value: unknown }>();

/** Whether an import names a JSON file by its place. */
export const isJson = (specifier: string): boolean => /^\.{1,2}\/.*\.json$/.test(specifier);

/** The file's value: one object as long as the text is the same, read again when it changed. */
export function readJson(path: string): unknown {
  const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  const known = read.get(path);
  if (known?.text === text) return known.value;
  try {
    const value: unknown = JSON.parse(text);
    read.set(path, { text, value });
    return value;
  } catch (error) {
    throw new SyntaxError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

import { access, constants, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { NotebookError } from "./errors.ts";
import { parseNotebook } from "./nbformat.ts";
import type { Notebook } from "./notebook.ts";
import { parseScript } from "./percent.ts";

/** Whether the path names a percent script; the other kind is `.ipynb`. */
export const isScript = (file: string): boolean => [".ts", ".mts"].includes(extname(file));

/**
 * Reads a notebook, `.ipynb`, or a percent script, `.nb.ts` or `.ts`.
 * @throws NotebookError if there is no such file, it is a folder, or its content is not a notebook
 */
export async function readNotebook(file: string): Promise<Notebook> {
  const endings = "expected a notebook (.ipynb) or a percent script (.nb.ts, .ts)";
  const entry = await stat(file).catch(() => undefined);
  if (entry === undefined) throw new NotebookError(file, "there is no such file", [endings]);
  if (entry.isDirectory()) throw new NotebookError(file, "is a folder", [endings], "name one of the notebooks in it");
  if (isScript(file)) return parseScript(await readFile(file, "utf8"), file);
  if (extname(file) === ".ipynb") {
    const notebook = parseNotebook(await readFile(file, "utf8"), file);
    checkLanguage(notebook, file);
    return notebook;
  }
  throw new NotebookError(file, "has an unknown ending", [endings, `found ${extname(file) || "no ending"}`]);
}

/** A notebook that says it is in another language would fail cell by cell, with errors that say less. */
function checkLanguage({ metadata }: Notebook, file: string): void {
  const { kernelspec, language_info: info } = metadata as {
    kernelspec?: { language?: unknown };
    language_info?: { name?: unknown };
  };
  const language = info?.name ?? kernelspec?.language;
  if (typeof language !== "string" || ["typescript", "javascript"].includes(language.toLowerCase())) return;
  const expected = "expected TypeScript or JavaScript (metadata.language_info.name)";
  throw new NotebookError(
    file,
    "is in another language",
    [expected, `found ${language}`],
    "run it with its own kernel",
  );
}

/** `01-convolution.nb.ts` is named `01-convolution`, and so is `01-convolution.ipynb`. */
export const notebookName = (file: string): string => basename(file).replace(/(\.nb)?\.(ts|mts|ipynb)$/, "");

/**
 * Makes sure, before hours of work, that their result can be written: creates the folder.
 * @throws NotebookError if it cannot be
 */
export async function prepareToWrite(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await access(dirname(file), constants.W_OK);
  } catch (error) {
    throw new NotebookError(file, "cannot be written", [(error as Error).message], "name a file in another folder");
  }
  const entry = await stat(file).catch(() => undefined);
  if (entry?.isDirectory()) throw new NotebookError(file, "is a folder", [], "name a file in it");
}

/** Writes a file whole or not at all: a reader, or a run that is killed, never leaves half of one. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  // In the same folder, because a rename is atomic only within one file system.
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

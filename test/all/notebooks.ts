import { existsSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { root, succeed } from "../package/command.ts";

/** Every notebook for readers: hello, and all lectures. */
export const notebooks: readonly string[] = [
  "notebooks/hello.nb.ts",
  ...readdirSync(join(root, "notebooks/lectures"))
    .filter((name) => name.endsWith(".nb.ts"))
    .map((name) => `notebooks/lectures/${name}`),
];

export const executedFolder = join(root, ".cache/executed");

/** Runs a notebook with `stridelab run`, once in a run of these tests. @returns what it wrote */
export async function executed(notebook: string): Promise<{ name: string; ipynb: string; html: string }> {
  const name = basename(notebook, ".nb.ts");
  const folder = join(executedFolder, name);
  if (!existsSync(folder)) {
    const unfinished = `${folder}.unfinished`; // a run that fails writes its files, too
    const files = ["--out", join(unfinished, `${name}.ipynb`), "--html", join(unfinished, `${name}.html`)];
    await succeed(process.execPath, ["bin/stridelab.js", "run", notebook, ...files]);
    renameSync(unfinished, folder);
  }
  return { name, ipynb: join(folder, `${name}.ipynb`), html: join(folder, `${name}.html`) };
}

interface Cell {
  cell_type: string;
  source: string | string[];
  outputs?: { output_type: string; data?: Record<string, unknown> }[];
}

export const readCells = (ipynb: string): Cell[] =>
  (JSON.parse(readFileSync(ipynb, "utf8")) as { cells: Cell[] }).cells;

/** Kind and source of every cell. */
export const sources = (cells: readonly Cell[]): string[] =>
  cells.map(({ cell_type, source }) => `${cell_type}: ${typeof source === "string" ? source : source.join("")}`);

/** Which kinds of output each code cell shows, e.g. `display_data image/png text/plain`; not how many. */
export const outline = (cells: readonly Cell[]): string[][] =>
  cells
    .filter((cell) => cell.cell_type === "code")
    .map(({ outputs = [] }) => [
      ...new Set(outputs.map((output) => [output.output_type, ...Object.keys(output.data ?? {}).sort()].join(" "))),
    ]);

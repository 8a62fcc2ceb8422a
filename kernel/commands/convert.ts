import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { NotebookError } from "../notebook/errors.ts";
import { isScript, notebookName, prepareToWrite, readNotebook, writeWhole } from "../notebook/files.ts";
import { printNotebook } from "../notebook/nbformat.ts";
import { isCode, type Notebook } from "../notebook/notebook.ts";
import { printScript } from "../notebook/percent.ts";
import { readArguments, UsageError, withUsage } from "./usage.ts";

const HELP = `usage: stridelab convert FROM [TO] [--force]

Makes a notebook of a percent script, or a percent script of a notebook, without running anything.

  FROM       a percent script, .nb.ts or .ts, or a notebook, .ipynb
  TO         the other kind; by default FROM with the other ending: a.nb.ts gives a.ipynb, a.ipynb gives a.nb.ts
  --force    replace TO if it exists

A script that becomes a notebook and a script again is the same, byte for byte. Outputs and pasted pictures are in
notebooks only.

exit code: 0 written, 2 nothing was written: the arguments or FROM are wrong, or TO exists
`;

/** `stridelab convert`: resolves with the exit code. */
export function run(argv: string[]): Promise<number> {
  return withUsage("convert", async () => {
    const { values, positionals } = readArguments(argv, {
      force: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const [from, to = from === undefined ? "" : otherKind(from), ...more] = positionals;
    if (from === undefined) throw new UsageError("which notebook? give the path of an .ipynb or .nb.ts file");
    if (more.length > 0) throw new UsageError(`one notebook at a time; what is ${more.join(" ")}?`);
    if (!isScript(to) && extname(to) !== ".ipynb") throw new UsageError(`${to} must end in .ipynb, .nb.ts or .ts`);
    if (isScript(to) === isScript(from)) throw new UsageError(`${from} and ${to} are of the same kind`);
    try {
      const notebook = await readNotebook(from);
      if (existsSync(to) && values.force !== true) {
        throw new NotebookError(to, "exists", [], "name another file, or replace it with --force");
      }
      await prepareToWrite(to);
      await writeWhole(to, isScript(to) ? printScript(notebook) : printNotebook(notebook));
      process.stdout.write(`${from} -> ${to}\n${isScript(to) ? leftOut(notebook, from) : ""}`);
      return 0;
    } catch (error) {
      if (!(error instanceof NotebookError)) throw error;
      process.stderr.write(`${error.message}\n`);
      return 2;
    }
  });
}

const otherKind = (file: string): string =>
  join(dirname(file), `${notebookName(file)}${isScript(file) ? ".ipynb" : ".nb.ts"}`);

/** A script has no place for these; who deletes the notebook afterwards should know. */
function leftOut({ cells }: Notebook, from: string): string {
  const outputs = cells.filter((cell) => isCode(cell) && cell.outputs.length > 0).length;
  const pictures = cells.filter((cell) => !isCode(cell) && cell.attachments !== undefined).length;
  const left = [
    ...(outputs > 0 ? [`the outputs of ${outputs} ${outputs === 1 ? "cell" : "cells"}`] : []),
    ...(pictures > 0 ? [`the pictures pasted into ${pictures} ${pictures === 1 ? "cell" : "cells"}`] : []),
  ];
  return left.length === 0 ? "" : `only in ${from}: ${left.join(" and ")}\n`;
}

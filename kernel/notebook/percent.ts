import { isDeepStrictEqual } from "node:util";
import { languageInfo } from "../protocol/language-info.ts";
import { NotebookError } from "./errors.ts";
import { type CellLayout, keptLayout, readLayout, type ScriptLayout } from "./layout.ts";
import { escapeLine, isMarker, type Marker, parseMarker, printMarker, unescapeLine } from "./marker.ts";
import { type Cell, type Metadata, type Notebook, newCellId } from "./notebook.ts";

/**
 * Percent scripts (the convention of jupytext, Hydrogen and Spyder) for TypeScript: one file that an editor checks as a
 * whole and the kernel runs cell by cell.
 *
 *     // %% Title [markdown] key="value" tags=["parameters"]
 *     // Lines of a markdown or raw cell are comments.
 *
 * Canonical form: `// ` before every line of text (`//` alone when it is empty), one empty line between cells, none at
 * the edges of a cell, a final newline. A header between two lines `// ---` is kept word for word in
 * `metadata.stridelab.header` and not interpreted: the kernel is always this one. What a script has otherwise is
 * remembered in `metadata.stridelab.layout`, so that `printScript` gives back every script as it was, except for line
 * ends where it mixes both kinds.
 */
const HEADER_EDGE = "// ---";

const KERNELSPEC = { display_name: "TypeScript (stridelab)", language: "typescript", name: "stridelab" };

/** So that jupytext, given the notebook, writes no header of its own over a script that had none. */
const JUPYTEXT = {
  main_language: "typescript",
  notebook_metadata_filter: "-all",
  text_representation: { extension: ".ts", format_name: "percent" },
};

const CODE: Marker = { type: "code", metadata: {} };

/**
 * Reads a script. Lines before the first marker are a code cell.
 * @param file named in errors
 * @throws NotebookError with file and line
 */
export function parseScript(text: string, file: string): Notebook {
  const bom = text.startsWith("\uFEFF");
  const lines = text.slice(bom ? 1 : 0).split(/\r?\n/);
  const crlf = text.split("\r\n").length * 2 > lines.length + 1;
  const layout: ScriptLayout = { ...(bom && { bom }), ...(crlf && { crlf }) };
  const layouts: Record<string, CellLayout> = {};
  const cells: Cell[] = [];
  const ids = new Set<string>();

  const { header, length } = preambleOf(lines, file);
  const preamble = lines.slice(0, length);
  if (!isDeepStrictEqual(preamble, printPreamble(header))) layout.preamble = preamble;
  for (let next = length; next < lines.length; ) {
    const marked = isMarker(lines[next]!);
    const start = marked ? next + 1 : next;
    const { type, metadata } = marked ? parseMarker(lines[next]!, `${file}:${start}`) : CODE;
    const markers = lines.slice(next, start);
    next = start;
    while (next < lines.length && !isMarker(lines[next]!)) next++;

    let first = start;
    let end = next;
    while (first < end && lines[first]!.trim() === "") first++;
    while (end > first && lines[end - 1]!.trim() === "") end--;

    const source = sourceOf(type, lines.slice(first, end), `${file}:`, first + 1);
    const shared = { id: newCellId(source, ids), source, metadata, line: (first === end ? start : first) + 1 };
    const cell: Cell = type === "code" ? { type, ...shared, executionCount: null, outputs: [] } : { type, ...shared };
    cells.push(cell);
    const written = {
      marker: markers,
      before: first === end ? [] : lines.slice(start, first),
      text: lines.slice(first, end),
      after: lines.slice(first === end ? start : end, next),
    };
    const kept = keptLayout(written, canonical(cell));
    if (kept !== undefined) layouts[cell.id] = kept;
  }
  if (Object.keys(layouts).length > 0) layout.cells = layouts;
  const own: Metadata = { ...(header !== undefined && { header }), ...(Object.keys(layout).length > 0 && { layout }) };
  // Without language_info nbconvert takes code that was never run for Python.
  const metadata: Metadata = { kernelspec: KERNELSPEC, language_info: languageInfo };
  if (header === undefined) metadata.jupytext = JUPYTEXT;
  if (Object.keys(own).length > 0) metadata.stridelab = own;
  return { cells, metadata, minor: 5 };
}

/** The script of a notebook, without outputs, ids, attachments and the notebook's own metadata. */
export function printScript({ cells, metadata }: Notebook): string {
  const { header, bom, crlf, preamble, cells: layouts = {} } = readLayout(metadata);
  const lines = preamble !== undefined && isPreamble(preamble, header) ? [...preamble] : printPreamble(header);
  for (const [i, cell] of cells.entries()) {
    const { marker, before, text, after } = {
      ...canonical(cell),
      ...valid(layouts[cell.id] ?? {}, cell, i === 0 ? lines : undefined),
    };
    lines.push(...marker, ...before, ...text, ...after);
  }
  return (bom ? "\uFEFF" : "") + lines.join(crlf ? "\r\n" : "\n");
}

/** The lines of a cell as `printScript` writes them where nothing else was found in a script. */
function canonical({ type, source, metadata }: Cell): Required<CellLayout> {
  const { lines_to_next_cell: blank, lines_to_end_of_cell_marker: _, cell_marker: __, ...said } = metadata;
  const lines = source === "" ? [] : source.split("\n").map((line) => (type === "code" ? line : comment(line)));
  // jupytext's own way to remember how many empty lines it found behind a cell.
  const count = typeof blank === "number" && blank >= 0 && blank < 100 ? blank : 1;
  return {
    marker: [printMarker({ type, metadata: said })],
    before: [],
    text: lines.map(escapeLine),
    after: Array.from({ length: count }, () => ""),
  };
}

/**
 * The parts of a remembered layout that still say what the cell says: the user may have changed it since.
 * @param preamble what stands above the first cell; undefined for the others
 */
function valid({ marker, text, ...blank }: CellLayout, cell: Cell, preamble: string[] | undefined): CellLayout {
  const { type, source, metadata } = cell;
  const says = (test: () => boolean): boolean => {
    try {
      return test();
    } catch (error) {
      if (error instanceof NotebookError) return false; // it cannot even be read
      throw error;
    }
  };
  const [line, ...more] = marker ?? [];
  const holds = (said: Marker) => more.length === 0 && isDeepStrictEqual(said, { type, metadata });
  const isApart = (above: string[]) => preambleOf([...above, ...source.split("\n")], "").length === above.length;
  const open = () => preamble !== undefined && isApart(preamble) && holds(CODE);
  const sameMarker = line === undefined ? open : () => isMarker(line) && holds(parseMarker(line, ""));
  const sameText = () => type !== "code" && !text!.some(isMarker) && sourceOf(type, text!, "", 1) === source;
  return { ...(marker && says(sameMarker) && { marker }), ...(text && says(sameText) && { text }), ...blank };
}

/** @param file with a colon; the number of the line follows it in errors */
function sourceOf(type: Cell["type"], lines: readonly string[], file: string, first: number): string {
  const plain = lines.map(unescapeLine);
  if (type === "code") return plain.join("\n");
  return plain.map((line, i) => uncomment(line, `${file}${first + i}`)).join("\n");
}

/** The lines before the first cell: a `#!` line, a coding line (jupytext writes one), the header, empty lines. */
function preambleOf(lines: readonly string[], file: string): { header: string | undefined; length: number } {
  let start = 0;
  if (lines[start]?.startsWith("#!")) start++;
  if (/^\/\/.*coding[:=]\s*utf-?8/i.test(lines[start] ?? "")) start++;
  let end = start;
  let header: string | undefined;
  if (lines[start]?.trimEnd() === HEADER_EDGE) {
    end = lines.findIndex((line, i) => i > start && line.trimEnd() === HEADER_EDGE) + 1;
    const inner = lines.slice(start + 1, end - 1);
    if (end > 0) header = inner.map((line, i) => uncomment(line, `${file}:${start + i + 2}`)).join("\n");
    else end = start;
  }
  while (end < lines.length && lines[end]!.trim() === "") end++;
  return { header, length: end };
}

function isPreamble(lines: readonly string[], header: string | undefined): boolean {
  const found = preambleOf(lines, "");
  return found.length === lines.length && found.header === header;
}

const printPreamble = (header: string | undefined): string[] =>
  header === undefined ? [] : [HEADER_EDGE, ...header.split("\n").map(comment), HEADER_EDGE, ""];

function uncomment(line: string, where: string): string {
  if (line.startsWith("//")) return line.slice(line.startsWith("// ") ? 3 : 2);
  if (line.trim() === "") return "";
  throw new NotebookError(
    where,
    "a line of a markdown or raw cell is not a comment",
    [`found ${line}`],
    "put // before it, or start a code cell above it with a line // %%",
  );
}

const comment = (line: string): string => (line === "" ? "//" : `// ${line}`);

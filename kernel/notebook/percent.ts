import { NotebookError } from "./errors.ts";
import { type Cell, type Metadata, type Notebook, newCellId } from "./notebook.ts";

/**
 * Percent scripts (the convention of jupytext, Hydrogen and Spyder) for TypeScript: one file that an editor checks as a
 * whole and the kernel runs cell by cell.
 *
 *     // %% Title [markdown] key="value" tags=["parameters"]
 *     // Lines of a markdown or raw cell are comments.
 *
 * Canonical form, which `printScript` writes and `parseScript` followed by `printScript` leaves as it is: `// ` before
 * every line of text (`//` alone when it is empty), one empty line between cells, none at the edges of a cell, a final
 * newline. A header between two lines `// ---` is kept word for word in `metadata.stridelab.header` and not
 * interpreted: the kernel is always this one.
 */
const MARKER = /^\/\/\s*%%(?=\s|\[|$)\s*(.*)$/;
/** A line inside a cell that would read as a marker is written with one `// ` more than it has. */
const LIKE_MARKER = /^(?:\/\/ )*\/\/\s*%%(?=\s|\[|$)/;
const ESCAPED_MARKER = /^\/\/ (?:\/\/ )*\/\/\s*%%(?=\s|\[|$)/;

const HEADER_EDGE = "// ---";

const KERNELSPEC = { display_name: "TypeScript (stridelab)", language: "typescript", name: "stridelab" };

/**
 * Reads a script. Lines before the first marker are a code cell.
 * @param file named in errors
 * @throws NotebookError with file and line
 */
export function parseScript(text: string, file: string): Notebook {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const metadata: Metadata = { kernelspec: KERNELSPEC };
  const cells: Cell[] = [];
  const ids = new Set<string>();

  const header = headerLength(lines);
  if (header > 0) {
    const inner = lines.slice(1, header - 1).map((line, i) => uncomment(line, `${file}:${i + 2}`));
    metadata.stridelab = { header: inner.join("\n") };
  }
  for (let next = header; next < lines.length; ) {
    const marker = MARKER.exec(lines[next]!);
    const start = marker ? next + 1 : next;
    const { type, metadata } = marker ? parseMarker(marker[1]!, `${file}:${start}`) : CODE;
    next = start;
    while (next < lines.length && !MARKER.test(lines[next]!)) next++;

    let first = start;
    let end = next;
    while (first < end && lines[first]!.trim() === "") first++;
    while (end > first && lines[end - 1]!.trim() === "") end--;
    if (!marker && first === end) continue;

    const body = lines.slice(first, end).map((line, i) => {
      const plain = ESCAPED_MARKER.test(line) ? line.slice("// ".length) : line;
      return type === "code" ? plain : uncomment(plain, `${file}:${first + i + 1}`);
    });
    const source = body.join("\n");
    const shared = {
      id: newCellId(source, ids),
      source,
      metadata: { ...metadata },
      line: (first === end ? start : first) + 1,
    };
    cells.push(type === "code" ? { type, ...shared, executionCount: null, outputs: [] } : { type, ...shared });
  }
  return { cells, metadata, minor: 5 };
}

/** The script of a notebook, without outputs, ids and the notebook's own metadata. */
export function printScript(notebook: Notebook): string {
  const parts: string[] = [];
  const own = notebook.metadata.stridelab;
  if (typeof own === "object" && own !== null && "header" in own && typeof own.header === "string") {
    parts.push([HEADER_EDGE, comment(own.header), HEADER_EDGE].join("\n"));
  }
  for (const cell of notebook.cells) {
    const text = cell.type === "code" ? cell.source : comment(cell.source);
    const body = text.split("\n").map((line) => (LIKE_MARKER.test(line) ? `// ${line}` : line));
    const marker = printMarker(cell);
    parts.push(cell.source === "" ? marker : [marker, ...body].join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

interface Marker {
  type: Cell["type"];
  metadata: Metadata;
}

const CODE: Marker = { type: "code", metadata: {} };

const TYPES: Record<string, Cell["type"]> = { markdown: "markdown", md: "markdown", raw: "raw", code: "code" };

/** `Title [type] key=json ...`, each part optional. */
function parseMarker(text: string, where: string): Marker {
  const [, title, type, rest] = /^((?:(?!\[[a-z]+\]|[\w.-]+=).)*)(?:\[([a-z]+)\])?\s*(.*)$/.exec(text)!;
  if (type !== undefined && TYPES[type] === undefined) {
    throw new NotebookError(where, `there is no cell type [${type}]`, ["expected [markdown], [raw] or nothing"]);
  }
  const metadata: Metadata = {};
  if (title!.trim() !== "") metadata.title = title!.trim();
  for (let at = rest!; at !== ""; ) {
    const pair = /^([\w.-]+)=/.exec(at);
    const value = pair ? jsonPrefix(at.slice(pair[0].length)) : undefined;
    if (!pair || value === undefined) {
      const example = `expected key=JSON, for example tags=["parameters"] or name="intro"`;
      throw new NotebookError(where, "the cell's metadata cannot be read", [example, `found ${at}`]);
    }
    metadata[pair[1]!] = JSON.parse(value);
    at = at.slice(pair[0].length + value.length).trimStart();
  }
  return { type: type === undefined ? "code" : TYPES[type]!, metadata };
}

/** The longest beginning of `text` that is JSON and is followed by a space or the end. */
function jsonPrefix(text: string): string | undefined {
  for (let end = text.length; end > 0; end = text.lastIndexOf(" ", end - 1)) {
    const candidate = text.slice(0, end);
    try {
      JSON.parse(candidate);
      return candidate.trimEnd();
    } catch {
      // Not a whole value yet, or more than one: the next space to the left may end it.
    }
  }
  return undefined;
}

function printMarker(cell: Cell): string {
  const { title, ...rest } = cell.metadata;
  const parts = ["//", "%%"];
  // A title that would read as a type or as metadata goes the way of the other metadata.
  if (typeof title === "string" && !/\[[a-z]+\]|[\w.-]=|\n/.test(title)) parts.push(title);
  else if (title !== undefined) rest.title = title;
  if (cell.type !== "code") parts.push(`[${cell.type}]`);
  // A key that is no plain word could not be told from text, and no front end writes one: it is left out.
  for (const [key, value] of Object.entries(rest)) {
    if (/^[\w.-]+$/.test(key)) parts.push(`${key}=${JSON.stringify(value)}`);
  }
  return parts.join(" ");
}

/** Lines of the header with both edges, 0 without one. */
function headerLength(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== HEADER_EDGE) return 0;
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === HEADER_EDGE);
  return end + 1;
}

function uncomment(line: string, where: string): string {
  const text = /^\/\/ ?(.*)$/.exec(line);
  if (text) return text[1]!;
  if (line.trim() === "") return "";
  throw new NotebookError(
    where,
    "a line of a markdown or raw cell is not a comment",
    [`found ${line}`],
    "put // before it, or start a code cell above it with a line // %%",
  );
}

const comment = (text: string): string => text.replace(/^(.*)$/gm, (line) => (line === "" ? "//" : `// ${line}`));

import { NotebookError } from "./errors.ts";
import type { Cell, Metadata } from "./notebook.ts";

/** The line that begins a cell of a percent script: `// %% Title [markdown] key="value" tags=["parameters"]`. */
const MARKER = /^\/\/\s*%%(?=\s|\[|$)\s*(.*)$/s;
/** A line inside a cell that would read as a marker is written with one `// ` more than it has. */
const LIKE_MARKER = /^(?:\/\/ )*\/\/\s*%%(?=\s|\[|$)/;
const ESCAPED_MARKER = /^\/\/ (?:\/\/ )*\/\/\s*%%(?=\s|\[|$)/;

/** What a marker says of its cell. */
export interface Marker {
  type: Cell["type"];
  metadata: Metadata;
}

const TYPES: Record<string, Cell["type"]> = { markdown: "markdown", md: "markdown", raw: "raw", code: "code" };

export const isMarker = (line: string): boolean => MARKER.test(line);

export const escapeLine = (line: string): string => (LIKE_MARKER.test(line) ? `// ${line}` : line);

export const unescapeLine = (line: string): string => (ESCAPED_MARKER.test(line) ? line.slice("// ".length) : line);

/**
 * Reads the line: a title, `[type]`, and `key=json ...`, each part optional.
 * @param where named in errors
 * @throws NotebookError if the type is unknown or the metadata no JSON
 */
export function parseMarker(line: string, where: string): Marker {
  const text = MARKER.exec(line)?.[1] ?? "";
  const [, title, type, rest] = /^((?:(?!\[[a-z]+\]|[\w.-]+=).)*)(?:\[([a-z]+)\])?\s*(.*)$/s.exec(text)!;
  if (type !== undefined && TYPES[type] === undefined) {
    throw new NotebookError(where, `there is no cell type [${type}]`, ["expected [markdown], [raw] or nothing"]);
  }
  const metadata: Metadata = {};
  if (title!.trim() !== "") metadata.title = title!.trim();
  for (let at = rest!.trimEnd(); at !== ""; ) {
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

/** The line in canonical form: keys in the order in which Jupyter keeps them, and spaces in JSON as jupytext has them. */
export function printMarker({ type, metadata }: Marker): string {
  const { title, ...rest } = metadata;
  const parts = ["//", "%%"];
  if (isPlainTitle(title)) parts.push(title);
  // A title that would read as a type or as metadata goes the way of the other metadata.
  else if (title !== undefined) rest.title = title;
  if (type !== "code") parts.push(`[${type}]`);
  // A key that is no plain word could not be told from text, and no front end writes one: it is left out.
  for (const [key, value] of fieldsOf(rest)) {
    if (/^[\w.-]+$/.test(key)) parts.push(`${key}=${printJson(value)}`);
  }
  return parts.join(" ");
}

const isPlainTitle = (title: unknown): title is string =>
  typeof title === "string" && title !== "" && title === title.trim() && !/\[[a-z]+\]|[\w.-]=|[\n\r]/.test(title);

function printJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${fieldsOf(value)
    .map(([key, inner]) => `${printJson(key)}: ${printJson(inner)}`)
    .join(", ")}}`;
}

const fieldsOf = (value: object): [string, unknown][] => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));

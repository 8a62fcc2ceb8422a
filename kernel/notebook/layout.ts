import { isDeepStrictEqual } from "node:util";
import type { Metadata } from "./notebook.ts";

/** How a script was laid out where that differs from the canonical form; kept in `metadata.stridelab.layout`. */
export interface ScriptLayout {
  /** Begins with a byte order mark. */
  bom?: boolean;
  /** Lines end as on Windows. */
  crlf?: boolean;
  /** The lines before the first cell. */
  preamble?: string[];
  /** By the id of the cell. */
  cells?: Record<string, CellLayout>;
}

/** Lines of a cell; a part that is missing has the canonical form. */
export interface CellLayout {
  /** One line; none for a first cell that begins the file. */
  marker?: string[];
  /** Blank lines between the marker and the text. */
  before?: string[];
  /** The lines of a markdown or raw cell, with their comment signs. */
  text?: string[];
  /** Blank lines up to the next marker; at the end of the file the last is what follows the final newline. */
  after?: string[];
}

const parts = ["marker", "before", "text", "after"] as const;

/** The parts in which a cell as it was written differs from the canonical form; undefined if in none. */
export function keptLayout(written: Required<CellLayout>, canonical: Required<CellLayout>): CellLayout | undefined {
  const kept: CellLayout = {};
  for (const part of parts) if (!isDeepStrictEqual(written[part], canonical[part])) kept[part] = written[part];
  return Object.keys(kept).length > 0 ? kept : undefined;
}

/** What a notebook's file says, as far as it has the right form: others may have written it. */
export function readLayout(metadata: Metadata): ScriptLayout & { header?: string } {
  const { header, layout } = fields(metadata.stridelab);
  const { bom, crlf, preamble, cells } = fields(layout);
  const read: ScriptLayout & { header?: string } = { bom: bom === true, crlf: crlf === true, cells: {} };
  if (typeof header === "string") read.header = header;
  if (isLines(preamble)) read.preamble = preamble;
  for (const [id, value] of Object.entries(fields(cells))) {
    const cell: CellLayout = {};
    for (const part of parts) {
      const lines = fields(value)[part];
      const fits =
        isLines(lines) && (part === "marker" || part === "text" || lines.every((line) => line.trim() === ""));
      if (fits) cell[part] = lines;
    }
    read.cells![id] = cell;
  }
  return read;
}

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const isLines = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((line) => typeof line === "string" && !/\n/.test(line));

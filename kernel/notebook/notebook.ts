import { createHash } from "node:crypto";

/**
 * A notebook in memory. It differs from the file (nbformat 4.5) in one way: text is always one string, never a list
 * of lines, so that nobody but `nbformat.ts` has to know both spellings.
 */
export interface Notebook {
  cells: Cell[];
  metadata: Metadata;
  /** Minor version found in the file; what we write is 5 or that, whichever is larger. */
  minor: number;
}

export type Metadata = Record<string, unknown>;

/** MIME type to text (base64 for pictures that are not SVG) or, for JSON types, the value itself. */
export type MimeData = Record<string, unknown>;

interface CellBase {
  /** 1 to 64 of `A-Z a-z 0-9 - _`, unique in the notebook. */
  id: string;
  source: string;
  metadata: Metadata;
  /** Where the cell's source starts in the percent script that it came from, from 1; never written. */
  line?: number;
}

export interface CodeCell extends CellBase {
  type: "code";
  executionCount: number | null;
  outputs: Output[];
}

export interface TextCell extends CellBase {
  type: "markdown" | "raw";
  /** Pictures pasted into the cell, by the name that `attachment:NAME` refers to. */
  attachments?: Record<string, MimeData>;
}

export type Cell = CodeCell | TextCell;

export interface StreamOutput {
  type: "stream";
  name: "stdout" | "stderr";
  text: string;
}

export interface DataOutput {
  type: "display_data" | "execute_result";
  data: MimeData;
  metadata: Metadata;
  /** Set for `execute_result` only. */
  executionCount?: number | null;
}

export interface ErrorOutput {
  type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
}

export type Output = StreamOutput | DataOutput | ErrorOutput;

export const isCode = (cell: Cell): cell is CodeCell => cell.type === "code";

/** The `tags` of a cell; anything that is not a list of strings counts as none. */
export function tagsOf(cell: Cell): string[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/**
 * An id for a cell that has none: a digest of its text, so that the same script gives the same notebook each time and
 * an inserted cell leaves its neighbours' ids alone.
 * @param taken ids in use; the new one is added
 */
export function newCellId(source: string, taken: Set<string>): string {
  for (let attempt = 0; ; attempt++) {
    const id = createHash("sha256").update(`${attempt}\n${source}`).digest("hex").slice(0, 8);
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

import type { INotebookContent, MultilineString } from "@jupyterlab/nbformat";
import { NotebookError } from "./errors.ts";
import { type Cell, type Metadata, type MimeData, type Notebook, newCellId, type Output } from "./notebook.ts";

/** The version written: cells have ids since 4.5. */
const MINOR = 5;

/**
 * Reads the text of an `.ipynb` file, version 4.0 or later.
 * @param file named in errors
 * @throws NotebookError naming the place in the file, what was expected there and what was found
 */
export function parseNotebook(text: string, file: string): Notebook {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new NotebookError(
      file,
      "is not JSON",
      [`expected a Jupyter notebook (nbformat 4)`, `found ${excerpt(text)}`, (error as Error).message],
      "if it is a percent script, give it the ending .nb.ts or .ts; if a merge left conflict marks in it, resolve them",
    );
  }
  return new Reader(file).notebook(content);
}

/** The text of an `.ipynb` file as Jupyter itself writes it: sorted keys, indented by one space, a final newline. */
export function printNotebook(notebook: Notebook): string {
  const content: INotebookContent = {
    cells: notebook.cells.map(cellContent),
    metadata: notebook.metadata as INotebookContent["metadata"],
    nbformat: 4,
    nbformat_minor: Math.max(MINOR, notebook.minor),
  };
  return `${JSON.stringify(sorted(content), null, 1)}\n`;
}

type Fields = Record<string, unknown>;

/** Walks the parsed file and complains with the path of the value that is wrong. */
class Reader {
  readonly #file: string;
  readonly #ids = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  notebook(content: unknown): Notebook {
    const fields = this.#object(content, "the file");
    const major = this.#number(fields.nbformat, "nbformat");
    if (major !== 4) {
      this.#fail("nbformat", "4", String(major), "open it in JupyterLab and save it, which upgrades the format");
    }
    const minor = this.#number(fields.nbformat_minor, "nbformat_minor");
    const metadata = this.#object(fields.metadata, "metadata");
    const cells = this.#array(fields.cells, "cells").map((cell, i) => this.#cell(cell, `cells[${i}]`));
    for (const cell of cells) cell.id ||= newCellId(cell.source, this.#ids);
    return { cells, metadata, minor };
  }

  #cell(value: unknown, at: string): Cell {
    const fields = this.#object(value, at);
    const type = fields.cell_type;
    const shared = {
      id: this.#id(fields.id, `${at}.id`),
      source: this.#text(fields.source, `${at}.source`),
      metadata: this.#object(fields.metadata, `${at}.metadata`),
    };
    if (type === "code") {
      const outputs = this.#array(fields.outputs, `${at}.outputs`);
      return {
        type,
        ...shared,
        executionCount: this.#count(fields.execution_count, `${at}.execution_count`),
        outputs: outputs.map((output, i) => this.#output(output, `${at}.outputs[${i}]`)),
      };
    }
    if (type !== "markdown" && type !== "raw") {
      return this.#fail(`${at}.cell_type`, '"code", "markdown" or "raw"', describe(type));
    }
    if (fields.attachments === undefined) return { type, ...shared };
    const attachments: Record<string, MimeData> = {};
    for (const [name, data] of Object.entries(this.#object(fields.attachments, `${at}.attachments`))) {
      attachments[name] = this.#mimeData(data, `${at}.attachments[${JSON.stringify(name)}]`);
    }
    return { type, ...shared, attachments };
  }

  #output(value: unknown, at: string): Output {
    const fields = this.#object(value, at);
    const type = fields.output_type;
    if (type === "stream") {
      const { name } = fields;
      if (name !== "stdout" && name !== "stderr") {
        return this.#fail(`${at}.name`, '"stdout" or "stderr"', describe(name));
      }
      return { type, name, text: this.#text(fields.text, `${at}.text`) };
    }
    if (type === "display_data" || type === "execute_result") {
      const data = this.#mimeData(fields.data, `${at}.data`);
      const metadata = this.#object(fields.metadata, `${at}.metadata`);
      if (type === "display_data") return { type, data, metadata };
      return { type, data, metadata, executionCount: this.#count(fields.execution_count, `${at}.execution_count`) };
    }
    if (type === "error") {
      const traceback = this.#array(fields.traceback, `${at}.traceback`);
      return {
        type,
        ename: this.#string(fields.ename, `${at}.ename`),
        evalue: this.#string(fields.evalue, `${at}.evalue`),
        traceback: traceback.map((line, i) => this.#string(line, `${at}.traceback[${i}]`)),
      };
    }
    const expected = '"stream", "display_data", "execute_result" or "error"';
    return this.#fail(`${at}.output_type`, expected, describe(type));
  }

  #mimeData(value: unknown, at: string): MimeData {
    const data: MimeData = {};
    for (const [mime, content] of Object.entries(this.#object(value, at))) {
      data[mime] = isJsonMime(mime) ? content : this.#text(content, `${at}[${JSON.stringify(mime)}]`);
    }
    return data;
  }

  /** Ids came with 4.5, so a missing one is filled in later; a repeated or malformed one is an error of the file. */
  #id(value: unknown, at: string): string {
    if (value === undefined) return "";
    const id = this.#string(value, at);
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(id)) this.#fail(at, "1 to 64 letters, digits, - or _", JSON.stringify(id));
    if (this.#ids.has(id)) this.#fail(at, "an id of its own", `${JSON.stringify(id)}, which an earlier cell has`);
    this.#ids.add(id);
    return id;
  }

  #text(value: unknown, at: string): string {
    if (typeof value === "string") return value;
    if (Array.isArray(value) && value.every((line) => typeof line === "string")) return value.join("");
    return this.#fail(at, "a string or a list of strings", describe(value));
  }

  #object(value: unknown, at: string): Fields {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Metadata;
    return this.#fail(at, "an object", describe(value));
  }

  #array(value: unknown, at: string): unknown[] {
    return Array.isArray(value) ? value : this.#fail(at, "a list", describe(value));
  }

  #string(value: unknown, at: string): string {
    return typeof value === "string" ? value : this.#fail(at, "a string", describe(value));
  }

  #number(value: unknown, at: string): number {
    return typeof value === "number" ? value : this.#fail(at, "a number", describe(value));
  }

  #count(value: unknown, at: string): number | null {
    return value === null || value === undefined ? null : this.#number(value, at);
  }

  #fail(at: string, expected: string, found: string, fix?: string): never {
    throw new NotebookError(
      this.#file,
      "is not a valid notebook",
      [`at ${at}`, `expected ${expected}`, `found ${found}`],
      fix,
    );
  }
}

function cellContent(cell: Cell): INotebookContent["cells"][number] {
  const shared = { cell_type: cell.type, id: cell.id, metadata: cell.metadata, source: lines(cell.source) };
  if (cell.type === "code") {
    return { ...shared, execution_count: cell.executionCount, outputs: cell.outputs.map(outputContent) } as never;
  }
  if (cell.attachments === undefined) return shared as never;
  const attachments = Object.entries(cell.attachments).map(([name, data]) => [name, splitData(data)]);
  return { ...shared, attachments: Object.fromEntries(attachments) } as never;
}

function outputContent(output: Output): Fields {
  switch (output.type) {
    case "stream":
      return { output_type: output.type, name: output.name, text: lines(output.text) };
    case "error":
      return { output_type: output.type, ename: output.ename, evalue: output.evalue, traceback: output.traceback };
    case "display_data":
      return { output_type: output.type, data: splitData(output.data), metadata: output.metadata };
    case "execute_result":
      return {
        output_type: output.type,
        data: splitData(output.data),
        execution_count: output.executionCount ?? null,
        metadata: output.metadata,
      };
  }
}

/** Types whose content is lines of text are split, base64 and JSON are not: nbformat's own rule, for small diffs. */
function splitData(data: MimeData): MimeData {
  const isLines = (mime: string) =>
    mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [
      mime,
      typeof value === "string" && isLines(mime) ? lines(value) : value,
    ]),
  );
}

/** Each line keeps its newline; no text gives no lines. */
const lines = (text: string): MultilineString => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const isJsonMime = (mime: string): boolean => mime === "application/json" || mime.endsWith("+json");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : excerpt(JSON.stringify(value));
}

const excerpt = (text: string): string =>
  text.trim() === "" ? "an empty file" : text.length > 60 ? `${text.slice(0, 60)}…` : text;

import { createRequire } from "node:module";
import type * as TraceMapping from "@jridgewell/trace-mapping";
import type { Place, RanFile } from "../protocol/debug.ts";

/** Loaded when something is debugged: no kernel's start waits for it. */
const traceMapping = (): typeof TraceMapping => createRequire(import.meta.url)("@jridgewell/trace-mapping");

/** A place in emitted code, as V8 counts: line and column from 0. */
export interface Emitted {
  lineNumber: number;
  columnNumber: number;
}

/** Code that runs, and the source that it was emitted from. */
export class Program {
  /** As V8 names it. */
  readonly name: string;
  readonly title: string;
  /** As front ends name its source. */
  readonly path: string;
  readonly #file: RanFile;
  /** Of a cell: what is said to be from below them, the converter has put there. */
  readonly #lines: number;
  #maps: TraceMapping.TraceMap[] | undefined;
  /** By line of the source, where its code begins. */
  #starts: Map<number, Emitted> | undefined;

  constructor(file: RanFile, path: string) {
    this.name = file.name;
    this.title = file.title;
    this.path = path;
    this.#file = file;
    this.#lines = file.source?.split("\n").length ?? Number.POSITIVE_INFINITY;
  }

  /** A cell's source; undefined for a file. */
  get source(): string | undefined {
    return this.#file.source;
  }

  /** Where in the source a place of the emitted code is from; undefined for what the source does not have. */
  original({
    lineNumber,
    columnNumber = 0,
  }: {
    lineNumber: number;
    columnNumber?: number | undefined;
  }): Place | undefined {
    let position: { line: number; column: number } = { line: lineNumber + 1, column: columnNumber };
    const { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } = traceMapping();
    this.#maps ??= this.#file.sourceMaps.filter((text) => text !== "").map((text) => new TraceMap(text));
    for (const map of this.#maps) {
      const before = originalPositionFor(map, position);
      // A line may begin with what the emit has put there: `exports.name = `.
      const found = before.line === null ? originalPositionFor(map, { ...position, bias: LEAST_UPPER_BOUND }) : before;
      if (found.line === null) return undefined;
      position = { line: found.line, column: found.column };
    }
    const line = position.line - this.#file.lineOffset;
    return line < 1 || line > this.#lines ? undefined : { line, column: position.column };
  }

  /** Where the code of a line begins; undefined for a line without any. */
  emitted(line: number): Emitted | undefined {
    this.#starts ??= this.#findStarts();
    return this.#starts.get(line);
  }

  /** A statement's names may be exported elsewhere: what counts is the leftmost of a line, and of it the first. */
  #findStarts(): Map<number, Emitted> {
    const starts = new Map<number, Emitted>();
    const columns = new Map<number, number>();
    this.original({ lineNumber: 0 }); // reads the maps
    const [outer] = this.#maps ?? [];
    if (outer === undefined) return starts;
    traceMapping().eachMapping(outer, ({ generatedLine, generatedColumn }) => {
      const emitted = { lineNumber: generatedLine - 1, columnNumber: generatedColumn };
      const place = this.original(emitted);
      if (place === undefined || place.column >= (columns.get(place.line) ?? Number.POSITIVE_INFINITY)) return;
      columns.set(place.line, place.column);
      starts.set(place.line, emitted);
    });
    return starts;
  }
}

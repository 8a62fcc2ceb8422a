/** What the debugger, on the io thread, asks of the language and of the session. Everything survives a structured clone. */
import type { MimeBundle } from "./contents.ts";

/** From 1, as in an editor; the column in UTF-16 units, from 0. */
export interface Place {
  line: number;
  column: number;
}

/** What a parser knows of a source, and a debugger needs. */
export interface Outline {
  /** Lines where something happens that one could stop before, ascending: not those of comments and types. */
  lines: number[];
  /** Functions, and the blocks of `try` statements that catch, the outer ones first. */
  blocks: { kind: "function" | "guarded"; from: Place; to: Place }[];
}

/** Code that was run. */
export interface RanFile {
  /** As stack traces and V8's debugger name it. */
  name: string;
  /** How a reader knows it: "cell 3", or the path of the file that it was made of. */
  title: string;
  /** A cell's, as the user wrote it; absent for a file. */
  source?: string;
  sourceMaps: string[];
  lineOffset: number;
}

/** The session keeps it under this name on `globalThis`, where V8's debugger finds it. */
export const debugViewName = "stridelab.debug";

/** What finds it there. No symbol: V8 takes `Symbol.for` for a change, and evaluates nothing with it for who only points at a name. */
export const debugView = `globalThis[${JSON.stringify(debugViewName)}]`;

/** What the session says of its values to the debugger, which calls it on top of whatever runs there. */
export interface DebugView {
  /** The values of all cells by name, read and set as later cells do. */
  readonly cells: Record<string, unknown>;
  /** Their names. */
  names(): string[];
  /** All code that was run. */
  files(): RanFile[];
  /** What the values of cells are now; a name whose value cannot be read yet is left out. */
  values(): Record<string, unknown>;
  /** Each value in a line. */
  lines(...values: unknown[]): string[];
  /** How many elements a collection has; undefined for what has properties instead. */
  size(value: unknown): number | undefined;
  /** Elements of a collection from `start` on, before `end`, as alternating names and values. */
  elements(value: object, start: number, end: number): unknown[];
  bundle(value: unknown): MimeBundle | Promise<MimeBundle>;
  /** Whether a breakpoint's condition holds; one that throws does, and the cell's stderr says why. */
  holds(condition: string, test: () => unknown): boolean;
  /** How often this was called with the key. */
  reached(key: string): number;
  /** Prints texts with values between them. @returns false: nothing is to stop for it */
  log(texts: readonly string[], ...values: (() => unknown)[]): false;
}

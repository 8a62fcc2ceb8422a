import type { ErrorContent } from "../protocol/contents.ts";
import type { SettingProblem } from "./settings.ts";

/** What a compiler finds wrong, in any compiler's terms. */
export interface Diagnostic {
  /** Relative to the notebook; absent for the cell itself. */
  file?: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
  /** UTF-16 units on that line. */
  length: number;
  /** "TS2322" */
  code: string;
  /** Lines after the first explain it. */
  message: string;
  /** The code could not even be parsed. */
  isSyntax: boolean;
}

/** Diagnostics as the error that a front end shows in place of running the cell. */
export function reportDiagnostics(diagnostics: Diagnostic[], code: string): ErrorContent {
  const [first] = diagnostics;
  if (first === undefined) throw new RangeError("reportDiagnostics: no diagnostics, so there is nothing to report");
  const lines = code.split(/\r?\n/);
  const found = diagnostics.map((diagnostic) => withinCell(diagnostic, lines));
  const [head = first] = found;
  return {
    ename: diagnostics.some(({ isSyntax }) => isSyntax) ? "SyntaxError" : "TypeCheckError",
    evalue: headline(head),
    traceback: found.flatMap((diagnostic) => [
      headline(diagnostic),
      ...(diagnostic.file === undefined ? excerpt(lines, diagnostic.line, diagnostic.column, diagnostic.length) : []),
    ]),
  };
}

/** Diagnostics that do not keep the cell from running, line by line. */
export function describeDiagnostics(diagnostics: Diagnostic[], code: string): string[] {
  return diagnostics.length === 0 ? [] : reportDiagnostics(diagnostics, code).traceback;
}

/** Settings in comments that cannot be read, as an error in place of running the cell. */
export function reportSettings(problems: SettingProblem[], code: string): ErrorContent {
  const diagnostics = problems.map(({ start, length, message }) => {
    const before = code.slice(0, start).split("\n");
    return {
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      length,
      code: "setting",
      message,
      isSyntax: false,
    };
  });
  return { ...reportDiagnostics(diagnostics, code), ename: "SettingError" };
}

/** What is missing at the end ("'}' expected") is reported behind it; shown is the end of the last line with code. */
function withinCell(diagnostic: Diagnostic, lines: string[]): Diagnostic {
  const last = lines.findLastIndex((line) => line.trim() !== "");
  const text = lines[last];
  if (diagnostic.file !== undefined || text === undefined || diagnostic.line <= last + 1) return diagnostic;
  return { ...diagnostic, line: last + 1, column: text.trimEnd().length + 1, length: 1 };
}

function headline({ file, line, column, code, message }: Diagnostic): string {
  return `${file === undefined ? "" : `${file}:`}${line}:${column} ${code}: ${message}`;
}

/** A source line with carets under what is meant; tabs are kept in the padding, so the carets stay below it. */
function excerpt(lines: string[], line: number, column: number, length: number): string[] {
  const text = lines[line - 1];
  if (text === undefined) return [];
  const margin = `${line} | `;
  const padding = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, text.length - column + 1)));
  return [`  ${margin}${text}`, `  ${" ".repeat(margin.length - 2)}| ${padding}${carets}`];
}

import type TypeScript from "@tslab/typescript-for-tslab";
import type { IsCompleteReply } from "../protocol/contents.ts";
import { prepare } from "./source-text.ts";

type Compiler = typeof TypeScript;

/** What is missing at the end of a code that could go on: "Unterminated template literal", "'*\/' expected". */
const unterminated = new Set([1160, 1010]);

/** "Unterminated string literal", which ends with its line. */
const unterminatedString = 1002;

/** What somebody types who is done all the same. */
const twoBlankLines = /\n[^\S\n]*\n\s*$/;

/** Whether code could run as it is; incomplete if all that is wrong with it is that it ends. */
export function completenessOf(ts: Compiler, code: string): IsCompleteReply {
  const { text } = prepare(ts, code);
  const problems = problemsOf(ts, text, ts.ScriptKind.TS);
  if (problems.length === 0) return { status: "complete" };
  // A cell is TypeScript, or TypeScript with JSX where that alone makes sense of it.
  if (text.includes("<") && problemsOf(ts, text, ts.ScriptKind.TSX).length === 0) return { status: "complete" };
  const end = text.trimEnd().length;
  const isAtEnd = ({ code, start = 0 }: TypeScript.Diagnostic) =>
    (start >= end && code !== unterminatedString) || unterminated.has(code);
  if (twoBlankLines.test(text) || !problems.every(isAtEnd)) return { status: "invalid" };
  return { status: "incomplete", indent: indentAfter(code) };
}

function problemsOf(ts: Compiler, text: string, kind: TypeScript.ScriptKind): readonly TypeScript.Diagnostic[] {
  const file = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, false, kind);
  return (file as { parseDiagnostics?: readonly TypeScript.Diagnostic[] }).parseDiagnostics ?? [];
}

/** A bracket that its line opens and does not close, as far as texts and comments let it be seen. */
const opens = /^(?:(?!\/\/).)*(?:\{[^}"'`]*|\([^)"'`]*|\[[^\]"'`]*)$/;

/** The last line's own, and two blanks more if it opens a bracket. */
function indentAfter(code: string): string {
  const line = /[^\n]*$/.exec(code.trimEnd())?.[0] ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return opens.test(line) ? `${indent}  ` : indent;
}

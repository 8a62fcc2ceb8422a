import ts from "typescript-6";
import type { IsCompleteReply } from "../../../../kernel/protocol/contents.ts";

/** What is missing at the end of a code that could go on: "Unterminated template literal", "'*\/' expected". */
const unterminated = new Set([1160, 1010]);

/** Whether code could run as it is; incomplete if all that is wrong with it is that it ends. */
export function completenessOf(code: string): IsCompleteReply {
  const problems = syntaxProblems(parse(code));
  if (problems.length === 0) return { status: "complete" };
  const end = code.trimEnd().length;
  const isAtEnd = ({ code, start = 0 }: ts.Diagnostic) => start >= end || unterminated.has(code);
  if (!problems.every(isAtEnd)) return { status: "invalid" };
  return { status: "incomplete", indent: indentAfter(code) };
}

/** A cell's syntax: TypeScript, or TypeScript with JSX where that alone makes sense of it. */
export function parse(code: string): ts.SourceFile {
  const parseAs = (path: string) => ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  const plain = parseAs("cell.ts");
  if (syntaxProblems(plain).length === 0) return plain;
  const withJsx = parseAs("cell.tsx");
  return syntaxProblems(withJsx).length === 0 ? withJsx : plain;
}

export const syntaxProblems = (file: ts.SourceFile): readonly ts.Diagnostic[] =>
  (file as ts.SourceFile & { parseDiagnostics?: readonly ts.Diagnostic[] }).parseDiagnostics ?? [];

/** The last line's own, and two blanks more if it opens a bracket. */
function indentAfter(code: string): string {
  const line = /[^\n]*$/.exec(code)?.[0] ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[{([]\s*$/.test(line) ? `${indent}  ` : indent;
}

/** Its line is a comment to Node alone; as long a comment keeps every position. */
export const withoutHashbang = (code: string): string => code.replace(/^(\uFEFF?)#!/, "$1//");

/** Whether a comment stands at `offset`, rather than something that only looks like one, as in a template. */
export function isComment(file: ts.SourceFile, offset: number): boolean {
  const isOutside = (node: ts.Node): boolean => {
    if (offset < node.getStart(file) || offset >= node.end) return true;
    const parts = node.getChildren(file);
    return parts.length > 0 && parts.every(isOutside);
  };
  return isOutside(file);
}

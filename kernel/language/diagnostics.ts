import { relative } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Diagnostic as TslabDiagnostic } from "tslab/dist/converter.js";
import { shownAs } from "./module-files.ts";
import type { Diagnostic } from "./report.ts";

/** "Cannot find module", and for a compiler that looks in the old way. */
const missingModule = new Set([2307, 2792]);

/** The compiler's words, and where these leave a beginner alone, what to do. */
function advised(code: number, message: string): string {
  const [, name = "", folder = ""] = /'((?:@[^/']+\/)?[^@./'#][^/:']*)(\/[^']*)?'/.exec(message) ?? [];
  if (!missingModule.has(code) || name === "") return message;
  return `${message}\n    if ${name}${folder} is a package: npm install ${name}, in the notebook's folder`;
}

/** tslab lists an explanation's links one by one, at the same place; only the head carries the meaning. */
export function mergeChains(found: TslabDiagnostic[]): Diagnostic[] {
  const merged: Diagnostic[] = [];
  let previous: TslabDiagnostic | undefined;
  for (const diagnostic of found) {
    const { start, end, code, fileName, messageText } = diagnostic;
    const head = merged.at(-1);
    const sameSpan = previous?.start.offset === start.offset && previous.end.offset === end.offset;
    previous = diagnostic;
    if (head !== undefined && sameSpan) {
      head.message += `\n    ${messageText}`;
      continue;
    }
    merged.push({
      ...(fileName === undefined ? {} : { file: shownAs(fileName) }),
      line: start.line + 1,
      column: start.character + 1,
      length: end.offset - start.offset,
      code: `TS${code}`,
      message: advised(code, messageText),
      isSyntax: code < 2000, // the compiler numbers syntax errors from 1000, semantic ones from 2000
    });
  }
  return merged;
}

/** What the compiler itself says, of the cell or a file beside the notebook in `folder`. */
export function ofCompiler(
  ts: typeof TypeScript,
  { file, start = 0, length = 0, code, messageText }: TypeScript.Diagnostic,
  folder: string,
): Diagnostic {
  const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
  const path = file === undefined ? "" : relative(folder, file.fileName).replaceAll("\\", "/");
  const isCell = path === "__tslab__.ts"; // which has a line before the user's first
  return {
    ...(isCell ? {} : { file: shownAs(path) }),
    line: isCell ? line : line + 1,
    column: character + 1,
    length,
    code: `TS${code}`,
    message: advised(code, ts.flattenDiagnosticMessageText(messageText, "\n  ").replace(/\n +/g, "\n    ")),
    isSyntax: code < 2000,
  };
}

import { dirname, join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult, Diagnostic as TslabDiagnostic } from "tslab/dist/converter.js";
import type { IsCompleteReply, MimeBundle } from "../protocol/contents.ts";
import type { Completions, Conversion, Language } from "../protocol/threads.ts";
import { modifiedAt } from "./compiler-system.ts";
import { blankExports, declarationsAfterThrow, declaredValues, forgottenNamespaces } from "./declarations.ts";
import { splitTrailer } from "./emit.ts";
import { type Diagnostic, reportDiagnostics } from "./report.ts";
import { loadTslab, type TslabCompiler } from "./tslab-compiler.ts";

/** "Cannot find module", with and without a hint about types. */
const missingModuleCodes = new Set([2307, 2792, 7016]);

/** "Unterminated template literal": more lines may close it. */
const unterminatedTemplate = 1160;

/** TypeScript by tslab's converter: cells share one scope, later ones see and may redeclare the names of earlier ones. */
export class TslabLanguage implements Language {
  readonly #compiler: TslabCompiler = loadTslab();
  readonly #folder: string;
  #converter: Converter;
  #installed: string;
  /** Ambient declarations of all that the cells so far defined. */
  #declarations = "";
  #proposed: { declarations: string; names: string[] } = { declarations: "", names: [] };

  /** @param folder the notebook's, where its files and packages are looked for */
  constructor(folder: string) {
    this.#folder = folder;
    this.#installed = installedStamp(folder);
    this.#converter = this.#compiler.createConverter(folder);
  }

  /** Nothing may be asked afterwards. */
  close(): void {
    this.#converter.close();
  }

  convert(code: string): Conversion {
    this.#compiler.refresh();
    this.#compiler.setEarlierNames(declaredValues(this.#compiler.typescript, this.#declarations));
    const source = blankExports(this.#compiler.typescript, code);
    let result = this.#converter.convert(this.#declarations, source);
    if (result.diagnostics.some(({ code }) => missingModuleCodes.has(code)) && this.#packagesChanged()) {
      result = this.#converter.convert(this.#declarations, source);
    }
    if (result.diagnostics.length > 0) {
      return { ok: false, error: reportDiagnostics(mergeChains(result.diagnostics), code) };
    }
    return { ok: true, cell: this.#adopt(result) };
  }

  commit(defined: "all" | string[]): void {
    const { declarations, names } = this.#proposed;
    const missing = new Set(defined === "all" ? [] : names.filter((name) => !defined.includes(name)));
    this.#declarations = declarationsAfterThrow(this.#compiler.typescript, declarations, this.#declarations, missing);
  }

  complete(code: string, offset: number): Completions {
    const { candidates, start, end } = this.#converter.complete(this.#declarations, code, offset);
    const prefix = code.slice(start, offset).toLowerCase();
    return { matches: candidates.filter((name) => name.toLowerCase().startsWith(prefix)), start, end };
  }

  inspect(code: string, offset: number): MimeBundle | undefined {
    // Behind a word means the word; inside an argument list without one, the function that is called.
    for (const position of [offset, offset - 1, code.lastIndexOf("(", offset - 1) - 1]) {
      if (position < 0) continue;
      const info = this.#converter.inspect(this.#declarations, code, position) as TypeScript.QuickInfo | undefined;
      if (info?.displayParts !== undefined) return describe(info);
    }
    return undefined;
  }

  isComplete(code: string): IsCompleteReply {
    const { completed, indent } = this.#compiler.isCompleteCode(code);
    if (!completed) return { status: "incomplete", indent: indent ?? "" };
    const { typescript: ts } = this.#compiler;
    const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest) as TypeScript.SourceFile & {
      parseDiagnostics?: TypeScript.Diagnostic[];
    };
    const problems = file.parseDiagnostics ?? [];
    if (problems.length === 0) return { status: "complete" };
    if (problems.some((problem) => problem.code === unterminatedTemplate)) return { status: "incomplete", indent: "" };
    return { status: "invalid" };
  }

  #adopt({ output = "", declOutput = "", lastExpressionVar, sideOutputs = [] }: ConvertResult) {
    const { javascript, trailer } = splitTrailer(output);
    const { body, names } = plainExports(javascript);
    const namespaces = forgottenNamespaces(this.#compiler.typescript, declOutput, this.#declarations);
    this.#proposed = {
      declarations: declOutput + namespaces,
      names: names.filter((name) => name !== lastExpressionVar),
    };
    return {
      javascript: body,
      isAsync: trailer.isAsync,
      ...(lastExpressionVar === undefined ? {} : { resultName: lastExpressionVar }),
      sourceMaps: trailer.sourceMaps,
      lineOffset: 1, // tslab puts one line before the cell, which makes it a module
      modules: sideOutputs.map(({ path, data }) => {
        const { javascript, trailer } = splitTrailer(data);
        return { path, javascript, sourceMaps: trailer.sourceMaps };
      }),
    };
  }

  /** The compiler remembers what it did not find. A package installed meanwhile needs a fresh one. */
  #packagesChanged(): boolean {
    const installed = installedStamp(this.#folder);
    if (installed === this.#installed) return false;
    this.#installed = installed;
    this.#converter.close();
    this.#converter = this.#compiler.createConverter(this.#folder);
    return true;
  }
}

/** Changes when a package or a file is added beside or above the notebook. */
function installedStamp(notebookFolder: string): string {
  const stamps = [modifiedAt(notebookFolder)];
  for (let folder = notebookFolder; ; folder = dirname(folder)) {
    stamps.push(modifiedAt(join(folder, "node_modules")));
    if (folder === dirname(folder)) return stamps.join();
  }
}

const prologue =
  /^Object\.defineProperty\(exports, "__esModule", \{ value: true \}\);\n((?:(?:exports\.\S+ = )+void 0;\n)*)/m;
const reexport =
  /^Object\.defineProperty\(exports, "(.+?)", \{ enumerable: true, get: function \(\) \{ return (.+?); \} \}\);$/gm;

/**
 * CommonJS emit → assignments to one plain object that lives through all cells.
 * - The prologue sets every export to undefined, which would wipe an earlier value of a cell that throws. It goes, and
 *   its names are kept: they are what the cell is about to define.
 * - Imports are re-exported as getters that cannot be redefined by a later cell; a plain value can.
 */
function plainExports(javascript: string): { body: string; names: string[] } {
  let names: string[] = [];
  const body = javascript
    .replace(prologue, (all, resets: string) => {
      names = [...resets.matchAll(/exports\.(\S+) = /g)].map(([, name = ""]) => name);
      return all.replace(/[^\n]/g, "");
    })
    .replace(reexport, "exports.$1 = $2;");
  return { body, names };
}

/** tslab lists an explanation's links one by one, at the same place; only the head carries the meaning. */
function mergeChains(found: TslabDiagnostic[]): Diagnostic[] {
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
      ...(fileName === undefined ? {} : { file: fileName }),
      line: start.line + 1,
      column: start.character + 1,
      length: end.offset - start.offset,
      code: `TS${code}`,
      message: messageText,
      isSyntax: code < 2000, // the compiler numbers syntax errors from 1000, semantic ones from 2000
    });
  }
  return merged;
}

function describe(info: TypeScript.QuickInfo): MimeBundle {
  const text = (parts: TypeScript.SymbolDisplayPart[] | undefined) => (parts ?? []).map((part) => part.text).join("");
  const signature = text(info.displayParts);
  const tags = (info.tags ?? []).map(({ name, text: parts }) => `@${name} ${text(parts)}`.trimEnd());
  const documentation = [text(info.documentation), ...tags].filter((line) => line !== "").join("\n");
  return {
    "text/plain": documentation === "" ? signature : `${signature}\n\n${documentation}`,
    "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`\n\n${documentation}`.trimEnd(),
  };
}

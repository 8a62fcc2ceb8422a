import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult } from "tslab/dist/converter.js";
import type { IsCompleteReply, MimeBundle } from "../protocol/contents.ts";
import type { Outline } from "../protocol/debug.ts";
import type {
  CellId,
  Completions,
  Conversion,
  ConvertedCell,
  DebuggerLanguage,
  ResumableLanguage,
} from "../protocol/threads.ts";
import { modifiedAt } from "./compiler-system.ts";
import { completenessOf } from "./completeness.ts";
import { debuggerExpression } from "./debugger-expression.ts";
import { blankExports, declarationsAfterThrow, forgottenDeclarations, withoutValues } from "./declarations.ts";
import { mergeChains, ofCompiler } from "./diagnostics.ts";
import { splitTrailer } from "./emit.ts";
import { plainExports } from "./emitted-exports.ts";
import type { Findings } from "./findings.ts";
import { storedAs } from "./module-files.ts";
import { outlineOf } from "./outline.ts";
import { describeDiagnostics, reportDiagnostics, reportSettings } from "./report.ts";
import { Declarations, type Excerpt, wordsIn } from "./scope.ts";
import { compilerSwitches, defaultSettings, readSettings, type Settings } from "./settings.ts";
import { isComment } from "./source-text.ts";
import { loadTslab, type TslabCompiler } from "./tslab-compiler.ts";
import { closesLater, withResources } from "./using-emit.ts";

/** "Cannot find module", with and without a hint about types. */
const missingModuleCodes = new Set([2307, 2792, 7016]);

/** By which later cells know the result that was shown last. */
const resultName = "_";

/** What a cell that was converted declares, if it runs to its end. */
interface Proposed {
  /** What there was when it was converted: cells that ran meanwhile may have added to it. */
  before: Declarations;
  declarations: string;
  names: string[];
  resultType: string | undefined;
  /** What of the declarations before it was looked at; it may be redeclared, the rest may not. */
  seen: Excerpt;
}

interface State {
  /** Ambient declarations of all that the cells so far defined. */
  declarations: string;
  /** The type of `_`, the last result shown, unless there is none or a cell declared a `_` itself. */
  result: { type: string } | "the user's" | undefined;
  settings: Settings;
}

/** TypeScript by tslab's converter: cells share one scope, later ones see and may redeclare the names of earlier ones. */
export class TslabLanguage implements ResumableLanguage, DebuggerLanguage {
  readonly #compiler: TslabCompiler = loadTslab();
  readonly #folder: string;
  #converter: Converter;
  #installed: string;
  #declarations = Declarations.none;
  /** These, and the last result. */
  #visible = Declarations.none;
  /** By cells that are not over. */
  readonly #proposed = new Map<CellId, Proposed>();
  #result: State["result"];
  #settings = defaultSettings;
  /** As it was last asked for. */
  #state: State | undefined;

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

  convert(code: string, cell?: CellId): Conversion {
    const { typescript: ts, refresh } = this.#compiler;
    refresh();
    const settings = readSettings(code, this.#settings, (offset) => isComment(ts, code, offset));
    const [problem] = settings.problems;
    if (problem !== undefined) return { ok: false, error: reportSettings(settings.problems, code) };
    this.#settings = settings.session;
    const words = wordsIn(code);
    let attempt = this.#attempt(code, settings.cell, words);
    const lacks = ({ result }: typeof attempt) => result.diagnostics.some(({ code }) => missingModuleCodes.has(code));
    if (lacks(attempt) && this.#packagesChanged()) attempt = this.#attempt(code, settings.cell, words);
    if (attempt.result.diagnostics.length + attempt.findings.withheld.length > 0) {
      // The compiler is to know all names, as it may know which one was meant. Files it has written it does not write again.
      const { sideOutputs = [] } = attempt.result;
      attempt = this.#attempt(code, settings.cell, undefined);
      attempt.result.sideOutputs = [...sideOutputs, ...(attempt.result.sideOutputs ?? [])];
    }
    const { result, findings, seen } = attempt;
    if (result.diagnostics.length > 0) {
      return { ok: false, error: reportDiagnostics(mergeChains(result.diagnostics), code) };
    }
    const withheld = findings.withheld.map((diagnostic) => ofCompiler(ts, diagnostic, this.#folder));
    const { converted, proposed } = this.#adopt(result, findings, seen);
    if (cell !== undefined) this.#proposed.set(cell, proposed);
    return { ok: true, cell: converted, warnings: describeDiagnostics(withheld, code) };
  }

  /** @param words of the code; without them, all of the declarations are looked at */
  #attempt(code: string, settings: Settings, words: Iterable<string> | undefined) {
    const { typescript: ts, begin } = this.#compiler;
    const seen = this.#visible.excerpt(words);
    const findings = begin(this.#converter, {
      switches: compilerSwitches(settings),
      warnOnly: settings.typeErrors === "warn",
    });
    return { seen, findings, result: this.#converter.convert(seen.text, blankExports(ts, code)) };
  }

  discard(cell: CellId): void {
    this.#proposed.delete(cell);
  }

  commit(cell: CellId, defined: "all" | string[], shown = false): void {
    const proposed = this.#proposed.get(cell);
    if (proposed === undefined) return;
    const { before, declarations, names, resultType, seen } = proposed;
    this.#proposed.delete(cell);
    const missing = new Set(defined === "all" ? [] : names.filter((name) => !defined.includes(name)));
    const { typescript: ts } = this.#compiler;
    const result = this.#result;
    const declaresIt = names.includes(resultName);
    if (declaresIt && !missing.has(resultName)) this.#result = "the user's";
    else if (shown && result !== "the user's" && resultType !== undefined) this.#result = { type: resultType };
    if (before !== this.#visible) {
      const came = new Set(names.filter((name) => !missing.has(name)));
      this.#adoptScope(this.#declarations.redeclaring(ts, seen.own(ts, declarations, came)));
      return;
    }
    /** The last result's type is kept beside the declarations. */
    const ofCells = (text: string) =>
      typeof result === "object" && seen.values.has(resultName) ? withoutValues(ts, text, new Set([resultName])) : text;
    const next = declaresIt ? declarations : ofCells(declarations);
    const rest = typeof result === "object" ? seen.rest().without(resultName) : seen.rest();
    this.#adoptScope(rest.with(ts, declarationsAfterThrow(ts, next, ofCells(seen.text), missing)));
  }

  state(): State {
    const state: State = { declarations: this.#declarations.text, result: this.#result, settings: this.#settings };
    if (!isDeepStrictEqual(state, this.#state)) this.#state = state;
    return this.#state ?? state;
  }

  restore(state: unknown): void {
    const { declarations, result, settings } = state as State;
    this.#result = result;
    this.#settings = settings;
    this.#adoptScope(Declarations.none.with(this.#compiler.typescript, declarations));
  }

  #adoptScope(declarations: Declarations): void {
    const result = typeof this.#result === "object" ? `declare const ${resultName}: ${this.#result.type};` : "";
    this.#declarations = declarations;
    this.#visible = result === "" ? declarations : declarations.with(this.#compiler.typescript, result);
  }

  complete(code: string, offset: number): Completions {
    const begun = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
    const isMember = code[offset - begun.length - 1] === ".";
    const words = wordsIn(code);
    const offered = isMember || words === undefined ? words : [...words, ...this.#visible.beginning(begun)];
    const { text } = this.#visible.excerpt(offered);
    const { candidates, start, end } = this.#converter.complete(text, code, offset);
    const prefix = code.slice(start, offset).toLowerCase();
    return { matches: candidates.filter((name) => name.toLowerCase().startsWith(prefix)), start, end };
  }

  inspect(code: string, offset: number): MimeBundle | undefined {
    const { text } = this.#visible.excerpt(wordsIn(code));
    // Behind a word means the word; inside an argument list without one, the function that is called.
    for (const position of [offset, offset - 1, code.lastIndexOf("(", offset - 1) - 1]) {
      if (position < 0) continue;
      const info = this.#converter.inspect(text, code, position) as TypeScript.QuickInfo | undefined;
      if (info?.displayParts !== undefined) return describe(info);
    }
    return undefined;
  }

  isComplete(code: string): IsCompleteReply {
    return completenessOf(this.#compiler.typescript, code);
  }

  outline(code: string): Outline {
    return outlineOf(this.#compiler.typescript, code);
  }

  expression(code: string, cells: string[], visible?: string[]): string {
    return debuggerExpression(this.#compiler.typescript, code, new Set(cells), visible && new Set(visible));
  }

  #adopt(
    { output = "", declOutput = "", lastExpressionVar, sideOutputs = [] }: ConvertResult,
    findings: Findings,
    seen: Excerpt,
  ) {
    const { javascript, trailer } = splitTrailer(output);
    const { body, names } = plainExports(javascript);
    const forgotten = forgottenDeclarations(this.#compiler.typescript, declOutput, seen.text);
    const blockVariables = [...findings.blockVariables].map(([name, type]) => `declare var ${name}: ${type};\n`);
    const proposed: Proposed = {
      before: this.#visible,
      declarations: declOutput + forgotten + blockVariables.join(""),
      names: names.filter((name) => name !== lastExpressionVar),
      resultType: findings.resultType,
      seen,
    };
    const keepsResult = this.#result !== "the user's" && !names.includes(resultName);
    const converted: ConvertedCell = {
      javascript: withResources(body),
      isAsync: trailer.isAsync || closesLater(body),
      ...(lastExpressionVar === undefined ? {} : { resultName: lastExpressionVar }),
      ...(keepsResult ? { keepResultAs: resultName } : {}),
      sourceMaps: trailer.sourceMaps,
      lineOffset: 1, // tslab puts one line before the cell, which makes it a module
      imports: trailer.imports,
      modules: sideOutputs.map(({ path, data }) => {
        const { javascript, trailer } = splitTrailer(data);
        return {
          path,
          source: sourceOf(path),
          javascript: withResources(javascript),
          sourceMaps: trailer.sourceMaps,
          isAsync: trailer.isAsync || closesLater(javascript),
          imports: trailer.imports,
        };
      }),
    };
    return { converted, proposed };
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

/** The converter tells the name of what it emitted, not of the file that it was made of. */
const sourceOf = (path: string): string =>
  [".ts", ".tsx", ".jsx"].map((ending) => storedAs(path.replace(/\.js$/, ending))).find(existsSync) ?? path;

/** Changes when a package or a file is added beside or above the notebook. */
function installedStamp(notebookFolder: string): string {
  const stamps = [modifiedAt(notebookFolder)];
  for (let folder = notebookFolder; ; folder = dirname(folder)) {
    stamps.push(modifiedAt(join(folder, "node_modules")));
    if (folder === dirname(folder)) return stamps.join();
  }
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

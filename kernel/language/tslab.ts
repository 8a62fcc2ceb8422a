import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, ConvertResult } from "tslab/dist/converter.js";
import type { IsCompleteReply, MimeBundle } from "../protocol/contents.ts";
import type { Outline } from "../protocol/debug.ts";
import type { Completions, Conversion, DebuggerLanguage, ResumableLanguage } from "../protocol/threads.ts";
import { modifiedAt } from "./compiler-system.ts";
import { completenessOf } from "./completeness.ts";
import { debuggerExpression } from "./debugger-expression.ts";
import {
  blankExports,
  declarationsAfterThrow,
  declaredValues,
  forgottenDeclarations,
  withoutValue,
} from "./declarations.ts";
import { mergeChains, ofCompiler } from "./diagnostics.ts";
import { splitTrailer } from "./emit.ts";
import { plainExports } from "./emitted-exports.ts";
import type { Findings } from "./findings.ts";
import { storedAs } from "./module-files.ts";
import { outlineOf } from "./outline.ts";
import { describeDiagnostics, reportDiagnostics, reportSettings } from "./report.ts";
import { compilerSwitches, defaultSettings, readSettings, type Settings } from "./settings.ts";
import { isComment } from "./source-text.ts";
import { loadTslab, type TslabCompiler } from "./tslab-compiler.ts";
import { closesLater, withResources } from "./using-emit.ts";

/** "Cannot find module", with and without a hint about types. */
const missingModuleCodes = new Set([2307, 2792, 7016]);

/** By which later cells know the result that was shown last. */
const resultName = "_";

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
  #declarations = "";
  #proposed: { declarations: string; names: string[]; resultType?: string | undefined } = {
    declarations: "",
    names: [],
  };
  #result: State["result"];
  #settings = defaultSettings;

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
    const { typescript: ts, refresh, begin } = this.#compiler;
    refresh();
    const settings = readSettings(code, this.#settings, (offset) => isComment(ts, code, offset));
    const [problem] = settings.problems;
    if (problem !== undefined) return { ok: false, error: reportSettings(settings.problems, code) };
    this.#settings = settings.session;
    const switches = compilerSwitches(settings.cell);
    const scope = `// ${JSON.stringify(switches)}\n${this.#scope()}`; // other switches, other text: everything is checked anew
    const source = blankExports(ts, code);
    const convert = () => {
      const findings = begin(this.#converter, {
        earlier: declaredValues(ts, scope),
        switches,
        warnOnly: settings.cell.typeErrors === "warn",
      });
      return { findings, result: this.#converter.convert(scope, source) };
    };
    let { findings, result } = convert();
    if (result.diagnostics.some(({ code }) => missingModuleCodes.has(code)) && this.#packagesChanged()) {
      ({ findings, result } = convert());
    }
    if (result.diagnostics.length > 0) {
      return { ok: false, error: reportDiagnostics(mergeChains(result.diagnostics), code) };
    }
    const withheld = findings.withheld.map((diagnostic) => ofCompiler(ts, diagnostic, this.#folder));
    return { ok: true, cell: this.#adopt(result, findings), warnings: describeDiagnostics(withheld, code) };
  }

  commit(defined: "all" | string[], shown = false): void {
    const { declarations, names, resultType } = this.#proposed;
    const missing = new Set(defined === "all" ? [] : names.filter((name) => !defined.includes(name)));
    const { typescript: ts } = this.#compiler;
    const result = this.#result;
    const declaresIt = names.includes(resultName);
    if (declaresIt && !missing.has(resultName)) this.#result = "the user's";
    else if (shown && result !== "the user's" && resultType !== undefined) this.#result = { type: resultType };
    const next = typeof result === "object" && !declaresIt ? withoutValue(ts, declarations, resultName) : declarations;
    this.#declarations = declarationsAfterThrow(ts, next, this.#declarations, missing);
  }

  state(): State {
    return { declarations: this.#declarations, result: this.#result, settings: this.#settings };
  }

  restore(state: unknown): void {
    const { declarations, result, settings } = state as State;
    this.#declarations = declarations;
    this.#result = result;
    this.#settings = settings;
  }

  /** All declarations that a cell sees. */
  #scope(): string {
    const result = typeof this.#result === "object" ? `declare const ${resultName}: ${this.#result.type};\n` : "";
    return this.#declarations + result;
  }

  complete(code: string, offset: number): Completions {
    const { candidates, start, end } = this.#converter.complete(this.#scope(), code, offset);
    const prefix = code.slice(start, offset).toLowerCase();
    return { matches: candidates.filter((name) => name.toLowerCase().startsWith(prefix)), start, end };
  }

  inspect(code: string, offset: number): MimeBundle | undefined {
    // Behind a word means the word; inside an argument list without one, the function that is called.
    for (const position of [offset, offset - 1, code.lastIndexOf("(", offset - 1) - 1]) {
      if (position < 0) continue;
      const info = this.#converter.inspect(this.#scope(), code, position) as TypeScript.QuickInfo | undefined;
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

  #adopt({ output = "", declOutput = "", lastExpressionVar, sideOutputs = [] }: ConvertResult, findings: Findings) {
    const { javascript, trailer } = splitTrailer(output);
    const { body, names } = plainExports(javascript);
    const forgotten = forgottenDeclarations(this.#compiler.typescript, declOutput, this.#declarations);
    const blockVariables = [...findings.blockVariables].map(([name, type]) => `declare var ${name}: ${type};\n`);
    this.#proposed = {
      declarations: declOutput + forgotten + blockVariables.join(""),
      names: names.filter((name) => name !== lastExpressionVar),
      resultType: findings.resultType,
    };
    const keepsResult = this.#result !== "the user's" && !names.includes(resultName);
    return {
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

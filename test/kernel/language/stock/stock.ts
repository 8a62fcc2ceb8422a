import ts from "typescript-6";
import { cellGlobals } from "../../../../kernel/language/compiler-system.ts";
import { shownAs } from "../../../../kernel/language/module-files.ts";
import {
  type Diagnostic,
  describeDiagnostics,
  reportDiagnostics,
  reportSettings,
} from "../../../../kernel/language/report.ts";
import {
  compilerSwitches,
  defaultSettings,
  readSettings,
  type Settings,
} from "../../../../kernel/language/settings.ts";
import type { IsCompleteReply, MimeBundle } from "../../../../kernel/protocol/contents.ts";
import type { Completions, Conversion, ResumableLanguage } from "../../../../kernel/protocol/threads.ts";
import { type CellFile, Cells, type CellsState } from "./cells.ts";
import { type Declared, declaredNames, isAugmentation, settleMeanings } from "./declared.ts";
import { describe, infoAt } from "./describe.ts";
import { emitCell, emitDeclarations } from "./emit.ts";
import { hasJsx, jsxNamespace } from "./jsx.ts";
import { valueName } from "./rewrite.ts";
import { Scope, type ScopeState, shownName } from "./scope.ts";
import { convertSideFile } from "./side-files.ts";
import { resultOf } from "./statements.ts";
import { completenessOf, isComment, parse, syntaxProblems, withoutHashbang } from "./syntax.ts";

export interface StockOptions {
  /** The notebook's. */
  folder: string;
  /** Absolute paths of declaration files that every cell sees; by default what the kernel itself gives to cells. */
  ambient?: readonly string[];
}

/** A cell that was converted and perhaps runs. */
interface Proposed {
  file: CellFile;
  parsed: ts.SourceFile;
  names: Declared[];
  declarations: string | undefined;
}

interface State {
  cells: CellsState;
  scope: ScopeState;
  settings: Settings;
  count: number;
}

/**
 * TypeScript by the stock compiler's own interface: each cell is a module, and what it uses of earlier cells is brought
 * in by generated declarations. Shows what the kernel asks of a compiler, and that tslab's is one of two.
 */
export class StockLanguage implements ResumableLanguage {
  readonly #cells: Cells;
  readonly #scope = new Scope();
  #settings = defaultSettings;
  #count = 0;
  #proposed: Proposed | undefined;

  constructor({ folder, ambient = [cellGlobals] }: StockOptions) {
    this.#cells = new Cells(folder, ambient);
  }

  convert(code: string, number?: number): Conversion {
    const parsed = parse(withoutHashbang(code));
    const settings = readSettings(code, this.#settings, (offset) => isComment(parsed, offset));
    if (settings.problems.length > 0) return { ok: false, error: reportSettings(settings.problems, code) };
    this.#settings = settings.session;
    const problems = syntaxProblems(parsed);
    if (problems.length > 0) return { ok: false, error: reportDiagnostics(this.#placed(problems), code) };

    const names = declaredNames(parsed);
    const cell = this.#cells.file(`cell_${this.#count + 1}`, parsed);
    this.#cells.refresh(compilerSwitches(settings.cell));
    const { program, file } = this.#cells.open(
      cell,
      parsed.text + this.#scope.epilogue(this.#usedNames(parsed), names),
    );
    const changed = this.#cells.changed(program);
    // What is wrong with a file that a cell imports is wrong with the cell.
    const found = [file, ...changed].flatMap((each) => [
      ...program.getSyntacticDiagnostics(each),
      ...program.getSemanticDiagnostics(each),
    ]);
    const isWarning = (diagnostic: ts.Diagnostic) => settings.cell.typeErrors === "warn" && !isSyntax(diagnostic);
    const errors = found.filter((diagnostic) => !isWarning(diagnostic));
    if (errors.length > 0) return { ok: false, error: reportDiagnostics(this.#placed(errors), code) };

    const isAmbient = (name: string) => this.#scope.isAmbient(name);
    const emitted = emitCell({ program, file, length: code.length, isAmbient });
    const settled = settleMeanings(names, file, program.getTypeChecker());
    const proposed = { file: cell, parsed, names: settled, declarations: emitted.declarations };
    this.#proposed = number === undefined ? undefined : proposed; // an expression beside a cell declares nothing
    const modules = changed.map(convertSideFile);
    for (const side of changed) this.#cells.markSent(side);
    return {
      ok: true,
      cell: {
        javascript: emitted.javascript,
        isAsync: emitted.isAsync,
        ...(emitted.hasResult ? { resultName: valueName } : {}),
        ...(this.#scope.mayShow(settled) ? { keepResultAs: shownName } : {}),
        sourceMaps: [emitted.sourceMap],
        lineOffset: 0,
        modules,
        imports: emitted.imports,
      },
      warnings: describeDiagnostics(this.#placed(found), code),
    };
  }

  discard(): void {
    this.#proposed = undefined;
  }

  /** Cells one after the other are all that it knows. */
  commit(_cell: number, defined: "all" | string[], shown = false): void {
    if (this.#proposed === undefined) return;
    const { file, parsed, names, declarations } = this.#proposed;
    this.#proposed = undefined;
    this.#count++;
    this.#scope.adopt(file.module, names, defined === "all" ? "all" : new Set(defined));
    this.#cells.settle(file, declarations, parsed.statements.some(isAugmentation));
    const result = resultOf(parsed.statements);
    if (shown && result !== undefined && this.#scope.mayShow(names)) this.#keepResult(parsed, result);
  }

  complete(code: string, offset: number): Completions {
    const start = offset - (/[\w$]*$/.exec(code.slice(0, offset))?.[0].length ?? 0);
    const end = offset + (/^[\w$]*/.exec(code.slice(offset))?.[0].length ?? 0);
    const prefix = code.slice(start, offset).toLowerCase();
    const isMember = code[start - 1] === ".";
    // The name begun may be an earlier cell's, which the text does not yet have.
    const path = this.#draft(code, (name) => !isMember && name.toLowerCase().startsWith(prefix));
    const found = this.#cells.service.getCompletionsAtPosition(path, offset, {});
    const names = (found?.entries ?? []).filter(({ name }) => name.toLowerCase().startsWith(prefix));
    names.sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0));
    return { matches: names.map(({ name }) => name), start, end };
  }

  inspect(code: string, offset: number): MimeBundle | undefined {
    const path = this.#draft(code, () => false);
    // Behind a word means the word; inside an argument list without one, the function that is called.
    for (const position of [offset, offset - 1, code.lastIndexOf("(", offset - 1) - 1]) {
      if (position < 0) continue;
      const info = infoAt(this.#cells.service, path, position, code.length);
      if (info !== undefined) return describe(info);
    }
    return undefined;
  }

  isComplete(code: string): IsCompleteReply {
    return completenessOf(code);
  }

  state(): State {
    const [cells, scope] = [this.#cells.state(), this.#scope.state()];
    return { cells, scope, settings: this.#settings, count: this.#count };
  }

  restore(state: unknown): void {
    const { cells, scope, settings, count } = state as State;
    this.#cells.restore(cells);
    this.#scope.restore(scope);
    this.#settings = settings;
    this.#count = count;
  }

  /** `_` has the type that the expression has once more, in a file which is read only if a later cell says `_`. */
  #keepResult(parsed: ts.SourceFile, result: ts.Expression): void {
    const file = this.#cells.file(`result_${this.#count}`, parsed);
    const used = this.#usedNames(parsed);
    const text = `export default (\n${result.getText(parsed)}\n);${this.#scope.epilogue(used, [])}`;
    const opened = this.#cells.open(file, text);
    // A result made of the one before would else be a chain of files as long as the notebook.
    this.#cells.settle(file, used.includes(shownName) ? emitDeclarations(opened) : undefined, false);
    this.#scope.show(file.module);
  }

  /** @param isOffered names which the cell may be given though it does not have them */
  #draft(code: string, isOffered: (name: string) => boolean): string {
    const parsed = parse(withoutHashbang(code));
    const file = this.#cells.file("draft", parsed);
    this.#cells.open(
      file,
      parsed.text + this.#scope.epilogue(this.#usedNames(parsed, isOffered), declaredNames(parsed)),
    );
    return file.path;
  }

  #usedNames(parsed: ts.SourceFile, isOffered?: (name: string) => boolean): string[] {
    const { identifiers } = parsed as ts.SourceFile & { identifiers: ReadonlyMap<string, string> };
    const isUsed = (name: string) => identifiers.has(name) || (name === jsxNamespace && hasJsx(parsed));
    return [...this.#scope.names()].filter((name) => isUsed(name) || isOffered?.(name) === true);
  }

  #placed(found: readonly ts.Diagnostic[]): Diagnostic[] {
    return found.map((diagnostic) => {
      const { file, start = 0, length = 0, code, messageText } = diagnostic;
      const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
      const path = file === undefined ? undefined : this.#cells.relativePath(file);
      return {
        ...(path === undefined ? {} : { file: shownAs(path) }),
        line: line + 1,
        column: character + 1,
        length,
        code: `TS${code}`,
        message: ts.flattenDiagnosticMessageText(messageText, "\n    "),
        isSyntax: isSyntax(diagnostic),
      };
    });
  }
}

/** The compiler numbers syntax errors from 1000, semantic ones from 2000. */
const isSyntax = ({ code }: ts.Diagnostic): boolean => code < 2000;

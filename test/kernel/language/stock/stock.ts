import { extname, isAbsolute, join } from "node:path";
import ts from "typescript-6";
import { type Diagnostic, reportDiagnostics } from "../../../../kernel/language/report.ts";
import type { IsCompleteReply, MimeBundle } from "../../../../kernel/protocol/contents.ts";
import type { Completions, Conversion, ConvertedModule, Language } from "../../../../kernel/protocol/threads.ts";
import { completenessOf, parse, syntaxProblems } from "./completeness.ts";
import { type Declared, declaredNames, isAugmentation, settleMeanings } from "./declared.ts";
import { describe, infoAt } from "./describe.ts";
import { emitCell } from "./emit.ts";
import { hasJsx, jsxNamespace } from "./jsx.ts";
import { resultName } from "./rewrite.ts";
import { Scope } from "./scope.ts";
import { type CellService, openService, options } from "./service.ts";
import { convertSideFile, isSideFile } from "./side-files.ts";

export interface StockOptions {
  /** The notebook's. */
  folder: string;
  /** Absolute paths of declaration files that every cell sees. */
  ambient?: readonly string[];
}

interface Proposed {
  module: string;
  path: string;
  declarations: string | undefined;
  names: Declared[];
  changesTypesEverywhere: boolean;
}

/**
 * TypeScript by the stock compiler's own interface: each cell is a module, and what it uses of earlier cells is brought
 * in by generated declarations. Shows what the kernel asks of a compiler, and that tslab's is one of two.
 */
export class StockLanguage implements Language {
  readonly #folder: string;
  readonly #cells: CellService;
  readonly #scope = new Scope();
  /** Cells whose `declare global` and `declare module` hold for all. */
  readonly #augmenting: string[] = [];
  /** Versions of the files beside the notebook that the session has. */
  readonly #sent = new Map<string, string>();
  readonly #paths = new Set<string>();
  #count = 0;
  #proposed: Proposed | undefined;

  constructor({ folder, ambient = [] }: StockOptions) {
    this.#folder = folder;
    this.#cells = openService(folder, ambient);
  }

  convert(code: string): Conversion {
    const parsed = parse(withoutHashbang(code));
    const { module, path } = this.#nextFile(parsed);
    const problems = syntaxProblems(parsed);
    if (problems.length > 0) return this.#refuse(problems, code);
    const names = declaredNames(parsed);
    this.#cells.refresh();
    this.#write(path, parsed.text + this.#scope.epilogue(this.#usedNames(parsed), names));
    const { service } = this.#cells;
    const program = service.getProgram();
    const file = program?.getSourceFile(path);
    if (program === undefined || file === undefined) throw new Error(`the compiler has no ${path}`);
    const changed = program.getSourceFiles().filter((other) => this.#isChanged(other));
    // What is wrong with a file that a cell imports is wrong with the cell.
    const found = [file, ...changed].flatMap((each) => [
      ...program.getSyntacticDiagnostics(each),
      ...program.getSemanticDiagnostics(each),
    ]);
    if (found.length > 0) return this.#refuse(found, code);
    const emitted = emitCell({ program, file, length: code.length, isAmbient: (name) => this.#scope.isAmbient(name) });
    const settled = settleMeanings(names, file, program.getTypeChecker());
    const { declarations } = emitted;
    this.#proposed = {
      module,
      path,
      declarations,
      names: settled,
      changesTypesEverywhere: parsed.statements.some(isAugmentation),
    };
    return {
      ok: true,
      cell: {
        javascript: emitted.javascript,
        isAsync: emitted.isAsync,
        ...(emitted.hasResult ? { resultName } : {}),
        sourceMaps: [emitted.sourceMap],
        lineOffset: 0,
        modules: changed.map((side) => this.#send(side)),
      },
    };
  }

  commit(defined: "all" | string[]): void {
    if (this.#proposed === undefined) return;
    const { module, path, declarations, names, changesTypesEverywhere } = this.#proposed;
    this.#proposed = undefined;
    this.#count++;
    this.#scope.adopt(module, names, defined === "all" ? "all" : new Set(defined));
    const kept = declarations === undefined ? path : this.#abbreviate(path, declarations);
    if (changesTypesEverywhere) this.#augmenting.push(kept);
  }

  /**
   * Later cells read what a cell declares instead of the cell: else each would infer the types of all cells before it,
   * along chains of cells that end the compiler's stack.
   */
  #abbreviate(path: string, declarations: string): string {
    const abbreviated = path.replace(/\.tsx?$/, ".d.ts");
    this.#paths.add(abbreviated);
    this.#cells.write(abbreviated, declarations);
    this.#cells.remove(path);
    return abbreviated;
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

  /** In the notebook's folder, from where it imports. */
  #nextFile({ fileName }: ts.SourceFile): { module: string; path: string } {
    const name = `__cell_${this.#count + 1}__`;
    return { module: `./${name}`, path: this.#inFolder(name + extname(fileName)) };
  }

  #inFolder(name: string): string {
    return join(this.#folder, name).replaceAll("\\", "/");
  }

  /** @param isOffered names which the cell may be given though it does not have them */
  #draft(code: string, isOffered: (name: string) => boolean): string {
    const parsed = parse(withoutHashbang(code));
    const path = this.#inFolder(`__draft__${extname(parsed.fileName)}`);
    this.#write(path, parsed.text + this.#scope.epilogue(this.#usedNames(parsed, isOffered), declaredNames(parsed)));
    return path;
  }

  #write(path: string, text: string): void {
    this.#paths.add(path);
    this.#cells.write(path, text);
    this.#cells.setRoots([...this.#augmenting, path]);
  }

  #usedNames(file: ts.SourceFile, isOffered?: (name: string) => boolean): string[] {
    const { identifiers } = file as ts.SourceFile & { identifiers: ReadonlyMap<string, string> };
    const isUsed = (name: string) => identifiers.has(name) || (name === jsxNamespace && hasJsx(file));
    return [...this.#scope.names()].filter((name) => isUsed(name) || isOffered?.(name) === true);
  }

  #isSide({ fileName }: ts.SourceFile): boolean {
    return isAbsolute(fileName) && isSideFile(fileName) && !this.#paths.has(fileName);
  }

  #isChanged(file: ts.SourceFile): boolean {
    return this.#isSide(file) && this.#sent.get(file.fileName) !== this.#cells.versionOf(file.fileName);
  }

  #send(side: ts.SourceFile): ConvertedModule {
    this.#sent.set(side.fileName, this.#cells.versionOf(side.fileName));
    return convertSideFile(side, options);
  }

  #refuse(found: readonly ts.Diagnostic[], code: string): Conversion {
    return {
      ok: false,
      error: reportDiagnostics(
        found.map((diagnostic) => this.#place(diagnostic)),
        code,
      ),
    };
  }

  #place({ file, start = 0, length = 0, code, messageText }: ts.Diagnostic): Diagnostic {
    const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
    const isSide = file !== undefined && this.#isSide(file);
    return {
      ...(isSide ? { file: file.fileName.slice(this.#folder.length + 1) } : {}),
      line: line + 1,
      column: character + 1,
      length,
      code: `TS${code}`,
      message: ts.flattenDiagnosticMessageText(messageText, "\n    ", 0),
      isSyntax: code < 2000, // the compiler numbers syntax errors from 1000, semantic ones from 2000
    };
  }
}

/** Its line is a comment to Node alone; as long a comment keeps every position. */
const withoutHashbang = (code: string) => code.replace(/^(\uFEFF?)#!/, "$1//");

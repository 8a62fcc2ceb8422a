import { extname, isAbsolute, join } from "node:path";
import type ts from "typescript-6";
import type { Switches } from "./service.ts";
import { openService } from "./service.ts";
import { isSideFile } from "./side-files.ts";

/** A file that stands for a cell, or for something about one. */
export interface CellFile {
  path: string;
  /** As other cells import it. */
  module: string;
}

/** Survives a structured clone. */
export interface CellsState {
  texts: Map<string, string>;
  augmenting: string[];
}

/** The files of cells, seemingly in the notebook's folder, and those of the user which are there. */
export class Cells {
  readonly #folder: string;
  readonly #service: ReturnType<typeof openService>;
  /** Paths that are no files of the user's. */
  readonly #own = new Set<string>();
  /** Cells whose `declare global` and `declare module` hold for all. */
  readonly #augmenting: string[] = [];
  /** Versions of the user's files that the session has. */
  readonly #sent = new Map<string, string>();

  /** @param ambient declaration files that every cell sees */
  constructor(folder: string, ambient: readonly string[]) {
    this.#folder = folder;
    this.#service = openService(folder, ambient);
  }

  get service(): ts.LanguageService {
    return this.#service.service;
  }

  /** Looks again at files on disk, and sets the compiler's switches for the next check. */
  refresh(switches: Switches): void {
    this.#service.refresh(switches);
  }

  /** @param like the syntax of its source, TypeScript with JSX or without */
  file(name: string, like: ts.SourceFile): CellFile {
    const path = join(this.#folder, `__${name}__${extname(like.fileName)}`).replaceAll("\\", "/");
    this.#own.add(path);
    return { path, module: `./__${name}__` };
  }

  /** Gives a file its text, and makes the next check start from it. */
  open({ path }: CellFile, text: string): { program: ts.Program; file: ts.SourceFile } {
    this.#service.write(path, text);
    this.#service.setRoots([...this.#augmenting, path]);
    const program = this.service.getProgram();
    const file = program?.getSourceFile(path);
    if (program === undefined || file === undefined) throw new Error(`the compiler has no ${path}`);
    return { program, file };
  }

  /**
   * Later cells read what a cell declares instead of the cell: else each would infer the types of all cells before it,
   * along chains of cells that end the compiler's stack.
   *
   * @param declarations nothing where they cannot be written: then the cell's source stays
   */
  settle({ path }: CellFile, declarations: string | undefined, changesTypesEverywhere: boolean): void {
    let kept = path;
    if (declarations !== undefined) {
      kept = path.replace(/\.tsx?$/, ".d.ts");
      this.#own.add(kept);
      this.#service.write(kept, declarations);
      this.#service.remove(path);
    }
    if (changesTypesEverywhere) this.#augmenting.push(kept);
  }

  state(): CellsState {
    return { texts: this.#service.texts(), augmenting: [...this.#augmenting] };
  }

  restore({ texts, augmenting }: CellsState): void {
    for (const [path, text] of texts) {
      this.#own.add(path);
      this.#service.write(path, text);
    }
    this.#augmenting.push(...augmenting);
  }

  /** The user's files in a program that are new to the session, or changed. */
  changed(program: ts.Program): ts.SourceFile[] {
    return program
      .getSourceFiles()
      .filter(
        (file) =>
          this.relativePath(file) !== undefined &&
          this.#sent.get(file.fileName) !== this.#service.versionOf(file.fileName),
      );
  }

  markSent({ fileName }: ts.SourceFile): void {
    this.#sent.set(fileName, this.#service.versionOf(fileName));
  }

  /** How the user knows a file of theirs; nothing for a cell or a package's file. */
  relativePath({ fileName }: ts.SourceFile): string | undefined {
    const isSide = isAbsolute(fileName) && isSideFile(fileName) && !this.#own.has(fileName);
    return isSide ? fileName.slice(this.#folder.length + 1) : undefined;
  }
}

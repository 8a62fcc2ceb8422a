import type TypeScript from "@tslab/typescript-for-tslab";
import { withoutDocumentation } from "./documentation.ts";

type Compiler = typeof TypeScript;

/** Parsed declarations of libraries, which all programs of a process share: parsing them takes most of the time until the first cell. */
const libraries = new Map<string, TypeScript.SourceFile>();

export interface SourceFilesOptions {
  /** A file as the compiler is to see it. */
  readFile: (path: string) => string | undefined;
  isLibrary: (path: string) => boolean;
  watchFile: (path: string, changed: TypeScript.FileWatcherCallback) => TypeScript.FileWatcher;
  /** A file that was read is another now, or gone, or there again. */
  changed: (kind: TypeScript.FileWatcherEventKind) => void;
}

/** The parsed files of a notebook's programs, but for the cell itself: each is read once, and again when it changed. */
export class SourceFiles {
  readonly #ts: Compiler;
  readonly #options: SourceFilesOptions;
  readonly #files = new Map<string, TypeScript.SourceFile>();
  readonly #watchers = new Map<string, TypeScript.FileWatcher>();

  constructor(ts: Compiler, options: SourceFilesOptions) {
    this.#ts = ts;
    this.#options = options;
  }

  get(path: string, version: TypeScript.ScriptTarget | TypeScript.CreateSourceFileOptions) {
    const { isLibrary, readFile } = this.#options;
    const files = isLibrary(path) ? libraries : this.#files;
    const known = files.get(path);
    if (known !== undefined) return known;
    if (files === this.#files) this.#watch(path);
    const text = readFile(path);
    if (text === undefined) return undefined;
    const isLibraries = files === libraries;
    const plain = isLibraries ? withoutDocumentation(text) : text;
    const file = withoutOriginal(this.#ts.createSourceFile(path, plain, version));
    if (isLibraries) Object.assign(file, { identifiers: new Map() }); // asked for where code is emitted, and megabytes
    files.set(path, file);
    return file;
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #watch(path: string): void {
    if (this.#watchers.has(path)) return;
    const changed: TypeScript.FileWatcherCallback = (_, kind) => {
      this.#files.delete(path);
      this.#options.changed(kind);
    };
    this.#watchers.set(path, this.#options.watchFile(path, changed));
  }
}

/** A cell that is wrong as TypeScript, but right as TypeScript with JSX, is that. */
export function parseCell(ts: Compiler, path: string, text: string, target: TypeScript.ScriptTarget) {
  const problems = (source: TypeScript.SourceFile) =>
    (source as { parseDiagnostics?: readonly TypeScript.Diagnostic[] }).parseDiagnostics?.length ?? 0;
  const file = withoutOriginal(ts.createSourceFile(path, text, target));
  if (!/<\/|\/>/.test(text) || problems(file) === 0) return file;
  const jsx = ts.createSourceFile(path, text, target, false, ts.ScriptKind.TSX);
  return problems(jsx) > 0 ? file : withoutOriginal(jsx);
}

/**
 * At a file's top level, `await (x)` may call a function; the compiler parses such a file twice, and calls what it parsed
 * first the original, of which it knows no imports. It asks that for them where a declaration names a type of another
 * module, and fails.
 */
function withoutOriginal(file: TypeScript.SourceFile): TypeScript.SourceFile {
  delete (file as { original?: TypeScript.SourceFile }).original;
  return file;
}

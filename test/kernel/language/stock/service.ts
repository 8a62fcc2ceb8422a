import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript-6";
import { modifiedAt, wrapSystem } from "../../../../kernel/language/compiler-system.ts";
import { storedAs } from "../../../../kernel/language/module-files.ts";

/** Options of the compiler that a notebook may set; undefined is as the compiler has it. */
export type Switches = Readonly<Record<string, boolean | undefined>>;

/** Cells as modules side by side in the notebook's folder, in one language service with the files they import. */
export interface CellService {
  readonly service: ts.LanguageService;
  /** Puts a cell's file beside the notebook, or a new text into it. */
  write(path: string, text: string): void;
  remove(path: string): void;
  /** All that was written and not removed, by path. */
  texts(): Map<string, string>;
  /** The files a check starts from; whatever they import follows. */
  setRoots(paths: string[]): void;
  /** Looks again at files on disk, and sets the compiler's switches. */
  refresh(switches: Switches): void;
  /** Differs whenever the file on disk does. */
  versionOf(path: string): string;
}

const nodeTypes = dirname(dirname(createRequire(import.meta.url).resolve("@types/node/package.json")));

export const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024, // every regular expression of Node 20; `using` is rewritten
  lib: ["withResolvers" in Promise ? "lib.es2024.d.ts" : "lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.Preserve, // imports of both kinds, `exports` maps, top-level await
  moduleDetection: ts.ModuleDetectionKind.Force,
  esModuleInterop: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  jsx: ts.JsxEmit.React,
  sourceMap: true,
  declaration: true,
  preserveConstEnums: true, // a later cell reads them like any other value
  experimentalDecorators: true,
  skipLibCheck: true,
  newLine: ts.NewLineKind.LineFeed,
  types: ["node"],
  typeRoots: [nodeTypes],
  noEmitOnError: false,
};

/** Parsed files of libraries, which all languages of a thread share. */
const registry = ts.createDocumentRegistry();

/** @param ambient declaration files that every cell sees */
export function openService(folder: string, ambient: readonly string[]): CellService {
  const { sys } = wrapSystem(ts.sys as unknown as Parameters<typeof wrapSystem>[0]);
  const cells = new Map<string, { text: string; snapshot: ts.IScriptSnapshot; version: number }>();
  const disk = new Map<string, { snapshot: ts.IScriptSnapshot; version: string }>();
  let roots: string[] = [];
  let written = 0;
  let settings = options;
  let switched = "";
  let installed = installedStamp(folder);

  const read = (path: string) => {
    const known = disk.get(path);
    if (known !== undefined) return known;
    const text = sys.readFile(path);
    if (text === undefined) return undefined;
    const file = { snapshot: ts.ScriptSnapshot.fromString(text), version: versionOf(path) };
    disk.set(path, file);
    return file;
  };
  // What was not found in a folder is looked for again when a package was installed: its importers count as changed.
  const versionOf = (path: string) => (isSettled(path) ? "1" : `${modifiedAt(storedAs(path))} ${installed}`);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => settings,
    getScriptFileNames: () => [...ambient, ...roots],
    getScriptVersion: (path) => cells.get(path)?.version.toString() ?? read(path)?.version ?? "0",
    getScriptSnapshot: (path) => (cells.get(path) ?? read(path))?.snapshot,
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => cells.has(path) || sys.fileExists(path),
    readFile: (path) => sys.readFile(path),
    directoryExists: (path) => sys.directoryExists(path),
    getDirectories: (path) => sys.getDirectories(path),
    realpath: (path) => sys.realpath?.(path) ?? path,
    readDirectory: (...args) => sys.readDirectory(...args),
    useCaseSensitiveFileNames: () => sys.useCaseSensitiveFileNames,
  };
  return {
    service: ts.createLanguageService(host, registry),
    write(path, text) {
      cells.set(path, { text, snapshot: ts.ScriptSnapshot.fromString(text), version: ++written });
    },
    remove: (path) => void cells.delete(path),
    texts: () => new Map([...cells].map(([path, { text }]) => [path, text])),
    setRoots(paths) {
      roots = paths;
    },
    refresh(switches) {
      if (JSON.stringify(switches) !== switched) settings = { ...options, ...switches };
      switched = JSON.stringify(switches);
      installed = installedStamp(folder);
      for (const [path, { version }] of disk) if (version !== versionOf(path)) disk.delete(path);
    },
    versionOf,
  };
}

/** Declarations and installed packages do not change while a notebook lives. */
const isSettled = (path: string) => path.includes("/node_modules/") || path.endsWith(".d.ts");

/** Changes when a package is added beside or above the notebook. */
function installedStamp(start: string): string {
  const stamps: number[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    stamps.push(modifiedAt(join(folder, "node_modules")));
    if (folder === dirname(folder)) return stamps.join();
  }
}

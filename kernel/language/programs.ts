import type TypeScript from "@tslab/typescript-for-tslab";
import { emitCommonJs, mayDeclare } from "./emit.ts";
import { moduleNames, reachesOut } from "./module-names.ts";
import { type Libraries, ModuleResolution } from "./module-resolution.ts";
import type { NodeTypes } from "./node-types.ts";
import { parseCell, SourceFiles } from "./source-files.ts";
import { type Prepared, prepare } from "./source-text.ts";

type Compiler = typeof TypeScript;

/** The sources of a notebook as its programs see them. */
export interface Sources {
  /** By path, what was written differently for the compiler to read it. */
  prepared: Map<string, Prepared>;
}

export const newSources = (): Sources => ({ prepared: new Map() });

/** What the converter gives to a watch program, and takes from it. */
export interface WatchHost
  extends Pick<
    TypeScript.CompilerHost,
    "fileExists" | "readFile" | "getDefaultLibFileName" | "getCurrentDirectory" | "useCaseSensitiveFileNames"
  > {
  /** The declarations of earlier cells, the cell, and what every cell sees. */
  rootFiles: [declarations: string, cell: string, ...ambient: string[]];
  options: TypeScript.CompilerOptions;
  watchFile(path: string, changed: TypeScript.FileWatcherCallback): TypeScript.FileWatcher;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  afterProgramCreate(builder: Builder): void;
}

/** Of a builder, what the converter asks. */
interface Builder {
  getProgram(): TypeScript.Program;
  getSourceFile(path: string): TypeScript.SourceFile | undefined;
  getAllDependencies(file: TypeScript.SourceFile): string[];
  emit: TypeScript.Program["emit"];
}

/** What the compiler keeps on a file without saying so in its types. */
interface Bound extends TypeScript.SourceFile {
  path?: string;
  resolvedPath?: string;
  originalFileName?: string;
  imports?: TypeScript.StringLiteralLike[];
  moduleAugmentations?: unknown[];
  ambientModuleNames?: string[];
  resolvedModules?: ReadonlyMap<string, { resolvedModule?: { resolvedFileName: string } }>;
  locals?: Map<TypeScript.__String, TypeScript.Symbol>;
}

type Internals = Compiler & { bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void };

/** A program with all that cells import, and the file in it by which it does. */
interface Base {
  program: TypeScript.Program;
  imports: Bound;
  /** The compiler's options, as text. */
  options: string;
  /** How many cells its checker has seen. */
  lent: number;
}

/** A checker remembers every cell it has seen, so it is replaced now and then: that takes as long as a few cells do. */
const checkerAge = 200;

export interface CellProgramsOptions {
  sources: Sources;
  libraries: Libraries;
  nodeTypes: NodeTypes;
  /** Names of the cell being emitted that later cells share with its functions. */
  live: () => ReadonlySet<string>;
}

/**
 * The converter's watch program. The compiler's own makes a program of everything, and a checker that knows nothing yet,
 * twice a cell: nearly all of a cell's time. Here one program holds what cells import, and its checker stays. A cell and
 * the declarations of earlier ones are not in it: they are lent to it, as modules which nobody imports. Only where they
 * add to what others declare (`declare global`) or have reference directives, the program is made of them too.
 *
 * The checker files what is wrong under the name of the file, and takes the same complaint at the same place for the one
 * it has: so each text has a name of its own, until it was checked.
 */
export class CellPrograms {
  readonly #ts: Internals;
  readonly #host: WatchHost;
  readonly #sources: Sources;
  readonly #live: () => ReadonlySet<string>;
  readonly #files: SourceFiles;
  readonly #resolution: ModuleResolution;
  readonly #nodeTypes: NodeTypes;
  /** Declarations of Node's seldom used modules that something named. */
  readonly #named = new Set<string>();
  readonly #importsPath: string;
  /** All that the cells so far imported. */
  readonly #modules = new Set<string>();
  #base: Base | undefined;
  #changed = false;
  #pending = false;
  #count = 0;
  #declarations: { text: string; file: Bound } | undefined;

  constructor(ts: Compiler, host: WatchHost, { sources, libraries, nodeTypes, live }: CellProgramsOptions) {
    this.#ts = ts as Internals;
    this.#live = live;
    this.#host = host;
    this.#sources = sources;
    this.#nodeTypes = nodeTypes;
    this.#importsPath = `${host.getCurrentDirectory().replace(/\/$/, "")}/__imports__.ts`;
    this.#resolution = new ModuleResolution(ts, host.getCurrentDirectory(), libraries);
    this.#files = new SourceFiles(ts, {
      readFile: (path) => this.#read(path),
      isLibrary: (path) => libraries.has(path),
      watchFile: (path, changed) => host.watchFile(path, changed),
      changed: (kind) => {
        this.#changed = true;
        if (kind === ts.FileWatcherEventKind.Changed) return;
        this.#base = undefined; // names may mean other files now
        this.#resolution.forget();
      },
    });
    const [declarations, cell] = host.rootFiles;
    for (const path of [declarations, cell]) host.watchFile(path, () => this.#schedule());
    this.#update();
  }

  close(): void {
    this.#files.close();
  }

  #schedule(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#host.setTimeout(() => {
      this.#pending = false;
      this.#update();
    }, 0);
  }

  /** Source as the compiler can read it. */
  #read(path: string): string | undefined {
    const text = this.#host.readFile(path);
    const isOurs = /\.[jt]sx?$/.test(path) && !path.endsWith(".d.ts") && !path.includes("/node_modules/");
    if (text === undefined || !isOurs) return text;
    const prepared = prepare(this.#ts, text);
    this.#sources.prepared.set(path, prepared);
    return prepared.text;
  }

  /** The converter has a new cell, or other declarations. What it does not ask for is not made. */
  #update(): void {
    const { rootFiles, afterProgramCreate } = this.#host;
    const [declarationsPath, cellPath] = rootFiles;
    const cell = this.#parseCell(cellPath);
    const declarations = lazily(() => this.#parseDeclarations(declarationsPath));
    const program = lazily(() => this.#programOf(cell, declarations()));
    afterProgramCreate({
      getProgram: program,
      getSourceFile: (path) =>
        path === cellPath ? cell : path === declarationsPath ? declarations() : program().getSourceFile(path),
      getAllDependencies: (file) => {
        const below = this.#sourcesBelow(file, program());
        return [file.fileName, ...below]; // by the name that it has now
      },
      emit: (file = cell, write, _token, _only, transformers) => {
        const isCell = file === cell;
        const emission = {
          program: program(),
          file,
          earlier: declarations(),
          live: isCell ? this.#live() : new Set<string>(), // what a file beside the notebook exports, nobody else sets
          declares: isCell && mayDeclare(this.#ts, file),
          usings: this.#sources.prepared.get(file.fileName)?.usings,
          transformers,
          write,
        };
        this.#declarations = undefined; // the converter takes them apart
        return emitCommonJs(this.#ts, emission);
      },
    });
  }

  #parseCell(path: string): Bound {
    const { options } = this.#host;
    const file: Bound = parseCell(this.#ts, path, this.#read(path) ?? "", options.target ?? 99);
    this.#ts.bindSourceFile(file, options);
    exportDeclaredNames(this.#ts, file);
    return file;
  }

  #parseDeclarations(path: string): Bound {
    const { options } = this.#host;
    const text = this.#read(path) ?? "";
    if (this.#declarations?.text !== text) {
      const file: Bound = this.#ts.createSourceFile(path, text, options.target ?? 99);
      this.#ts.bindSourceFile(file, options);
      this.#declarations = { text, file };
    }
    return this.#declarations.file;
  }

  #programOf(cell: Bound, declarations: Bound): TypeScript.Program {
    const lent = [cell, declarations].map((file) => ({ file, names: moduleNames(this.#ts, file) }));
    const modules = lent.flatMap(({ names }) => names.map(({ text }) => text));
    const base = this.#baseFor(modules, this.#nodeTypes.mentionedIn(cell.text + declarations.text));
    if (reachesOut(this.#ts, cell) || reachesOut(this.#ts, declarations)) {
      const given = new Map([cell, declarations].map((file) => [file.fileName, file]));
      return this.#create([...this.#host.rootFiles, ...this.#named], base.program, given);
    }
    base.lent++;
    for (const { file, names } of lent) {
      const path = file.fileName.replace("__", `__${++this.#count}_`);
      Object.assign(file, { path, resolvedPath: path, originalFileName: file.fileName });
      Object.assign(file, { imports: names, moduleAugmentations: [], ambientModuleNames: [] });
      Object.assign(file, { resolvedModules: base.imports.resolvedModules });
    }
    cell.fileName = cell.path ?? cell.fileName;
    return base.program;
  }

  #baseFor(modules: string[], named: string[]): Base {
    const options = JSON.stringify(this.#host.options);
    const missing = modules.filter((name) => !this.#modules.has(name));
    const old = this.#base;
    const suits = missing.length === 0 && named.every((path) => this.#named.has(path));
    if (old?.options === options && !this.#changed && suits && old.lent < checkerAge) return old;
    for (const name of missing) this.#modules.add(name);
    for (const path of named) this.#named.add(path);
    this.#changed = false;
    const text = ["export {};", ...[...this.#modules].map((name) => `import ${JSON.stringify(name)};`)].join("\n");
    const known = old?.imports.text === text ? old.imports : undefined;
    const imports: Bound = known ?? this.#ts.createSourceFile(this.#importsPath, text, 99);
    const [, , ...ambient] = this.#host.rootFiles;
    const given = new Map([[this.#importsPath, imports]]);
    const create = () => this.#create([...ambient, this.#importsPath, ...this.#named], old?.program, given);
    let program = create();
    if (this.#nameMore(program)) program = create();
    this.#base = { program, imports, options, lent: 0 };
    return this.#base;
  }

  /** Whether files that cells import name modules of Node that nothing has named so far. */
  #nameMore(program: TypeScript.Program): boolean {
    const before = this.#named.size;
    for (const file of program.getSourceFiles()) {
      if (file.fileName.includes("/@types/node/")) continue; // they name each other
      const names = ((file as Bound).imports ?? []).map(({ text }) => JSON.stringify(text));
      for (const path of this.#nodeTypes.mentionedIn(names.join())) this.#named.add(path);
    }
    return this.#named.size > before;
  }

  #create(
    rootNames: readonly string[],
    oldProgram: TypeScript.Program | undefined,
    given: ReadonlyMap<string, TypeScript.SourceFile>,
  ): TypeScript.Program {
    const options = { ...this.#host.options };
    const host: TypeScript.CompilerHost = {
      ...this.#host,
      getCanonicalFileName: (path) => path,
      getNewLine: () => "\n",
      writeFile: () => {},
      getSourceFile: (path, version) => given.get(path) ?? this.#files.get(path, version),
      getModuleResolutionCache: () => this.#resolution.cache,
      resolveModuleNameLiterals: (names, from) => this.#resolution.resolve(names, from, options, host),
    };
    return this.#ts.createProgram({ rootNames, options, host, ...(oldProgram && { oldProgram }) });
  }

  /** The sources beside the notebook that a file imports, and those that they import. */
  #sourcesBelow(from: Bound, program: TypeScript.Program): Set<string> {
    const found = new Set<string>();
    const visit = (file: Bound) => {
      for (const { text } of file.imports ?? []) {
        const path = file.resolvedModules?.get(text)?.resolvedModule?.resolvedFileName;
        const imported = path === undefined ? undefined : program.getSourceFile(path);
        if (imported === undefined || imported.isDeclarationFile || found.has(imported.fileName)) continue;
        found.add(imported.fileName);
        visit(imported);
      }
    };
    visit(from);
    return found;
  }
}

/** After its check a cell has the name by which the converter knows it. */
export function rename(file: TypeScript.SourceFile): void {
  const { originalFileName } = file as Bound;
  if (originalFileName !== undefined) file.fileName = originalFileName;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The converter exports every name that it finds by walking over the cell's. It takes `declare global` and
 * `declare module "name"` for some, and the compiler's way to write `__name`, with a third underscore, for the name.
 */
function exportDeclaredNames(ts: Compiler, { locals }: Bound): void {
  if (locals === undefined) return;
  locals.forEach = (visit) => {
    for (const [name, symbol] of locals) {
      if (name !== "__global" && !name.toString().startsWith('"'))
        visit(symbol, ts.unescapeLeadingUnderscores(name) as TypeScript.__String, locals);
    }
  };
}

import { dirname, join } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, createConverter } from "tslab/dist/converter.js";
import { packageRoot } from "../protocol/package.ts";
import { commonJsLoader, mainOf, packageFolder } from "./common-js.ts";
import { cellGlobals, engineGlobals, ownPackage, wrapSystem } from "./compiler-system.ts";
import { Documentation } from "./documentation.ts";
import { examine, type Findings, newFindings } from "./findings.ts";
import { Libraries } from "./module-resolution.ts";
import { NodeTypes } from "./node-types.ts";
import { CellPrograms, newSources, rename, type Sources, type WatchHost } from "./programs.ts";

/**
 * tslab's converter over a compiler whose doors to the world we hold: the compiler is loaded first, and the converter is
 * given a copy with six entries replaced, `sys`, `createWatchCompilerHost`, `createWatchProgram`,
 * `getPreEmitDiagnosticsOfFiles`, `getQuickInfoAtPosition` and `transpileModule`. This is the only file that knows. What the converter or its TypeScript
 * 5.0 gets wrong is mended in:
 *
 * - `compiler-system`: packages only near the notebook; every file polled; types behind `exports` maps forgotten
 * - `module-files`: `.mts` and `.cts` beside the notebook passed over
 * - `tslab-compiler`, below: loose types, no `exports` maps, old types of Node and the language; `ambient`: the rest
 * - `source-text`, `using-syntax`: no `using`, no import attributes, no hashbang; `using-emit`, `using-check`: its meaning
 * - `programs`: no JSX; slow to make anew; names that begin with `__`, `declare global` and `declare module "name"` break the cell's
 *   exports; after `await (x)` no type of another module can be named
 * - `reserved-names`: no cell may declare `exports` or `require`
 * - `import-equals`: `import x = require()` refused; `import x = Outer.Inner` of an earlier cell's `Outer` misread
 * - `emit`: each text emitted twice, the second time by a program of its own; no source maps, `import()` turned into
 *   `require`, no `import.meta`; `earlier-names`: `{ name }` and JSX's factory not read from earlier cells;
 *   `emitted-exports`: a throwing cell wipes earlier values; `live-exports`: later cells get a copy of a variable that a
 *   function goes on using, and an old value of what a loop assigns to
 * - `findings`: only the first comments of a file may say `@ts-nocheck`; errors about declarations stop cells which
 *   are right; a `var` in a block is undeclared later
 * - `completeness`: `<T>(x: T) => x` never complete, `using x =` invalid
 * - `declarations`: namespaces, augmentations and `import x =` forgotten after one cell; `export` refused
 */
export interface TslabCompiler {
  typescript: typeof TypeScript;
  /** A converter for cells in `folder`. */
  createConverter(folder: string): Converter;
  /** Tells the converter about files beside the notebook which changed on disk since the last call. */
  refresh(): void;
  /** Prepares one conversion. @returns what it will have found out */
  begin(converter: Converter, request: ConversionRequest): Findings;
}

export interface ConversionRequest {
  /** Of the compiler's options. */
  switches: Readonly<Record<string, boolean | undefined>>;
  /** Type errors are withheld. */
  warnOnly: boolean;
}

/** tslab's compiler has two functions more than TypeScript's types say. */
type PatchedCompiler = typeof TypeScript & {
  getPreEmitDiagnosticsOfFiles(program: TypeScript.Program, files: TypeScript.SourceFile[]): TypeScript.Diagnostic[];
  getQuickInfoAtPosition(
    file: TypeScript.SourceFile,
    checker: TypeScript.TypeChecker,
    token: unknown,
    position: number,
  ): TypeScript.QuickInfo | undefined;
};

const compilerName = "@tslab/typescript-for-tslab";

interface TslabConverter {
  createConverter: typeof createConverter;
}

let loaded: TslabCompiler | undefined;

/** Once a process, as a module is. */
export function loadTslab(): TslabCompiler {
  loaded ??= load();
  return loaded;
}

function load(): TslabCompiler {
  const tslab = packageFolder("tslab", packageRoot);
  const compilerPath = mainOf(packageFolder(compilerName, tslab));
  const typescript = commonJsLoader()(compilerPath) as typeof TypeScript;
  const nodeTypes = new NodeTypes();
  const { sys, refresh, setFolder } = wrapSystem(typescript.sys, nodeTypes);
  const standardLibrary = dirname(compilerPath).replaceAll("\\", "/");
  const typeRoot = dirname(packageFolder("@types/node", packageRoot)).replaceAll("\\", "/");
  const libraries = new Libraries([`${standardLibrary}/lib.`, `${typeRoot}/`, `${ownPackage}/`]);
  const state: { request: ConversionRequest; findings: Findings; options: object; sources: Sources } = {
    request: { switches: {}, warnOnly: false },
    findings: newFindings(false),
    options: {},
    sources: newSources(),
  };
  const made = new WeakMap<Converter, { options: object; sources: Sources }>();
  const documentation = new Documentation(typescript, (path) => sys.readFile(path), libraries);
  const compiler = {
    ...typescript,
    sys,
    createWatchCompilerHost: (
      files: string[],
      options: TypeScript.CompilerOptions,
      system: unknown,
      _: null,
      ...rest: unknown[]
    ) => {
      Object.assign(options, {
        lib: ["lib.es2023.d.ts"],
        sourceMap: true,
        // Bundler resolution knows `exports` maps and subpaths; the run time below resolves them the same way.
        moduleResolution: typescript.ModuleResolutionKind.Bundler,
        allowImportingTsExtensions: true,
        // One version of Node's types, of the oldest Node that runs this, wherever the notebook lies; and no others,
        // because every `@types` package found would be checked at start.
        types: ["node"],
        typeRoots: [typeRoot],
      });
      const create = typescript.createWatchCompilerHost as unknown as (...args: unknown[]) => WatchHost;
      const host = create([...files, cellGlobals, engineGlobals], options, system, null, ...rest);
      Object.assign(state, { options, sources: newSources() });
      return host;
    },
    createWatchProgram: (host: WatchHost) =>
      new CellPrograms(typescript, host, {
        sources: state.sources,
        libraries,
        nodeTypes,
        live: () => state.findings.live,
      }),
    getPreEmitDiagnosticsOfFiles: (program: TypeScript.Program, files: TypeScript.SourceFile[]) => {
      const found = files.flatMap((file) => [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
      ]);
      for (const file of files) rename(file);
      const sorted = typescript.sortAndDeduplicateDiagnostics(found);
      return examine(typescript, program, files, sorted, state.sources, state.findings);
    },
    getQuickInfoAtPosition: (...args: Parameters<PatchedCompiler["getQuickInfoAtPosition"]>) => {
      const [file, checker, , position] = args;
      documentation.restoreAt(file, position, checker);
      return (typescript as PatchedCompiler).getQuickInfoAtPosition(...args);
    },
    transpileModule: (js: string) => ({ outputText: js }), // CommonJS it is already
  };
  const load = commonJsLoader(new Map([[compilerName, compiler]]));
  const converter = load(join(tslab, "dist/converter.js")) as TslabConverter;
  return {
    typescript,
    createConverter: (folder) => {
      setFolder(folder);
      const created = converter.createConverter({ isJS: false, isBrowser: false });
      made.set(created, { options: state.options, sources: state.sources });
      return created;
    },
    begin: (converter, request) => {
      const findings = newFindings(request.warnOnly);
      Object.assign(state, made.get(converter), { request, findings });
      Object.assign(state.options, request.switches);
      return findings;
    },
    refresh,
  };
}

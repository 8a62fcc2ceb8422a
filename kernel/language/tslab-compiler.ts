import { createRequire } from "node:module";
import { dirname } from "node:path";
import type TypeScript from "@tslab/typescript-for-tslab";
import type { Converter, createConverter, isCompleteCode } from "tslab/dist/converter.js";
import { cellGlobals, wrapSystem } from "./compiler-system.ts";
import { transpile } from "./emit.ts";

/**
 * tslab's converter over a compiler whose doors to the world we hold.
 *
 * The converter fixes its compiler options, resolves packages only near the notebook, polls every file it ever read,
 * and emits no source maps. All of that passes through the compiler module it requires, so the compiler is loaded
 * first and the converter is given a copy with four entries replaced: `sys`, `createWatchCompilerHost`,
 * `getPreEmitDiagnosticsOfFiles` and `transpileModule`. This is the only file that knows.
 */
export interface TslabCompiler {
  typescript: typeof TypeScript;
  /** A converter for cells in `folder`. */
  createConverter(folder: string): Converter;
  isCompleteCode: typeof isCompleteCode;
  /** Tells the converter about files beside the notebook which changed on disk since the last call. */
  refresh(): void;
  /** The values of earlier cells, which the next conversion reads from `exports`. */
  setEarlierNames(names: ReadonlySet<string>): void;
}

/** tslab's compiler has one function more than TypeScript's types say. */
type PatchedCompiler = typeof TypeScript & {
  getPreEmitDiagnosticsOfFiles(program: TypeScript.Program, files: TypeScript.SourceFile[]): TypeScript.Diagnostic[];
};

/**
 * What stands in the way of a declaration file, such as "The inferred type of … cannot be named without a reference to
 * …" where a package's `exports` map hides the file a type is from. A library's author must hear it; in a notebook,
 * whose cells export all they declare, it would stop cells which are right.
 */
const isAboutDeclarations = ({ code }: TypeScript.Diagnostic): boolean =>
  code === 2742 || (code >= 4000 && code <= 4103);

/** Programs which write a cell's declarations in spite of those: what cannot be named is `any` to later cells. */
function declaringPrograms(ts: typeof TypeScript) {
  return (...args: unknown[]): TypeScript.EmitAndSemanticDiagnosticsBuilderProgram => {
    const create = ts.createEmitAndSemanticDiagnosticsBuilderProgram as (
      ...args: unknown[]
    ) => TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
    const builder = create(...args);
    const program = builder.getProgram();
    const emit = program.emit as (...args: unknown[]) => TypeScript.EmitResult;
    const forceDeclarations = true;
    program.emit = (file, write, token, only, transformers) =>
      emit(file, write, token, only, transformers, forceDeclarations);
    return builder;
  };
}

interface TslabConverter {
  createConverter: typeof createConverter;
  isCompleteCode: typeof isCompleteCode;
}

let loaded: TslabCompiler | undefined;

/** Once a thread, as a module is: the converter keeps the compiler that it first required. */
export function loadTslab(): TslabCompiler {
  loaded ??= load();
  return loaded;
}

function load(): TslabCompiler {
  const require = createRequire(import.meta.url);
  const requireFromTslab = createRequire(require.resolve("tslab/package.json"));
  const compilerPath = requireFromTslab.resolve("@tslab/typescript-for-tslab");
  const typescript = requireFromTslab(compilerPath) as typeof TypeScript;
  const { sys, refresh, setFolder } = wrapSystem(typescript.sys);
  const nodeTypes = dirname(dirname(requireFromTslab.resolve("@types/node/package.json")));
  let earlier: ReadonlySet<string> = new Set();
  const setEarlierNames = (names: ReadonlySet<string>) => {
    earlier = names;
  };
  const cached = require.cache[compilerPath];
  if (cached === undefined) throw new Error(`the compiler at ${compilerPath} did not load as CommonJS`);
  cached.exports = {
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
        strict: true,
        inlineSourceMap: true,
        // Bundler resolution knows `exports` maps and subpaths; the run time below resolves them the same way.
        moduleResolution: typescript.ModuleResolutionKind.Bundler,
        allowImportingTsExtensions: true,
        // One version of Node's types, known to parse under this compiler, wherever the notebook lies; and no others,
        // because every `@types` package found would be checked at start.
        types: ["node"],
        typeRoots: [nodeTypes],
      });
      const create = typescript.createWatchCompilerHost as (...args: unknown[]) => unknown;
      return create([...files, cellGlobals], options, system, declaringPrograms(typescript), ...rest);
    },
    getPreEmitDiagnosticsOfFiles: (...args: Parameters<PatchedCompiler["getPreEmitDiagnosticsOfFiles"]>) => {
      const found = (typescript as PatchedCompiler).getPreEmitDiagnosticsOfFiles(...args);
      return found.filter((diagnostic) => !isAboutDeclarations(diagnostic));
    },
    transpileModule: (js: string, options: TypeScript.TranspileOptions) => transpile(typescript, js, options, earlier),
  };
  const converter = require("tslab/dist/converter.js") as TslabConverter;
  return {
    typescript,
    createConverter: (folder) => {
      setFolder(folder);
      return converter.createConverter({ isJS: false, isBrowser: false });
    },
    isCompleteCode: converter.isCompleteCode,
    refresh,
    setEarlierNames,
  };
}

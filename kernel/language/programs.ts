import type TypeScript from "@tslab/typescript-for-tslab";
import { withoutDocumentation } from "./documentation.ts";
import { importEquals } from "./import-equals.ts";
import { reservedNames } from "./reserved-names.ts";
import { type Prepared, prepare } from "./source-text.ts";
import { closingBlocks } from "./using-emit.ts";

type Compiler = typeof TypeScript;
type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;

/** The sources of a notebook as its programs see them. */
export interface Sources {
  /** By path, what was written differently for the compiler to read it. */
  prepared: Map<string, Prepared>;
  /** The JavaScript last emitted for the cell, still an ES module. */
  emittedCell: string;
}

export interface ReadingHost {
  readFile(path: string, encoding?: string): string | undefined;
}

export const newSources = (): Sources => ({ prepared: new Map(), emittedCell: "" });

/** The name that the converter gives the cell. */
const isCell = (path: string): boolean => path.endsWith("/__tslab__.ts");

/**
 * What the converter's programs read and write.
 * - Sources are prepared for a compiler that knows less than the user.
 * - Parsed declarations of the standard library and of Node are shared between programs: parsing them takes most of
 *   the time that a new converter needs.
 * - A cell's declarations are written in spite of what stands in their way: what cannot be named is `any`.
 */
export function openHost(
  ts: Compiler,
  create: (createProgram: unknown) => ReadingHost,
  isLibrary: (path: string) => boolean,
): { host: ReadingHost; sources: Sources } {
  const sources = newSources();
  const host = create((...args: unknown[]) => {
    const [, , compilerHost] = args as [unknown, unknown, TypeScript.CompilerHost | undefined];
    if (compilerHost !== undefined) shareLibraries(ts, compilerHost, isLibrary);
    return declaringProgram(ts, args, sources);
  });
  const { readFile } = host;
  host.readFile = (path, encoding) => {
    const text = readFile.call(host, path, encoding);
    if (text !== undefined && isLibrary(path)) return withoutDocumentation(text);
    if (text === undefined || !/\.[jt]sx?$/.test(path) || path.endsWith(".d.ts") || path.includes("/node_modules/")) {
      return text;
    }
    const prepared = prepare(ts, text);
    sources.prepared.set(path, prepared);
    return prepared.text;
  };
  return { host, sources };
}

const libraries = new Map<string, TypeScript.SourceFile>();
const sharing = new WeakSet<TypeScript.CompilerHost>();

function shareLibraries(ts: Compiler, host: TypeScript.CompilerHost, isLibrary: (path: string) => boolean): void {
  if (sharing.has(host)) return;
  sharing.add(host);
  const { getSourceFile } = host;
  const { getSourceFileByPath } = host;
  const share = (path: string, parse: () => TypeScript.SourceFile | undefined) => {
    if (isCell(path)) return withoutOriginal(withJsx(ts, parse()));
    if (!isLibrary(path)) return withoutOriginal(parse());
    const known = libraries.get(path);
    if (known !== undefined) return known;
    const file = parse();
    if (file !== undefined) libraries.set(path, file);
    return file;
  };
  host.getSourceFile = (name, ...rest) => share(name, () => getSourceFile.call(host, name, ...rest));
  if (getSourceFileByPath !== undefined) {
    host.getSourceFileByPath = (name, ...rest) => share(name, () => getSourceFileByPath.call(host, name, ...rest));
  }
}

/**
 * At a file's top level, `await (x)` may call a function; the compiler parses such a file twice, and calls what it parsed
 * first the original, of which it knows no imports. It asks that for them where a declaration names a type of another
 * module, and fails.
 */
function withoutOriginal(file: TypeScript.SourceFile | undefined): TypeScript.SourceFile | undefined {
  if (file !== undefined) delete (file as { original?: TypeScript.SourceFile }).original;
  return file;
}

/** A cell that is wrong as TypeScript, but right as TypeScript with JSX, is that. */
function withJsx(ts: Compiler, file: TypeScript.SourceFile | undefined): TypeScript.SourceFile | undefined {
  const problems = (source: TypeScript.SourceFile) =>
    (source as { parseDiagnostics?: readonly TypeScript.Diagnostic[] }).parseDiagnostics?.length ?? 0;
  if (file === undefined || !/<\/|\/>/.test(file.text) || problems(file) === 0) return file;
  const { fileName, text, languageVersion } = file;
  const jsx = ts.createSourceFile(fileName, text, languageVersion, false, ts.ScriptKind.TSX);
  if (problems(jsx) > 0) return file;
  return Object.assign(jsx, { version: (file as { version?: string }).version });
}

function declaringProgram(ts: Compiler, args: unknown[], sources: Sources): Builder {
  const create = ts.createEmitAndSemanticDiagnosticsBuilderProgram as (...args: unknown[]) => Builder;
  const builder = create(...args);
  const program = builder.getProgram();
  const emit = program.emit as (...args: unknown[]) => TypeScript.EmitResult;
  const forceDeclarations = true;
  program.emit = (file, write, token, only, transformers) => {
    const before = [
      importEquals(ts, program),
      reservedNames(ts, program),
      closingBlocks(ts, ({ fileName }) => sources.prepared.get(fileName)?.usings),
    ];
    const all = { ...transformers, before };
    const watch: TypeScript.WriteFileCallback = (path, text, ...rest) => {
      if (path.endsWith("/__tslab__.js")) sources.emittedCell = text;
      write?.(path, text, ...rest);
    };
    return emit(file, watch, token, only, all, forceDeclarations);
  };
  exportDeclaredNames(ts, program);
  return builder;
}

/**
 * The converter exports every name that it finds by walking over the cell's. It takes `declare global` for one, and
 * the compiler's way to write `__name`, with a third underscore, for the name.
 */
function exportDeclaredNames(ts: Compiler, program: TypeScript.Program): void {
  program.getTypeChecker(); // binds
  for (const file of program.getSourceFiles()) {
    const { locals } = file as { locals?: Map<TypeScript.__String, TypeScript.Symbol> };
    if (!isCell(file.fileName) || locals === undefined) continue;
    locals.forEach = (visit) => {
      for (const [name, symbol] of locals) {
        if (name !== "__global") visit(symbol, ts.unescapeLeadingUnderscores(name) as TypeScript.__String, locals);
      }
    };
  }
}

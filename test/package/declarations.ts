import { basename } from "node:path";
import ts from "@tslab/typescript-for-tslab";

/** The exports of a declaration file, as the compiler that checks the cells sees them. */
export interface Declarations {
  readonly checker: ts.TypeChecker;
  /** Sorted by name; re-exports are followed to what they stand for. */
  readonly exports: readonly { name: string; symbol: ts.Symbol }[];
  /** Whether a symbol is declared by the package rather than by the language or the platform. */
  isOwn(symbol: ts.Symbol): boolean;
  isOwnNode(node: ts.Node): boolean;
}

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  types: [],
};

/** Parses the language's own declarations once for all programs of a test file: most of a small program's time. */
const host = ts.createCompilerHost(options);
const library = new Map<string, ts.SourceFile | undefined>();
const parse = host.getSourceFile.bind(host);
host.getSourceFile = (name, languageVersion) => {
  if (!basename(name).startsWith("lib.es")) return parse(name, languageVersion);
  if (!library.has(name)) library.set(name, parse(name, languageVersion));
  return library.get(name);
};

/** Reads a declaration file and all that it imports with TypeScript 5.0.4, without types of Node or of the DOM. */
export function readDeclarations(file: string): Declarations {
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is not there: npm run build`);
  const module = checker.getSymbolAtLocation(source);
  const follow = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isOwnNode = (node: ts.Node) => !program.isSourceFileDefaultLibrary(node.getSourceFile());
  const exports = module === undefined ? [] : checker.getExportsOfModule(module);
  return {
    checker,
    exports: exports
      .map((symbol) => ({ name: symbol.name, symbol: follow(symbol) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    isOwnNode,
    isOwn: (symbol) => symbol.declarations?.some(isOwnNode) ?? false,
  };
}

/** Whether users cannot see a member: `private`, or `#private`, whose types a declaration file does not tell. */
export function isHidden(member: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(member);
  if (name !== undefined && ts.isPrivateIdentifier(name)) return true;
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}

import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";
import { earlierNames, factoriesOfJsx } from "./earlier-names.ts";
import { importEquals } from "./import-equals.ts";
import { liveExports } from "./live-exports.ts";
import { reservedNames } from "./reserved-names.ts";
import { closingBlocks } from "./using-emit.ts";
import type { Using } from "./using-syntax.ts";

type Compiler = typeof TypeScript;

/** What the emit learned about a file, carried in its output's last line. */
export interface Trailer {
  isAsync: boolean;
  /** What it imports statically. */
  imports: string[];
  sourceMaps: string[];
}

const trailerMark = "\n//# kernel-trailer=";

export function splitTrailer(output: string): { javascript: string; trailer: Trailer } {
  const at = output.lastIndexOf(trailerMark);
  return { javascript: output.slice(0, at), trailer: JSON.parse(output.slice(at + trailerMark.length)) as Trailer };
}

/** A file to be emitted, by a program that knows it. */
export interface Emission {
  program: TypeScript.Program;
  file: TypeScript.SourceFile;
  /** The declarations of earlier cells. */
  earlier: TypeScript.SourceFile;
  /** Variables that later cells share with its functions. */
  live: ReadonlySet<string>;
  usings: ReadonlyMap<number, Using> | undefined;
  /** The converter's. */
  transformers: TypeScript.CustomTransformers | undefined;
  write: TypeScript.WriteFileCallback | undefined;
}

/**
 * Emits a file as CommonJS, once. The converter's transformers expect an ES module, and it turns their output into
 * CommonJS by a program and a checker of its own for each text; here that is the last step of the one emit, which knows
 * by the checker of all cells what names mean. Declarations are written in spite of what stands in their way: what cannot
 * be named is `any`.
 */
export function emitCommonJs(ts: Compiler, emission: Emission): TypeScript.EmitResult {
  const { program, file, earlier, live, usings, transformers, write } = emission;
  const trailer: Trailer = { isAsync: false, imports: [], sourceMaps: [] };
  const before = [
    importEquals(ts, program),
    reservedNames(ts, program),
    closingBlocks(ts, () => usings),
    dynamicImports(ts),
    earlierNames(ts, program, earlier),
  ];
  const after = [
    ...(transformers?.after ?? []),
    namelessResult(ts),
    factoriesOfJsx(ts, program, earlier),
    learn(ts, trailer),
    commonJs(ts),
    liveExports(ts, live),
  ];
  const writeFile: TypeScript.WriteFileCallback = (path, text, ...rest) => {
    if (path.endsWith(".map"))
      trailer.sourceMaps = [text]; // comes before its file
    else write?.(path, path.endsWith(".js") ? withTrailer(text, trailer) : text, ...rest);
  };
  const emit = program.emit as (...args: unknown[]) => TypeScript.EmitResult;
  return emit(file, writeFile, undefined, undefined, { ...transformers, before, after }, true);
}

const withTrailer = (output: string, trailer: Trailer): string =>
  output.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "") + trailerMark + JSON.stringify(trailer);

/** An ES module → CommonJS by the compiler's own transformer, which a program's options would put before the converter's. */
function commonJs(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { transformModule } = ts as Compiler & {
    transformModule: TypeScript.TransformerFactory<TypeScript.SourceFile>;
  };
  return (context) => {
    // `evaluate` makes all code strict.
    const options = { ...context.getCompilerOptions(), module: ts.ModuleKind.CommonJS, alwaysStrict: false };
    const asCommonJs = Object.create(context) as TypeScript.TransformationContext;
    return transformModule(Object.assign(asCommonJs, { getCompilerOptions: () => options }));
  };
}

/**
 * The CommonJS emit would turn `import(x)` into `require(x)`, which cannot load modules with top-level await, and does
 * not know `import.meta`.
 */
function dynamicImports(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return factory.createIdentifier(cellParameters[3]);
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isCallExpression(visited) || visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
      const importModule = factory.createIdentifier(cellParameters[2]);
      return factory.updateCallExpression(visited, importModule, undefined, visited.arguments);
    };
    return (file) => (/\bimport\s*[(./]/.test(file.text) ? ts.visitEachChild(file, visit, context) : file);
  };
}

/** A function that a cell ends with has no name; the converter's variable for results would give it its own. */
function namelessResult(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isVariableStatement(node) || ts.isVariableDeclarationList(node)) {
        return ts.visitEachChild(node, visit, context);
      }
      if (!ts.isVariableDeclaration(node)) return node;
      const { name, exclamationToken, type, initializer } = node;
      if (!ts.isIdentifier(name) || !/^tsLastExpr\d*$/.test(name.text)) return node;
      if (initializer === undefined || !ts.isArrowFunction(initializer)) return node;
      const nameless = factory.createParenthesizedExpression(
        factory.createComma(factory.createNumericLiteral(0), initializer),
      );
      return factory.updateVariableDeclaration(node, name, exclamationToken, type, nameless);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/** Notes what an emitted ES module imports, and whether it awaits: the converter itself does not notice `for await`. */
function learn(ts: Compiler, trailer: Trailer): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return () => (file) => {
    trailer.imports = file.statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
      const { moduleSpecifier } = statement;
      return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
    });
    trailer.isAsync = awaitsAtTopLevel(ts, file);
    return file;
  };
}

/** Whether the code awaits outside of any function. */
function awaitsAtTopLevel(ts: Compiler, file: TypeScript.SourceFile): boolean {
  const visit = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(file);
}

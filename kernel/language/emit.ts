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
  /** Whether its declarations are wanted, and may not be empty. */
  declares: boolean;
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
  const { program, file, earlier, live, declares, usings, transformers, write } = emission;
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
    result(ts),
    factoriesOfJsx(ts, program, earlier),
    learn(ts, trailer),
    commonJs(ts),
    liveExports(ts, live),
  ];
  const writeFile: TypeScript.WriteFileCallback = (path, text, ...rest) => {
    if (path.endsWith(".map"))
      trailer.sourceMaps = [text]; // comes before its file
    else write?.(path, path.endsWith(".js") ? withTrailer(text, trailer) : text, ...rest);
    if (path.endsWith(".js") && !declares) write?.(path.replace(/js$/, "d.ts"), "", ...rest);
  };
  const emit = program.emit as (...args: unknown[]) => TypeScript.EmitResult;
  const only = declares ? undefined : 0; // the compiler's own number for JavaScript alone
  return emit(file, writeFile, undefined, only, { ...transformers, before, after }, true);
}

/** Whether there may be something to declare: a cell of nothing but expressions is the most frequent one. */
export const mayDeclare = (ts: Compiler, file: TypeScript.SourceFile): boolean =>
  !file.statements.every(
    (statement) =>
      ts.isExpressionStatement(statement) ||
      (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined),
  );

const withTrailer = (output: string, trailer: Trailer): string =>
  output.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "") + trailerMark + JSON.stringify(trailer);

/** An ES module → CommonJS by the compiler's own transformer, which a program's options would put before the converter's. */
function commonJs(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { transformModule } = ts as Compiler & {
    transformModule: TypeScript.TransformerFactory<TypeScript.SourceFile>;
  };
  return (context) => {
    const given = context.getCompilerOptions();
    const asked = { ...given, module: ts.ModuleKind.CommonJS, alwaysStrict: false }; // `evaluate` makes all code strict
    // Said while it asks, at its beginning. A copy of the context, or one below it, would be slow to everybody.
    context.getCompilerOptions = () => asked;
    const transform = transformModule(context);
    context.getCompilerOptions = () => given;
    return transform;
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

/**
 * The statement by which the converter keeps the value that a cell ends with stands where the user's own did, so that a
 * debugger stops there. A function has no name, which that variable would give it.
 */
function result(ts: Compiler): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const nameless = (variable: TypeScript.VariableDeclaration): TypeScript.VariableDeclaration => {
      const { name, exclamationToken, type, initializer } = variable;
      if (initializer === undefined || !ts.isArrowFunction(initializer)) return variable;
      const value = factory.createParenthesizedExpression(
        factory.createComma(factory.createNumericLiteral(0), initializer),
      );
      return factory.updateVariableDeclaration(variable, name, exclamationToken, type, value);
    };
    const visit = (node: TypeScript.Statement): TypeScript.Statement => {
      if (!ts.isVariableStatement(node)) return node;
      const { modifiers, declarationList } = node;
      const [variable] = declarationList.declarations;
      if (variable?.initializer === undefined || node.pos >= 0) return node; // the user's
      if (!ts.isIdentifier(variable.name) || !/^tsLastExpr\d*$/.test(variable.name.text)) return node;
      const list = factory.updateVariableDeclarationList(declarationList, [nameless(variable)]);
      const { pos, end } = ts.getOriginalNode(variable.initializer);
      return ts.setSourceMapRange(factory.updateVariableStatement(node, modifiers, list), { pos, end });
    };
    return (file) => factory.updateSourceFile(file, file.statements.map(visit));
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

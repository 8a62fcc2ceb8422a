import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";
import { isBound } from "./bindings.ts";
import { liveExports } from "./live-exports.ts";

/** What `transpileModule` learned about a file, carried in its output's last line. */
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

/** ES modules → CommonJS as the converter asks, keeping `import()` dynamic and both source maps. */
export function transpile(
  ts: typeof TypeScript,
  input: string,
  options: TypeScript.TranspileOptions,
  earlier: ReadonlySet<string>,
  live: ReadonlySet<string>,
): TypeScript.TranspileOutput {
  const inline = input.lastIndexOf("\n//# sourceMappingURL=data:");
  const es = inline < 0 ? input : input.slice(0, inline);
  const base64 = input.slice(inline).replace(/^[^,]*,/, "");
  const output = ts.transpileModule(es, {
    ...options,
    compilerOptions: { ...options.compilerOptions, sourceMap: true },
    transformers: {
      before: [dynamicImports(ts), namelessResult(ts), writtenOut(ts, earlier)],
      after: [liveExports(ts, live)],
    },
  });
  const trailer: Trailer = {
    isAsync: awaitsAtTopLevel(ts, es),
    imports: importsOf(ts, es),
    sourceMaps: [output.sourceMapText ?? "", inline < 0 ? "" : Buffer.from(base64, "base64").toString("utf8")],
  };
  const javascript = output.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
  return { ...output, outputText: javascript + trailerMark + JSON.stringify(trailer) };
}

/**
 * The CommonJS emit would turn `import(x)` into `require(x)`, which cannot load modules with top-level await, and does
 * not know `import.meta`.
 */
function dynamicImports(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return context.factory.createIdentifier(cellParameters[3]);
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (!ts.isCallExpression(visited) || visited.expression.kind !== ts.SyntaxKind.ImportKeyword) return visited;
      const { factory } = context;
      return factory.updateCallExpression(
        visited,
        factory.createIdentifier(cellParameters[2]),
        undefined,
        visited.arguments,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/**
 * The converter reads names of earlier cells as `exports.name`, but overlooks the shorthand `{ name }`: it is written
 * out as `{ name: exports.name }`, in a literal as in an assignment's pattern, unless the cell binds the name itself.
 * So does it the factory of JSX, which nobody wrote: `React.createElement()`, `h()`.
 */
function writtenOut(
  ts: typeof TypeScript,
  earlier: ReadonlySet<string>,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const read = ({ text }: TypeScript.Identifier) =>
      factory.createPropertyAccessExpression(factory.createIdentifier(cellParameters[0]), text);
    const isUnread = (name: TypeScript.Node, from: TypeScript.Node): name is TypeScript.Identifier =>
      ts.isIdentifier(name) &&
      name.text !== cellParameters[0] &&
      earlier.has(name.text) &&
      !isBound(ts, name.text, from);
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isPropertyAccessExpression(visited) && isUnread(visited.expression, node)) {
        return factory.updatePropertyAccessExpression(visited, read(visited.expression), visited.name);
      }
      if (ts.isCallExpression(visited) && isUnread(visited.expression, node)) {
        const { expression, typeArguments, arguments: values } = visited;
        return factory.updateCallExpression(visited, read(expression), typeArguments, values);
      }
      if (!ts.isShorthandPropertyAssignment(visited)) return visited;
      const { name, objectAssignmentInitializer: initial } = visited;
      if (!earlier.has(name.text) || isBound(ts, name.text, node)) return visited;
      const value = read(name);
      return factory.createPropertyAssignment(name.text, initial ? factory.createAssignment(value, initial) : value);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/** A function that a cell ends with has no name; the converter's variable for results would give it its own. */
function namelessResult(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
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

function importsOf(ts: typeof TypeScript, code: string): string[] {
  if (!/\b(?:import|export)\b/.test(code)) return [];
  return ts.createSourceFile("cell.js", code, ts.ScriptTarget.Latest).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

/** Whether the code awaits outside of any function: the converter itself does not notice `for await`. */
function awaitsAtTopLevel(ts: typeof TypeScript, code: string): boolean {
  const visit = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(ts.createSourceFile("cell.js", code, ts.ScriptTarget.Latest));
}

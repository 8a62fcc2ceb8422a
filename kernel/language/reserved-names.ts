import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";

type Compiler = typeof TypeScript;

/**
 * What a file's own variables are called in the emitted code whose names mean something there, by the names that the user
 * gave them. The compiler ends the names that it makes up itself with a number.
 */
export function renamedVariables(ts: Compiler, file: TypeScript.SourceFile): ReadonlyMap<string, string> {
  const { locals } = file as { locals?: ReadonlyMap<string, TypeScript.Symbol> };
  const own = cellParameters.filter((name) => locals?.has(ts.escapeLeadingUnderscores(name).toString()));
  return new Map(own.map((name) => [name, unusedName(file, name)]));
}

function unusedName(file: TypeScript.SourceFile, name: string): string {
  const { identifiers } = file as { identifiers?: ReadonlyMap<string, string> };
  let unused = `${name}_own`;
  while (identifiers?.has(unused) === true) unused += "_";
  return unused;
}

/**
 * A cell may call something `require` or `exports`, which are parameters of the function around it: in the emitted code
 * the cell's own has another name, and is exported under the one that the user gave it. Within functions and blocks
 * only `exports` needs one, by which code there reads the names of other cells.
 */
export function reservedNames(
  ts: Compiler,
  program: TypeScript.Program,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const checker = program.getTypeChecker();
    const locals = (file as { locals?: ReadonlyMap<string, TypeScript.Symbol> }).locals;
    const renamed = new Map<TypeScript.Symbol, string>();
    for (const [name, own] of renamedVariables(ts, file)) {
      const symbol = locals?.get(ts.escapeLeadingUnderscores(name).toString());
      if (symbol !== undefined) renamed.set(symbol, own);
    }
    const [exports] = cellParameters;
    if (renamed.size === 0 && !file.text.includes(exports)) return file;
    const newName = (symbol: TypeScript.Symbol | undefined) => {
      if (symbol === undefined) return undefined;
      if (!renamed.has(symbol) && symbol.name === exports && isInner(ts, symbol, file)) {
        renamed.set(symbol, unusedName(file, exports));
      }
      return renamed.get(symbol);
    };
    const meaning = (node: TypeScript.Identifier) =>
      ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : ts.isExportSpecifier(node.parent)
          ? checker.getExportSpecifierLocalTargetSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
    /** Known to be what was written, so that an assignment to it still is one to what the cell exports. */
    const replacement = (node: TypeScript.Identifier) => {
      const name = newName(meaning(node));
      return name === undefined ? undefined : ts.setOriginalNode(factory.createIdentifier(name), node);
    };
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isExportSpecifier(node)) {
        const own = replacement(node.propertyName ?? node.name);
        return own ? factory.updateExportSpecifier(node, node.isTypeOnly, own, node.name) : node;
      }
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isShorthandPropertyAssignment(node) && ts.isShorthandPropertyAssignment(visited)) {
        const own = replacement(node.name);
        const initial = visited.objectAssignmentInitializer;
        if (own === undefined) return visited;
        return factory.createPropertyAssignment(node.name.text, initial ? factory.createAssignment(own, initial) : own);
      }
      if (ts.isBindingElement(node) && ts.isBindingElement(visited)) return named(node, visited);
      if (ts.isIdentifier(node)) return replacement(node) ?? node;
      return visited;
    };
    /** `{ exports }` → `{ exports: another }` in a pattern, where the name also is that of the property. */
    const named = (node: TypeScript.BindingElement, visited: TypeScript.BindingElement) => {
      const { dotDotDotToken, name, propertyName, initializer } = visited;
      const isShorthand =
        ts.isObjectBindingPattern(node.parent) && propertyName === undefined && dotDotDotToken === undefined;
      if (!isShorthand || name === node.name || !ts.isIdentifier(node.name)) return visited;
      return factory.updateBindingElement(visited, undefined, node.name, name, initializer);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

/** Whether the file declares the name within a function or a block, for nobody outside. */
function isInner(ts: Compiler, symbol: TypeScript.Symbol, file: TypeScript.SourceFile): boolean {
  const { valueDeclaration: declaration, flags } = symbol;
  if (!(flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function | ts.SymbolFlags.Class))) return false;
  if (declaration === undefined || declaration.getSourceFile() !== file) return false;
  const isProperty =
    declaration.parent !== undefined && ts.isParameterPropertyDeclaration(declaration, declaration.parent);
  return !isProperty && (symbol as { parent?: TypeScript.Symbol }).parent === undefined;
}

import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";

type Compiler = typeof TypeScript;

/**
 * A cell may call something `require` or `exports`, which are parameters of the function around it: in the emitted code
 * the cell's own has another name, and is exported under the one that the user gave it.
 */
export function reservedNames(
  ts: Compiler,
  program: TypeScript.Program,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const checker = program.getTypeChecker();
    const locals = (file as { locals?: ReadonlyMap<string, TypeScript.Symbol> }).locals;
    const renamed = new Map<TypeScript.Symbol, TypeScript.Identifier>();
    for (const name of cellParameters) {
      const symbol = locals?.get(ts.escapeLeadingUnderscores(name).toString());
      if (symbol !== undefined) renamed.set(symbol, factory.createUniqueName(name));
    }
    if (renamed.size === 0) return file;
    const replacement = (node: TypeScript.Identifier) => {
      const symbol = ts.isShorthandPropertyAssignment(node.parent)
        ? checker.getShorthandAssignmentValueSymbol(node.parent)
        : ts.isExportSpecifier(node.parent)
          ? checker.getExportSpecifierLocalTargetSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
      return symbol && renamed.get(symbol);
    };
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isExportSpecifier(node)) {
        const own = replacement(node.propertyName ?? node.name);
        return own ? factory.updateExportSpecifier(node, node.isTypeOnly, own, node.name) : node;
      }
      if (ts.isShorthandPropertyAssignment(node)) {
        const own = replacement(node.name);
        return own ? factory.createPropertyAssignment(node.name.text, own) : ts.visitEachChild(node, visit, context);
      }
      if (ts.isIdentifier(node)) return replacement(node) ?? node;
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
}

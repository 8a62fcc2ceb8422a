import type TypeScript from "@tslab/typescript-for-tslab";
import { isAugmentation } from "./declarations.ts";

type Compiler = typeof TypeScript;

/** The literals by which a source names other modules: in imports, `export … from`, `import()` and `import("…").Type`. */
export function moduleNames(ts: Compiler, file: TypeScript.SourceFile): TypeScript.StringLiteralLike[] {
  const names: TypeScript.StringLiteralLike[] = [];
  if (!/\b(?:import|from|require)\b/.test(file.text)) return names;
  const add = (node: TypeScript.Node | undefined) => {
    if (node !== undefined && ts.isStringLiteralLike(node) && node.text !== "") names.push(node);
  };
  const visit = (node: TypeScript.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** Whether the source adds to what it does not itself declare, or asks for files beside its imports. */
export const reachesOut = (ts: Compiler, file: TypeScript.SourceFile): boolean =>
  file.referencedFiles.length + file.typeReferenceDirectives.length + file.libReferenceDirectives.length > 0 ||
  file.statements.some((node) => isAugmentation(ts, node));

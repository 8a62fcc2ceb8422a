import ts from "typescript-6";
import { forEachNestedVar } from "./declared.ts";

/** The statements that the cell's author wrote. */
export const ownStatements = (file: ts.SourceFile, length: number): ts.Statement[] =>
  file.statements.filter((statement) => statement.getStart(file) < length);

/** The expression whose value a cell shows: its last statement, if that is one. */
export function resultOf(statements: readonly ts.Statement[]): ts.Expression | undefined {
  const last = statements.findLast((statement) => !ts.isEmptyStatement(statement));
  if (last === undefined) return undefined;
  if (ts.isExpressionStatement(last)) return last.expression;
  return ts.isExportAssignment(last) && last.isExportEquals !== true ? last.expression : undefined;
}

/** Whether the code awaits outside of any function. */
export function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing)
    return true;
  return ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false;
}

export const isNameless = (node: ts.Statement): boolean =>
  (ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name === undefined;

export const isDeclare = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false);

/** The whole cell is visible to later ones, so `export` says nothing more. */
export function withoutExport(node: ts.Statement, factory: ts.NodeFactory): ts.Statement {
  const stays = ({ kind }: ts.ModifierLike) =>
    kind !== ts.SyntaxKind.ExportKeyword && kind !== ts.SyntaxKind.DefaultKeyword;
  const { modifiers } = node as ts.Statement & { modifiers?: ts.NodeArray<ts.ModifierLike> };
  if (modifiers === undefined || modifiers.every(stays)) return node;
  return factory.replaceModifiers(node as ts.ClassDeclaration, modifiers.filter(stays) as ts.Modifier[]);
}

/**
 * The nodes that declare variables which later cells see and set. Those of `using` are not among them: they end with
 * the cell, so later cells are given what they held.
 */
export function cellVariables(statements: readonly ts.Statement[]): Set<ts.Node> {
  const found = new Set<ts.Node>();
  const addNames = (name: ts.BindingName, declaration: ts.Node) => {
    found.add(declaration);
    if (ts.isIdentifier(name)) return;
    for (const element of name.elements) if (!ts.isOmittedExpression(element)) addNames(element.name, element);
  };
  const add = (list: ts.VariableDeclarationList) => {
    if (isUsing(list)) return;
    for (const declaration of list.declarations) addNames(declaration.name, declaration);
  };
  for (const statement of statements) {
    if (isDeclare(statement)) continue;
    if (ts.isImportEqualsDeclaration(statement) && !ts.isExternalModuleReference(statement.moduleReference)) {
      found.add(statement);
    } else if (ts.isVariableStatement(statement)) add(statement.declarationList);
    else forEachNestedVar(statement, add);
  }
  return found;
}

const isUsing = ({ flags }: ts.VariableDeclarationList): boolean => {
  const kind = flags & ts.NodeFlags.BlockScoped;
  return kind === ts.NodeFlags.Using || kind === ts.NodeFlags.AwaitUsing;
};

import type TypeScript from "@tslab/typescript-for-tslab";
import { cellParameters } from "../protocol/threads.ts";
import { renamedVariables } from "./reserved-names.ts";

type Compiler = typeof TypeScript;

/**
 * The variables of a cell that later cells have to share rather than to copy, since code of this one may still read or
 * set them: what a function uses and somebody may assign to. So is what the emit forgets to export: a `var` in a block, and what a
 * loop assigns to.
 */
export function liveVariables(ts: Compiler, checker: TypeScript.TypeChecker, cell: TypeScript.SourceFile): Set<string> {
  const live = new Set<string>();
  const { locals } = cell as { locals?: ReadonlyMap<string, TypeScript.Symbol> };
  const candidates = new Set<TypeScript.Symbol>();
  for (const symbol of locals?.values() ?? []) {
    const list = declarationList(ts, symbol);
    if (list === undefined || list.flags & ts.NodeFlags.Const) continue;
    if (isInBlock(ts, list)) live.add(symbol.name);
    else candidates.add(symbol);
  }
  if (candidates.size === 0) return live;
  const visit = (node: TypeScript.Node, inFunction: boolean): void => {
    if (inFunction && ts.isIdentifier(node) && locals?.has(node.escapedText.toString())) {
      const symbol =
        ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node
          ? checker.getShorthandAssignmentValueSymbol(node.parent)
          : checker.getSymbolAtLocation(node);
      if (symbol !== undefined && candidates.has(symbol)) live.add(node.text);
    }
    ts.forEachChild(node, (child) =>
      visit(child, inFunction || ts.isFunctionLike(node) || ts.isPropertyDeclaration(node) || isLoopTarget(ts, child)),
    );
  };
  visit(cell, false);
  return live;
}

/** `x` of `for (x of list)`, whose assignments the emit overlooks. */
const isLoopTarget = (ts: Compiler, node: TypeScript.Node): boolean =>
  (ts.isForOfStatement(node.parent) || ts.isForInStatement(node.parent)) &&
  node.parent.initializer === node &&
  !ts.isVariableDeclarationList(node);

function declarationList(ts: Compiler, { valueDeclaration }: TypeScript.Symbol) {
  let node: TypeScript.Node | undefined = valueDeclaration;
  while (
    node !== undefined &&
    (ts.isBindingElement(node) || ts.isObjectBindingPattern(node) || ts.isArrayBindingPattern(node))
  )
    node = node.parent;
  return node !== undefined && ts.isVariableDeclaration(node) && ts.isVariableDeclarationList(node.parent)
    ? node.parent
    : undefined;
}

/** Whether the list does not stand at the top of the file, though its names belong there. */
export const isInBlock = (ts: Compiler, { parent }: TypeScript.VariableDeclarationList): boolean =>
  !(ts.isVariableStatement(parent) && ts.isSourceFile(parent.parent));

/**
 * Exports these variables as accessors. They are defined where the variable is declared, a hoisted one at the start;
 * before, nobody could read it.
 */
export function liveExports(
  ts: Compiler,
  names: ReadonlySet<string>,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return ({ factory }) =>
    (file) => {
      if (names.size === 0) return file;
      const renamed = renamedVariables(ts, ts.getOriginalNode(file) as TypeScript.SourceFile);
      const given = new Map([...renamed].map(([name, own]) => [own, name]));
      const access = (name: string): TypeScript.Statement => {
        const value = factory.createIdentifier("value");
        const variable = factory.createIdentifier(renamed.get(name) ?? name);
        const set = factory.createAssignment(variable, value);
        const properties = [
          factory.createPropertyAssignment("get", arrow([], variable)),
          factory.createPropertyAssignment(
            "set",
            arrow([value], factory.createBlock([factory.createExpressionStatement(set)])),
          ),
          factory.createPropertyAssignment("enumerable", factory.createTrue()),
          factory.createPropertyAssignment("configurable", factory.createTrue()),
        ];
        const define = factory.createPropertyAccessExpression(factory.createIdentifier("Object"), "defineProperty");
        return factory.createExpressionStatement(
          factory.createCallExpression(define, undefined, [
            factory.createIdentifier(cellParameters[0]),
            factory.createStringLiteral(name),
            factory.createObjectLiteralExpression(properties),
          ]),
        );
      };
      const arrow = (parameters: TypeScript.Identifier[], body: TypeScript.ConciseBody) =>
        factory.createArrowFunction(
          undefined,
          undefined,
          parameters.map((parameter) => factory.createParameterDeclaration(undefined, undefined, parameter)),
          undefined,
          undefined,
          body,
        );
      const left = new Set(names);
      const statements = file.statements.flatMap((statement) => {
        if (!ts.isVariableStatement(statement)) return [statement];
        const declared = statement.declarationList.declarations.flatMap(({ name }) => namesIn(ts, name));
        const own = declared.map((name) => given.get(name) ?? name);
        const found = own.filter((name) => left.delete(name));
        return [statement, ...found.map(access)];
      });
      const prologue = statements.findIndex((statement) => !ts.isExpressionStatement(statement) || statement.pos >= 0);
      const at = prologue < 0 ? statements.length : prologue;
      statements.splice(at, 0, ...[...left].map(access));
      return factory.updateSourceFile(file, statements);
    };
}

function namesIn(ts: Compiler, name: TypeScript.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(ts, element.name)));
}

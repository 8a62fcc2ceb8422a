import type TypeScript from "@tslab/typescript-for-tslab";
import type { Outline, Place } from "../protocol/debug.ts";
import { prepare } from "./source-text.ts";

type Compiler = typeof TypeScript;

/** Where code could stop, what a function is, and what catches: of any source that parses, and as far as it does. */
export function outlineOf(ts: Compiler, code: string): Outline {
  const parse = (text: string) => ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest, true);
  const asWritten = parse(code);
  const { parseDiagnostics = [] } = asWritten as { parseDiagnostics?: readonly unknown[] };
  const file = parseDiagnostics.length === 0 ? asWritten : parse(prepare(ts, code).text);
  const lines = new Set<number>();
  const blocks: Outline["blocks"] = [];
  const placeOf = (offset: number): Place => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    return { line: line + 1, column: character };
  };
  const stop = (offset: number) => lines.add(placeOf(offset).line);
  const block = (kind: "function" | "guarded", node: TypeScript.Node) =>
    blocks.push({ kind, from: placeOf(node.getStart(file)), to: placeOf(node.end) });
  const visit = (node: TypeScript.Node): void => {
    if (isOnlyType(ts, node)) return;
    if (ts.isStatement(node) && runsItself(ts, node)) stop(node.getStart(file));
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) stop(node.initializer.getStart(file));
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) stop(nameOf(ts, node.expression).getStart(file));
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const body = node.body as TypeScript.Node;
      block("function", node);
      stop(ts.isBlock(body) ? body.end - 1 : body.getStart(file)); // before it returns
    }
    if (ts.isTryStatement(node) && node.catchClause !== undefined) block("guarded", node.tryBlock);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return { lines: [...lines].sort((a, b) => a - b), blocks };
}

function isOnlyType(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  if (ts.isImportDeclaration(node)) return node.importClause?.isTypeOnly ?? false;
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}

/** Not what only holds other statements, or is there before the code runs. */
const runsItself = (ts: Compiler, node: TypeScript.Statement): boolean =>
  !(
    ts.isBlock(node) ||
    ts.isEmptyStatement(node) ||
    ts.isTryStatement(node) ||
    ts.isLabeledStatement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node)
  );

const nameOf = (ts: Compiler, called: TypeScript.Expression): TypeScript.Node =>
  ts.isPropertyAccessExpression(called) ? called.name : called;

import type TypeScript from "@tslab/typescript-for-tslab";
import { debugView } from "../protocol/debug.ts";
import { isBound } from "./bindings.ts";

type Compiler = typeof TypeScript;

/** The values of cells, from anywhere: a stopped function can name `exports` only if its own code does. */
const cells = `${debugView}.cells`;

/**
 * What a user types into a debugger, a line or several, as JavaScript that V8 can evaluate where it has stopped: types
 * gone, names of cells read and set where their values are. What does not parse is left to V8, which says so.
 *
 * @param ofCells the names of cells
 * @param visible the names that mean something else there; if it is not known yet, each is tried first, and only read
 */
export function debuggerExpression(
  ts: Compiler,
  code: string,
  ofCells: ReadonlySet<string>,
  visible: ReadonlySet<string> | undefined,
): string {
  const text = isLiteral(ts, code) ? `(${code})` : code;
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: true },
    transformers: { before: [cellNames(ts, ofCells, visible)] },
  });
  return outputText.trimEnd();
}

/** `{ a: 1 }` is an object to whoever types it, and a block with a label to the parser. */
function isLiteral(ts: Compiler, code: string): boolean {
  if (!code.trimStart().startsWith("{")) return false;
  const { parseDiagnostics = [] } = ts.createSourceFile("expression.ts", `(${code})`, ts.ScriptTarget.Latest) as {
    parseDiagnostics?: readonly unknown[];
  };
  return parseDiagnostics.length === 0;
}

function cellNames(
  ts: Compiler,
  ofCells: ReadonlySet<string>,
  visible: ReadonlySet<string> | undefined,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const inCells = (name: string) =>
      factory.createPropertyAccessExpression(factory.createIdentifier(cells), factory.createIdentifier(name));
    const read = (name: string): TypeScript.Expression => {
      if (visible !== undefined) return inCells(name);
      const there = factory.createStrictInequality(
        factory.createTypeOfExpression(factory.createIdentifier(name)),
        factory.createStringLiteral("undefined"),
      );
      const whole = factory.createConditionalExpression(
        there,
        undefined,
        factory.createIdentifier(name),
        undefined,
        inCells(name),
      );
      return factory.createParenthesizedExpression(whole);
    };
    const isOfCells = ({ text }: TypeScript.Identifier, from: TypeScript.Node) =>
      ofCells.has(text) && visible?.has(text) !== true && !isBound(ts, text, from);
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isTypeNode(node)) return node;
      if (ts.isShorthandPropertyAssignment(node)) {
        if (!isOfCells(node.name, node)) return node;
        const { text } = node.name;
        return factory.createPropertyAssignment(text, read(text));
      }
      if (ts.isIdentifier(node)) return isReference(ts, node) && isOfCells(node, node.parent) ? read(node.text) : node;
      return ts.visitEachChild(node, visit, context);
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/** Whether the identifier stands for a value, rather than naming a member, a label or something new. */
function isReference(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  const { name } = parent as { name?: TypeScript.Node };
  return name !== node;
}

import type TypeScript from "@tslab/typescript-for-tslab";
import type { Using } from "./using-syntax.ts";

type Compiler = typeof TypeScript;

/** Names in the emitted code. */
const names = {
  /** A block's list of what it opened, and what it threw so far. */
  resources: "__resources",
  use: "__use",
  useLater: "__useLater",
  /** The same for a declaration at the top of a file. */
  useAtTop: "__useAtTop",
  useLaterAtTop: "__useLaterAtTop",
  caught: "__caught",
  close: "__close",
  closeLater: "__closeLater",
};

const newResources = "{ opened: [], failed: false, error: undefined }";

/** What the emitted code calls (TC39, explicit resource management). In one line, which the source maps skip. */
const helpers = `
function __use(resources, value) {
  if (value === null || value === undefined) return value;
  const method = Object(value) === value ? value[Symbol.dispose] : undefined;
  if (typeof method !== "function") {
    throw new TypeError("using: the value has no method [Symbol.dispose](), so nothing could close it");
  }
  resources.opened.push({ value, method });
  return value;
}
function __useLater(resources, value) {
  if (value === null || value === undefined) { resources.opened.push({}); return value; }
  const method = Object(value) === value ? (value[Symbol.asyncDispose] ?? value[Symbol.dispose]) : undefined;
  if (typeof method !== "function") {
    throw new TypeError("await using: the value has no method [Symbol.asyncDispose](), so nothing could close it");
  }
  resources.opened.push({ value, method, later: true });
  return value;
}
function __caught(resources, error) {
  resources.error = resources.failed
    ? new SuppressedError(error, resources.error, "closing failed after another error")
    : error;
  resources.failed = true;
}
function __close(resources) {
  for (let item = resources.opened.pop(); item !== undefined; item = resources.opened.pop()) {
    try { item.method.call(item.value); } catch (error) { __caught(resources, error); }
  }
  if (resources.failed) throw resources.error;
}
async function __closeLater(resources) {
  for (let item = resources.opened.pop(); item !== undefined; item = resources.opened.pop()) {
    try {
      const closing = item.method?.call(item.value);
      if (item.later) await closing;
    } catch (error) { __caught(resources, error); }
  }
  if (resources.failed) throw resources.error;
}
const __file = ${newResources};
const __useAtTop = (value) => __use(__file, value);
const __useLaterAtTop = (value) => __useLater(__file, value);
`.replace(/\s*\n\s*/g, " ");

/**
 * Emitted JavaScript with what its resource declarations call, on the first line, which holds nothing of the user's.
 * What is opened at the top of a file is closed at its end.
 */
export function withResources(javascript: string): string {
  if (!/\b__use(?:Later)?(?:AtTop)?\(/.test(javascript)) return javascript;
  if (!/\b__use(?:Later)?AtTop\(/.test(javascript)) return helpers + javascript;
  const close = closesLater(javascript) ? "await __closeLater" : "__close";
  return `${helpers} try { ${javascript}\n} catch (error) { __caught(__file, error); } finally { ${close}(__file); }`;
}

/** Whether the file awaits at its end. */
export const closesLater = (javascript: string): boolean => javascript.includes("__useLaterAtTop(");

/** Blocks with resource declarations close what they opened, however they are left. */
export function closingBlocks(
  ts: Compiler,
  usingsOf: (file: TypeScript.SourceFile) => ReadonlyMap<number, Using> | undefined,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => (file) => {
    const usings = usingsOf(file);
    if (usings === undefined || usings.size === 0) return file;
    return ts.visitNode(file, new Closing(ts, context, file, usings).visit) as TypeScript.SourceFile;
  };
}

class Closing {
  readonly #ts: Compiler;
  readonly #context: TypeScript.TransformationContext;
  readonly #file: TypeScript.SourceFile;
  readonly #usings: ReadonlyMap<number, Using>;

  constructor(
    ts: Compiler,
    context: TypeScript.TransformationContext,
    file: TypeScript.SourceFile,
    usings: ReadonlyMap<number, Using>,
  ) {
    this.#ts = ts;
    this.#context = context;
    this.#file = file;
    this.#usings = usings;
  }

  readonly visit = (node: TypeScript.Node): TypeScript.Node => {
    const ts = this.#ts;
    if (ts.isBlock(node)) return this.#block(node);
    if (ts.isForOfStatement(node)) return this.#forOf(node);
    if (ts.isForStatement(node)) return this.#for(node, (loop) => loop);
    if (ts.isLabeledStatement(node) && ts.isForStatement(node.statement)) {
      // The label stays on the loop, which may be continued.
      return this.#for(node.statement, (loop) => ts.factory.updateLabeledStatement(node, node.label, loop));
    }
    if (ts.isSwitchStatement(node)) return this.#switch(node);
    if (ts.isVariableDeclarationList(node)) return this.#declarations(node);
    return ts.visitEachChild(node, this.visit, this.#context);
  };

  #usingOf(list: TypeScript.Node | undefined): Using | undefined {
    if (list === undefined || !this.#ts.isVariableDeclarationList(list) || list.pos < 0) return undefined;
    return this.#usings.get(list.getStart(this.#file));
  }

  /** Whether any of the statements needs a closing block: `undefined`, or whether it awaits. */
  #need(statements: readonly TypeScript.Statement[]): { isAsync: boolean } | undefined {
    const ts = this.#ts;
    const own = statements.flatMap((statement) => {
      const using = ts.isVariableStatement(statement) ? this.#usingOf(statement.declarationList) : undefined;
      return using === undefined ? [] : [using];
    });
    return own.length === 0 ? undefined : { isAsync: own.some(({ isAsync }) => isAsync) };
  }

  #block(node: TypeScript.Block): TypeScript.Node {
    const need = this.#need(node.statements);
    const visited = this.#ts.visitEachChild(node, this.visit, this.#context);
    if (need === undefined) return visited;
    return this.#ts.factory.updateBlock(visited, this.#closing(visited.statements, need.isAsync));
  }

  #switch(node: TypeScript.SwitchStatement): TypeScript.Node {
    const need = this.#need(node.caseBlock.clauses.flatMap(({ statements }) => [...statements]));
    const visited = this.#ts.visitEachChild(node, this.visit, this.#context);
    return need === undefined ? visited : this.#ts.factory.createBlock(this.#closing([visited], need.isAsync), true);
  }

  #for(node: TypeScript.ForStatement, label: (loop: TypeScript.ForStatement) => TypeScript.Statement): TypeScript.Node {
    const using = this.#usingOf(node.initializer);
    const loop = label(this.#ts.visitEachChild(node, this.visit, this.#context));
    return using === undefined ? loop : this.#ts.factory.createBlock(this.#closing([loop], using.isAsync), true);
  }

  #forOf(node: TypeScript.ForOfStatement): TypeScript.Node {
    const { factory } = this.#ts;
    const using = this.#usingOf(node.initializer);
    const visited = this.#ts.visitEachChild(node, this.visit, this.#context);
    const [variable] = this.#ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations : [];
    if (using === undefined || variable === undefined) return visited;
    const each = factory.createUniqueName("each");
    const opened = factory.createVariableStatement(
      undefined,
      this.#const(variable.name, this.#use(each, using, false)),
    );
    return factory.updateForOfStatement(
      visited,
      visited.awaitModifier,
      this.#const(each, undefined),
      visited.expression,
      factory.createBlock(this.#closing([opened, visited.statement], using.isAsync), true),
    );
  }

  /** `const x = __use(__resources, initializer)` */
  #declarations(node: TypeScript.VariableDeclarationList): TypeScript.Node {
    const { factory } = this.#ts;
    const using = this.#usingOf(node);
    const visited = this.#ts.visitEachChild(node, this.visit, this.#context);
    if (using === undefined || this.#ts.isForOfStatement(node.parent)) return visited;
    const atTop = this.#ts.isVariableStatement(node.parent) && this.#ts.isSourceFile(node.parent.parent);
    return factory.updateVariableDeclarationList(
      visited,
      visited.declarations.map((variable) => {
        const { name, exclamationToken, type, initializer } = variable;
        const opened = initializer && this.#use(initializer, using, atTop);
        return factory.updateVariableDeclaration(variable, name, exclamationToken, type, opened);
      }),
    );
  }

  #const(name: TypeScript.BindingName, initializer: TypeScript.Expression | undefined) {
    const { factory, NodeFlags } = this.#ts;
    return factory.createVariableDeclarationList(
      [factory.createVariableDeclaration(name, undefined, undefined, initializer)],
      NodeFlags.Const,
    );
  }

  #use(value: TypeScript.Expression, { isAsync }: Using, atTop: boolean): TypeScript.Expression {
    const { factory } = this.#ts;
    const [here, top] = isAsync ? [names.useLater, names.useLaterAtTop] : [names.use, names.useAtTop];
    const list = factory.createIdentifier(names.resources);
    return factory.createCallExpression(factory.createIdentifier(atTop ? top : here), undefined, [
      ...(atTop ? [] : [list]),
      value,
    ]);
  }

  /** The statements, between the opening of an empty list of resources and its closing. */
  #closing(statements: readonly TypeScript.Statement[], isAsync: boolean): TypeScript.Statement[] {
    const { factory } = this.#ts;
    const list = () => factory.createIdentifier(names.resources);
    const call = (name: string, ...values: TypeScript.Expression[]) =>
      factory.createCallExpression(factory.createIdentifier(name), undefined, [list(), ...values]);
    const error = factory.createUniqueName("error");
    const close = isAsync ? factory.createAwaitExpression(call(names.closeLater)) : call(names.close);
    const empty = factory.createObjectLiteralExpression([
      factory.createPropertyAssignment("opened", factory.createArrayLiteralExpression()),
      factory.createPropertyAssignment("failed", factory.createFalse()),
      factory.createPropertyAssignment("error", factory.createVoidZero()),
    ]);
    return [
      factory.createVariableStatement(undefined, this.#const(list(), empty)),
      factory.createTryStatement(
        factory.createBlock(statements, true),
        factory.createCatchClause(
          factory.createVariableDeclaration(error),
          factory.createBlock([factory.createExpressionStatement(call(names.caught, error))], true),
        ),
        factory.createBlock([factory.createExpressionStatement(close)], true),
      ),
    ];
  }
}

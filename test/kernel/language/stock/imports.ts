import ts from "typescript-6";
import { cellParameters } from "../../../../kernel/protocol/threads.ts";

export interface ImportParts {
  factory: ts.NodeFactory;
  checker: ts.TypeChecker;
  /** The cell's own. */
  statements: readonly ts.Statement[];
  require: ts.Identifier;
  /** The object that holds the values of all cells. */
  scope: ts.Identifier;
  place(name: string): ts.Expression;
  /** Is filled: by the node that declares a name, where the name's value lives, a new expression for each use. */
  bindings: Map<ts.Node, () => ts.Expression>;
}

/** What a default and a star mean for a CommonJS module. Function declarations, so they may stand behind all code. */
export const interop = `
function __default(m) { return m && m.__esModule ? m : { default: m }; }
function __star(m) {
  return m && (m.__esModule || Object.prototype.toString.call(m) === "[object Module]") ? m : { ...m, default: m };
}`;

/**
 * The imports of a cell as calls of `require`, without those that only types come from; and, for later cells, what they
 * brought.
 */
export function importsOf(parts: ImportParts): ts.Statement[] {
  const { factory, checker } = parts;
  const made: ts.Statement[] = [];
  const call = (name: string, argument: ts.Expression) =>
    factory.createCallExpression(factory.createIdentifier(name), undefined, [argument]);
  const load = (specifier: ts.Expression) => factory.createCallExpression(parts.require, undefined, [specifier]);
  const keep = (name: string, value: ts.Expression): ts.Identifier => {
    const kept = factory.createUniqueName(name);
    made.push(constant(factory, kept, value));
    return kept;
  };
  const member = (module: ts.Expression, name: ts.ModuleExportName) => () =>
    factory.createElementAccessExpression(module, factory.createStringLiteral(name.text));
  const bind = (declaration: ts.Node, name: ts.ModuleExportName, value: () => ts.Expression) => {
    parts.bindings.set(declaration, value);
    const assignment = factory.createAssignment(parts.place(name.text), value());
    made.push(factory.createExpressionStatement(assignment));
  };
  const bindNamed = (
    specifiers: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[],
    module: () => ts.Identifier,
  ): void => {
    for (const specifier of specifiers) {
      const { name, propertyName = name, isTypeOnly } = specifier;
      if (isTypeOnly || !isValue(checker, name)) continue;
      const isDefault = propertyName.text === "default";
      bind(specifier, name, member(isDefault ? keep("module", call("__default", module())) : module(), propertyName));
    }
  };

  for (const statement of parts.statements) {
    if (ts.isImportDeclaration(statement)) {
      const { importClause: clause, moduleSpecifier } = statement;
      const module = once(() => keep("module", ts.setTextRange(load(moduleSpecifier), statement)));
      const bindings = clause?.namedBindings;
      if (clause === undefined) made.push(factory.createExpressionStatement(load(moduleSpecifier)));
      if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) continue;
      if (clause.name !== undefined && isValue(checker, clause.name)) {
        const home = keep("module", call("__default", module()));
        bind(clause, clause.name, () => factory.createPropertyAccessExpression(home, "default"));
      }
      if (bindings === undefined) continue;
      if (ts.isNamedImports(bindings)) bindNamed(bindings.elements, module);
      else {
        const star = keep("module", call("__star", module()));
        bind(bindings, bindings.name, () => star);
      }
    } else if (ts.isExportDeclaration(statement)) {
      const { exportClause: clause, moduleSpecifier, isTypeOnly } = statement;
      if (isTypeOnly || moduleSpecifier === undefined) continue;
      const module = once(() => keep("module", ts.setTextRange(load(moduleSpecifier), statement)));
      if (clause === undefined) {
        const all = factory.createPropertyAccessExpression(factory.createIdentifier("Object"), "assign");
        const copy = factory.createCallExpression(all, undefined, [parts.scope, module()]);
        made.push(factory.createExpressionStatement(copy));
      } else if (ts.isNamedExports(clause)) bindNamed(clause.elements, module);
      else bind(clause, clause.name, () => call("__star", module()));
    } else if (ts.isImportEqualsDeclaration(statement)) {
      const { name, moduleReference: reference, isTypeOnly } = statement;
      if (isTypeOnly || !ts.isExternalModuleReference(reference) || !isValue(checker, name)) continue;
      const module = keep("module", load(reference.expression));
      bind(statement, name, () => module);
    }
  }
  return made;
}

/** What could not be resolved counts as a value: where that is an error, it was reported before. */
export function isValue(checker: ts.TypeChecker, name: ts.ModuleExportName): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return symbol !== undefined;
  const { flags, declarations } = checker.getAliasedSymbol(symbol);
  return declarations === undefined || (flags & ts.SymbolFlags.Value) !== 0;
}

/** What code imports where it says import, as it is written there: the session may have to await it beforehand. */
export function specifiersOf(statements: readonly ts.Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) {
      if (statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    } else if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [];
  });
}

/** `import()` as a call and `import.meta` as a name of what code is given; nothing for any other node. */
export function surrounding(node: ts.Node, factory: ts.NodeFactory): ts.Expression | undefined {
  const [, , importModule, importMeta] = cellParameters;
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
    return ts.setTextRange(factory.createIdentifier(importMeta), node);
  }
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  return factory.updateCallExpression(node, factory.createIdentifier(importModule), undefined, node.arguments);
}

export function constant(factory: ts.NodeFactory, name: ts.Identifier, value: ts.Expression): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  const list = factory.createVariableDeclarationList([declaration], ts.NodeFlags.Const);
  return factory.createVariableStatement(undefined, list);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

import ts from "typescript-6";
import type { cellParameters } from "../../../../kernel/protocol/threads.ts";
import { boundNames } from "./declared.ts";
import type { EmitOptions } from "./emit.ts";
import { constant, importsOf, isValue, surrounding } from "./imports.ts";
import { assignments, type PatternParts, target } from "./patterns.ts";
import { cellVariables, isDeclare, isNameless, ownStatements, resultOf, withoutExport } from "./statements.ts";

/** No identifier, so it cannot be a name that a cell declares. */
export const valueName = "last value";

/**
 * A module's statements as those of a function: variables of cells become properties of `exports`, functions and
 * classes are set there beside their declarations, imports become `require`. What a name means is the checker's
 * knowledge, so a local of the same name stays a local.
 */
export function moduleToBody({ program, file, length, isAmbient }: EmitOptions): ts.TransformerFactory<ts.SourceFile> {
  const checker = program.getTypeChecker();
  const own = ownStatements(file, length);
  const result = resultOf(own);
  const variables = cellVariables(own);

  return (context) => {
    const { factory } = context;
    const opening: ts.Statement[] = [factory.createExpressionStatement(factory.createStringLiteral("use strict"))];
    const [scope, require] = [parameter("exports"), parameter("require")];
    const place = (name: string) => factory.createPropertyAccessExpression(scope, name);
    const visitNode = <N extends ts.Node>(node: N): N => ts.visitNode(node, visit) as N;
    const parts: PatternParts = { factory, place, visit: visitNode };
    const bindings = new Map<ts.Node, () => ts.Expression>();
    const imports = importsOf({ factory, checker, statements: own, require, scope, place, bindings });

    /** A parameter of the cell's function; by another name if the cell has anything of that name. */
    function parameter(name: (typeof cellParameters)[number]): ts.Identifier {
      const { identifiers } = file as ts.SourceFile & { identifiers: ReadonlyMap<string, string> };
      if (!identifiers.has(name)) return factory.createIdentifier(name);
      const renamed = factory.createUniqueName(name);
      opening.push(constant(factory, renamed, factory.createIdentifier(name)));
      return renamed;
    }

    /** Where the value of a name lives; nothing for the cell's own functions, classes and locals. */
    function locate(name: ts.Identifier): ts.Expression | undefined {
      if (name.pos < 0) return undefined; // not the author's
      const symbol =
        ts.isShorthandPropertyAssignment(name.parent) && name.parent.name === name
          ? checker.getShorthandAssignmentValueSymbol(name.parent)
          : checker.getSymbolAtLocation(name);
      for (const declaration of symbol?.declarations ?? []) {
        if (declaration.getSourceFile() !== file) continue;
        const imported = bindings.get(declaration);
        if (imported !== undefined) return imported();
        if (variables.has(declaration)) return place(name.text);
        if (declaration.pos >= length) return isAmbient(name.text) ? undefined : place(name.text);
      }
      return undefined;
    }

    function visit(node: ts.Node): ts.Node {
      if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
      if (ts.isIdentifier(node)) {
        const located = locate(node);
        return located === undefined ? node : ts.setTextRange(located, node);
      }
      if (ts.isShorthandPropertyAssignment(node)) {
        const located = locate(node.name);
        if (located === undefined) return ts.visitEachChild(node, visit, context);
        const initial = node.objectAssignmentInitializer;
        const value = initial === undefined ? located : factory.createAssignment(located, visitNode(initial));
        return factory.createPropertyAssignment(node.name.text, value);
      }
      const given = surrounding(node, factory);
      if (given !== undefined) return ts.visitEachChild(given, visit, context);
      if (ts.isCallExpression(node)) return visitCall(node);
      if (ts.isTaggedTemplateExpression(node)) {
        return factory.updateTaggedTemplateExpression(node, callee(node.tag), undefined, visitNode(node.template));
      }
      if (ts.isVariableStatement(node) && isOfCell(node.declarationList)) {
        const assigned = assignments(node.declarationList, parts);
        if (assigned === undefined) return factory.createEmptyStatement();
        return ts.setTextRange(factory.createExpressionStatement(assigned), node);
      }
      if (ts.isVariableDeclarationList(node) && isOfCell(node)) {
        const [first] = node.declarations;
        const isLoopVariable = ts.isForInStatement(node.parent) || ts.isForOfStatement(node.parent);
        if (isLoopVariable && first !== undefined) return target(first.name, parts);
        return assignments(node, parts) ?? factory.createVoidZero();
      }
      return ts.visitEachChild(node, visit, context);
    }

    function isOfCell({ declarations: [first] }: ts.VariableDeclarationList): boolean {
      return first !== undefined && variables.has(first);
    }

    /** `f()` of another cell is given no `this`, which `exports.f()` would make. */
    function visitCall(node: ts.CallExpression): ts.Expression {
      const called = callee(node.expression);
      const passed = ts.visitNodes(node.arguments, visit) as ts.NodeArray<ts.Expression>;
      if (ts.isCallChain(node)) return factory.updateCallChain(node, called, node.questionDotToken, undefined, passed);
      return factory.updateCallExpression(node, called, undefined, passed);
    }

    function callee(node: ts.LeftHandSideExpression): ts.LeftHandSideExpression {
      const located = ts.isIdentifier(node) ? locate(node) : undefined;
      if (located === undefined) return visitNode(node);
      const detached = factory.createComma(factory.createNumericLiteral(0), located);
      return ts.setTextRange(factory.createParenthesizedExpression(detached), node);
    }

    function entity(name: ts.EntityName): ts.Expression {
      if (ts.isIdentifier(name)) return locate(name) ?? factory.createIdentifier(name.text);
      return factory.createPropertyAccessExpression(entity(name.left), name.right.text);
    }

    /** `import x = N.M` for a namespace; where `N` lives is known where it stands. */
    function aliased({ name, moduleReference: reference, isTypeOnly }: ts.ImportEqualsDeclaration): ts.Statement[] {
      if (isTypeOnly || ts.isExternalModuleReference(reference) || !isValue(checker, name)) return [];
      const assignment = factory.createAssignment(place(name.text), entity(reference));
      return [factory.createExpressionStatement(assignment)];
    }

    /** A declaration stays as it is, and its value is set beside it for other cells. */
    function published(names: readonly string[]): ts.Statement[] {
      return names.map((name) => {
        const value = factory.createIdentifier(name);
        return factory.createExpressionStatement(factory.createAssignment(place(name), value));
      });
    }

    function visitStatement(statement: ts.Statement): ts.Statement[] {
      if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
      if (ts.isImportEqualsDeclaration(statement)) return aliased(statement);
      if (isNameless(statement)) return []; // `export default class {}`: nobody can speak of it
      if (isDeclare(statement)) return [statement];
      if (
        (ts.isExpressionStatement(statement) || ts.isExportAssignment(statement)) &&
        statement.expression === result
      ) {
        const shown = factory.createElementAccessExpression(scope, factory.createStringLiteral(valueName));
        const assigned = factory.createAssignment(shown, visitNode(statement.expression));
        return [ts.setTextRange(factory.createExpressionStatement(assigned), statement)];
      }
      return [withoutExport(visitNode(statement), factory), ...published(namesBeside(statement))];
    }

    function namesBeside(statement: ts.Statement): string[] {
      if (ts.isVariableStatement(statement) && !isOfCell(statement.declarationList)) {
        return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
      }
      if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) return nameOf(statement);
      if (!ts.isModuleDeclaration(statement)) return [];
      const symbol = checker.getSymbolAtLocation(statement.name);
      return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Value) !== 0 ? nameOf(statement) : [];
    }

    return (source) => {
      // Functions come first: they can be used before their definition, and by later cells if this one throws.
      const functions = own.filter(ts.isFunctionDeclaration).filter(({ body }) => body !== undefined);
      opening.push(...published(functions.flatMap(nameOf)), ...imports);
      const statements = [...opening, ...own.flatMap(visitStatement)];
      return factory.updateSourceFile(source, ts.setTextRange(factory.createNodeArray(statements), source.statements));
    };
  };
}

const nameOf = ({ name }: { readonly name?: ts.Node }): string[] =>
  name !== undefined && ts.isIdentifier(name) ? [name.text] : [];

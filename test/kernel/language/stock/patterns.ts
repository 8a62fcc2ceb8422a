import ts from "typescript-6";

/** How a cell's own variables are rewritten, where the names and the values within come from the caller. */
export interface PatternParts {
  factory: ts.NodeFactory;
  /** Where the value of a cell's variable lives. */
  place(name: string): ts.Expression;
  visit<N extends ts.Node>(node: N): N;
}

/** `a = 1, { b, c = 2 } = f()` of a declaration as one expression that assigns; nothing if it sets nothing. */
export function assignments(list: ts.VariableDeclarationList, parts: PatternParts): ts.Expression | undefined {
  const { factory } = parts;
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  const all = list.declarations.flatMap((declaration) => {
    const { name, initializer } = declaration;
    if (initializer === undefined && isVar) return []; // `var x;` keeps what x was
    const value = initializer === undefined ? factory.createVoidZero() : named(name, initializer, parts);
    const assignment = factory.createAssignment(target(name, parts), value);
    return [ts.setTextRange<ts.Expression>(assignment, declaration)];
  });
  return all.length === 0 ? undefined : all.reduce((left, right) => factory.createComma(left, right));
}

/** A declaration's pattern as an assignment's: the shapes are the same, the names become places. */
export function target(name: ts.BindingName, parts: PatternParts): ts.Expression {
  const { factory, visit } = parts;
  if (ts.isIdentifier(name)) return ts.setTextRange(parts.place(name.text), name);
  const withDefault = ({ name, initializer }: ts.BindingElement) => {
    const place = target(name, parts);
    return initializer === undefined ? place : factory.createAssignment(place, named(name, initializer, parts));
  };
  if (ts.isArrayBindingPattern(name)) {
    return factory.createArrayLiteralExpression(
      name.elements.map((element) => {
        if (ts.isOmittedExpression(element)) return element;
        if (element.dotDotDotToken === undefined) return withDefault(element);
        return factory.createSpreadElement(target(element.name, parts));
      }),
    );
  }
  return factory.createObjectLiteralExpression(
    name.elements.map((element) => {
      if (element.dotDotDotToken !== undefined) return factory.createSpreadAssignment(target(element.name, parts));
      const key = element.propertyName ?? (element.name as ts.Identifier);
      const visited = ts.isComputedPropertyName(key)
        ? factory.createComputedPropertyName(visit(key.expression))
        : ts.isIdentifier(key)
          ? factory.createIdentifier(key.text)
          : key;
      return factory.createPropertyAssignment(visited, withDefault(element));
    }),
  );
}

/** JavaScript names a function after the variable it is assigned to, but not after a property: `{ f: () => 1 }.f` does. */
function named(name: ts.BindingName, initializer: ts.Expression, { factory, visit }: PatternParts): ts.Expression {
  const value = visit(initializer);
  let inner = initializer;
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression;
  const isAnonymous =
    ts.isArrowFunction(inner) ||
    ((ts.isFunctionExpression(inner) || ts.isClassExpression(inner)) && inner.name === undefined);
  if (!isAnonymous || !ts.isIdentifier(name)) return value;
  const holder = factory.createObjectLiteralExpression([factory.createPropertyAssignment(name.text, value)]);
  return factory.createPropertyAccessExpression(holder, name.text);
}

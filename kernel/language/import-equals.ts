import type TypeScript from "@tslab/typescript-for-tslab";

type Declaration = TypeScript.ImportEqualsDeclaration;

/**
 * `import x = require("m")`, which the compiler drops from an ES module, becomes `const x = require("m")`. And as the
 * converter takes `Inner` of `import x = Outer.Inner` as well for the name of an earlier cell, that becomes
 * `var x = Outer.Inner`, and within a namespace the same with an `Inner` that the converter knows nothing of.
 */
export function importEquals(
  ts: typeof TypeScript,
  program: TypeScript.Program,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const { factory } = context;
    const variable = ({ name }: Declaration, value: TypeScript.Expression, flags: TypeScript.NodeFlags) => {
      const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
      return factory.createVariableStatement(undefined, factory.createVariableDeclarationList([declaration], flags));
    };
    const required = (module: TypeScript.Expression) =>
      factory.createCallExpression(factory.createIdentifier("require"), undefined, [module]);
    const value = (name: TypeScript.EntityName): TypeScript.Expression =>
      ts.isIdentifier(name) ? name : factory.createPropertyAccessExpression(value(name.left), name.right.text);
    const renewed = (name: TypeScript.EntityName): TypeScript.EntityName =>
      ts.isIdentifier(name)
        ? name
        : factory.createQualifiedName(renewed(name.left), factory.createIdentifier(name.right.text));
    const visitInside = (node: TypeScript.Node): TypeScript.Node => {
      if (ts.isModuleDeclaration(node) || ts.isModuleBlock(node)) return ts.visitEachChild(node, visitInside, context);
      if (!ts.isImportEqualsDeclaration(node) || ts.isExternalModuleReference(node.moduleReference)) return node;
      const { modifiers, isTypeOnly, name, moduleReference } = node;
      return factory.updateImportEqualsDeclaration(node, modifiers, isTypeOnly, name, renewed(moduleReference));
    };
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      if (!ts.isImportEqualsDeclaration(node)) return visitInside(node);
      const { isTypeOnly, moduleReference } = node;
      if (isTypeOnly) return node;
      if (ts.isExternalModuleReference(moduleReference)) {
        return ts.setTextRange(variable(node, required(moduleReference.expression), ts.NodeFlags.Const), node);
      }
      if (!meansValue(ts, program.getTypeChecker(), node)) return node;
      return ts.setTextRange(variable(node, value(moduleReference), ts.NodeFlags.None), node);
    };
    return (file) => (/\bimport\b[^;'"]*=/.test(file.text) ? ts.visitEachChild(file, visit, context) : file);
  };
}

/** There is something at run time: neither a type nor a `const enum`, whose members are written into the code. */
function meansValue(ts: typeof TypeScript, checker: TypeScript.TypeChecker, { name }: Declaration): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Alias)) return false;
  return (checker.getAliasedSymbol(symbol).flags & ts.SymbolFlags.Value & ~ts.SymbolFlags.ConstEnum) !== 0;
}

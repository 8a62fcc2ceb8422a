import type TypeScript from "@tslab/typescript-for-tslab";

/** `import x = require("m")`, which the compiler drops from an ES module, becomes `const x = require("m")`. */
export function importEquals(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return ({ factory }) =>
    (file) => {
      if (!file.statements.some((statement) => ts.isImportEqualsDeclaration(statement))) return file;
      const statements = file.statements.map((statement) => {
        if (!ts.isImportEqualsDeclaration(statement) || statement.isTypeOnly) return statement;
        const { moduleReference, name } = statement;
        if (!ts.isExternalModuleReference(moduleReference)) return statement;
        const required = factory.createCallExpression(factory.createIdentifier("require"), undefined, [
          moduleReference.expression,
        ]);
        const variable = factory.createVariableDeclaration(name, undefined, undefined, required);
        const list = factory.createVariableDeclarationList([variable], ts.NodeFlags.Const);
        return ts.setTextRange(factory.createVariableStatement(undefined, list), statement);
      });
      return factory.updateSourceFile(file, statements);
    };
}

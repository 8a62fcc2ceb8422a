import type TypeScript from "@tslab/typescript-for-tslab";
import { blank } from "./source-text.ts";

type Compiler = typeof TypeScript;

/**
 * The declarations after a cell threw half-way: what it came to is declared as the cell says, what it did not come
 * to as it was before.
 *
 * @param next declarations if the cell had finished
 * @param previous declarations before the cell
 * @param missing values the cell declares but did not come to
 */
export function declarationsAfterThrow(ts: Compiler, next: string, previous: string, missing: Set<string>): string {
  if (missing.size === 0) return next;
  return (
    filter(ts, next, (name) => !missing.has(name), true) + filter(ts, previous, (name) => missing.has(name), false)
  );
}

/** `declare global` and `declare module "name"`: they add to what is elsewhere, and declare no name here. */
export const isAugmentation = (ts: Compiler, statement: TypeScript.Statement): boolean =>
  ts.isModuleDeclaration(statement) && (statement.name.text === "global" || ts.isStringLiteral(statement.name));

/**
 * The namespaces, augmentations and `import x = …` of earlier cells, which the converter forgets: it carries on every other kind of
 * declaration.
 *
 * @param next declarations with the new cell, which may declare a namespace's name anew
 */
export function forgottenDeclarations(ts: Compiler, next: string, previous: string): string {
  if (!/^(?:declare (?:namespace|global|module)\b|import .* = )/m.test(previous)) return "";
  const { statements } = ts.createSourceFile("declarations.d.ts", previous, ts.ScriptTarget.Latest, true);
  const redeclared = declaredValues(ts, next);
  const kept = statements.filter((statement) => {
    if (isAugmentation(ts, statement)) return !next.includes(statement.getText()); // the same cell may run again
    if (!ts.isModuleDeclaration(statement) && !ts.isImportEqualsDeclaration(statement)) return false;
    return !redeclared.has(statement.name.text);
  });
  return kept.map((statement) => `${statement.getText()}\n`).join("");
}

/** The declarations without the values of those names. */
export const withoutValues = (ts: Compiler, declarations: string, names: ReadonlySet<string>): string =>
  filter(ts, declarations, (name) => !names.has(name), true);

/** @param types whether interfaces and type aliases, which need no run time, are kept */
function filter(ts: Compiler, declarations: string, keep: (name: string) => boolean, types: boolean): string {
  const file = ts.createSourceFile("declarations.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const kept: string[] = [];
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const { declarations: variables, flags } = statement.declarationList;
      const keyword = flags & ts.NodeFlags.Const ? "const" : flags & ts.NodeFlags.Let ? "let" : "var";
      for (const variable of variables) {
        if (keep(variable.name.getText())) kept.push(`declare ${keyword} ${variable.getText()};`);
      }
    } else if (ts.isImportDeclaration(statement)) {
      if (importedNames(ts, statement).some(keep)) kept.push(statement.getText());
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      if (types) kept.push(statement.getText());
    } else if (isAugmentation(ts, statement)) {
      if (types) kept.push(statement.getText());
    } else {
      const { name } = statement as Partial<TypeScript.DeclarationStatement>;
      if (name !== undefined && keep(name.getText())) kept.push(statement.getText());
    }
  }
  return kept.map((text) => `${text}\n`).join("");
}

/** The values among the declarations, which have a run time: variables, functions, classes, enums, imports. */
export function declaredValues(ts: Compiler, declarations: string): Set<string> {
  const file = ts.createSourceFile("declarations.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const names = file.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [];
    if (isAugmentation(ts, statement)) return [];
    if (ts.isImportDeclaration(statement)) return importedNames(ts, statement);
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = statement as Partial<TypeScript.DeclarationStatement>;
    return name === undefined ? [] : [name.getText()];
  });
  return new Set(names);
}

/** The names by which a source knows what it imports. */
export function importedNames(ts: Compiler, { importClause }: TypeScript.ImportDeclaration): string[] {
  const names = importClause?.name === undefined ? [] : [importClause.name.text];
  const bindings = importClause?.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name.text];
  return [...names, ...bindings.elements.map((element) => element.name.text)];
}

/**
 * Cells export everything they declare, so an `export` of their own would clash. It is overwritten with blanks, or by
 * an `import`, which is as long: every position stays as it was.
 */
export function blankExports(ts: Compiler, code: string): string {
  if (!/\bexport\b/.test(code)) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  let blanked = code;
  const replace = (start: number, end: number, text: string) => {
    blanked = blanked.slice(0, start) + text.padEnd(end - start) + blanked.slice(end);
  };
  for (const statement of file.statements) {
    if (ts.isExportAssignment(statement)) replace(statement.getStart(), statement.expression.getStart(), "");
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      const start = statement.getStart();
      if (moduleSpecifier === undefined) blanked = blank(blanked, start, statement.end);
      else if (exportClause !== undefined) replace(start, start + "export".length, "import");
    }
    if (!ts.canHaveModifiers(statement)) continue;
    for (const modifier of ts.getModifiers(statement) ?? []) {
      const { kind } = modifier;
      if (kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword) {
        replace(modifier.getStart(), modifier.end, "");
      }
    }
  }
  return blanked;
}

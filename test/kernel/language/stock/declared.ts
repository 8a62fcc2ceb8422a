import ts from "typescript-6";

/** A name that a cell declares at its top level, for itself and for later cells. */
export interface Declared {
  name: string;
  /** How the name may be used: a variable assigned to or not, or what its declaration makes of it. */
  form: "let" | "const" | "declaration";
  /** Which of the two worlds of names it is in; an import may turn out to be in either. */
  value: boolean;
  type: boolean;
  /** `declare const x`: the value is somewhere else, so it is read by its bare name. */
  ambient: boolean;
  /** The cell says `export` itself. */
  exported: boolean;
}

/** What a cell declares, found without types. A `var` counts at any depth outside functions, as the language has it. */
export function declaredNames(file: ts.SourceFile): Declared[] {
  const found = new Map<string, Declared>();
  const add = (name: string, form: Declared["form"], meaning: "value" | "type" | "both", from: ts.Node) => {
    const known = found.get(name);
    const modifiers = ts.canHaveModifiers(from) ? ts.getModifiers(from) : undefined;
    const has = (kind: ts.SyntaxKind) => modifiers?.some((modifier) => modifier.kind === kind) ?? false;
    found.set(name, {
      name,
      form: known?.value === true && meaning === "type" ? known.form : form,
      value: meaning !== "type" || (known?.value ?? false),
      type: meaning !== "value" || (known?.type ?? false),
      ambient: has(ts.SyntaxKind.DeclareKeyword),
      exported: has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword),
    });
  };
  const addVariables = (list: ts.VariableDeclarationList, from: ts.Node) => {
    const form = (list.flags & ts.NodeFlags.Constant) !== 0 ? "const" : "let";
    for (const { name } of list.declarations)
      for (const identifier of boundNames(name)) add(identifier, form, "value", from);
  };
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) addVariables(statement.declarationList, statement);
    else if (ts.isImportDeclaration(statement)) {
      for (const name of importedNames(statement)) add(name, "declaration", "both", statement);
    } else if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      if (exportClause === undefined) continue;
      const names = ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name)
        : [exportClause.name];
      for (const { text } of names) if (!found.has(text)) add(text, "declaration", "both", statement);
      for (const { text } of names) found.set(text, { ...(found.get(text) as Declared), exported: true });
    } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
      add(statement.name.text, "declaration", "type", statement);
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name.text, "declaration", "value", statement);
    } else if (ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) {
      if (statement.name !== undefined) add(statement.name.text, "declaration", "both", statement);
    } else if (ts.isImportEqualsDeclaration(statement)) {
      add(statement.name.text, "declaration", "both", statement);
    } else if (ts.isModuleDeclaration(statement)) {
      if (!isAugmentation(statement)) add(statement.name.text, "declaration", "both", statement);
    } else {
      forEachNestedVar(statement, (list) => addVariables(list, list));
    }
  }
  return [...found.values()];
}

/** `declare global` and `declare module "m"`: they change types everywhere, for as long as the notebook lives. */
export const isAugmentation = (statement: ts.Statement): boolean =>
  ts.isModuleDeclaration(statement) &&
  (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0);

export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

/** The `var` lists of a statement's blocks and loops, which belong to the whole cell. */
export function forEachNestedVar(node: ts.Node, found: (list: ts.VariableDeclarationList) => void): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) found(node);
  ts.forEachChild(node, (child) => forEachNestedVar(child, found));
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const names = importClause?.name === undefined ? [] : [importClause.name.text];
  const bindings = importClause?.namedBindings;
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, bindings.name.text];
  return [...names, ...bindings.elements.map((element) => element.name.text)];
}

/** Imports and exports of what is elsewhere are in the worlds in which that is; only the checker can tell. */
export function settleMeanings(names: readonly Declared[], file: ts.SourceFile, checker: ts.TypeChecker): Declared[] {
  const module = checker.getSymbolAtLocation(file);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  const symbols = new Map(exported.map((symbol) => [symbol.name, symbol]));
  return names.map((declared) => {
    const symbol = symbols.get(declared.name);
    if (symbol === undefined || (symbol.flags & ts.SymbolFlags.Alias) === 0) return declared;
    const { flags, declarations } = checker.getAliasedSymbol(symbol);
    if (declarations === undefined) return declared; // not found, which is reported elsewhere if it is wrong
    const typeLike = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace;
    return { ...declared, value: (flags & ts.SymbolFlags.Value) !== 0, type: (flags & typeLike) !== 0 };
  });
}

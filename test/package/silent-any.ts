import ts from "@tslab/typescript-for-tslab";
import { type Declarations, isHidden } from "./declarations.ts";

/**
 * Where the exports of a declaration file have the type `any`: written, or left over from a name or a type argument
 * that the compiler could not resolve. Follows members, parameters, results, type arguments, constraints, and the
 * branches of conditional types; each of the package's own types is looked into once, under the first path to it.
 */
export function silentAnys(declarations: Declarations): string[] {
  const walk = new Walk(declarations);
  for (const { name, symbol } of declarations.exports) walk.symbol(symbol, name);
  return walk.found;
}

class Walk {
  readonly found: string[] = [];
  readonly #types = new Set<ts.Type>();
  readonly #symbols = new Set<ts.Symbol>();
  readonly #declarations: Declarations;

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  /** A declared name: as a type, as a value, or both, as a class is. */
  symbol(symbol: ts.Symbol, path: string): void {
    if (this.#symbols.has(symbol)) return;
    this.#symbols.add(symbol);
    const { checker } = this.#declarations;
    if (symbol.flags & ts.SymbolFlags.Type) {
      for (const node of symbol.declarations ?? []) this.#typeParameters(node, path);
      this.type(checker.getDeclaredTypeOfSymbol(symbol), path);
    }
    if (symbol.flags & ts.SymbolFlags.Value) this.type(checker.getTypeOfSymbol(symbol), `typeof ${path}`);
    if (symbol.flags & ts.SymbolFlags.Module)
      for (const member of checker.getExportsOfModule(symbol)) this.symbol(member, `${path}.${member.name}`);
  }

  type(type: ts.Type, path: string): void {
    if (type.flags & ts.TypeFlags.Any) this.found.push(path);
    if (this.#types.has(type)) return;
    this.#types.add(type);
    this.#arguments(type.aliasTypeArguments ?? [], path);
    if (type.aliasSymbol !== undefined && this.#declarations.isOwn(type.aliasSymbol))
      this.symbol(type.aliasSymbol, type.aliasSymbol.name);
    if (type.isUnionOrIntersection()) for (const member of type.types) this.type(member, path);
    else if (type.flags & ts.TypeFlags.Object) this.#object(type as ts.ObjectType, path);
    else this.#deferred(type, path);
  }

  #object(type: ts.ObjectType, path: string): void {
    const { checker, isOwn } = this.#declarations;
    if (type.objectFlags & ts.ObjectFlags.Reference) {
      const reference = type as ts.TypeReference;
      this.#arguments(checker.getTypeArguments(reference), path);
      // Members are read where a generic type is declared: its instances could go on for ever.
      if (reference.target !== type) {
        if (reference.target.symbol !== undefined && isOwn(reference.target.symbol))
          this.symbol(reference.target.symbol, reference.target.symbol.name);
        return;
      }
    }
    if (type.objectFlags & ts.ObjectFlags.Mapped) this.#nodes(type.symbol.declarations, path);
    const named = type.objectFlags & ts.ObjectFlags.ClassOrInterface;
    if (named && !isOwn(type.symbol)) return; // Float32Array and the like have their own `any`s
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()])
      this.#signature(signature, path);
    for (const { keyType, type: value } of checker.getIndexInfosOfType(type)) {
      this.type(keyType, `${path}[key]`);
      this.type(value, `${path}[]`);
    }
    for (const member of checker.getPropertiesOfType(type))
      if (isOwn(member) && !member.declarations?.every(isHidden))
        this.type(checker.getTypeOfSymbol(member), `${path}.${nameOf(member)}`);
  }

  #arguments(types: readonly ts.Type[], path: string): void {
    for (const [i, type] of types.entries()) this.type(type, `${path}<${i}>`);
  }

  #signature(signature: ts.Signature, path: string): void {
    const { checker } = this.#declarations;
    if (signature.declaration !== undefined) this.#typeParameters(signature.declaration, path);
    for (const parameter of signature.getParameters())
      this.type(checker.getTypeOfSymbol(parameter), `${path}(${parameter.name})`);
    this.type(signature.getReturnType(), `${path}()`);
  }

  /** Types that wait for their type parameters: what can be known of them stands in their declaration. */
  #deferred(type: ts.Type, path: string): void {
    if (type.flags & ts.TypeFlags.Conditional) this.#nodes([(type as ts.ConditionalType).root.node], path);
    else if (type.flags & ts.TypeFlags.IndexedAccess) {
      const { objectType, indexType } = type as ts.IndexedAccessType;
      this.type(objectType, path);
      this.type(indexType, path);
    } else if (type.flags & ts.TypeFlags.Index) this.type((type as ts.IndexType).type, path);
    else if (type.flags & ts.TypeFlags.TypeParameter)
      for (const node of type.symbol?.declarations ?? []) this.#nodes([node], path);
  }

  #typeParameters(node: ts.Node, path: string): void {
    const parameters = (node as Partial<ts.SignatureDeclaration>).typeParameters ?? [];
    for (const parameter of parameters) this.#nodes([parameter], `${path}<${parameter.name.text}>`);
  }

  /** Every type written anywhere within some declarations; the language's own, such as `Record`, are taken as they are. */
  #nodes(nodes: readonly ts.Node[] | undefined, path: string): void {
    for (const node of nodes ?? []) {
      if (!this.#declarations.isOwnNode(node)) continue;
      ts.forEachChild(node, (child) => {
        // A part of a template is a node of the kind, and has no type of its own.
        if (ts.isTypeNode(child) && !ts.isTemplateLiteralTypeSpan(child))
          this.type(this.#declarations.checker.getTypeFromTypeNode(child), path);
        this.#nodes([child], path);
      });
    }
  }
}

/** Members named by a unique symbol are called `__@display@123` inside the compiler. */
const nameOf = (member: ts.Symbol): string => member.name.replace(/^__@(.+)@\d+$/, "[$1]");

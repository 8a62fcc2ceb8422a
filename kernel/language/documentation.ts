import type TypeScript from "@tslab/typescript-for-tslab";
import { compactText } from "./compact-text.ts";

type Compiler = typeof TypeScript;

/** What the compiler keeps on a node without saying so in its types. */
type Documented = TypeScript.Node & { jsDoc?: { parent: TypeScript.Node }[] };

/**
 * A library's text without its documentation, which is two thirds of it. Parsing it takes a quarter of the time until the
 * first cell, keeping it as many megabytes as the rest, and nearly none of it is ever read.
 */
export const withoutDocumentation = (text: string): string =>
  compactText(
    text.replace(stringOrComment, (found) => {
      if (!/^\/\*\*[^/]/.test(found)) return found;
      return found.includes("\n") ? "\n" : " ";
    }),
  );

/** In declarations, which have neither regular expressions nor JSX. */
const stringOrComment = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*.*?\*\//gs;

/** Gives the parsed files of libraries their documentation back, one by one, when somebody asks for it. */
export class Documentation {
  readonly #ts: Compiler;
  readonly #read: (path: string) => string | undefined;
  readonly #libraries: { has(path: string): boolean };
  readonly #restored = new WeakSet<TypeScript.SourceFile>();

  /** @param read a file as it is */
  constructor(ts: Compiler, read: (path: string) => string | undefined, libraries: { has(path: string): boolean }) {
    this.#ts = ts;
    this.#read = read;
    this.#libraries = libraries;
  }

  /** Before it is asked what is at a position, since the answer is remembered. */
  restoreAt(file: TypeScript.SourceFile, position: number, checker: TypeScript.TypeChecker): void {
    const ts = this.#ts;
    const visit = (node: TypeScript.Node): void => {
      if (position < node.pos || position > node.end) return;
      if (ts.isIdentifier(node)) for (const each of declarationsOf(ts, node, checker)) this.#restore(each);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }

  #restore(declaration: TypeScript.Node): void {
    const file = declaration.getSourceFile();
    if (this.#restored.has(file) || !this.#libraries.has(file.fileName)) return;
    this.#restored.add(file);
    const text = this.#read(file.fileName);
    if (text === undefined || withoutDocumentation(text) !== file.text) return; // changed on disk since
    const setParents = true; // within a comment, too
    this.#copy(this.#ts.createSourceFile(file.fileName, text, file.languageVersion, setParents), file);
  }

  /** Two trees of one text, but for comments, so they have the same shape. */
  #copy(from: Documented, to: Documented): void {
    if (from.kind !== to.kind) return;
    for (const comment of from.jsDoc ?? []) comment.parent = to;
    if (from.jsDoc !== undefined) to.jsDoc = from.jsDoc;
    const [sources, targets] = [this.#childrenOf(from), this.#childrenOf(to)];
    for (const [i, target] of targets.entries()) {
      const source = sources[i];
      if (source !== undefined) this.#copy(source, target);
    }
  }

  #childrenOf(node: TypeScript.Node): Documented[] {
    const children: Documented[] = [];
    this.#ts.forEachChild(node, (child) => void children.push(child as Documented));
    return children;
  }
}

/** Where a name's documentation may stand: with its declarations, and with the overload that is called. */
function declarationsOf(ts: Compiler, name: TypeScript.Identifier, checker: TypeScript.TypeChecker): TypeScript.Node[] {
  const named = checker.getSymbolAtLocation(name);
  if (named === undefined) return [];
  const symbol = named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
  const call = ts.isPropertyAccessExpression(name.parent) ? name.parent.parent : name.parent;
  const signature = ts.isCallLikeExpression(call) ? checker.getResolvedSignature(call)?.declaration : undefined;
  return [
    ...checker.getRootSymbols(symbol).flatMap(({ declarations }) => declarations ?? []),
    ...(signature === undefined ? [] : [signature]),
  ];
}

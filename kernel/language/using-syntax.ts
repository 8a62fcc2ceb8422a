import type TypeScript from "@tslab/typescript-for-tslab";

type Compiler = typeof TypeScript;

/** A resource declaration: `using` or `await using`. */
export interface Using {
  isAsync: boolean;
  /** Of the words, in the text; they become a `const` of the same length. */
  start: number;
  end: number;
}

/** Words that may follow the name `using` where it is a name. */
const operators = new Set(["as", "satisfies", "of", "is", "in", "instanceof"]);

/**
 * The resource declarations in a source that TypeScript 5.0 cannot parse for them. The tree is wrong around one, but
 * its words are still words, and not part of a text, a comment or a regular expression.
 */
export function findUsings(ts: Compiler, text: string): Map<number, Using> {
  const file = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, Using>();
  const declaration =
    /(?<![\p{ID_Continue}$.#])(await[^\S\r\n]+)?using[^\S\r\n]+([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*(?:[=:,;!]|\bof\b|\bin\b|$)/gu;
  for (const match of text.matchAll(declaration)) {
    const [, awaiting = "", name = ""] = match;
    const start = match.index;
    const word = start + awaiting.length;
    if (operators.has(name) || !isWord(ts, file, word) || isJsxText(ts, text, word)) continue;
    found.set(start, { isAsync: awaiting !== "", start, end: word + "using".length });
  }
  return found;
}

/** Whether an identifier begins there. */
function isWord(ts: Compiler, file: TypeScript.SourceFile, position: number): boolean {
  const visit = (node: TypeScript.Node): boolean => {
    if (position < node.pos || position >= node.end) return false;
    if (ts.isIdentifier(node)) return node.getStart(file) === position;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(file);
}

/** Whether the word stands between an element's tags, as in `<p>Trained using Adam, at last</p>`. */
function isJsxText(ts: Compiler, text: string, position: number): boolean {
  if (!text.includes("</")) return false;
  const file = ts.createSourceFile("source.tsx", text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const visit = (node: TypeScript.Node): boolean => {
    if (position < node.pos || position >= node.end) return false;
    if (ts.isJsxText(node)) return isClosed(node.parent);
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  /** `<T>(x: T) => x` looks like an element that nothing closes. */
  const isClosed = (node: TypeScript.Node): boolean =>
    ts.isJsxFragment(node) ||
    (ts.isJsxElement(node) && node.openingElement.tagName.getText() === node.closingElement.tagName.getText());
  return visit(file);
}

/** `using` → `const`, `await using` → `const` and blanks: the same length. */
export function withoutUsings(text: string, usings: ReadonlyMap<number, Using>): string {
  let plain = text;
  for (const { start, end } of usings.values()) {
    plain = plain.slice(0, start) + "const".padEnd(end - start) + plain.slice(end);
  }
  return plain;
}

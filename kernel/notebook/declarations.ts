/** A top-level `const` or `let` of a parameters cell. */
export interface Declaration {
  keyword: "const" | "let";
  name: string;
  /** As written after the colon, or the widened type of the literal. */
  type: string;
  /** The default, as written. */
  value: string;
}

/**
 * Finds `const|let name[: type] = literal` at the top level of a cell, several to a statement or not. It is not a
 * compiler: it knows strings, comments and brackets, enough to tell where a statement of a parameters cell ends; the
 * types themselves are checked by the kernel's compiler when the injected cell runs.
 */
export function declarationsOf(source: string): Declaration[] {
  const found: Declaration[] = [];
  for (const statement of split(tokensOf(source), [";"], true)) {
    const [first, ...rest] = statement[0]?.text === "export" ? statement.slice(1) : statement;
    if (first?.text !== "const" && first?.text !== "let") continue;
    for (const part of split(rest, [","], false)) {
      const declaration = declarationOf(first.text, part, source);
      if (declaration !== undefined) found.push(declaration);
    }
  }
  return found;
}

interface Token {
  text: string;
  start: number;
  end: number;
  /** How many brackets stand open around it. */
  depth: number;
  /** Whether a line ends between the token before and this one. */
  onNewLine: boolean;
}

const TOKEN =
  /(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`|0[xXbBoO]\w+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?|[\w$.\p{L}]+|=>|[\s\S]/gu;

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let onNewLine = true;
  for (const match of source.matchAll(TOKEN)) {
    const text = match[0];
    if (match[1] !== undefined) {
      if (text.includes("\n")) onNewLine = true;
      continue;
    }
    if (/^[)\]}]$/.test(text)) depth--;
    tokens.push({ text, start: match.index, end: match.index + text.length, depth, onNewLine });
    if (/^[([{]$/.test(text)) depth++;
    onNewLine = false;
  }
  return tokens;
}

/** Parts between separators outside brackets; with `byLine` also before a `const`, `let` or `export` on a new line. */
function split(tokens: readonly Token[], separators: readonly string[], byLine: boolean): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    const starts = byLine && token.onNewLine && token.depth === 0 && /^(const|let|export)$/.test(token.text);
    // `<` of a generic type is no bracket to the scanner, so a comma inside one ends a part, which then has no name.
    if (token.depth === 0 && separators.includes(token.text)) parts.push([]);
    else if (starts) parts.push([token]);
    else parts.at(-1)!.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

function declarationOf(keyword: "const" | "let", part: readonly Token[], source: string): Declaration | undefined {
  const [name, ...rest] = part;
  const equals = rest.findIndex((token) => token.depth === 0 && token.text === "=");
  if (name === undefined || !/^[\p{L}_$][\w$\p{L}]*$/u.test(name.text) || equals < 0) return undefined;
  const text = (tokens: readonly Token[]) => source.slice(tokens[0]!.start, tokens.at(-1)!.end);
  const value = rest.slice(equals + 1);
  if (value.length === 0) return undefined;
  if (rest[0]!.text === ":") {
    return equals < 2 ? undefined : { keyword, name: name.text, type: text(rest.slice(1, equals)), value: text(value) };
  }
  const type = equals === 0 ? widenedType(value) : undefined;
  return type === undefined ? undefined : { keyword, name: name.text, type, value: text(value) };
}

/** The type that the compiler gives a `let` of this literal; undefined for what is no literal. */
function widenedType(value: readonly Token[]): string | undefined {
  const [first, ...rest] = value;
  if (first === undefined) return undefined;
  if (first.text === "[") {
    const types = new Set(elementsOf(first, rest).map(widenedType));
    const [type] = types;
    return types.size === 1 && type !== undefined ? `${type}[]` : undefined;
  }
  if (first.text === "{") {
    const fields = elementsOf(first, rest).map(([key, colon, ...of]) => {
      const type = colon?.text === ":" ? widenedType(of) : undefined;
      return type === undefined ? undefined : `${key!.text}: ${type}`;
    });
    return fields.includes(undefined) ? undefined : `{ ${fields.join("; ")} }`;
  }
  const literal = first.text === "-" || first.text === "+" ? rest : value;
  if (literal.length !== 1) return undefined;
  const { text } = literal[0]!;
  if (/^(\d|\.\d)/.test(text)) return "number";
  if (literal !== value) return undefined;
  if (/^["'`]/.test(text)) return "string";
  return text === "true" || text === "false" ? "boolean" : undefined;
}

/** What stands between the commas of a list or an object, whose opening bracket is `first`. */
function elementsOf(first: Token, rest: readonly Token[]): Token[][] {
  const inside = rest.slice(0, -1).map((token) => ({ ...token, depth: token.depth - first.depth - 1 }));
  return split(inside, [","], false);
}

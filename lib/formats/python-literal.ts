/** What a header of NumPy's is made of: texts, True and False, whole numbers, tuples, lists and dictionaries. */
export type PythonLiteral =
  | string
  | boolean
  | number
  | readonly PythonLiteral[]
  | PythonList
  | { readonly [key: string]: PythonLiteral };

/** Arrays stand for tuples. */
export class PythonList {
  readonly list: readonly PythonLiteral[];

  constructor(list: readonly PythonLiteral[]) {
    this.list = list;
  }
}

/** A text that is no such literal: what was expected and found, and where. */
export class LiteralError extends Error {
  readonly expected: string;
  readonly found: string;
  /** Of the text's character. */
  readonly index: number;

  constructor(expected: string, found: string, index: number) {
    super(`expected ${expected}, found ${found} at ${index}`);
    this.expected = expected;
    this.found = found;
    this.index = index;
  }
}

interface Token {
  readonly text: string;
  readonly index: number;
}

const mostDepth = 8;

/** Texts without escapes, which NumPy needs none of; whole numbers, behind which Python 2 wrote an L. */
const token = /[ \t\r\n]*(?:('[^'\\\n]*'|"[^"\\\n]*")|((?:0|[1-9]\d*)L?(?!\w))|(True|False)(?!\w)|([{}()[\]:,])|$)/y;

/**
 * Reads a literal of Python's, and nothing that would have to be evaluated. Strictly: a key comes once, `(3)` is a number
 * and no tuple, nothing follows but white space.
 *
 * @throws LiteralError
 */
export function parseLiteral(text: string): PythonLiteral {
  const reader = new Reader(tokensOf(text));
  const value = reader.value(0);
  reader.take("");
  return value;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (token.lastIndex = 0; tokens.at(-1)?.text !== ""; ) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null) {
      const index = from + (/^[ \t\r\n]*/.exec(text.slice(from))?.[0].length ?? 0);
      throw new LiteralError("a Python literal", JSON.stringify(text.slice(index, index + 20)), index);
    }
    const [, string, number, name, mark] = match;
    const found = string ?? number ?? name ?? mark ?? "";
    tokens.push({ text: found, index: token.lastIndex - found.length });
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  /** Passes over a token. @throws LiteralError if it is another one */
  take(text: string): void {
    if (this.#next.text !== text) throw this.#unexpected(text === "" ? "the end" : `"${text}"`);
    this.#at++;
  }

  value(depth: number): PythonLiteral {
    const { text } = this.#next;
    if (depth === mostDepth) throw this.#unexpected("fewer brackets within each other");
    if (text === "{") return this.#dictionary(depth + 1);
    if (text === "(" || text === "[") return this.#sequence(text === "(" ? ")" : "]", depth + 1);
    if (/^['"]/.test(text)) return this.#string();
    if (!/^[\dTF]/.test(text)) throw this.#unexpected("a value");
    this.#at++;
    return /^\d/.test(text) ? Number(text.replace("L", "")) : text === "True";
  }

  #string(): string {
    const { text } = this.#next;
    if (!/^['"]/.test(text)) throw this.#unexpected("a key");
    this.#at++;
    return text.slice(1, -1);
  }

  #dictionary(depth: number): PythonLiteral {
    const entries = new Map<string, PythonLiteral>();
    this.#items("}", () => {
      const { text, index } = this.#next;
      const key = this.#string();
      if (entries.has(key)) throw new LiteralError("each key once", `${text} twice`, index);
      this.take(":");
      entries.set(key, this.value(depth));
    });
    return Object.fromEntries(entries);
  }

  #sequence(close: ")" | "]", depth: number): PythonLiteral {
    const values: PythonLiteral[] = [];
    const comma = this.#items(close, () => values.push(this.value(depth)));
    if (close === "]") return new PythonList(values);
    return values.length === 1 && !comma ? values[0]! : values;
  }

  /** Items between commas, one of which may stand behind the last. @returns whether it does */
  #items(close: string, item: () => void): boolean {
    this.#at++;
    for (let comma = false; ; ) {
      if (this.#next.text === close) {
        this.#at++;
        return comma;
      }
      item();
      comma = this.#next.text === ",";
      if (comma) this.#at++;
      else if (this.#next.text !== close) throw this.#unexpected(`"," or "${close}"`);
    }
  }

  #unexpected(expected: string): LiteralError {
    const { text, index } = this.#next;
    return new LiteralError(expected, text === "" ? "the end" : text.slice(0, 40), index);
  }
}

import { quoted } from "../errors.ts";

/** A value of strict JSON. */
export type StrictJson = string | number | readonly StrictJson[] | { readonly [key: string]: StrictJson };

/** A text that is not strict JSON: what was expected and found, and where. */
export class StrictJsonError extends Error {
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

/** Items of an array: axes of a shape, of which no library has as many. */
const mostItems = 1000;

/** Objects and arrays within each other: what is nested deeper would take many times the memory of its text. */
const mostDepth = 8;

/**
 * Reads JSON (RFC 8259) that every reader understands in the same way, as a program that takes the length of something
 * from it must. Refused are a key twice, of which `JSON.parse` silently takes the last; the key `__proto__`; all numbers
 * but plain whole ones that a double holds; halves of surrogate pairs, which no UTF-8 has; `true`, `false` and `null`.
 *
 * @returns the value, and where the keys of the outermost object begin
 * @throws StrictJsonError
 */
export function parseStrictJson(text: string): { value: StrictJson; keys: ReadonlyMap<string, number> } {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.expectEnd();
  return { value, keys: reader.keys };
}

class Reader {
  readonly keys = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): StrictJson {
    const first = this.#next();
    if (depth === mostDepth) throw this.#unexpected(`at most ${mostDepth} objects and arrays within each other`);
    if (first === "{") return this.#object(depth + 1);
    if (first === "[") return this.#array(depth + 1);
    if (first === '"') return this.#string();
    return this.#number();
  }

  expectEnd(): void {
    if (this.#next() !== "") throw this.#unexpected("the end of the JSON");
  }

  #object(depth: number): StrictJson {
    const object: Record<string, StrictJson> = {};
    this.#list("}", () => {
      if (this.#next() !== '"') throw this.#unexpected("a key");
      const begin = this.#at;
      const key = this.#string();
      const again = Object.hasOwn(object, key);
      if (again || key === "__proto__") {
        const found = `the key ${quoted(key)}${again ? " twice" : ""}`;
        throw new StrictJsonError("each key once, none of them __proto__", found, begin);
      }
      if (depth === 1) this.keys.set(key, begin);
      if (this.#next() !== ":") throw this.#unexpected('":" behind a key');
      this.#at++;
      object[key] = this.value(depth);
    });
    return object;
  }

  #array(depth: number): StrictJson {
    const values: StrictJson[] = [];
    this.#list("]", () => {
      if (values.length === mostItems) throw this.#unexpected(`at most ${mostItems} items in an array`);
      values.push(this.value(depth));
    });
    return values;
  }

  /** Items between commas, from the opening bracket to the closing one. */
  #list(close: string, item: () => void): void {
    this.#at++;
    if (this.#next() === close) {
      this.#at++;
      return;
    }
    for (;;) {
      item();
      const behind = this.#next();
      if (behind !== "," && behind !== close) throw this.#unexpected(`"," or "${close}"`);
      this.#at++;
      if (behind === close) return;
    }
  }

  #string(): string {
    const begin = this.#at;
    const end = this.#closingQuote(begin);
    this.#at = end + 1;
    const inside = this.#text.slice(begin + 1, end);
    if (/^[ -[\]-~]*$/.test(inside)) return inside; // ASCII without a backslash, as nearly all of them are
    try {
      const text = JSON.parse(`"${inside}"`) as string;
      if (/\p{Surrogate}/u.test(text)) throw new StrictJsonError("a text", "half of a surrogate pair in it", begin);
      return text;
    } catch (error) {
      if (error instanceof StrictJsonError) throw error;
      throw new StrictJsonError("a text as JSON writes it", (error as Error).message, begin);
    }
  }

  /** The next quote that no backslash escapes: an even number of them before it escapes each other. */
  #closingQuote(begin: number): number {
    for (let end = begin; ; ) {
      end = this.#text.indexOf('"', end + 1);
      if (end < 0) throw new StrictJsonError('the closing " of a text', "the end", begin);
      let slashes = 0;
      while (this.#text[end - 1 - slashes] === "\\") slashes++;
      if (slashes % 2 === 0) return end;
    }
  }

  #number(): number {
    const begin = this.#at;
    let number = 0;
    while (isDigit(this.#text.charCodeAt(this.#at))) number = 10 * number + (this.#text.charCodeAt(this.#at++) - ZERO);
    const zeros = this.#at - begin > 1 && this.#text[begin] === "0";
    const ends = ",]} \t\r\n".includes(this.#text.charAt(this.#at));
    if (this.#at > begin && !zeros && ends && number <= Number.MAX_SAFE_INTEGER) return number;
    const [found = ""] = /^[-+.\w]*/.exec(this.#text.slice(begin, begin + 41)) ?? [];
    this.#at = begin;
    if (found === "") throw this.#unexpected("a value");
    const shown = found.length > 40 ? `${found.slice(0, 40)}…` : found;
    throw new StrictJsonError("an object, an array, a text, or a whole number from 0 to 2^53 - 1", shown, begin);
  }

  /** Passes over white space. @returns the character there, "" at the end */
  #next(): string {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return this.#text.charAt(this.#at);
      this.#at++;
    }
  }

  #unexpected(expected: string): StrictJsonError {
    const found = this.#text.charAt(this.#at);
    return new StrictJsonError(expected, found === "" ? "the end" : JSON.stringify(found), this.#at);
  }
}

const ZERO = 0x30;
const isDigit = (code: number): boolean => code >= ZERO && code < ZERO + 10;

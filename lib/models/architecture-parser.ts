import { describe, OptionError } from "../errors.ts";
import type { Count, Item, LayerItem } from "./architecture.ts";

/** The words of the lectures' grammar. */
export const layerWords: readonly string[] = [
  ...["INPUT", "CONV", "POOL", "AVGPOOL", "GLOBALPOOL", "FC", "FLATTEN"],
  ...["RELU", "SIGMOID", "TANH", "SOFTMAX", "BN", "LRN", "DROPOUT"],
];

/** A piece of the text: a word, a number, a sign; `end` behind the last. */
interface Token {
  readonly kind: "word" | "number" | "sign" | "end";
  readonly text: string;
  /** Where it begins, counted from 0. */
  readonly at: number;
  /** Whether white space stands before it: within `CONV:3x3` there is none. */
  readonly spaced: boolean;
}

const pieces = /(\s*)(=>|->|→|⇒|\.\.|[A-Za-z]+|\d+(?:\.\d+)?|[-,[\]()*^×?:/+=])/uy;
const arrows = new Set(["=>", "->", "→", "⇒", "-", ","]);
const closing: Readonly<Record<string, string>> = { "[": "]", "(": ")" };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== "") {
    pieces.lastIndex = at;
    const match = pieces.exec(text);
    if (match === null) {
      const place = at + (text.slice(at).length - text.slice(at).trimStart().length);
      throw refusal(text, place, "a layer, an arrow or a bracket", JSON.stringify([...text.slice(place)][0]));
    }
    const [, space = "", piece = ""] = match;
    const kind = /^[A-Za-z]/.test(piece) ? "word" : /^\d/.test(piece) ? "number" : "sign";
    tokens.push({ kind, text: piece, at: at + space.length, spaced: space !== "" });
    at = pieces.lastIndex;
  }
  return [...tokens, { kind: "end", text: "the end", at: text.trimEnd().length, spaced: true }];
}

/** Says what was expected and found, and points to the place. */
function refusal(text: string, at: number, expected: string, found: string): OptionError {
  const line = text.replace(/\s/g, " ");
  const problem = `at character ${at + 1}: expected ${expected}, found ${found}\n  ${line}\n  ${" ".repeat(at)}^`;
  const fix =
    "write layers with arrows, brackets and counts: INPUT => [[CONV => RELU]*2 => POOL?]*3 => [FC => RELU]*2 => FC";
  return new OptionError("parseArchitecture", problem, fix);
}

/** A parser by recursive descent: a function a rule, each of which takes its tokens and leaves the rest. */
export class ArchitectureParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws OptionError if it is no text, or has a sign that the grammar has not */
  constructor(text: string) {
    if (typeof (text as unknown) !== "string") {
      throw new OptionError("parseArchitecture", `it is given ${describe(text)}`, 'give a text: "INPUT => CONV => FC"');
    }
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  /** The whole text: `sequence end`. */
  parse(): readonly Item[] {
    const items = this.#sequence(null);
    this.#expect("end", "an arrow, another layer or the end");
    return items;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  /** `item (arrow? item)*`, up to what closes it. */
  #sequence(closer: string | null): Item[] {
    const items = [this.#item()];
    for (;;) {
      const { kind, text } = this.#token;
      if (kind === "end" || text === closer) return items;
      if (arrows.has(text)) this.#next++;
      else if (kind !== "word" && !(text in closing)) return items;
      items.push(this.#item());
    }
  }

  /** `(layer | "[" sequence "]" | "(" sequence ")") suffix*` */
  #item(): Item {
    const { kind, text, at } = this.#token;
    if (kind === "word") return this.#suffixes(this.#layer());
    const closer = closing[text];
    if (closer === undefined) throw this.#refuse(`a layer (${layerWords.join(", ")}) or "["`);
    this.#next++;
    const items = this.#sequence(closer);
    this.#expect(closer, `"${closer}" for the "${text}" at character ${at + 1}`);
    return this.#suffixes({ kind: "group", items, repeat: 1, optional: false });
  }

  /** `"?"`, and `("*" | "^" | "×") count`: each once, in any order. */
  #suffixes(bare: Item): Item {
    let item = bare;
    let counted = false;
    for (;;) {
      const { text } = this.#token;
      if (text === "?" && !item.optional) {
        this.#next++;
        item = { ...item, optional: true };
      } else if ((text === "*" || text === "^" || text === "×") && !counted) {
        this.#next++;
        counted = true;
        item = { ...item, repeat: this.#count() };
      } else return item;
    }
  }

  /** A whole number, or a name, which may have bounds: `N=0..3`. */
  #count(): Count {
    const { kind, text } = this.#token;
    if (kind === "number") return this.#whole("how often it is repeated");
    if (kind !== "word") throw this.#refuse("how often it is repeated: a whole number, or a name such as N");
    this.#next++;
    if (this.#token.text !== "=") return { name: text, least: 0, most: Number.POSITIVE_INFINITY };
    this.#next++;
    const least = this.#whole("the least count");
    this.#expect("..", '".." and the largest count');
    return { name: text, least, most: this.#whole("the largest count") };
  }

  #whole(what: string): number {
    const { kind, text } = this.#token;
    if (kind !== "number" || !/^\d+$/.test(text)) throw this.#refuse(`${what}: a whole number`);
    this.#next++;
    return Number(text);
  }

  /** `WORD (":" number ("x" number)*)? ("/" number)? ("+" number)?`, without spaces. */
  #layer(): LayerItem {
    const { text, at } = this.#token;
    const word = text.toUpperCase();
    if (!layerWords.includes(word)) throw this.#refuse(`a layer (${layerWords.join(", ")})`);
    this.#next++;
    const sizes: number[] = [];
    if (this.#token.text === ":") {
      this.#next++;
      sizes.push(this.#number("a number behind the colon"));
      for (let more = this.#times(); more; more = this.#times()) sizes.push(this.#number('a number behind "x"'));
    }
    const behind = (sign: string): number | null => {
      if (this.#token.text !== sign || this.#token.spaced) return null;
      this.#next++;
      return this.#whole(sign === "/" ? "the stride" : "the padding");
    };
    const stride = behind("/");
    return { kind: "layer", word, at, sizes, stride, padding: behind("+"), repeat: 1, optional: false };
  }

  /** Takes an "x" between two sizes: it is part of no word, as a number follows. */
  #times(): boolean {
    const { text, spaced } = this.#token;
    if (text !== "x" || spaced || this.#tokens[this.#next + 1]?.kind !== "number") return false;
    this.#next++;
    return true;
  }

  #number(what: string): number {
    const { kind, text } = this.#token;
    if (kind !== "number") throw this.#refuse(what);
    this.#next++;
    return Number(text);
  }

  #expect(text: string, expected: string): void {
    if (this.#token.text !== text && this.#token.kind !== text) throw this.#refuse(expected);
    this.#next++;
  }

  #refuse(expected: string): OptionError {
    const { kind, text, at } = this.#token;
    return refusal(this.#text, at, expected, kind === "end" ? text : `"${text}"`);
  }
}

import type TypeScript from "@tslab/typescript-for-tslab";
import { importedNames, isAugmentation, withoutValues } from "./declarations.ts";

type Compiler = typeof TypeScript;

/** A statement that declares something for later cells. */
interface Declaration {
  text: string;
  names: string[];
  /** Whether the names have a run time: variables, functions, classes, enums, imports. */
  isValue: boolean;
  /** It adds to what is elsewhere, so every cell sees it. */
  isAugmentation: boolean;
  /** All words in it: the names that it may need. */
  words: ReadonlySet<string>;
}

/** The part of the declarations that one cell sees. */
export interface Excerpt {
  text: string;
  /** The values among them. */
  values: ReadonlySet<string>;
  /** The others. */
  rest(): Declarations;
  /**
   * Of the declarations after a cell that saw these, what it declared itself.
   *
   * @param next all of them, and what it saw among them
   * @param names the values that it came to
   */
  own(ts: Compiler, next: string, names: ReadonlySet<string>): string;
}

/**
 * What the cells so far declare, statement by statement. A cell is checked against those alone whose names occur in it,
 * and what these need in turn, so its time does not grow with the session.
 */
export class Declarations {
  readonly #statements: readonly Declaration[];
  /** By name, as soon as a name is looked for: on the way from one cell's declarations to the next one's, nobody does. */
  #found: ReadonlyMap<string, readonly number[]> | undefined;

  private constructor(statements: readonly Declaration[]) {
    this.#statements = statements;
  }

  get #places(): ReadonlyMap<string, readonly number[]> {
    if (this.#found !== undefined) return this.#found;
    const places = new Map<string, number[]>();
    for (const [i, { names }] of this.#statements.entries()) {
      for (const name of names) {
        const known = places.get(name);
        if (known === undefined) places.set(name, [i]);
        else known.push(i);
      }
    }
    this.#found = places;
    return places;
  }

  static readonly none = new Declarations([]);

  /** These and those of `text`. */
  with(ts: Compiler, text: string): Declarations {
    return text === "" ? this : new Declarations([...this.#statements, ...statementsOf(ts, text)]);
  }

  get text(): string {
    return this.#statements.map(({ text }) => `${text}\n`).join("");
  }

  /** The names that begin so, in whatever case. */
  beginning(prefix: string): string[] {
    const begun = prefix.toLowerCase();
    return [...this.#places.keys()].filter((name) => name.toLowerCase().startsWith(begun));
  }

  /** These but for the ones of a name. */
  without(name: string): Declarations {
    const others = this.#statements.filter(({ names }) => !names.includes(name));
    return others.length === this.#statements.length ? this : new Declarations(others);
  }

  /** These and those of `text`, which take the place of what they have by the same names. */
  redeclaring(ts: Compiler, text: string): Declarations {
    const added = statementsOf(ts, text);
    const names = new Set(added.flatMap(({ names }) => names));
    const kept = this.#statements.flatMap((statement) => {
      if (!statement.names.some((name) => names.has(name))) return [statement];
      const others = statement.names.filter((name) => !names.has(name)); // one statement imports several
      return others.length === 0 ? [] : statementsOf(ts, withoutValues(ts, statement.text, names));
    });
    return new Declarations([...kept, ...added]);
  }

  /** What a cell sees in which these words occur; without words, everything. */
  excerpt(words?: Iterable<string>): Excerpt {
    const taken = new Set<number>();
    const take = (i: number) => {
      const statement = this.#statements[i];
      if (statement === undefined || taken.has(i)) return;
      taken.add(i);
      follow(statement.words);
    };
    const follow = (found: Iterable<string>) => {
      for (const word of found) for (const i of this.#places.get(word) ?? []) take(i);
    };
    for (const [i, statement] of this.#statements.entries()) {
      if (statement.isAugmentation || words === undefined) take(i);
    }
    follow(words ?? []);
    const seen = this.#statements.filter((_, i) => taken.has(i));
    return {
      text: seen.map(({ text }) => `${text}\n`).join(""),
      values: new Set(seen.flatMap(({ isValue, names }) => (isValue ? names : []))),
      rest: () => (taken.size === 0 ? this : new Declarations(this.#statements.filter((_, i) => !taken.has(i)))),
      own: (ts, next, names) =>
        statementsOf(ts, next)
          .filter((statement) =>
            statement.isValue && !statement.isAugmentation
              ? statement.names.some((name) => names.has(name))
              : !seen.some(({ text }) => text.endsWith(statement.text)),
          )
          .map(({ text }) => `${text}\n`)
          .join(""),
    };
  }
}

/** All words in a cell: its names, and more. Where names may be spelt with escapes, there is no telling. */
export function wordsIn(code: string): Set<string> | undefined {
  if (code.includes("\\u")) return undefined;
  const words = new Set(code.match(word));
  if (/<\/|\/>/.test(code)) words.add("React"); // by which JSX makes its elements
  return words;
}

const word = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

function statementsOf(ts: Compiler, text: string): Declaration[] {
  const file = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, true);
  return file.statements.map((statement) => {
    const text = statement.getFullText().trim(); // with its documentation
    return {
      text,
      names: namesOf(ts, statement),
      isValue: !ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement),
      isAugmentation: isAugmentation(ts, statement),
      words: new Set(text.match(word)),
    };
  });
}

function namesOf(ts: Compiler, statement: TypeScript.Statement): string[] {
  if (isAugmentation(ts, statement)) return [];
  if (ts.isImportDeclaration(statement)) return importedNames(ts, statement);
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as Partial<TypeScript.DeclarationStatement>;
  return name === undefined ? [] : [name.getText()];
}

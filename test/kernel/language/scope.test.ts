import { expect, test } from "vitest";
import { Declarations, wordsIn } from "../../../kernel/language/scope.ts";
import { loadTslab } from "../../../kernel/language/tslab-compiler.ts";

const { typescript } = loadTslab();
const of = (text: string) => Declarations.none.with(typescript, text);
const lines = (text: string) => text.split("\n").filter(Boolean);

const all = of(`import { Adam } from "optimisers";
interface Shape { sides: Count }
type Count = number;
/** How many. */
declare const count: Count;
declare function area(shape: Shape): number;
declare function area(sides: number, length: number): number;
declare let unrelated: string;`);

test("a cell sees what it names, what that needs in turn, and every overload, in the order of the session", () => {
  expect(lines(all.excerpt(["area"]).text)).toEqual([
    "interface Shape { sides: Count }",
    "type Count = number;",
    "declare function area(shape: Shape): number;",
    "declare function area(sides: number, length: number): number;",
  ]);
  expect([...all.excerpt(["area", "Adam"]).values]).toEqual(
    ["Adam", "area", "area"].filter((n, i, a) => a.indexOf(n) === i),
  );
});

test("documentation stays with what it documents", () => {
  expect(all.excerpt(["count"]).text).toContain("/** How many. */\ndeclare const count");
});

test("what a cell sees and the rest are the whole", () => {
  const { text, rest } = all.excerpt(["count"]);
  expect(lines(text + rest().text).sort()).toEqual(lines(all.text).sort());
  expect(all.excerpt([]).rest().text).toBe(all.text);
  expect(all.excerpt().text).toBe(all.text);
});

test("what adds to what is elsewhere is seen by every cell", () => {
  const global = "declare global { interface Array<T> { own: T } }";
  expect(all.with(typescript, global).excerpt([]).text).toBe(`${global}\n`);
});

test("a word is a name in any script; what is spelt with escapes could be any", () => {
  expect(wordsIn("größe + $a_1.π")).toEqual(new Set(["größe", "$a_1", "π"]));
  expect(wordsIn("<b>{x}</b>")).toContain("React");
  expect(wordsIn("\\u0061")).toBeUndefined();
});

test("names that begin so are found in either case", () => {
  expect(all.beginning("a").sort()).toEqual(["Adam", "area"]);
  expect(all.without("count").beginning("count")).toEqual(["Count"]);
});

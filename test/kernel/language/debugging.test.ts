/** What a debugger asks of the language. */
import { expect, test } from "vitest";
import { TslabLanguage } from "../../../kernel/language/tslab.ts";

const language = new TslabLanguage(import.meta.dirname);
const names = ["count", "point", "f"];
const cells = 'globalThis["stridelab.debug"].cells';

test.each([
  ["a name of a cell is read where its value is", "point.x + count", [], "C.point.x + C.count;"],
  ["and set there", "count = 2", [], "C.count = 2;"],
  ["but not where another thing is called so", "point.x + count", ["point"], "point.x + C.count;"],
  ["nor where the expression itself calls something so", "[1].map((count) => count)", [], "[1].map((count) => count);"],
  ["a member is no name", "own.count", ["own"], "own.count;"],
  ["an object is no block", "{ count, own }", ["own"], "({ count: C.count, own });"],
  ["types are gone", "f<number>(own as number)!", ["own"], "C.f(own);"],
  ["several statements are as many", "const a = count;\na + 1", [], "const a = C.count;\na + 1;"],
  ["what does not parse is V8's to refuse", "count +", [], "C.count + ;"],
])("%s", (_, code, visible, expected) => {
  expect(language.expression(code, names, visible)).toBe(expected.replaceAll("C.", `${cells}.`));
});

test("where it is not known what is visible, what is there comes first", () => {
  expect(language.expression("count > 3", names)).toBe(`(typeof count !== "undefined" ? count : ${cells}.count) > 3;`);
});

const lines = (code: string) => language.outline(code).lines;

test("lines to stop at are those where something happens", () => {
  expect(
    lines("// a\nlet a = 1;\n\ninterface I {}\ntype T = 1;\nimport type { X } from 'x';\ndeclare const d: 1;\na;"),
  ).toEqual([2, 8]);
  expect(lines("function f(\n  a = 1,\n) {\n  a;\n}\nclass C {\n  m() {\n  }\n}")).toEqual([4, 5, 8]);
  expect(lines("a\n  .b()\n  .c(\n    1,\n    (x) =>\n      x,\n  )")).toEqual([1, 2, 3, 6]);
  expect(lines("try {\n  a;\n} finally {\n  b;\n}")).toEqual([2, 4]);
  expect(lines("using x = {\n  a,\n};\nx")).toEqual([1, 4]); // which this compiler cannot parse as it is
  expect(lines("let a = ;\nb")).toContain(2);
});

test("blocks that catch are told from those that do not, and from the functions inside them", () => {
  const { blocks } = language.outline("try {\n  () => 1;\n} catch {}\ntry { a; } finally {}");
  expect(blocks).toEqual([
    { kind: "guarded", from: { line: 1, column: 4 }, to: { line: 3, column: 1 } },
    { kind: "function", from: { line: 2, column: 2 }, to: { line: 2, column: 9 } },
  ]);
});

import { expect, test } from "vitest";
import { Program } from "../../../kernel/debugger/program.ts";
import { TslabLanguage } from "../../../kernel/language/tslab.ts";

const source = `const first = 1;
// a comment
using closed = { [Symbol.dispose]() {} };
function sum(
  a: number,
): number {
  return a + first;
}
type Only = string;
export let last = sum(2) +
  sum(3);
last`;

const conversion = new TslabLanguage(import.meta.dirname).convert(source);
if (!conversion.ok) throw new Error(conversion.error.evalue);
const { javascript, sourceMaps, lineOffset } = conversion.cell;
const program = new Program({ name: "cell:1", title: "cell 1", source, sourceMaps, lineOffset }, "/path");
const emitted = javascript.split("\n");

test("a line's code begins where the emit has put it", () => {
  const begins = (line: number) => {
    const at = program.emitted(line);
    return at && emitted[at.lineNumber]?.slice(at.columnNumber);
  };
  expect(begins(1)).toMatch(/^const first = 1/);
  expect(begins(7)).toMatch(/^return a \+ first/);
  expect(begins(11)).toMatch(/^sum\(3\)/);
  expect(begins(12)).toMatch(/\blast;$/);
  expect(begins(9)).toBeUndefined();
});

test("a place of the emitted code is from its line, and one that the source does not have from none", () => {
  const lineOf = (text: string) => {
    const lineNumber = emitted.findIndex((each) => each.includes(text));
    return program.original({ lineNumber, columnNumber: emitted[lineNumber]?.indexOf(text) ?? 0 })?.line;
  };
  expect(lineOf("return a + first")).toBe(7);
  expect(lineOf("sum(2)")).toBe(10);
  expect(lineOf("exports.tsLastExpr = ")).toBe(12); // the line begins with what the emit has put there
  expect(lineOf("function __use(")).toBeUndefined();
  expect(program.original({ lineNumber: emitted.length, columnNumber: 0 })).toBeUndefined();
});

/** The types of WebAssembly, which this compiler has in those of a page alone. */
import { expect, test } from "vitest";
import { TslabLanguage } from "../../../kernel/language/tslab.ts";

const language = new TslabLanguage(import.meta.dirname);

/** @returns what the compiler says against a cell; empty if nothing */
const problem = (code: string): string => {
  const conversion = language.convert(code);
  return conversion.ok ? "" : conversion.error.evalue;
};

test("a cell makes memory, modules and instances, and is told what it writes wrong", () => {
  expect(problem("const m = new WebAssembly.Memory({ initial: 1 }); m.grow(1); new Uint8Array(m.buffer).length")).toBe(
    "",
  );
  expect(problem("const { instance } = await WebAssembly.instantiate(new Uint8Array(8)); instance.exports.run")).toBe(
    "",
  );
  expect(
    problem("try { new WebAssembly.Module(new ArrayBuffer(8)); } catch (e) { e instanceof WebAssembly.LinkError; }"),
  ).toBe("");
  expect(problem("new WebAssembly.Memory({ initial: '1' })")).toContain("TS2322");
});

test("the types of a page do not stand against them", () => {
  const code =
    '/// <reference lib="dom" />\nconst memory: WebAssembly.Memory = new WebAssembly.Memory({ initial: 1 }); memory.buffer';
  expect(problem(code)).toBe("");
});

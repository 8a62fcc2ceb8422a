import { tmpdir } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import type { ResumableLanguage } from "../../../kernel/protocol/threads.ts";
import type { Implementation } from "./contract.ts";

/** Declares a test for each thing that a language says of code which is being written. */
export function holdAssistanceAgainst({ name, create }: Implementation): void {
  describe(`${name}: assistance`, () => {
    let language: ResumableLanguage;
    beforeAll(() => {
      language = create(tmpdir());
      accept("/** Doubles. */ function twice(n: number) { return 2 * n; }");
      accept("const list = [1, 2, 3]; interface Shape { sides: number }");
    });
    const accept = (code: string) => {
      const conversion = language.convert(code, 1);
      if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
      language.commit(1, "all");
    };

    test("completes members of a value of an earlier cell, replacing the word begun", () => {
      const { matches, start, end } = language.complete("1; list.redu", 12);
      expect(matches.slice(0, 2)).toEqual(["reduce", "reduceRight"]);
      expect([start, end]).toEqual([8, 12]);
    });

    test("completes names of earlier cells, of this cell, of types, of globals", () => {
      const first = (code: string) => language.complete(code, code.length).matches;
      expect(first("twi")).toContain("twice");
      expect(first("const ownName = 1; ownN")).toContain("ownName");
      expect(first("let s: Sha")).toContain("Shape");
      expect(first("Mat")).toContain("Math");
    });

    test("completes in the middle of code that goes on", () => {
      const { matches, start, end } = language.complete("list.ma;\nconst after = 1;", 7);
      expect(matches).toContain("map");
      expect([start, end]).toEqual([5, 7]);
    });

    test("inspects behind a word, in it, and inside a call's parentheses: type and documentation", () => {
      for (const [code, offset] of [
        ["twice", 5],
        ["twice", 2],
        ["twice(", 6],
      ] as const) {
        expect(language.inspect(code, offset)?.["text/plain"]).toContain("function twice(n: number): number");
        expect(language.inspect(code, offset)?.["text/plain"]).toContain("Doubles.");
      }
      expect(language.inspect("list", 4)?.["text/plain"]).toContain("const list: number[]");
      expect(language.inspect("   ", 1)).toBeUndefined();
    });

    test("inspects names of the standard library and of Node with their documentation", () => {
      accept("import { readFileSync } from 'node:fs';");
      const text = (code: string, offset: number) => language.inspect(code, offset)?.["text/plain"];
      expect(text("parseInt", 3)).toContain("Converts a string to an integer.");
      expect(text("list.map((n) => n)", 7)).toContain("Calls a defined callback function");
      expect(text("readFileSync('x')", 3)).toContain("Returns the contents of the `path`.");
      expect(text("new Map<string, number>()", 5)).toContain("Map<string, number>");
      expect(text("Math.max(", 9)).toContain("Returns the larger of a set of supplied numeric expressions.");
    });

    test("another language takes over what this one knew", () => {
      accept("// @session typeErrors=warn");
      accept("class Kept { size = 4; } enum Unit { Metre } let counter = 1;");
      const conversion = language.convert("new Kept()", 1);
      expect(conversion.ok && conversion.cell.keepResultAs).toBe("_");
      language.commit(1, "all", true);
      const successor = create(tmpdir());
      successor.restore(structuredClone(language.state()));
      const warned = successor.convert("counter = _.size + Unit.Metre + new Kept().size; nowhere;");
      expect(warned.ok && warned.warnings?.filter((line) => !line.startsWith(" "))).toEqual([
        "1:50 TS2304: Cannot find name 'nowhere'.",
      ]);
      accept("// @session typeErrors=block");
    });

    test("a question between a cell's conversion and its end changes nothing for that cell", () => {
      expect(language.convert("const between = 'text';", 1).ok).toBe(true);
      language.complete("betw", 4);
      language.inspect("twice", 2);
      language.commit(1, "all");
      accept("between.toUpperCase();");
    });

    test.each([
      ["1 + 1", "complete"],
      ["", "complete"],
      ["function f() {", "incomplete"],
      ["f(1,", "incomplete"],
      ["`text", "incomplete"],
      ["/* text", "incomplete"],
      ["const f = ", "incomplete"],
      ["using file = ", "incomplete"],
      ["class A {\n  x = 1\n", "incomplete"],
      ["const f = <T>(x: T) => x;", "complete"],
      ["const n = <number>five();", "complete"],
      ["const p = <p>text</p>;", "complete"],
      ["import a from './a.json' with { type: 'json' };", "complete"],
      ["x = = 1", "invalid"],
      ["x = = 1; f(", "invalid"],
    ])("%j is %s", (code, status) => {
      expect(language.isComplete(code).status).toBe(status);
    });

    test("what goes on is indented by one step more behind an opening bracket", () => {
      expect(language.isComplete("for (;;) {")).toEqual({ status: "incomplete", indent: "  " });
      expect(language.isComplete("for (;;) {\n  if (x) {")).toEqual({ status: "incomplete", indent: "    " });
      expect(language.isComplete("for (;;) {\n  if (x) {\n    y();")).toEqual({ status: "incomplete", indent: "    " });
    });
  });
}

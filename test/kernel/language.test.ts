import { beforeAll, describe, expect, test } from "vitest";
import { blankExports, declarationsAfterThrow } from "../../kernel/language/declarations.ts";
import { reportDiagnostics } from "../../kernel/language/report.ts";
import { TslabLanguage } from "../../kernel/language/tslab.ts";
import { loadTslab } from "../../kernel/language/tslab-compiler.ts";

let language: TslabLanguage;
beforeAll(() => {
  language = new TslabLanguage(process.cwd());
});

/** Converts and commits a cell; its JavaScript. */
function accept(code: string, defined: "all" | string[] = "all"): string {
  const conversion = language.convert(code, 1);
  if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
  language.commit(1, defined);
  return conversion.cell.javascript;
}

function refuse(code: string) {
  const conversion = language.convert(code);
  if (conversion.ok) throw new Error(`accepted: ${conversion.cell.javascript}`);
  return conversion.error;
}

describe("cells", () => {
  test("share one scope, and a later cell may redeclare a name with another type", () => {
    accept("const shared = 1;");
    accept("shared.toFixed();");
    accept("const shared = 'text';");
    accept("shared.toUpperCase();");
  });

  test("an unclosed bracket is missed behind the last line with code, on Windows lines too", () => {
    expect(refuse("if (true) {\r\n  1;\r\n\r\n").traceback).toEqual([
      "2:5 TS1005: '}' expected.",
      "  2 |   1;",
      "    |     ^",
    ]);
  });

  test("no error speaks of the declarations that cells are given for each other", () => {
    expect(refuse("function broken(x: typeof nothing) { return x; }").traceback[0]).toBe(
      "1:27 TS2304: Cannot find name 'nothing'.",
    );
    expect(refuse("function broken(x: typeof nothing) { return x; }").traceback).toHaveLength(3);
    accept("const makeClass = () => class { private hidden = 1; shown = 2 };");
    accept("new (makeClass())().shown.toFixed();");
  });

  test("a namespace lives on through later cells until its name is declared anew", () => {
    accept("namespace Metres { export const foot = 0.3048; export namespace Of { export interface Tree { a: 1 } } }");
    accept("const between = 1;");
    expect(accept("const two = { Metres, feet: 2 * Metres.foot }; type T = Metres.Of.Tree;")).toContain(
      "exports.Metres",
    );
    accept("const Metres = 'text';");
    accept("Metres.toUpperCase();");
    expect(refuse("type Gone = Metres.Of.Tree;").evalue).toContain("TS2503");
  });

  test("a type error says line, column, code and message, with the source and carets below", () => {
    const error = refuse("const fine = 1;\n\tconst wrong: number = 'text';");
    expect(error).toEqual({
      ename: "TypeCheckError",
      evalue: "2:8 TS2322: Type 'string' is not assignable to type 'number'.",
      traceback: [
        "2:8 TS2322: Type 'string' is not assignable to type 'number'.",
        "  2 | \tconst wrong: number = 'text';",
        "    | \t      ^^^^^",
      ],
    });
  });

  test("a package that is not there is missed with how to install it; a file or a module of Node is not", () => {
    expect(refuse("import a from '@some/missing/part';").evalue).toMatch(/: npm install @some\/missing, in/);
    expect(refuse("import b from 'missing';").evalue).toMatch(/if missing is a package: npm install missing, in/);
    expect(refuse("import c from './missing';").evalue).not.toContain("npm");
    expect(refuse("import d from 'node:missing';").evalue).not.toContain("npm");
  });

  test("code that does not parse is a SyntaxError", () => {
    expect(refuse("const = 1").ename).toBe("SyntaxError");
  });

  test("types are strict: null is not an object", () => {
    expect(refuse("const missing: string | null = null as string | null; missing.length").evalue).toContain("TS18047");
  });

  test("await and for await outside of functions make the cell asynchronous; inside they do not", () => {
    const isAsync = (code: string) => {
      const conversion = language.convert(code);
      return conversion.ok && conversion.cell.isAsync;
    };
    expect(isAsync("await 0")).toBe(true);
    expect(isAsync("for await (const x of [1]) { x; }")).toBe(true);
    expect(isAsync("const f = async () => { await 0; };")).toBe(false);
  });

  test("the shorthand { name } reads earlier cells' values, unless the cell binds the name itself", () => {
    accept("let width = 2; function scale() {} class Unit {}");
    expect(accept("({ width, scale, Unit, console })")).toContain(
      "{ width: exports.width, scale: exports.scale, Unit: exports.Unit, console }",
    );
    expect(accept("({ width = 3 } = { width: 4 as number | undefined });")).toContain("{ width: exports.width = 3 }");
    expect(accept("const wrap = (width: number) => ({ width });")).toContain("({ width })");
    expect(accept("const named = function scale() { return { scale }; };")).toContain("return { scale }");
  });

  test("export is accepted, since everything in a cell is visible to later ones", () => {
    accept("export const exported = 1;\nexport function exportedFunction() { return exported; }");
    accept("exportedFunction().toFixed();");
  });

  test("Node's modules have types, with and without the node: prefix", () => {
    accept("import { readFileSync } from 'node:fs'; import * as os from 'os'; readFileSync.name; os.EOL.length;");
  });

  test("tslab's display has types", () => {
    accept("import { display } from 'tslab'; display.html('<b>');");
    expect(refuse("import { display } from 'tslab'; display.html(5);").evalue).toContain("TS2345");
  });
});

describe("a cell that threw", () => {
  test("leaves what it came to, and the rest as it was before", () => {
    accept("const kept: number = 1; const redeclared: number = 1;");
    accept("const first: string = ''; const redeclared: string = ''; interface Shape { x: number }", ["first"]);
    accept("first.length; kept.toFixed(); redeclared.toFixed(); const shape: Shape = { x: 1 };");
    accept("const unreached: number = 1;", []);
    expect(refuse("unreached").evalue).toContain("TS2304");
  });

  test.each([
    ["declare const a: 1, b: 2;", "declare const a: 1;\n"],
    ["import { a, b } from 'm';", "import { a, b } from 'm';\n"],
    ["import * as b from 'm';", ""],
    ["declare class b {}\ninterface b {}", "interface b {}\n"],
  ])("without b, %s becomes %s", (declarations, rest) => {
    const { typescript } = loadTslab();
    expect(declarationsAfterThrow(typescript, declarations, "", new Set(["b"]))).toBe(rest);
    expect(declarationsAfterThrow(typescript, "", declarations, new Set())).toBe("");
  });
});

describe("completion, inspection, completeness", () => {
  test("completes members of a value of an earlier cell, replacing the word begun", () => {
    accept("const list = [1, 2, 3];");
    const { matches, start, end } = language.complete("1; list.redu", 12);
    expect(matches.slice(0, 2)).toEqual(["reduce", "reduceRight"]);
    expect([start, end]).toEqual([8, 12]);
  });

  test("inspects behind a word and inside a call's parentheses", () => {
    accept("/** Doubles. */ function twice(n: number) { return 2 * n; }");
    for (const [code, offset] of [
      ["twice", 5],
      ["twice", 2],
      ["twice(", 6],
    ] as const) {
      expect(language.inspect(code, offset)?.["text/plain"]).toContain("function twice(n: number): number");
    }
    expect(language.inspect("   ", 1)).toBeUndefined();
  });

  test.each([
    ["1 + 1", "complete"],
    ["", "complete"],
    ["function f() {", "incomplete"],
    ["f(1,", "incomplete"],
    ["`text", "incomplete"],
    ["x = = 1", "invalid"],
  ])("%j is %s", (code, status) => {
    expect(language.isComplete(code).status).toBe(status);
  });
});

test("blanking exports leaves every position as it was", () => {
  const { typescript } = loadTslab();
  const code = "export const a = 1;\nexport default a;\n'export'";
  const blanked = blankExports(typescript, code);
  expect(blanked).toBe("       const a = 1;\n               a;\n'export'");
  expect(blanked).toHaveLength(code.length);
});

test("carets end with the line, and nothing is reported for nothing", () => {
  const diagnostic = { line: 1, column: 2, length: 99, code: "TS1", message: "m", isSyntax: true };
  expect(reportDiagnostics([diagnostic], "abc").traceback.at(-1)).toBe("    |  ^^");
  expect(() => reportDiagnostics([], "")).toThrow(RangeError);
});

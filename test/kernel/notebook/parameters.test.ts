import { describe, expect, test } from "vitest";
import { declarationsOf } from "../../../kernel/notebook/declarations.ts";
import { injectParameters } from "../../../kernel/notebook/parameters.ts";
import { parseScript } from "../../../kernel/notebook/percent.ts";

const script = (parameters: string) =>
  parseScript(`// %%\nfirst;\n\n// %% tags=["parameters"]\n${parameters}\n\n// %%\nlast;\n`, "a.nb.ts");

const injected = (parameters: string, ...given: string[]): string => {
  const notebook = script(parameters);
  injectParameters(notebook, given, "a.nb.ts");
  return notebook.cells[2]!.source.replace("// Parameters of this run\n", "");
};

describe("the declarations of a parameters cell", () => {
  test("are found with their types, written or those of their literals", () => {
    const source = `
      // const commented = 1;
      export const epochs: number = 2, rate = -1e-3 /* ; const inner = 1 */
      let data: "generated" | "mnist" = "generated"
      const name = 'a; const b = 1', quick = false
      let sizes = [1, 2, 3]; const pairs: [number, string][] = [[1, "a"]];
      const computed = Math.sqrt(2);
      function f() { const local = 1; }
      const { destructured } = { destructured: 1 };
    `;
    expect(declarationsOf(source).map(({ keyword, name, type, value }) => [keyword, name, type, value])).toEqual([
      ["const", "epochs", "number", "2"],
      ["const", "rate", "number", "-1e-3"],
      ["let", "data", '"generated" | "mnist"', '"generated"'],
      ["const", "name", "string", "'a; const b = 1'"],
      ["const", "quick", "boolean", "false"],
      ["let", "sizes", "number[]", "[1, 2, 3]"],
      ["const", "pairs", "[number, string][]", '[[1, "a"]]'],
    ]);
  });
});

describe("a default that is an object", () => {
  test("has the type of its fields, lists and objects among them", () => {
    const [options] = declarationsOf('const options = { rate: 0.1, "name": "a", sizes: [1], of: { deep: true, }, };');
    expect(options?.type).toBe('{ rate: number; "name": string; sizes: number[]; of: { deep: boolean } }');
  });

  test("takes JSON", () => {
    expect(injected("const options = { rate: 0.1 };", 'options={"rate":0.2}')).toBe(
      'const options: { rate: number } = {"rate":0.2};',
    );
  });

  test("whose fields are no literals has no type of its own", () => {
    expect(declarationsOf("const a = { rate: half(), }; const b = { ...a }; const c = { d };")).toEqual([]);
  });
});

describe("-p name=value", () => {
  test("declares the value anew, with the keyword and the type of the default, in a tagged cell of its own", () => {
    const notebook = script('const epochs = 2;\nlet data: string = "generated";');
    injectParameters(notebook, ["epochs=5", "data=/tmp/a b"], "a.nb.ts");
    expect(notebook.cells.map(({ source }) => source)).toEqual([
      "first;",
      'const epochs = 2;\nlet data: string = "generated";',
      '// Parameters of this run\nconst epochs: number = 5;\nlet data: string = "/tmp/a b";',
      "last;",
    ]);
    expect(notebook.cells[2]!.metadata).toEqual({ tags: ["injected-parameters"] });
    expect(notebook.metadata.papermill).toEqual({ parameters: { epochs: 5, data: "/tmp/a b" } });
  });

  test("replaces what an earlier run injected", () => {
    const notebook = script("const epochs = 2;");
    injectParameters(notebook, ["epochs=5"], "a.nb.ts");
    injectParameters(notebook, ["epochs=7"], "a.nb.ts");
    expect(notebook.cells.map(({ source }) => source)).toEqual([
      "first;",
      "const epochs = 2;",
      "// Parameters of this run\nconst epochs: number = 7;",
      "last;",
    ]);
  });

  test.each([
    ["const x = 1;", "x=-1e-3", "const x: number = -0.001;"],
    ["const x: boolean = true;", "x=false", "const x: boolean = false;"],
    ['let x = "";', "x=", 'let x: string = "";'],
    ['let x = "";', "x=a=b", 'let x: string = "a=b";'],
    ["let x = [1];", "x=[3, 4]", "let x: number[] = [3,4];"],
    ["const x: readonly string[] = [];", 'x=["a"]', 'const x: readonly string[] = ["a"];'],
    ["let x: 'sgd' | 'adam' = 'sgd';", "x=adam", "let x: 'sgd' | 'adam' = \"adam\";"],
    ["let x: { a: number } = { a: 1 };", 'x={"a": 2}', 'let x: { a: number } = {"a":2};'],
  ])("reads the value by the type: %s with %s", (parameters, given, expected) => {
    expect(injected(parameters, given)).toBe(expected);
  });

  test("counts the last of two values for one name", () => {
    expect(injected("let x = 1;", "x=2", "x=3")).toBe("let x: number = 3;");
  });

  test.each([
    [
      "const epochs = 2;",
      "epoch=3",
      "there is no parameter epoch",
      "epochs: number = 2",
      "did you mean -p epochs=...?",
    ],
    ["const epochs = 2;", "data=3", "there is no parameter data", "epochs: number = 2"],
    ["compute();", "x=3", "declares no const or let with a literal value"],
    ["const x = 2;", "x=two", "the value is a string, the parameter is number", "expected a finite number"],
    ["const x = 2;", "x=", "the value is a string, the parameter is number"],
    ["const x = 2;", "x=Infinity", "expected a finite number"],
    ["const x = true;", "x=1", "the value is a number, the parameter is boolean", "expected true or false"],
    ["let x = [1];", 'x=["a"]', "the value is a list, the parameter is number[]", "expected a JSON list of numbers"],
    ['let x: "a" | "b" = "a";', "x=c", "expected one of a, b"],
    ["const x = 2;", "x", '"x" is not name=value'],
  ])("is refused when it does not fit: %s with %s", (parameters, given, ...parts) => {
    for (const part of parts) expect(() => injected(parameters, given)).toThrow(part);
  });

  test("without a tagged cell says how to tag one", () => {
    const notebook = parseScript("// %%\nx;\n", "a.nb.ts");
    expect(() => injectParameters(notebook, ["x=1"], "a.nb.ts")).toThrow(
      'begin the cell with // %% tags=["parameters"]',
    );
  });
});

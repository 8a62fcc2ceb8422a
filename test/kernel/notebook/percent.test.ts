import { describe, expect, test } from "vitest";
import { NotebookError } from "../../../kernel/notebook/errors.ts";
import { parseNotebook, printNotebook } from "../../../kernel/notebook/nbformat.ts";
import { parseScript, printScript } from "../../../kernel/notebook/percent.ts";

const CANONICAL = `// ---
// jupyter:
//   jupytext:
//     formats: ipynb,ts:percent
// ---

// %% [markdown]
// # Title
//
//     indented, and a formula $x_i$

// %% tags=["parameters"]
const epochs: number = 2;

// %% Train it [raw] format="text/html" nested={"a":[1,"b c"]}
// <hr>

// %% A title of its own name="train" jupyter={"source_hidden":true}
for (const epoch of [1, 2]) {
  console.log(epoch);

  // an empty line inside stays
}

// %%

// %%
// // %% is written like this in a comment
last;
`;

describe("a percent script", () => {
  test("in canonical form comes back from a notebook as it was", () => {
    expect(printScript(parseScript(CANONICAL, "a.nb.ts"))).toBe(CANONICAL);
  });

  test("comes back too when the notebook was written as .ipynb and read again", () => {
    const file = printNotebook(parseScript(CANONICAL, "a.nb.ts"));
    // nbformat sorts the keys of metadata, so those of one marker are given in that order here.
    const sorted = CANONICAL.replace(
      'name="train" jupyter={"source_hidden":true}',
      'jupyter={"source_hidden":true} name="train"',
    );
    expect(printScript(parseNotebook(file, "a.ipynb"))).toBe(sorted);
  });

  test("gives each cell its type, text, metadata and line", () => {
    const { cells } = parseScript(CANONICAL, "a.nb.ts");
    expect(cells.map((cell) => [cell.type, cell.source.split("\n")[0], cell.metadata, cell.line])).toEqual([
      ["markdown", "# Title", {}, 8],
      ["code", "const epochs: number = 2;", { tags: ["parameters"] }, 13],
      ["raw", "<hr>", { title: "Train it", format: "text/html", nested: { a: [1, "b c"] } }, 16],
      [
        "code",
        "for (const epoch of [1, 2]) {",
        { title: "A title of its own", name: "train", jupyter: { source_hidden: true } },
        19,
      ],
      ["code", "", {}, 26],
      ["code", "// %% is written like this in a comment", {}, 28],
    ]);
  });

  test("may have code before its first marker, Windows line ends, no empty lines between cells, [md] and //%%", () => {
    const { cells } = parseScript('import "x";\r\n\r\n//%% [md]\r\n// text\r\n// %%\r\ncode();\r\n', "a.ts");
    expect(cells.map(({ type, source }) => [type, source])).toEqual([
      ["code", 'import "x";'],
      ["markdown", "text"],
      ["code", "code();"],
    ]);
  });

  test("gives the same ids each time, and different ones to cells of equal text", () => {
    const ids = () => parseScript("// %%\na\n\n// %%\na\n", "a.ts").cells.map(({ id }) => id);
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(2);
  });

  test("may have a comment that only looks like a marker", () => {
    const { cells } = parseScript("// %%\n// 50 %% of it\n// %%%\n// %%magic\n", "a.ts");
    expect(cells.map(({ source }) => source)).toEqual(["// 50 %% of it\n// %%%\n// %%magic"]);
  });

  test.each(["%% not a marker", "// %% one", "// // %% two", "//%% three", "//  %%", "//"])(
    "carries the line %j in every type of cell",
    (line) => {
      for (const type of ["code", "markdown", "raw"] as const) {
        const shared = { id: "a", source: `before\n${line}\nafter`, metadata: {} };
        const cell = type === "code" ? { type, ...shared, executionCount: null, outputs: [] } : { type, ...shared };
        const script = printScript({ cells: [cell], metadata: {}, minor: 5 });
        expect(parseScript(script, "a.ts").cells.map(({ source }) => source)).toEqual([shared.source]);
      }
    },
  );

  test.each(["a [raw] title", "n=3", "two\nlines"])("carries the title %j", (title) => {
    const cell = { type: "markdown" as const, id: "a", source: "", metadata: { title } };
    const script = printScript({ cells: [cell], metadata: {}, minor: 5 });
    expect(parseScript(script, "a.ts").cells[0]).toMatchObject({ type: "markdown", metadata: { title } });
  });

  test.each([
    ["// %% [html]\n", "a.ts:1: there is no cell type [html]"],
    ["x\n// %% tags=parameters\n", "a.ts:2: the cell's metadata cannot be read"],
    ["// %% [markdown]\n// text\n\nconst x = 1;\n", "a.ts:4: a line of a markdown or raw cell is not a comment"],
  ])("with a slip is refused, with its line: %j", (script, message) => {
    expect(() => parseScript(script, "a.ts")).toThrow(NotebookError);
    expect(() => parseScript(script, "a.ts")).toThrow(message);
  });
});

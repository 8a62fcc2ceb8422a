import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NotebookError } from "../../../kernel/notebook/errors.ts";
import { parseNotebook, printNotebook } from "../../../kernel/notebook/nbformat.ts";
import { parseScript, printScript } from "../../../kernel/notebook/percent.ts";
import { Random } from "../../../lib/random.ts";
import { notebooks } from "../../all/notebooks.ts";

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

/** The way of a user who converts a script, saves the notebook and converts it back. */
const throughNotebook = (script: string): string =>
  printScript(parseNotebook(printNotebook(parseScript(script, "a.nb.ts")), "a.ipynb"));

describe("a percent script", () => {
  test("in canonical form comes back from a notebook as it was", () => {
    expect(printScript(parseScript(CANONICAL, "a.nb.ts"))).toBe(CANONICAL);
  });

  test("comes back too when the notebook was written as .ipynb and read again", () => {
    expect(throughNotebook(CANONICAL)).toBe(CANONICAL);
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

test.each(notebooks)("%s comes back from a notebook byte for byte", (file) => {
  const script = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
  expect(throughNotebook(script)).toBe(script);
});

describe("a script that is not in canonical form comes back byte for byte", () => {
  test.each([
    ["nothing at all", ""],
    ["one newline", "\n"],
    ["blank lines only", " \n\t\n"],
    ["no final newline", "// %%\nx;"],
    ["many final newlines", "// %%\nx;\n\n\n"],
    ["Windows line ends", "// ---\r\n// a: 1\r\n// ---\r\n\r\n// %% [markdown]\r\n// text\r\n\r\n// %%\r\nx;\r\n"],
    ["a byte order mark", "\uFEFF// %%\nx;\n"],
    ["code before the first marker", 'import "x";\n\n// %%\ny;\n'],
    ["markers only", "// %%\n// %%\n\n\n// %% [raw]\n"],
    ["many cells", Array.from({ length: 10_000 }, (_, i) => `// %%\nx${i};\n`).join("")],
    ["markers close to the text", "// %% [markdown]\n// a\n// %%\nx;\n//%%\ny;\n"],
    ["blank lines at the edges of cells", "// %%\n\n  \nx;\n\t\n\n\n// %%\n\n\ny;\n"],
    ["markers as others write them", '//%%   Title   [md]  tags=["a","b"]   n=1 \n// x\n\n// %% [code]\ny;\n'],
    ["metadata in another order", '// %% z=1 a={"y":1,"x":{"d":[],"c":{}}}\nx;\n'],
    ["comments without a space, and blank lines in text", "// %% [markdown]\n//a\n// \n\n//  b\n//\tc\n//\n"],
    ["a code fence with a marker in it", "// %% [markdown]\n// ```ts\n// // %% [markdown]\n// ```\n"],
    ["a marker inside a string and a comment", "// %%\nconst s = `\n// %% in\n`;\n/* a\n// %% b\n*/\n"],
    ["comments of all kinds", "// %%\n// first\n/// triple\n//// four\n//// %% five\n/** doc\n * %%\n */\nx;\n"],
    ["lines that look like magics", "// %%\n// %load x\n// %%bash\n//! ls\n// !ls\n// ?x\n"],
    ["escaped markers", "// %%\n// // %% one\n// // // %%\n// //%% two\n"],
    [
      "Unicode",
      "// %% سلام [markdown]\n// راست به چپ \u200f\u2067x\u2069\n\n// %% \u2028 title\u2029\nconst π = '\u2028';\n",
    ],
    ["odd line ends inside text", "// %% [markdown]\n// a\u2028b\n// c\rd\n\n// %% e\u2028f\nx\ry;\n"],
    ["a #! line and a coding line", "#!/usr/bin/env stridelab\n// -*- coding: utf-8 -*-\n// %%\nx;\n"],
    ["a coding line above a header", "// -*- coding: utf-8 -*-\n// ---\n// a: 1\n// ---\n// %%\nx;\n"],
    ["a header with spaces at its edges", "// ---  \n//a: 1\n\n// --- \n\n\n// %%\nx;\n"],
    ["a header that does not end", "// ---\n// a: 1\n\n// %%\nx;\n"],
    ["an empty header", "// ---\n// ---\n\n// %%\nx;\n"],
  ])("%s", (_, script) => {
    expect(throughNotebook(script)).toBe(script);
  });

  test("whatever its lines are", () => {
    const pieces = [
      "// %%",
      "// %% [markdown]",
      "//%% T [raw] b=1 a=2",
      "// %%\u2028",
      "// text",
      "//",
      "// ",
      "//x",
    ].concat(["", " ", "// // %%", "// // // %% a", "// ---", "//\u2029", "// -*- coding: utf-8 -*-", "//// ---"]);
    const random = new Random(1);
    const below = (n: number): number => Math.floor(random.uniform() * n);
    for (let i = 0; i < 3000; i++) {
      const end = below(4) === 0 ? "\r\n" : "\n";
      const lines = Array.from({ length: below(14) }, () => pieces[below(pieces.length)]!);
      const script = lines.join(end);
      expect(throughNotebook(script), JSON.stringify(script)).toBe(script);
    }
  });

  test("except for the cells that changed in between, which are canonical", () => {
    const notebook = parseScript("// %% [markdown]\n//a\n//%%\n\nx;\n//%% T\ny;\n//%%\nz;\n", "a.nb.ts");
    const [text, first, second] = notebook.cells;
    text!.source = "b";
    first!.source = "x + 1;";
    second!.metadata.title = "U";
    expect(printScript(notebook)).toBe("// %% [markdown]\n// b\n//%%\n\nx + 1;\n// %% U\ny;\n//%%\nz;\n");
  });

  test("and a layout that is none, as a stranger's notebook may have, changes nothing", () => {
    const plain = "// %%\nx;\n\n// %% [markdown]\n// a\n";
    const junk: unknown[] = [
      1,
      null,
      "x",
      [],
      { cells: 3 },
      { cells: { ID: 3 } },
      { cells: { ID: null } },
      { preamble: ["alert()"] },
    ];
    const lines = [["alert()"], ["// %% [markdown"], ["// %% a=b"], ["// %%\nalert()"], [3], "// %%", ["// %%", "x;"]];
    junk.push(...lines.map((marker) => ({ cells: { ID: { marker } } })));
    junk.push(...lines.map((text) => ({ cells: { ID: { text, before: text, after: text } } })));
    for (const layout of junk) {
      const notebook = parseScript(plain, "a.nb.ts");
      const named = (id: string) => JSON.parse(JSON.stringify(layout).replaceAll("ID", id));
      for (const { id } of notebook.cells) {
        notebook.metadata.stridelab = { layout: named(id) };
        expect(printScript(notebook), JSON.stringify(layout)).toBe(plain);
      }
    }
  });
});

test("a notebook made of a script says its language as GitHub, nbconvert and JupyterLab ask for it", () => {
  const { metadata } = parseScript("// %%\nx;\n", "a.nb.ts");
  expect(metadata).toMatchObject({
    kernelspec: { name: "stridelab", language: "typescript" },
    language_info: { name: "typescript", pygments_lexer: "typescript", file_extension: ".ts" },
  });
});

test("a notebook of jupytext's keeps the empty lines that jupytext counted", () => {
  const notebook = parseScript("// %%\nx;\n\n// %%\ny;\n", "a.nb.ts");
  notebook.cells[0]!.metadata = { lines_to_next_cell: 2, cell_marker: "x" };
  expect(printScript(notebook)).toBe("// %%\nx;\n\n\n// %%\ny;\n");
});

import type { Case } from "../contract.ts";

/** What goes wrong, and where. */
export const errors: Case[] = [
  {
    title: "a type error says where, and nothing of the cell runs",
    cells: [
      { source: "console.log('no');\nconst n: number = 'text';", refused: { code: "TS2322", line: 2, column: 7 } },
      { source: "const f = (n: number) => n;\nf(\n  'x',\n);", refused: { code: "TS2345", line: 3, column: 3 } },
    ],
  },
  {
    title: "types are strict",
    cells: [
      {
        source: "const maybe = [1].find((n) => n > 1);\nmaybe.toFixed();",
        refused: { code: "TS18048", line: 2, column: 1 },
      },
      { source: "const f = (x) => x;", refused: { code: "TS7006", line: 1, column: 12 } },
      {
        source: "try { JSON.parse('{'); } catch (e) { e.message; }",
        refused: { code: "TS18046", line: 1, column: 38 },
      },
    ],
  },
  {
    title: "the compiler's own directives are heard",
    cells: [
      { source: "// @ts-expect-error\nconst n: number = 'text'; typeof n", value: "'string'" },
      {
        source: "// @ts-ignore\nconst m: number = 'text';\nconst k: number = 'text';",
        refused: { code: "TS2322", line: 3, column: 7 },
      },
      { source: "// @ts-expect-error\nconst fine = 1;", refused: { code: "TS2578", line: 1, column: 1 } },
      { source: "// @ts-nocheck\nconst loose: number = 'text'; typeof loose", value: "'string'" },
    ],
  },
  {
    title: "an exception says the cell's line and column",
    cells: [
      {
        source: "const a = 1;\n\n  throw new RangeError(`far ${a}`);",
        thrown: { name: "RangeError", says: "far 1", line: 3, column: 9 },
      },
      { source: "const list: number[] = [];\nlist[5]!.toFixed();", thrown: { name: "TypeError", line: 2, column: 10 } },
      { source: "throw 'text'", thrown: { name: "Thrown", says: "'text'" } },
    ],
  },
  {
    title: "positions are right behind types, enums, decorators, templates and wide characters",
    cells: [
      {
        source:
          "interface A { a: number }\nenum E { X }\ntype B = {\n  b: string;\n};\nconst t = `🎉${E.X}`; throw new Error(t);",
        thrown: { name: "Error", line: 6, column: 29 },
      },
      {
        source:
          "const generic = <T extends object>(value: T): T => { throw new Error('deep'); };\ngeneric<{ x: number }>({ x: 1 });",
        thrown: { name: "Error", line: 1, column: 60 },
      },
    ],
  },
  {
    title: "an exception after an await, in a timer's promise and in an async function",
    cells: [
      { source: "await Promise.resolve();\nthrow new Error('after');", thrown: { name: "Error", line: 2, column: 7 } },
      {
        source: "async function fails() {\n  await 1;\n  throw new TypeError('inside');\n}\nawait fails();",
        thrown: { name: "TypeError", line: 3, column: 9 },
      },
      {
        source: "await new Promise((_, reject) =>\n  setTimeout(() => reject(new Error('timer')), 1));",
        thrown: { name: "Error", line: 2, column: 27 },
      },
    ],
  },
  {
    title: "a function of an earlier cell is found there",
    cells: [
      { source: "function check(n: number) {\n  if (n > 1) throw new RangeError('big');\n}" },
      { source: "check(0);\ncheck(2);", thrown: { name: "RangeError", file: "cell 1", line: 2, column: 20 } },
      { source: "[3].map(check)", thrown: { name: "RangeError", file: "cell 1", line: 2, column: 20 } },
    ],
  },
  {
    title: "causes and the parts of an AggregateError",
    cells: [
      {
        source: "throw new Error('outer', { cause: new TypeError('inner') });",
        thrown: { name: "Error", says: "outer", line: 1, column: 7 },
      },
      {
        source: "await Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))])",
        thrown: { name: "AggregateError" },
      },
    ],
  },
  {
    title: "an error that is printed or returned names the cell's lines too",
    cells: [
      { source: "\nconst e = new Error('kept');\n(e.stack ?? '').split('\\n')[1]?.trim()", value: "'at cell 1, 2:11'" },
    ],
  },
  {
    title: "an import of nothing is refused where it stands",
    cells: [
      { source: "\nimport { x } from 'no-such-package';", refused: { code: "TS2307", line: 2, column: 19 } },
      { source: "import { nope } from 'node:fs';", refused: { code: "TS2305", line: 1, column: 10 } },
      { source: "await import('./no-such-file.ts')", refused: { code: "TS2307", line: 1, column: 14 } },
      { source: "require('no-such-package')", thrown: { name: "Error", says: /no-such-package/, line: 1 } },
    ],
  },
  {
    title: "a promise rejected with nobody waiting is told before its cell is over, and later cells run",
    cells: [
      {
        source: "void Promise.reject(new Error('alone'));",
        warns: /Uncaught \(in promise\) Error: alone\n.*\n.*\n {4}at cell 1, 1:21/,
      },
      {
        source: "void Promise.reject(new Error('lonely')); await new Promise((r) => setTimeout(r, 5));",
        warns: /Uncaught \(in promise\) Error: lonely\n.*\n.*\n {4}at cell 2, 1:21/,
      },
      { source: "1", value: "1" },
    ],
  },
  {
    title: "many comments before a type error, or before @ts-nocheck, cost nothing",
    cells: [
      {
        source: `${"/* note */ ".repeat(40)}\nconst n: number = "x";`,
        refused: { code: "TS2322", line: 2, column: 7 },
      },
      { source: `${"/* note */ ".repeat(40)}\n// @ts-nocheck\nconst n: number = "x"; typeof n`, value: "'string'" },
    ],
  },
  {
    title: "// @cell typeErrors=warn runs a cell in spite of type errors, which are told first",
    cells: [
      {
        source: "// @cell typeErrors=warn\nconst n: number = 'text';\nn",
        warnings: ["2:7 TS2322"],
        value: "'text'",
      },
      { source: "n.toFixed()", thrown: { name: "TypeError", line: 1, column: 3 } },
      { source: "const m: number = 'text';", refused: { code: "TS2322", line: 1, column: 7 } },
      {
        source: "// @cell typeErrors=warn\nnowhere + 1",
        warnings: ["2:1 TS2304"],
        thrown: { name: "ReferenceError", line: 2, column: 1 },
      },
      { source: "// @cell typeErrors=warn\nconst = 1", refused: { line: 2 } },
    ],
  },
  {
    title: "// @session is for all later cells, until it is set again",
    cells: [
      { source: "// @session typeErrors=warn strict=off" },
      { source: "const f = (x) => x; let s: string = null; s", value: "null" },
      { source: "const n: number = 'text';", warnings: ["1:7 TS2322"] },
      { source: "const g = (x) => x; // @cell strict=on" },
      {
        source: "// @cell strict=on typeErrors=block\nconst h = (x) => x;",
        refused: { code: "TS7006", line: 2, column: 12 },
      },
      { source: "// @session strict=on typeErrors=block" },
      { source: "const k = (x) => x;", refused: { code: "TS7006", line: 1, column: 12 } },
      { source: "// @session noUncheckedIndexedAccess=on\nconst list = [1];" },
      { source: "list[0].toFixed();", refused: { code: "TS2532", line: 1, column: 1 } },
      { source: "// @cell noUncheckedIndexedAccess=off\nlist[0].toFixed()", value: "'1'" },
    ],
  },
  {
    title: "a setting that is not known is refused, with those that are; in a text it is none",
    cells: [
      {
        source: "// @cell typErrors=warn",
        refused: { code: "setting", line: 1, column: 10, says: /"typErrors".*typeErrors=block\|warn.*strict/ },
      },
      {
        source: "1;\n  // @session strict=maybe",
        refused: { code: "setting", line: 2, column: 15, says: /"maybe".*on or off/ },
      },
      { source: "// @cell", refused: { code: "setting", line: 1, says: /sets nothing/ } },
      { source: "`\n// @cell nonsense\n`.length", value: "19" },
    ],
  },
];

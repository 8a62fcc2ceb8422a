import type { Case } from "../contract.ts";

/** What a cell shows: the value of its last expression. */
export const results: Case[] = [
  {
    title: "the last expression's value, with or without a semicolon, over several lines",
    cells: [
      { source: "1 + 1", value: "2" },
      { source: "1 + 1;", value: "2" },
      { source: "[1, 2, 3]\n  .map((n) => n * 2)\n  .join('-')\n", value: "'2-4-6'" },
      { source: "const x = 5;\nx", value: "5" },
      { source: "'text'", value: "'text'" },
      { source: "`template`", value: "'template'" },
      { source: "null", value: "null" },
      { source: "undefined" },
      { source: "void 0" },
    ],
  },
  {
    title: "an assignment is an expression; a declaration and a statement are not",
    cells: [
      { source: "let a = 1;" },
      { source: "a = 2", value: "2" },
      { source: "a += 3", value: "5" },
      { source: "a++", value: "5" },
      { source: "const b = 7" },
      { source: "if (b) { b; }" },
      { source: "for (const c of [1]) c;" },
      { source: "b; let d = 1;" },
    ],
  },
  {
    title: "an object literal is in parentheses; in braces it is a block",
    cells: [{ source: "({ a: 1 })", value: "{ a: 1 }" }, { source: "{ a: 1 }" }],
  },
  {
    title: "functions and classes as expressions, and conditional ones",
    cells: [
      { source: "(function named() {})", value: "[Function: named]" },
      { source: "(class Thing {})", value: "[class Thing]" },
      { source: "(() => 1)()", value: "1" },
      { source: "true ? 'yes' : 'no'", value: "'yes'" },
      { source: "new Map([[1, 2]])", value: "Map(1) { 1 => 2 }" },
      { source: "(console.log('side'), 5)", prints: "side\n", value: "5" },
    ],
  },
  {
    title: "an awaited value, and a promise as what it comes to",
    cells: [
      { source: "await Promise.resolve('later')", value: "'later'" },
      { source: "await new Promise((resolve) => setTimeout(resolve, 1))" },
    ],
  },
  {
    title: "the value's own method draws it",
    cells: [{ source: "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'drawn' }) })", value: "drawn" }],
  },
  {
    title: "output is printed in order, before and after the value is known",
    cells: [
      {
        source: "console.log('one'); process.stdout.write('two\\n'); console.error('three'); 4",
        prints: "one\ntwo\n",
        warns: "three\n",
        value: "4",
      },
    ],
  },
  {
    title: "a cell is not in strict mode by itself, and `this` is no trap",
    cells: [{ source: "typeof this", value: "'undefined'" }],
    shortfalls: { tslab: "`this` at the top of a cell is Node's global object" },
  },
];

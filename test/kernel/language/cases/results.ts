import type { Case } from "../contract.ts";

/** What a cell shows: the value of its last expression. */
export const results: Case[] = [
  {
    title: "a function that a cell ends with has no name",
    cells: [
      { source: "(n: number) => n + 1", value: "[Function (anonymous)]" },
      { source: "_(2)", value: "3" },
      { source: "async () => import('node:fs')", value: "[AsyncFunction (anonymous)]" },
    ],
  },
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
    title: "_ is the result that was shown last, with its type",
    cells: [
      { source: "[1, 2, 3]", value: "[ 1, 2, 3 ]" },
      { source: "_.length", value: "3" },
      { source: "_ + 1", value: "4" },
      { source: "const a = 1; void 0" },
      { source: "const b = _ * 10; b", value: "40" },
      { source: "_.nope", refused: { code: "TS2339", line: 1, column: 3 } },
      { source: "throw new Error('no');", thrown: { name: "Error" } },
      { source: "_ + 0", isExpression: true, value: "40" },
      { source: "'expression'", isExpression: true, value: "'expression'" },
      { source: "_", value: "40" },
    ],
  },
  {
    title: "_ has the types of packages, classes and functions, and is what the user declares it to be",
    cells: [
      { source: "_", refused: { code: "TS2304", line: 1, column: 1 } },
      { source: "class Model { fit() { return this; } }" },
      { source: "new Model().fit()", value: "Model {}" },
      { source: "const again = _.fit(); typeof _.fit", value: "'function'" },
      {
        source: "import * as path from 'node:path'; path.parse('/a/b.c')",
        value: "{ root: '/', dir: '/a', base: 'b.c', ext: '.c', name: 'b' }",
      },
      { source: "_.base.toUpperCase()", value: "'B.C'" },
      { source: "const _ = { mine: true }; _", value: "{ mine: true }" },
      { source: "5", value: "5" },
      { source: "_.mine", value: "true" },
    ],
  },
];

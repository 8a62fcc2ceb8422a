import type { Case } from "../contract.ts";

/** What may stand in a cell. */
export const syntax: Case[] = [
  {
    title: "await at the top level: alone, nested in templates, calls and literals, in for await",
    cells: [
      {
        source: "const text = `a ${await Promise.resolve(`b ${await Promise.resolve('c')}`)}`; text",
        value: "'a b c'",
      },
      { source: "Math.max(await Promise.resolve(1), ...(await Promise.resolve([5, 2])))", value: "5" },
      { source: "await Promise.resolve({ x: await 1 })", value: "{ x: 1 }" },
      { source: "async function* count() { yield 1; yield 2; }" },
      { source: "let sum = 0; for await (const n of count()) sum += n;" },
      { source: "sum", value: "3" },
      {
        source: "if (await Promise.resolve(true)) { for (const p of [1, 2]) console.log(await p); }",
        prints: "1\n2\n",
      },
      {
        source:
          "const { x, y = await Promise.resolve(2) } = await Promise.resolve({ x: 1 } as { x: number; y?: number });",
      },
      { source: "x + y", value: "3" },
    ],
  },
  {
    title: "await in a function that is not async is refused",
    cells: [{ source: "function f() {\n  return await 1;\n}", refused: { code: "TS1308", line: 2, column: 10 } }],
  },
  {
    title: "enums: numeric, text, const, computed, backwards",
    cells: [
      {
        source: "enum A { One = 1, Two } enum B { Yes = 'yes' } const enum C { Five = 5 } enum D { L = 'abc'.length }",
      },
      { source: "[A.Two, A[2], B.Yes, C.Five, D.L]", value: "[ 2, 'Two', 'yes', 5, 3 ]" },
      { source: "const b: B = 'yes';", refused: { code: "TS2322", line: 1, column: 7 } },
    ],
  },
  {
    title: "decorators on a class and its members",
    cells: [
      {
        source:
          "const log: string[] = [];\nfunction noted(target: object, name?: string) { log.push(name ?? 'class'); }\n@(noted as any) class Worker { @(noted as any) work() {} }",
      },
      { source: "log", value: "[ 'work', 'class' ]" },
    ],
  },
  {
    title: "classes: abstract, generic, private, static blocks, accessors, parameter properties",
    cells: [
      {
        source: `abstract class Stack<T> {
  #items: T[] = [];
  static made = 0;
  static { this.made = 10; }
  constructor(protected readonly limit = 2) { Stack.made++; }
  push(item: T): this { this.#items.push(item); return this; }
  get size() { return this.#items.length; }
  abstract name(): string;
}
class Numbers extends Stack<number> { override name() { return \`at most \${this.limit}\`; } }`,
      },
      {
        source: "const s = new Numbers().push(1).push(2); [s.size, s.name(), Stack.made]",
        value: "[ 2, 'at most 2', 11 ]",
      },
      { source: "new Stack();", refused: { code: "TS2511", line: 1, column: 1 } },
      { source: "s.push('text');", refused: { code: "TS2345", line: 1, column: 8 } },
    ],
  },
  {
    title: "generators, labels, getters, bigint, optional chaining, exponent, separators",
    cells: [
      { source: "function* squares() { for (let i = 1; ; i++) yield i ** 2; }" },
      {
        source:
          "let found = 0;\nouter: for (const n of squares()) { for (const m of [2, 3]) if (n % m === 1 && n > 20) { found = n; break outer; } }\nfound",
        value: "25",
      },
      { source: "block: { if (found) break block; console.log('not reached'); }" },
      {
        source:
          "const o = { get n() { return 2n ** 64n; } } as { n: bigint; none?: { x: number } }; [o.n, o.none?.x ?? 1_000]",
        value: "[ 18446744073709551616n, 1000 ]",
      },
    ],
  },
  {
    title: "satisfies, const type parameters, template literal types, infer",
    cells: [
      { source: "const palette = { red: [255, 0, 0], green: '#0f0' } satisfies Record<string, string | number[]>;" },
      { source: "palette.green.toUpperCase() + palette.red.length", value: "'#0F03'" },
      { source: "const tuple = <const T extends readonly unknown[]>(...t: T) => t; const pair = tuple(1, 'a');" },
      {
        source:
          "type Second<T> = T extends readonly [unknown, infer S] ? S : never; const a: Second<typeof pair> = 'a'; a",
        value: "'a'",
      },
      {
        source: "type Path = `/${string}`; const p: Path = 'nowhere';",
        refused: { code: "TS2322", line: 1, column: 33 },
      },
    ],
  },
  {
    title: "a regular expression may use every flag of the engine",
    cells: [{ source: "/\\p{L}+/v.exec('naïve text')?.[0]", value: "'naïve'" }],
  },
  {
    title: "comments, an empty cell, only blanks, only a comment show nothing",
    cells: [
      { source: "" },
      { source: "  \n\t\n" },
      { source: "// nothing" },
      { source: "/* nothing\n either */" },
      { source: ";" },
      { source: "/** of one */ const one = 1 // behind\n// below" },
      { source: "one // a comment behind the last expression", value: "1" },
    ],
  },
  {
    title: "Windows lines, a byte order mark and a hashbang are no part of the code",
    cells: [
      { source: "const a = 1;\r\nconst b = `x\r\ny`;\r\nb.length", value: "3" },
      { source: "\uFEFFconst c = 2; c", value: "2" },
      { source: "#!/usr/bin/env node\nconst d = 3; d", value: "3" },
      { source: "\r\nconst e: string = 5;", refused: { code: "TS2322", line: 2, column: 7 } },
    ],
  },
  {
    title: "identifiers and text of every script; columns count UTF-16 units",
    cells: [
      { source: "const שלום = 'عالم', ñandú = '🎉', ᚠ = 1; שלום + ñandú", value: "'عالم🎉'" },
      { source: "ñandú.length + ᚠ", value: "3" },
      { source: "const s = '🎉🎉'; s.nope", refused: { code: "TS2339", line: 1, column: 21 } },
    ],
  },
  {
    title: "const require, exports, module, globalThis names: a cell may call its things what it likes",
    cells: [
      { source: "const module = { exports: 1 }; module.exports", value: "1" },
      { source: "const exports = [1, 2]; exports.length", value: "2" },
      { source: "exports.concat(3).length", value: "3" },
      { source: "const require = (n: number) => n + 1; require(1)", value: "2" },
      { source: "require(2)", value: "3" },
      { source: "const console = { log: (s: string) => s + '!' }; console.log('mine')", value: "'mine!'" },
      { source: "const tsLastExpr = 'mine'; tsLastExpr", value: "'mine'" },
      { source: "tsLastExpr + 1", value: "'mine1'" },
    ],
  },
  {
    title: "require and exports are names like others in patterns, parameters, functions and blocks",
    cells: [
      {
        source: "const { require, exports: [module] } = { require: 1, exports: [2] }; [require, module]",
        value: "[ 1, 2 ]",
      },
      { source: "const { exports = 3 } = {}; exports + module", value: "5" },
      { source: "const n = 10; function f(exports: { a: number }) { return exports.a + n; } f({ a: 1 })", value: "11" },
      { source: "const g = ({ exports }: { exports: number }, ...[module]: number[]) => [exports, module, n];" },
      { source: "g({ exports: 1 }, 2)", value: "[ 1, 2, 10 ]" },
      {
        source: "{ let exports = 1; ({ exports = n } = {}); console.log({ exports, n }); }",
        prints: "{ exports: 10, n: 10 }\n",
      },
      {
        source: "class C { exports = 1; add(exports: C) { return exports.exports + n; } } new C().add(new C())",
        value: "11",
      },
      {
        source: "namespace N { export const exports = 4; export const sum = exports + n; } [N.exports, N.sum]",
        value: "[ 4, 14 ]",
      },
      {
        source: "let require = 1; let exports = 2; require = 5; exports++; const seen = () => require; seen()",
        value: "5",
      },
      { source: "[require, exports, seen()]", value: "[ 5, 3, 5 ]" },
      { source: "require = 7; seen()", value: "7" },
    ],
  },
  {
    title: "code is strict, as a module's is",
    cells: [
      {
        source: "const frozen = Object.freeze({ a: 1 }) as { a: number };\nfrozen.a = 2;",
        thrown: { name: "TypeError", line: 2 },
      },
      { source: "(function (this: unknown) { return typeof this; })()", value: "'undefined'" },
      { source: "using none = null; (function (this: unknown) { return typeof this; })()", value: "'undefined'" },
      {
        files: { "loose.ts": "export const kind = (function (this: unknown) { return typeof this; })();" },
        source: "import { kind } from './loose.ts'; kind",
        value: "'undefined'",
      },
    ],
  },
  {
    title: "JSX is written for the factory in scope",
    cells: [
      {
        source:
          "const React = { createElement: (tag: string, props: object | null, ...children: unknown[]) => ({ tag, props, children }) };\ndeclare global { namespace JSX { interface IntrinsicElements { b: { id?: string } } } }",
      },
      { source: '<b id="x">bold {1 + 1}</b>', value: "{ tag: 'b', props: { id: 'x' }, children: [ 'bold ', 2 ] }" },
    ],
  },
  {
    title: "type assertions in angle brackets",
    cells: [{ source: "const n = <number><unknown>'5'; typeof n", value: "'string'" }],
  },
  {
    title: "unused labels, unused values and unreachable code are nobody's business",
    cells: [
      { source: "unused: for (const x of [1]) { x; }" },
      { source: "const never = () => { return 1; console.log('unreachable'); };" },
      { source: "1, 2;", refused: { code: "TS2695", line: 1, column: 1 } },
    ],
  },
  {
    title: "code that does not parse is refused where it breaks",
    cells: [
      { source: "const = 1;", refused: { code: "TS1134", line: 1, column: 7 } },
      { source: "const a = 1;\nif (a {", refused: { code: "TS1005", line: 2, column: 7 } },
      { source: "const s = `never closed", refused: { code: "TS1160", line: 1 } },
      { source: "return 5;", refused: { code: "TS1108", line: 1, column: 1 } },
      { source: "break;", refused: { code: "TS1105", line: 1, column: 1 } },
    ],
  },
];

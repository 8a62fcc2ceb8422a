import type { Case } from "../contract.ts";

const manifest = (name: string, rest: object) => JSON.stringify({ name, version: "1.0.0", ...rest });

/** Where things come from: files beside the notebook, packages, Node. */
export const modules: Case[] = [
  {
    title: "a file beside the notebook, by every way to name it, with types",
    cells: [
      {
        files: {
          "helper.ts":
            "export const triple = (n: number) => 3 * n;\nexport interface Named { name: string }\nexport default 'the default';",
        },
        source:
          "import text, { triple, type Named } from './helper';\nimport * as all from './helper.ts';\nimport { triple as again } from './helper.js';",
      },
      {
        source: "const named: Named = { name: text }; [triple(2), all.triple(3), again(4), named.name]",
        value: "[ 6, 9, 12, 'the default' ]",
      },
      { source: "triple('text')", refused: { code: "TS2345", line: 1, column: 8 } },
      { source: "(await import('./helper.ts')).triple(5)", value: "15" },
      { source: "require('./helper').default", value: "'the default'" },
    ],
  },
  {
    title: "a file that says in its name which kind of module it is: .mts, .cts, .mjs, .cjs",
    cells: [
      {
        files: {
          "m.mts": "export const m: number = 1;\nexport const thrower = (): never => { throw new Error('here'); };",
          "c.cts": "export const c: string = 'c';",
          "j.mjs": "export const j = await 'j';",
          "k.cjs": "exports.k = 'k';",
        },
        source:
          "import { m, thrower } from './m.mts'; import { c } from './c.cts'; import { j } from './j.mjs'; import { k } from './k.cjs'; [m, c, j, k]",
        value: "[ 1, 'c', 'j', 'k' ]",
      },
      { source: "m.toUpperCase()", refused: { code: "TS2339", line: 1, column: 3 } },
      { source: "thrower()", thrown: { name: "Error", file: "m.mts", line: 2, column: 45 } },
      {
        files: { "m.mts": "export const m = 'changed';" },
        source: "(await import('./m.mts')).m",
        value: "'changed'",
      },
      { source: "import { m } from './m.mjs'; m", value: "'changed'" },
      {
        files: { "m.mts": "\nexport const m: number = 'text';" },
        source: "import { m } from './m.mts'; m",
        refused: { code: "TS2322", file: "m.mts", line: 2, column: 14 },
      },
    ],
  },
  {
    title: "a changed file is loaded afresh by the next import, with its new types",
    cells: [
      { files: { "side.ts": "export const v = 1;" }, source: "import { v } from './side.ts'; v", value: "1" },
      {
        files: { "side.ts": "export const v = 'two';" },
        source: "import { v } from './side.ts'; v.toUpperCase()",
        value: "'TWO'",
      },
      { files: { "side.ts": "export const v = [3];" }, source: "(await import('./side.ts')).v.length", value: "1" },
      {
        files: { "side.ts": "export const w = 4;" },
        source: "import { v } from './side.ts';",
        refused: { code: "TS2305", line: 1, column: 10 },
      },
    ],
  },
  {
    title: "a change behind a file that imports another reaches the cell",
    cells: [
      {
        files: {
          "outer.ts": "import { inner } from './inner.ts';\nexport const outer = `<${inner}>`;",
          "inner.ts": "export const inner = 'a';",
        },
        source: "import { outer } from './outer.ts'; outer",
        value: "'<a>'",
      },
      {
        files: { "inner.ts": "export const inner = 'b';" },
        source: "import { outer } from './outer.ts'; outer",
        value: "'<b>'",
      },
    ],
  },
  {
    title: "a file that is deleted is missed, and one that appears is found",
    cells: [
      { source: "import { late } from './late.ts';", refused: { code: "TS2307", line: 1, column: 22 } },
      { files: { "late.ts": "export const late = 1;" }, source: "import { late } from './late.ts'; late", value: "1" },
      {
        files: { "late.ts": null },
        source: "import { late } from './late.ts'; late",
        refused: { code: "TS2307", line: 1, column: 22 },
      },
      {
        files: { "renamed.ts": "export const late = 2;" },
        source: "import { late } from './renamed.ts'; late",
        value: "2",
      },
    ],
  },
  {
    title: "an error in a file is found there: of types, of syntax, at run time",
    cells: [
      {
        files: { "bad.ts": "export const fine = 1;\nexport const n: number = 'text';" },
        source: "import { n } from './bad.ts';",
        refused: { code: "TS2322", file: "bad.ts", line: 2, column: 14 },
      },
      {
        files: { "bad.ts": "export const n = ;" },
        source: "import { n } from './bad.ts';",
        refused: { code: "TS1109", file: "bad.ts", line: 1, column: 18 },
      },
      {
        files: {
          "bad.ts":
            "interface X { y: 1 }\nexport function fail(): never {\n  throw new RangeError('from the file');\n}",
        },
        source: "import { fail } from './bad.ts';\nfail();",
        thrown: { name: "RangeError", file: "bad.", line: 3, column: 9 },
      },
      {
        files: { "bad.ts": "export const n = 1;\n\nthrow new Error('while loading');" },
        source: "import './bad.ts';",
        thrown: { name: "Error", file: "bad.", line: 3, column: 7 },
      },
    ],
  },
  {
    title: "files import each other in a circle, from folders, by index",
    cells: [
      {
        files: {
          "lib/a.ts":
            "import { b } from './b.ts';\nexport const a = (n: number): number => (n === 0 ? 0 : 1 + b(n - 1));",
          "lib/b.ts":
            "import { a } from './a.ts';\nexport const b = (n: number): number => (n === 0 ? 0 : 1 + a(n - 1));",
          "lib/index.ts": "export * from './a.ts';\nexport { b as second } from './b.ts';",
        },
        source: "import { a, second } from './lib'; [a(5), second(6)]",
        value: "[ 5, 6 ]",
      },
    ],
  },
  {
    title: "import() and require in a file start from the file's folder",
    cells: [
      {
        files: {
          "deep/one.ts": "export const two = async () => (await import('./two.ts')).two;\nimport './two.ts';",
          "deep/two.ts": "export const two = 'beside';",
        },
        source: "import { two } from './deep/one.ts'; await two()",
        value: "'beside'",
      },
    ],
  },
  {
    title: "a file with await at its top level",
    cells: [
      {
        files: { "slow.ts": "export const slow = await Promise.resolve('waited');" },
        source: "import { slow } from './slow.ts'; slow",
        value: "'waited'",
      },
      {
        files: { "slower.ts": "import { slow } from './slow.ts';\nexport const both = `${slow} twice`;" },
        source: "import { both } from './slower.ts'; both",
        value: "'waited twice'",
      },
      { source: "(await import('./slower.ts')).both", value: "'waited twice'" },
    ],
  },
  {
    title: "a JavaScript file, with what types its comments say",
    cells: [
      {
        files: { "plain.js": "/** @param {number} n */\nexport function half(n) { return n / 2; }" },
        source: "import { half } from './plain.js'; half(5)",
        value: "2.5",
      },
      { source: "half('x')", refused: { code: "TS2345", line: 1, column: 6 } },
    ],
  },
  {
    title: "JSON has types and is read again when it changes",
    cells: [
      {
        files: { "data.json": '{ "size": [1, 2], "name": "first" }' },
        source: "import data from './data.json'; data.size.length + data.name",
        value: "'2first'",
      },
      { source: "import again from './data.json' with { type: 'json' }; again.name", value: "'first'" },
      { source: "data.missing", refused: { code: "TS2339", line: 1, column: 6 } },
      {
        files: { "data.json": '{ "name": "second" }' },
        source: "import data from './data.json'; data.name",
        value: "'second'",
      },
      { source: "(await import('./data.json', { with: { type: 'json' } })).default.name", value: "'second'" },
      { source: "require('./data.json').name", value: "'second'" },
    ],
  },
  {
    title: "import type and import = require",
    cells: [
      {
        source:
          "import type { Stats } from 'node:fs';\nimport { type PathLike, existsSync } from 'node:fs';\nconst s: Stats | undefined = undefined; existsSync('.')",
        value: "true",
      },
      { source: "import path = require('node:path'); path.basename('/a/b.c')", value: "'b.c'" },
      { source: "path.basename('/d/e')", value: "'e'" },
    ],
  },
  {
    title: "Node's modules: default, namespace, named, with and without node:, by import()",
    cells: [
      {
        source:
          "import fs, { existsSync } from 'node:fs';\nimport * as os from 'os';\nimport { setTimeout as sleep } from 'node:timers/promises';",
      },
      {
        source: "[fs.existsSync === existsSync, typeof os.EOL, await sleep(1, 'slept')]",
        value: "[ true, 'string', 'slept' ]",
      },
      { source: "(await import('node:path')).sep.length", value: "1" },
    ],
  },
  {
    title: "modules of Node that are seldom used have their types, whoever names them and however",
    cells: [
      {
        source: 'import { constants } from "node:http2"; const status: string = constants.HTTP_STATUS_OK;',
        refused: { code: "TS2322", says: /'number' is not assignable to type 'string'/ },
      },
      {
        source: 'import { server } from "./uses"; server?.nowhere;',
        files: { "uses.ts": 'import repl from "repl";\nexport let server: repl.REPLServer | undefined;' },
        refused: { code: "TS2339", says: /'nowhere' does not exist/ },
      },
      { source: 'process.getBuiltinModule("inspector").nowhere;', refused: { code: "TS2339" } },
      {
        source: 'const { Session } = await import("node:inspector/promises"); typeof new Session().post',
        value: "'function'",
      },
      { source: 'let run: typeof import("node:test").run = () => 1;', refused: { code: "TS2322" } },
      { source: 'declare module "cluster" { interface Mine { size: number } }' },
      { source: 'import type { Mine } from "cluster"; const mine: Mine = { size: 2 }; mine.size', value: "2" },
    ],
  },
  {
    title: "require, require.resolve and require.cache as a file beside the notebook has them",
    cells: [
      {
        files: {
          "node_modules/old/package.json": manifest("old", { main: "main.js" }),
          "node_modules/old/main.js": "module.exports = { answer: 42 };",
        },
        source: "require('old').answer",
        value: "42",
      },
      { source: "require.resolve('old').endsWith('node_modules/old/main.js')", value: "true" },
      { source: "typeof require.cache", value: "'object'" },
      { source: "const { readFileSync } = require('node:fs'); typeof readFileSync", value: "'function'" },
    ],
  },
  {
    title: "where the notebook is: import.meta, __dirname, __filename",
    cells: [
      {
        files: { "here.txt": "found" },
        source: "import { readFileSync } from 'node:fs'; readFileSync(new URL('here.txt', import.meta.url), 'utf8')",
        value: "'found'",
      },
      {
        source: "[import.meta.dirname === process.cwd(), import.meta.filename.startsWith(process.cwd())]",
        value: "[ true, true ]",
      },
      { source: "[__dirname === process.cwd(), __filename.startsWith(__dirname)]", value: "[ true, true ]" },
      { source: "import.meta.resolve('./here.txt').startsWith('file:')", value: "true" },
      {
        source:
          "import { dirname } from 'node:path'; import { fileURLToPath } from 'node:url';\nconst __dirname = dirname(fileURLToPath(import.meta.url)); __dirname === process.cwd()",
        value: "true",
      },
      {
        files: { "sub/where.ts": "export const url = import.meta.url;\nexport const dir = __dirname;" },
        source: "import { url, dir } from './sub/where.ts'; [url.endsWith('/sub/where.ts'), dir.endsWith('/sub')]",
        value: "[ true, true ]",
      },
    ],
  },
  {
    title: "a package of ES modules only, with types, and with import()",
    cells: [
      {
        files: {
          "node_modules/esm-only/package.json": manifest("esm-only", {
            type: "module",
            exports: { ".": { types: "./index.d.ts", import: "./index.js" } },
          }),
          "node_modules/esm-only/index.js": "export const twice = (n) => 2 * n; export default 'esm';",
          "node_modules/esm-only/index.d.ts":
            "export declare const twice: (n: number) => number; declare const _default: string; export default _default;",
        },
        source: "import name, { twice } from 'esm-only'; name + twice(4)",
        value: "'esm8'",
      },
      { source: "twice('x')", refused: { code: "TS2345", line: 1, column: 7 } },
      { source: "(await import('esm-only')).default", value: "'esm'" },
    ],
  },
  {
    title: "a package of ES modules that awaits while it loads",
    cells: [
      {
        files: {
          "node_modules/waits/package.json": manifest("waits", {
            type: "module",
            exports: "./index.js",
            types: "./index.d.ts",
          }),
          "node_modules/waits/index.js":
            "export const late = await Promise.resolve('late'); export default () => late;",
          "node_modules/waits/index.d.ts": "export declare const late: string; export default function say(): string;",
        },
        source: "import { late } from 'waits'; late",
        value: "'late'",
      },
      { source: "(await import('waits')).late", value: "'late'" },
      { source: "import say, { late as again } from 'waits'; [say(), again]", value: "[ 'late', 'late' ]" },
      {
        source: "import * as all from 'waits'; [all.default(), Object.keys(all)]",
        value: "[ 'late', [ 'default', 'late' ] ]",
      },
    ],
  },
  {
    title: "exports maps: subpaths, patterns, conditions, and what they hide",
    cells: [
      {
        files: {
          "node_modules/mapped/package.json": manifest("mapped", {
            exports: {
              ".": "./main.js",
              "./part": { types: "./types/part.d.ts", default: "./lib/part.js" },
              "./many/*": { types: "./types/*.d.ts", default: "./lib/*.js" },
            },
          }),
          "node_modules/mapped/main.js": "exports.main = 'main';",
          "node_modules/mapped/main.d.ts": "export declare const main: string;",
          "node_modules/mapped/lib/part.js": "exports.part = 'part';",
          "node_modules/mapped/types/part.d.ts": "export declare const part: string;",
          "node_modules/mapped/lib/hidden.js": "exports.hidden = 1;",
        },
        source:
          "import { main } from 'mapped'; import { part } from 'mapped/part'; import { part as many } from 'mapped/many/part'; [main, part, many]",
        value: "[ 'main', 'part', 'part' ]",
      },
      { source: "import { hidden } from 'mapped/lib/hidden.js';", refused: { code: "TS2307", line: 1, column: 24 } },
      { source: "require('mapped/lib/hidden.js')", thrown: { name: "Error", says: /exports/, line: 1 } },
    ],
  },
  {
    title: "a value whose type an exports map hides keeps it in later cells",
    cells: [
      {
        files: {
          "node_modules/deep/package.json": manifest("deep", {
            type: "module",
            exports: { ".": { types: "./index.d.mts", default: "./index.mjs" } },
          }),
          "node_modules/deep/index.mjs": "export const make = () => ({ inner: 'value' });",
          "node_modules/deep/index.d.mts":
            "import type { Hidden } from './hidden.mjs'; export declare const make: () => Hidden;",
          "node_modules/deep/hidden.d.mts": "export interface Hidden { inner: string }",
        },
        source: "import { make } from 'deep'; const made = make();",
      },
      { source: "made.inner.toUpperCase()", value: "'VALUE'" },
      { source: "made.outer", refused: { code: "TS2339", line: 1, column: 6 } },
      { source: "import { make as again } from 'deep'; const awaited = await (async () => again())();" },
      { source: "awaited.inner", value: "'value'" },
      { source: "awaited.outer", refused: { code: "TS2339", line: 1, column: 9 } },
      {
        files: { "beside.ts": "import { make } from 'deep'; await (null); export const beside = make();" },
        source: "import { beside } from './beside'; beside.inner",
        value: "'value'",
      },
    ],
  },
  {
    title: "a package without types is refused by default, as strict says, and import() of it is allowed by require",
    cells: [
      {
        files: {
          "node_modules/untyped/package.json": manifest("untyped", { main: "index.js" }),
          "node_modules/untyped/index.js": "exports.five = 5;",
        },
        source: "const untyped = require('untyped'); untyped.five",
        value: "5",
      },
    ],
  },
  {
    title: "a package installed while the notebook runs is found by the next cell",
    cells: [
      { source: "import { fresh } from 'fresh';", refused: { code: "TS2307", line: 1, column: 23 } },
      {
        files: {
          "node_modules/fresh/package.json": manifest("fresh", { main: "index.js", types: "index.d.ts" }),
          "node_modules/fresh/index.js": "exports.fresh = 'installed';",
          "node_modules/fresh/index.d.ts": "export declare const fresh: string;",
        },
        source: "import { fresh } from 'fresh'; fresh.length",
        value: "9",
      },
    ],
  },
  {
    title: "globals of the running Node have types: fetch, crypto, structuredClone, performance, URL, navigator",
    cells: [
      {
        source:
          "[typeof fetch, typeof crypto.randomUUID(), structuredClone({ a: [1] }).a.length, performance.now() > 0, new URL('a', 'http://x/').href]",
        value: "[ 'function', 'string', 1, true, 'http://x/a' ]",
      },
      {
        source: "[new TextEncoder().encode('é').length, new Blob(['a']).size, new AbortController().signal.reason]",
        value: "[ 2, 1, undefined ]",
      },
      {
        source:
          "const r: Response = new Response('x'); [await r.text(), Buffer.from('a').toString('hex'), atob('YQ==')]",
        value: "[ 'x', '61', 'a' ]",
      },
      {
        source: "[[3, 1].toSorted(), [1, 2].with(0, 9), new Float32Array([1, 2]).toReversed()[0]]",
        value: "[ [ 1, 3 ], [ 9, 2 ], 2 ]",
      },
      {
        source: "const sorted: readonly number[] = [1, 2, 3].toSpliced(1, 1, 7); sorted.toSorted((a, b) => b - a)",
        value: "[ 7, 3, 1 ]",
      },
    ],
  },
];

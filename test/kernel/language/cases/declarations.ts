import type { Case } from "../contract.ts";

/** What a cell declares, and what later cells make of it. */
export const declarations: Case[] = [
  {
    title: "a const, a let and a var may be declared again, with another type",
    cells: [
      { source: "const a = 1; let b = 'one'; var c = true;" },
      { source: "const a = 'text'; let b = [1]; var c = 2n;" },
      { source: "[a.length, b.length, c + 1n]", value: "[ 4, 1, 3n ]" },
    ],
  },
  {
    title: "a name may change its kind: const, function, class, enum, import, namespace",
    cells: [
      { source: "const thing = 1;" },
      { source: "function thing() { return 'called'; }" },
      { source: "thing()", value: "'called'" },
      { source: "class thing { static size = 3; }" },
      { source: "thing.size", value: "3" },
      { source: "enum thing { One = 1 }" },
      { source: "thing.One", value: "1" },
      { source: "import { sep as thing } from 'node:path';" },
      { source: "thing.length", value: "1" },
      { source: "namespace thing { export const inner = 'in'; }" },
      { source: "thing.inner", value: "'in'" },
      { source: "let thing = 2;" },
      { source: "thing + 1", value: "3" },
    ],
  },
  {
    title: "a class may be declared again with other members",
    cells: [
      { source: "class Point { x = 1; }" },
      { source: "const old = new Point();" },
      { source: "class Point { y = 2; }" },
      { source: "[new Point().y, old instanceof Point]", value: "[ 2, false ]" },
    ],
  },
  {
    title: "an instance of a class declared anew since keeps the type that it has",
    cells: [
      { source: "class Point { x = 1; }" },
      { source: "const old = new Point();" },
      { source: "class Point { y = 2; }" },
      { source: "old.x", value: "1" },
    ],
    shortfalls: { tslab: "declarations name their types, so the name's new meaning counts" },
  },
  {
    title: "a type and an interface may be declared again",
    cells: [
      { source: "type Id = number; interface Box { width: number }" },
      { source: "const id: Id = 1; const box: Box = { width: 1 };" },
      { source: "type Id = string; interface Box { height: number }" },
      { source: "const id: Id = 'x'; const box: Box = { height: 1 };" },
      { source: "const wrong: Box = { width: 1 };", refused: { line: 1, column: 22 } },
    ],
  },
  {
    title: "a type and a value may share a name",
    cells: [
      { source: "type Colour = 'red' | 'green';\nconst Colour = { red: 'red' } as const;" },
      { source: "const c: Colour = Colour.red; c", value: "'red'" },
    ],
  },
  {
    title: "an import may be done again, from elsewhere",
    cells: [
      { source: "import { join } from 'node:path';" },
      { source: "join('a', 'b').length", value: "3" },
      { source: "import { sep as join } from 'node:path';" },
      { source: "join.length", value: "1" },
    ],
  },
  {
    title: "earlier let and var may be assigned to, with their type",
    cells: [
      { source: "let count = 0; var total = 0;" },
      { source: "count = 5; count++; total += 10; [count, total]", value: "[ 6, 10 ]" },
      { source: "[count, total] = [1, 2]; ({ count } = { count: 7 }); void 0" },
      { source: "[count, total]", value: "[ 7, 2 ]" },
      { source: "count = 'many';", refused: { code: "TS2322", line: 1, column: 1 } },
      { source: "count", value: "7" },
    ],
  },
  {
    title: "earlier const may not be assigned to",
    cells: [
      { source: "const fixed = 1;" },
      { source: "\nfixed = 2;", refused: { code: "TS2588", line: 2, column: 1 } },
      { source: "fixed", value: "1" },
    ],
  },
  {
    title: "functions of earlier cells see assignments of later ones",
    cells: [
      { source: "let n = 1; const read = () => n; const bump = () => { n += 10; return n; };" },
      { source: "n = 2; void 0" },
      { source: "read()", value: "2" },
      { source: "bump()", value: "12" },
      { source: "n", value: "12" },
    ],
  },
  {
    title: "a default within a shorthand pattern is read when it is needed",
    cells: [
      {
        source: "let y = 1, x = 0; const f = () => { ({ x = y } = {} as { x?: number }); return x; }; f()",
        value: "1",
      },
      { source: "y = 5; f()", value: "5" },
    ],
  },
  {
    title: "what a loop assigns to is seen by later cells",
    cells: [
      { source: "let i = 0, [j] = [0]; for (i of [1, 2]); for ([j] of [[3]]); let k: string; for (k in { a: 1 });" },
      { source: "[i, j, k]", value: "[ 2, 3, 'a' ]" },
      { source: "for (i of [4, 5]); i", value: "5" },
    ],
  },
  {
    title: "a name declared anew is a new variable to later cells; functions of earlier cells follow the name",
    cells: [
      { source: "let level = 1;" },
      { source: "const look = () => level;" },
      { source: "let level = 'high';" },
      { source: "look() as unknown", value: "'high'" },
    ],
  },
  {
    title: "a name inside a function may hide an earlier one",
    cells: [
      { source: "const x = 1; function f() { return 'outer'; }" },
      { source: "const g = (x: string) => { const f = () => x; return f(); }; g('inner')", value: "'inner'" },
      { source: "{ const x = 'block'; console.log(x); } x", prints: "block\n", value: "1" },
      { source: "for (let x = 0; x < 2; x++) console.log(x);", prints: "0\n1\n" },
      { source: "try { throw 'caught'; } catch (x) { console.log(x); }", prints: "caught\n" },
      { source: "const { x: renamed, ...others } = { x: 5, y: 6 }; [renamed, others.y, x]", value: "[ 5, 6, 1 ]" },
    ],
  },
  {
    title: "var in a block and in a loop is the cell's, and hoisted",
    cells: [
      { source: "early = 1; if (true) { var early: number = early + 1; } for (var i = 0; i < 3; i++) {}" },
      { source: "[early, i]", value: "[ 2, 3 ]" },
    ],
  },
  {
    title: "functions may be used before they are declared",
    cells: [
      { source: "hoisted(2)\nfunction hoisted(n: number) { return n * 21; }" },
      { source: "hoisted(1)", value: "21" },
    ],
  },
  {
    title: "functions of one cell may call each other in a circle",
    cells: [
      {
        source:
          "const even = (n: number): boolean => n === 0 || odd(n - 1);\nfunction odd(n: number): boolean { return n !== 0 && even(n - 1); }",
      },
      { source: "[even(10), odd(7)]", value: "[ true, true ]" },
    ],
  },
  {
    title: "destructuring declares every name, with defaults and rest",
    cells: [
      {
        source:
          "const { a = 1, b: { c = 2 } = {}, ...rest } = { d: 4 } as { a?: number; b?: { c?: number }; d: number };\nlet [first, , third = 3, ...tail] = [1, 2, undefined, 4, 5];",
      },
      { source: "[a, c, rest.d, first, third, tail.length]", value: "[ 1, 2, 4, 1, 3, 2 ]" },
    ],
  },
  {
    title: "two declarations of one name in one cell are refused where they stand",
    cells: [
      { source: "const twice = 1;\nconst twice = 2;", refused: { code: "TS2451", line: 1, column: 7 } },
      { source: "let twice = 1;\nfunction twice() {}", refused: { line: 1, column: 5 } },
    ],
  },
  {
    title: "a cell that throws leaves what it came to, and the rest as it was",
    cells: [
      { source: "const kept = 'old'; const replaced = 'old';" },
      {
        source: "const before = 1;\nconst replaced = 2;\nthrow new Error('stop');\nconst kept = 3;\nconst after = 4;",
        thrown: { name: "Error", says: "stop", line: 3, column: 7 },
      },
      { source: "[before, replaced + 1, kept.length]", value: "[ 1, 3, 3 ]" },
      { source: "after", refused: { code: "TS2304", line: 1, column: 1 } },
    ],
  },
  {
    title: "a cell that is refused changes nothing",
    cells: [
      { source: "const safe = 1;" },
      { source: "const safe = 'text';\nsafe.toFixed();", refused: { code: "TS2551", line: 2, column: 6 } },
      { source: "safe.toFixed()", value: "'1'" },
    ],
  },
  {
    title: "declarations live on through many cells",
    cells: [
      { source: "interface Shape { area(): number }\nenum Unit { Metre, Foot }\ntype Pair<T> = [T, T];" },
      {
        source:
          "abstract class Base implements Shape { abstract area(): number; toString() { return `${this.area()}`; } }",
      },
      {
        source:
          "class Square extends Base { constructor(readonly side: number) { super(); } area() { return this.side ** 2; } }",
      },
      { source: "const pair: Pair<Shape> = [new Square(2), new Square(3)];" },
      { source: "1;", value: "1" },
      { source: "`${pair.join()} ${Unit[Unit.Foot]}`", value: "'4,9 Foot'" },
    ],
  },
  {
    title: "a namespace lives on, with types inside, until its name is declared anew",
    cells: [
      { source: "namespace Metres { export const foot = 0.3048; export interface Tree { height: number } }" },
      { source: "const between = 1;" },
      { source: "const tree: Metres.Tree = { height: 10 * Metres.foot }; tree.height", value: "3.048" },
      { source: "const Metres = 'text';" },
      { source: "type Gone = Metres.Tree;", refused: { code: "TS2503", line: 1, column: 13 } },
    ],
  },
  {
    title: "import x = Outer.Inner is another name for what a namespace of this or an earlier cell has inside",
    cells: [
      {
        source:
          "namespace Units { export namespace Long { export type Metre = number; export const foot: Metre = 0.3; export enum In { Feet = 4 } } }",
      },
      { source: "import Long = Units.Long; Long.foot", value: "0.3" },
      { source: "let m: Long.Metre = Long.foot + 1; m", value: "1.3" },
      { source: "import In = Units.Long.In; let unit: In = In.Feet; [unit, In[4]]", value: "[ 4, 'Feet' ]" },
      {
        source:
          "namespace All { import Own = Units.Long.In; export import L = Units.Long; export const feet = Own.Feet; }",
      },
      { source: "import Again = All.L; [All.feet, Again.foot]", value: "[ 4, 0.3 ]" },
      {
        source: "namespace Only { export type Types = 'a' } import Types = Only.Types; let t: Types = 'a'; t",
        value: "'a'",
      },
    ],
  },
  {
    title: "an interface and a namespace of one cell merge with the class or function of their name",
    cells: [
      { source: "function tool() { return tool.version; }\nnamespace tool { export let version = 3; }" },
      { source: "tool() + tool.version", value: "6" },
      { source: "class Animal { name = 'cat'; }\ninterface Animal { legs?: number }" },
      { source: "const cat = new Animal(); cat.legs = 4; cat.legs", value: "4" },
    ],
  },
  {
    title: "the shorthand { name } reads earlier cells' values",
    cells: [
      { source: "let width = 2; function scale() {} class Unit {}" },
      { source: "Object.keys({ width, scale, Unit })", value: "[ 'width', 'scale', 'Unit' ]" },
      { source: "({ width } = { width: 8 }); ({ width }).width", value: "8" },
    ],
  },
  {
    title: "an earlier function keeps its properties and overloads",
    cells: [
      {
        source:
          "function pick(n: number): number;\nfunction pick(s: string): string;\nfunction pick(v: any) { return v; }\npick.calls = 0; void 0",
      },
      { source: "pick(1).toFixed() + pick('a').toUpperCase() + pick.calls", value: "'1A0'" },
      { source: "pick(true)", refused: { code: "TS2769", line: 1, column: 6 } },
    ],
  },
  {
    title: "types that cannot be written down still are what they were in later cells",
    cells: [
      { source: "const make = () => class { private hidden = 1; shown = 2; };" },
      { source: "new (make())().shown.toFixed()", value: "'2'" },
      { source: "const key = Symbol('key'); const keyed = { [key]: 'found' };" },
      { source: "keyed[key].toUpperCase()", value: "'FOUND'" },
      { source: "const list = <T>(...items: T[]) => items; const numbers = list(1, 2);" },
      { source: "numbers[0]?.toFixed()", value: "'1'" },
    ],
  },
  {
    title: "declare global and declare const speak of what is there at run time",
    cells: [
      { source: "declare global { var shared: number | undefined; }\nglobalThis.shared = 5; void 0" },
      { source: "globalThis.shared", value: "5" },
      { source: "declare const process: { platform: string }; typeof process.platform", value: "'string'" },
    ],
  },
  {
    title: "export is accepted and changes nothing: everything is visible to later cells",
    cells: [
      { source: "export const a = 1;\nexport function f() { return a; }\nexport default class K { k = 2; }" },
      { source: "const b = 5;\nexport { b };\nexport type T = number; export interface I { x: T }" },
      { source: "const i: I = { x: f() }; [i.x, new K().k, b]", value: "[ 1, 2, 5 ]" },
      { source: "export default 40 + 2", value: "42" },
      { source: "export { sep } from 'node:path';\nexport * as os from 'node:os';" },
      { source: "[sep.length, typeof os.EOL]", value: "[ 1, 'string' ]" },
    ],
  },
  {
    title: "a name used in a type only is not a value, and the other way round",
    cells: [
      { source: "interface OnlyType { x: number }" },
      { source: "OnlyType", refused: { code: "TS2693", line: 1, column: 1 } },
      { source: "const value = 1;" },
      { source: "let v: value;", refused: { code: "TS2749", line: 1, column: 8 } },
    ],
  },
];

import type { Case } from "../contract.ts";

const open = "const open = (name: string) => ({ name, [Symbol.dispose]() { console.log(`close ${name}`); } });";
const openLater =
  "const openLater = (name: string) => ({ name, async [Symbol.asyncDispose]() { await 1; console.log(`later ${name}`); } });";

/** `using` and `await using`: what is opened is closed where its block ends (TC39, explicit resource management). */
export const resources: Case[] = [
  {
    title: "using at the top of a cell disposes at the cell's end, the last one first",
    cells: [
      { source: open },
      {
        source: "using a = open('a'); using b = open('b'), c = open('c');\nconsole.log(a.name + b.name + c.name);",
        prints: "abc\nclose c\nclose b\nclose a\n",
      },
      { source: "using d = open('d'); d.name.length", prints: "close d\n", value: "1" },
      { source: "using wrong = 5;", refused: { line: 1, column: 15 } },
    ],
  },
  {
    title: "using in blocks, functions and loops",
    cells: [
      { source: open },
      {
        source: "{ using a = open('block'); console.log('in'); } console.log('out');",
        prints: "in\nclose block\nout\n",
      },
      {
        source: "function f() { using x = open('function'); return x.name.toUpperCase(); } f()",
        prints: "close function\n",
        value: "'FUNCTION'",
      },
      { source: "for (using x = open('once'); ; ) { break; }", prints: "close once\n" },
      {
        source:
          "for (using x of [open('1'), open('2'), open('3')]) { if (x.name === '2') continue; console.log(x.name); }",
        prints: "1\nclose 1\nclose 2\n3\nclose 3\n",
      },
      {
        source: "const g = () => { if (true) { using y = open('arrow'); return y.name; } }; g()",
        prints: "close arrow\n",
        value: "'arrow'",
      },
      {
        source: "switch (1 as number) { case 1: { using s = open('case'); console.log('in'); } }",
        prints: "in\nclose case\n",
      },
      {
        source: "class C { m() { using z = open('method'); } static { using t = open('static'); } } new C().m();",
        prints: "close static\nclose method\n",
      },
    ],
  },
  {
    title: "await using awaits the disposal",
    cells: [
      { source: `${open} ${openLater}` },
      {
        source: "await using a = openLater('a'); await using b = open('b'); console.log('in');",
        prints: "in\nclose b\nlater a\n",
      },
      {
        source: "async function f() { await using x = openLater('x'); return 5; } await f()",
        prints: "later x\n",
        value: "5",
      },
      {
        source: "for await (await using x of [openLater('1'), openLater('2')]) console.log(x.name);",
        prints: "1\nlater 1\n2\nlater 2\n",
      },
      { source: "using wrong = openLater('w');", refused: { line: 1, column: 15 } },
    ],
  },
  {
    title: "await using in a function that is not async is refused, and what has no method is refused anywhere",
    cells: [
      { source: `${open} ${openLater}` },
      { source: "function f() {\n  await using x = openLater('x');\n}", refused: { line: 2, column: 3 } },
      { source: "{\n  using y = { close() {} };\n}", refused: { code: "TS2850", line: 2, column: 13 } },
    ],
  },
  {
    title: "nothing to dispose is nothing: null and undefined",
    cells: [
      {
        source: "using a = null; using b = undefined; { await using c = null; } console.log('fine');",
        prints: "fine\n",
      },
    ],
  },
  {
    title: "what is thrown goes on after the disposal; errors of both are a SuppressedError",
    cells: [
      { source: open },
      {
        source: "using a = open('a');\nthrow new RangeError('mine');",
        prints: "close a\n",
        thrown: { name: "RangeError", says: "mine", line: 2, column: 7 },
      },
      { source: "const bad = { [Symbol.dispose]() { throw new TypeError('closing'); } };" },
      { source: "{ using x = bad; }", thrown: { name: "TypeError", says: "closing" } },
      {
        source:
          "try { using x = bad; throw new Error('first'); } catch (e: any) { console.log(e.name, e.error.message, e.suppressed.message); }",
        prints: "SuppressedError closing first\n",
      },
    ],
  },
  {
    title: "positions stay where they were, and a name that is called using is a name",
    cells: [
      { source: open },
      { source: "using a = open('a'); const n: number = a.name;", refused: { code: "TS2322", line: 1, column: 28 } },
      { source: "using b = open('b'); null!.x;", refused: { line: 1 } },
      { source: "const using = (n: number) => n; using (5)", value: "5" },
    ],
  },
  {
    title:
      "Symbol.dispose and Symbol.asyncDispose are there and have types, in DisposableStack too where the engine has it",
    cells: [
      { source: "[typeof Symbol.dispose, typeof Symbol.asyncDispose]", value: "[ 'symbol', 'symbol' ]" },
      {
        source:
          "const d: Disposable = { [Symbol.dispose]() {} }; const a: AsyncDisposable = { async [Symbol.asyncDispose]() {} };",
      },
    ],
  },
  {
    title: "using in the head of a loop at the top closes with the loop",
    cells: [
      {
        source:
          "const log: string[] = [];\nconst open = (name: string) => ({ [Symbol.dispose]() { log.push(name); } });\nfor (using a = open('first'), b = open('second'); log.length < 1;) log.push('body');\nvoid log.push('behind');",
      },
      { source: "log", value: "[ 'body', 'second', 'first', 'behind' ]" },
    ],
  },
  {
    title: "the word using in the text of an element is a word",
    cells: [
      {
        source:
          "const React = { createElement: (_: string, __: null, ...children: unknown[]) => children };\ndeclare global { namespace JSX { interface IntrinsicElements { p: {} } } }",
      },
      { source: "<p>Trained using Adam, at last</p>", value: "[ 'Trained using Adam, at last' ]" },
      {
        source:
          "const log: number[] = [];\nconst keep = <T>(x: T) => x;\n{ using a = keep({ [Symbol.dispose]() { log.push(1); } }); }\nlog.push('</T'.length);\nlog",
        value: "[ 1, 3 ]",
      },
    ],
  },
  {
    title: "using in a namespace closes at the namespace's end",
    shortfalls: { tslab: "it is refused, with what to write instead" },
    cells: [
      {
        source:
          "const log: string[] = [];\nnamespace N { using a = { [Symbol.dispose]() { log.push('closed'); } }; export const b = 1; }\nlog",
        value: "[ 'closed' ]",
      },
    ],
  },
  {
    title: "using in a file beside the notebook",
    cells: [
      {
        files: {
          "resource.ts":
            "export function run(log: string[]) {\n  using x = { [Symbol.dispose]() { log.push('closed'); } };\n  log.push('in');\n}",
        },
        source: "import { run } from './resource.ts';\nconst log: string[] = []; run(log); log",
        value: "[ 'in', 'closed' ]",
      },
    ],
  },
];

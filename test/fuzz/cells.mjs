/** Cells that end by themselves and leave no new names behind, and what becomes of them by accident. */

const cells = [
  "const a = 1; a + 1",
  "let b = [1, 2, 3].map((x) => x * 2); b",
  "function c(n: number): number { return n < 2 ? 1 : n * c(n - 1); }\nc(5)",
  "class D { constructor(readonly x = 1) {} get y() { return this.x; } }\nnew D().y",
  "interface E { a: string; b?: number }\nconst e: E = { a: 'x' }; e",
  "type F<T> = T extends string ? 1 : 2; const f: F<string> = 1; f",
  "enum G { A, B }\nG.A",
  "for (const h of [1, 2]) { console.log(h); }",
  "try { throw new RangeError('on purpose'); } catch (i) { console.error(i); }",
  "throw new Error('on purpose')",
  "await Promise.resolve(3)",
  "await new Promise((resolve) => setTimeout(resolve, 5)); 'slept'",
  "import { join } from 'node:path';\njoin('a', 'b')",
  "import { display, clear, updateDisplay } from 'stridelab/notebook';\ndisplay({ a: 1 }, { id: 'k' }); updateDisplay('k', 2); clear();",
  "const j = `template ${1 + 1} ${'nested'}`; j",
  "const { k, ...l } = { k: 1, m: 2, n: 3 }; l",
  "async function* o() { yield 1; yield 2; }\nfor await (const p of o()) console.log(p);",
  "void Promise.reject(new Error('nobody catches'));",
  "setTimeout(() => { throw new Error('late'); }, 1);",
  "'x'.repeat(10000)",
  "new Map([[1, { a: [1, 2, { b: 3 }] }]])",
  "Symbol.for('q')",
  "({ [Symbol.for('Jupyter.display')]: () => { throw new Error('hook'); } })",
  "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>' }) })",
  "// @cell typeErrors=warn\nconst r: number = 'text'; r",
  "/* never closed",
  "prompt('?')",
  "console.log('\\x1b[31m', '\\ud800', '\\0')",
  "",
  ";;;",
];

const tokens = ["(", ")", "{", "}", "[", "]", ";", ",", "=>", "...", "`", "'", '"', "/*", "//", "${", "?.", "??", "await ", "import ", "export ", "const ", "@", "#", "<T>", ": any", "\\", "\n", "\r", "\u2028", "\0", "😀", "\ud800"];

/** @param {import("./random.mjs").Choices} choose @returns {string} a cell as it is, or damaged in a few places */
export function cell(choose) {
  let text = choose.pick(cells);
  if (choose.chance(0.4)) return text;
  for (let times = 1 + choose.below(4); times > 0; times--) {
    const at = choose.below(text.length + 1);
    const length = choose.below(6);
    text = choose.pick([
      () => text.slice(0, at) + choose.pick(tokens) + text.slice(at),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + text.slice(at, at + length).repeat(1 + choose.below(3)) + text.slice(at + length),
      () => text.slice(0, at) + choose.pick(cells).slice(choose.below(10)),
    ])();
  }
  return text;
}

// How long a cell takes to check and convert after 10, 100 and 500 earlier ones, by the kernel's language and by the one on
// stock TypeScript. Both take turns in one process; nothing is asserted about time.
//
//     npm run bench:language
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TslabLanguage } from "../../dist/kernel/language/tslab.js";
import { StockLanguage } from "../../dist/test/kernel/language/stock/stock.js";

const folder = mkdtempSync(join(tmpdir(), "bench-"));
process.chdir(folder);
const turns = 21;
const languages = {};
const firstChecks = {};
for (const [name, create] of Object.entries({
  tslab: () => new TslabLanguage(folder),
  stock: () => new StockLanguage({ folder }),
})) {
  const start = performance.now();
  languages[name] = create();
  accept(languages[name], "const v0 = { a: [0], b: 0 };");
  firstChecks[name] = performance.now() - start;
}

const declaration = (i) =>
  `const v${i} = { a: [${i}], b: v${i - 1}.a.length };\nfunction f${i}(n: number) { return n + v${i}.b; }\nf${i}(${i})`;

function accept(language, source) {
  const conversion = language.convert(source, 1);
  if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
  language.commit(1, "all");
}

/** Milliseconds, the median of all turns, by language. */
function race(sourceOf, use) {
  const times = Object.fromEntries(Object.keys(languages).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, language] of Object.entries(languages)) {
      const source = sourceOf(turn);
      const start = performance.now();
      use(language, source);
      times[name].push(performance.now() - start);
    }
  }
  for (const list of Object.values(times)) list.sort((a, b) => a - b);
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, list[turns >> 1]]));
}

function report(name, { tslab, stock }) {
  const rates = `tslab ${tslab.toFixed(1).padStart(6)} ms   stock ${stock.toFixed(1).padStart(6)} ms`;
  console.log(`${name.padEnd(40)} ${rates}   stock/tslab ${(stock / tslab).toFixed(2)}`);
}

const convert = (language, source) => {
  if (!language.convert(source).ok) throw new Error(`refused: ${source}`);
};
console.log(`Node ${process.version}, medians of ${turns}`);
report("creation and first check, one turn", firstChecks);
let declared = 0;
for (const count of [10, 100, 500]) {
  while (declared < count) {
    declared++;
    for (const language of Object.values(languages)) accept(language, declaration(declared));
  }
  const next = declaration(declared + 1);
  report(`a declaration after ${count}`, race((turn) => next + " ".repeat(turn), convert));
  report(`an expression after ${count}`, race((turn) => `f${declared}(v1.b) + ${turn}`, convert));
  report(`1 + 1 after ${count}`, race((turn) => `1 + ${turn}`, convert));
  report(`completion after ${count}`, race((turn) => `${turn}; v${declared}.`, (language, source) => language.complete(source, source.length)));
  report(`inspection after ${count}`, race((turn) => `${turn}; f${declared}`, (language, source) => language.inspect(source, source.length)));
}
for (const language of Object.values(languages)) language.close?.();

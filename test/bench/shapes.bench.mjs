// How long the kernel's compiler takes for a cell that builds VGG16 and runs it, with sizes in its types and with plain
// numbers. Both take turns in one process, each time as another cell; nothing is asserted about time.
//
//     npm run bench:shapes
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TslabLanguage } from "../../dist/kernel/language/tslab.js";
import { networks } from "../../dist/test/package/shapes/networks.js";

process.chdir(mkdtempSync(join(tmpdir(), "bench-")));
const turns = 11;
const language = new TslabLanguage(process.cwd());

/** Milliseconds for one cell. */
function check(source, turn) {
  const cell = source.replace(/^export /gm, "").replaceAll(/\b(net|scores|images)\b/g, `$1${turn}`);
  const start = performance.now();
  const conversion = language.convert(cell);
  const time = performance.now() - start;
  if (!conversion.ok) throw new Error(conversion.error.traceback.join("\n"));
  return time;
}

console.log(`Node ${process.version}, medians of ${turns}`);
for (const [name, { typed, plain }] of Object.entries(networks)) {
  const first = check(typed, "First");
  const times = { typed: [], plain: [] };
  for (let turn = 0; turn < turns; turn++) {
    times.typed.push(check(typed, `Typed${turn}`));
    times.plain.push(check(plain, `Plain${turn}`));
  }
  const [a, b] = [times.typed, times.plain].map((list) => list.sort((x, y) => x - y)[turns >> 1]);
  const more = `${(a - b).toFixed(0)} ms more`;
  console.log(`${name.padEnd(10)} first ${first.toFixed(0)} ms, then ${a.toFixed(0)} ms, plain numbers ${b.toFixed(0)} ms: ${more}`);
}
language.close?.();

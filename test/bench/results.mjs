/**
 * Turns runs of the peers' harness into RESULTS.md: `peers.mjs` and `fresh.mjs` print them, peak.c the machine's limits.
 *
 *     node test/bench/results.mjs --peak "128-bit=$(./peak16)" --peak "AVX-512=$(./peak64)" run.jsonl more.jsonl
 *
 * Ratios are taken inside one run alone, since the machine's speed drifts; where runs repeat a case, the last one counts.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { tables } from "./tables.mjs";

const head = (peaks) => `# Beside other libraries

Made by \`test/bench/results.mjs\` from the runs named below; how to repeat them stands at the head of
\`test/bench/peers.mjs\`, and at that of \`test/bench/fresh.mjs\` for memory. All peers are alive at once and are timed in
turn, each case with the same numbers, checksums compared; we are the server of \`npm run --silent bench:server\`, public
functions only.

- "× torch" is how many times as fast as torch we are: best time by best time (median by median).
- GFLOP/s counts every multiplication and addition of the definition, so where an algorithm does with fewer (Winograd's)
  it is the effective speed, not what the processor did.
- What the machine's multiply-add instructions reach, GFLOP/s on one thread, on two (\`test/bench/peak.c\`):
  ${peaks.map(({ name, limits }) => `${name} ${limits.join(", ")}`).join("; ")}.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { peak: { type: "string", multiple: true, default: [] } },
});
const peaks = values.peak.map((text) => {
  const [name, limits] = text.split("=");
  return { name, limits: limits.split(",").map(Number) };
});
const lines = positionals.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line)),
);
const byNode = new Map();
let node = "";
for (const line of lines) {
  if (line.run) node = line.node;
  byNode.set(node, [...(byNode.get(node) ?? []), line]);
}
console.log([head(peaks), ...[...byNode.values()].map((some) => tables(some, peaks))].join("\n\n"));

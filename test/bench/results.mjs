/**
 * Turns runs of the peers' harness into RESULTS.md: `peers.mjs` and `fresh.mjs` print them, peak.c the machine's limits.
 *
 *     node test/bench/results.mjs --peak "128-bit=$(./peak16)" --peak "AVX-512=$(./peak64)" run.jsonl more.jsonl
 *
 * Ratios are taken inside one run alone, since the machine's speed drifts.
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
  ${peaks.map(({ name, limits }) => `${name} ${limits.join(", ")}`).join("; ")}.
  Where AVX-512 does four times as much as 128-bit, as on Xeons with two wide units, nothing that is as wide as WebAssembly's
  vectors can be more than a quarter as fast as a peer that uses it, but for an algorithm with fewer products. Where it does
  twice as much, the bound is a half.
- The server gives its results back by \`dispose\`, as torch counts references; who leaves them to the garbage collector
  pays for fresh memory now and then.`;

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
// A run of `bench` opens a section, the runs of single processes behind it join; a second one of a Node names its peers.
const sections = [];
for (const line of lines) {
  if (line.run === "bench" || sections.length === 0) sections.push([]);
  sections.at(-1).push(line);
}
const titles = new Set();
const titled = sections.map((section) => {
  const [{ node, args }] = section;
  const title = titles.has(node) ? `Node ${node}, ${args[args.indexOf("--peers") + 1].replaceAll(",", ", ")}` : `Node ${node}`;
  titles.add(node);
  return tables(section, peaks, title);
});
console.log([head(peaks), ...titled].join("\n\n"));

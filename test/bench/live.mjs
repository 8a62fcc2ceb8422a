/**
 * What the live display costs a training: LeNet-5 trained in a cell of a real kernel, without it, with its curve, and with
 * filters beside the curve, in turns. What counts is the cell's time from end to end, all threads and the wire included.
 *
 *     npm run bench:live [-- --rounds 7 --images 6400]
 */
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startKernel } from "../../dist/kernel/notebook/client.js";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, images: { type: "string", default: "6400" } },
});

/** The part of a training that its live display may take. */
const promised = 0.02;

const before = `import { Adam, digits, filterGrid, fit, lenet5, Random } from "stridelab";
const data = digits({ count: ${Number(values.images)} });
async function train(options: { live: boolean; filters?: boolean }) {
  const net = lenet5({ random: new Random(1) });
  const pictures = options.filters ? [() => filterGrid(net.layers.conv1.filters)] : [];
  await fit(net, data, { optimizer: new Adam(net.parameters()), epochs: 1, seed: 1, live: options.live, pictures });
}`;

const ways = {
  "without": "await train({ live: false });",
  "with its curve": "await train({ live: true });",
  "with filters, too": "await train({ live: true, filters: true });",
};

const kernel = await startKernel();
try {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  await run(before);
  await run(ways.without); // the code is compiled, the memory there
  const load = loadavg()[0].toFixed(1);
  console.log(`${availableParallelism()} cores, load ${load} before the start, Node ${process.version}`);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, code] of Object.entries(ways)) times[name].push(await run(code));
  }
  const [plain, ...live] = Object.keys(ways).map((name) => ({ name, ...summary(times[name]) }));
  console.log(`without: ${plain.best.toFixed(0)} ms best, ${plain.median.toFixed(0)} ms median`);
  for (const { name, best, median } of live) {
    const more = (a, b) => `${((a / b - 1) * 100).toFixed(1)} %`;
    console.log(`${name}: ${more(best, plain.best)} more best of ${values.rounds}, ${more(median, plain.median)} median`);
  }
  const reached = live.every(({ best }) => best / plain.best - 1 < promised);
  console.log(`below ${promised * 100} %: ${reached ? "reached" : "missed"}`);
} finally {
  await kernel.shutdown();
}

/** @returns milliseconds */
async function run(code) {
  const start = performance.now();
  const { status, ename, evalue } = await kernel.execute(code);
  if (status !== "ok") throw new Error(`${ename}: ${evalue}`);
  return performance.now() - start;
}

function summary(all) {
  const sorted = all.toSorted((a, b) => a - b);
  return { best: sorted[0], median: sorted[sorted.length >> 1] };
}

/**
 * What the live display costs a training: LeNet-5 trained in a cell of a real kernel, without it, with its curve, with filters
 * beside the curve, and with a sketchpad that answers anew, in turns. What counts is the cell's time from end to end, all threads and the wire included; beside it
 * the processor's time of all threads, which says more where others use the machine, too.
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

const before = `import { Adam, digits, filterGrid, fit, lenet5, Random, sketchpad } from "stridelab";
const data = digits({ count: ${Number(values.images)} });
// A page that draws each answer within a frame, and says so.
const symbol = Symbol.for("Jupyter.widget");
const open = (globalThis as any)[symbol];
(globalThis as any)[symbol] = (options: object) => {
  const widget = open(options);
  const { on, set } = widget;
  let hear = (_: unknown) => {};
  widget.on = (event: string, handler: (content: unknown) => void) => {
    if (event === "msg:custom") setTimeout(hear = handler, 16, { seen: 0 });
    return on.call(widget, event, handler);
  };
  widget.set = (changes: any) => {
    set.call(widget, changes);
    setTimeout(() => hear({ seen: changes.answer.number }), 16);
  };
  return widget;
};
async function train(options: { live: boolean; filters?: boolean; pad?: boolean }) {
  const net = lenet5({ random: new Random(1) });
  if (options.pad) sketchpad(net, [1, 28, 28], { image: data.gather([0]).images });
  const pictures = options.filters ? [() => filterGrid(net.layers.conv1.filters)] : [];
  const begin = process.cpuUsage();
  await fit(net, data, { optimizer: new Adam(net.parameters()), epochs: 1, seed: 1, live: options.live, pictures });
  const { user, system } = process.cpuUsage(begin);
  console.log((user + system) / 1000);
}`;

const ways = {
  "without": "await train({ live: false });",
  "with its curve": "await train({ live: true });",
  "with filters, too": "await train({ live: true, filters: true });",
  "with a sketchpad alone": "await train({ live: false, pad: true });",
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
  for (const kind of ["elapsed", "processor"]) {
    const [plain, ...live] = Object.keys(ways).map((name) => ({ name, ...summary(times[name].map((one) => one[kind])) }));
    console.log(`${kind}, without: ${plain.best.toFixed(0)} ms best, ${plain.median.toFixed(0)} ms median`);
    const more = (a, b) => `${((a / b - 1) * 100).toFixed(1)} %`;
    for (const { name, best, median } of live) {
      console.log(`  ${name}: ${more(best, plain.best)} more best of ${values.rounds}, ${more(median, plain.median)} median`);
    }
    const reached = live.every(({ best }) => best / plain.best - 1 < promised);
    console.log(`  below ${promised * 100} %: ${reached ? "reached" : "missed"}`);
  }
} finally {
  await kernel.shutdown();
}

/** @returns milliseconds of a clock, and of the processor while it trained */
async function run(code) {
  let printed = "";
  const onOutput = ({ type, content }) => {
    if (type === "stream") printed += content.text;
  };
  const start = performance.now();
  const { status, ename, evalue } = await kernel.execute(code, { onOutput });
  if (status !== "ok") throw new Error(`${ename}: ${evalue}`);
  return { elapsed: performance.now() - start, processor: Number(printed) };
}

function summary(all) {
  const sorted = all.toSorted((a, b) => a - b);
  return { best: sorted[0], median: sorted[sorted.length >> 1] };
}

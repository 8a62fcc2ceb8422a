/**
 * How fast a kernel answers while its main thread computes: completion, inspection, kernel_info on both channels and the
 * heartbeat, one after the other, as an editor and a server ask; and how late live displays arrive.
 *
 *     npm run bench:alive [-- --seconds 60]      seconds of computing for each of the two cells
 *
 * The kernel, the compiler's thread and this program share the machine's cores, so look at the load it begins with: on
 * two cores the training takes one, and whatever else runs takes from the answers.
 */
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Request, Subscriber } from "zeromq";
import { endpointOf } from "../../dist/kernel/protocol/connection.js";
import { Wire } from "../../dist/kernel/protocol/wire.js";
import { Target } from "../fuzz/target.mjs";

/** Milliseconds below which the 95th percentile is promised. */
const promised = 100;

/** Milliseconds between two questions: somebody types fast, and moves the mouse. */
const pause = 40;

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);

/** A live display that draws the time of its drawing. */
const live = `const clock = { [Symbol.for("Jupyter.display")]: () => ({ "text/plain": String(Date.now()) }) };
const shown = (globalThis as any)[Symbol.for("Jupyter.live")](clock);
const end = Date.now() + ${seconds * 1000};`;

const cells = {
  "training LeNet-5": `import { Adam, crossEntropy, lenet5, Random, tensor, wrap } from "stridelab";
const random = new Random(1);
const net = lenet5({ random });
const optimizer = new Adam(net.parameters());
${live}
while (Date.now() < end) {
  const images = wrap(Float32Array.from({ length: 32 * 784 }, () => random.uniform()), [32, 1, 28, 28]);
  const labels = tensor(Array.from({ length: 32 }, () => random.integer(10)), [32], "int32");
  optimizer.zeroGrad();
  crossEntropy(net.forward(images), labels).backward();
  optimizer.step();
  shown.update();
}`,
  "a busy loop": `${live}
let n = 0;
while (Date.now() < end) { n++; shown.update(); }`,
};

/** What somebody types meanwhile; each is asked about as it grows. */
const typed = ["Math.hyp", "[1, 2].map((x) => x.toFi", "console.lo", "const s = 'abc'; s.sli", "end.toS"];

const load = loadavg()[0];
console.log(`${availableParallelism()} cores, load ${load.toFixed(1)} before the start, Node ${process.version}`);
for (const [name, code] of Object.entries(cells)) await measure(name, code);

async function measure(name, code) {
  const target = await Target.start();
  const heart = new Request({ linger: 0 });
  heart.connect(endpointOf(target.connection, "hb"));
  const lateness = [];
  const outputs = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  outputs.connect(endpointOf(target.connection, "iopub"));
  outputs.subscribe("update_display_data");
  void listen(outputs, new Wire(target.connection.key), lateness);

  const text = (i) => typed[i % typed.length];
  const editor = (i) => ({ code: text(i), cursor_pos: text(i).length, detail_level: 0 });
  const questions = {
    completion: (i) => target.ask(target.shell, "complete_request", editor(i)),
    inspection: (i) => target.ask(target.shell, "inspect_request", { ...editor(i), code: "Math.hypot", cursor_pos: 7 }),
    "kernel_info, shell": () => target.ask(target.shell, "kernel_info_request", {}),
    "kernel_info, control": () => target.ask(target.control, "kernel_info_request", {}),
    heartbeat: () => heart.send("beat").then(() => heart.receive()),
  };
  for (const ask of Object.values(questions)) await ask(0); // the compiler has loaded its library by then
  const times = Object.fromEntries(Object.keys(questions).map((kind) => [kind, []]));
  let running = true;
  const cell = target.compute(code).finally(() => {
    running = false;
  });
  await Promise.race([cell, until(() => lateness.length > 0)]); // the cell is compiled and runs
  for (let i = 0; running; i++) {
    for (const [kind, ask] of Object.entries(questions)) {
      const start = performance.now();
      await ask(i);
      if (running) times[kind].push(performance.now() - start);
      await delay(pause);
    }
  }
  await cell;
  report(name, { ...times, "live display, late by": lateness });
  for (const socket of [heart, outputs]) socket.close();
  target.stop();
}

async function listen(socket, wire, lateness) {
  for await (const frames of socket) {
    const { header, content } = wire.decode(frames).message;
    if (header.msg_type !== "update_display_data") continue; // the welcome
    lateness.push(Math.max(0, Date.now() - Number(content.data["text/plain"])));
  }
}

async function until(condition) {
  while (!condition()) await delay(20);
}

function report(name, times) {
  console.log(`\nwhile ${name}, ${seconds} s, milliseconds`);
  console.log(`  ${"".padEnd(24)}${["count", "p50", "p95", "max"].map((word) => word.padStart(9)).join("")}`);
  for (const [kind, list] of Object.entries(times)) {
    const sorted = list.sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
    const numbers = [at(0.5), at(0.95), at(1)].map((ms) => ms.toFixed(1).padStart(9)).join("");
    const verdict = at(0.95) < promised ? `p95 below ${promised}` : `p95 NOT below ${promised}`;
    console.log(`  ${kind.padEnd(24)}${String(sorted.length).padStart(9)}${numbers}   ${verdict}`);
  }
}

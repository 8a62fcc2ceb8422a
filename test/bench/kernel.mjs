/**
 * The kernel beside Deno's, ipykernel and plain tslab, in one run in which they take turns; it installs them.
 *
 *     npm run bench:kernel [-- --rounds 50 --starts 10 --cells 1000 --node PATH --node PATH --one-core --out FILE]
 *
 * `--starts` are rounds of fresh kernels, `--rounds` those of kernels that live side by side, before and after `--cells`
 * cells. `--one-core` does all again with every kernel on one core. Ours and tslab run under each `--node`; by default
 * the Node of this run and the newest 24. All are spoken to by the project's own client over TCP, through which each reply
 * has to be signed. The start-up snapshot is made before, as it is after a kernel's first minute.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg, release } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { kernels, nodeOf } from "./kernels/install.mjs";
import { startRound, warmRounds } from "./kernels/measures.mjs";
import { report } from "./kernels/report.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "50" },
    starts: { type: "string", default: "10" },
    cells: { type: "string", default: "1000" },
    node: { type: "string", multiple: true },
    "one-core": { type: "boolean", default: false },
    out: { type: "string", default: fileURLToPath(new URL("KERNEL.md", import.meta.url)) },
  },
});
const [rounds, starts, cells] = [values.rounds, values.starts, values.cells].map(Number);
const tell = (text) => process.stderr.write(`${text}\n`);

tell("installing the kernels");
const found = await kernels(values.node ?? [process.execPath, nodeOf(24)]);
delete process.env.NODE_EXTRA_CA_CERTS; // Node 20 reads such a file at each start, 80 ms, which is no kernel's doing
const load = loadavg()[0];
const sections = [await measure("All cores", found)];
if (values["one-core"]) {
  const slowed = found.map((kernel) => ({ ...kernel, prefix: ["taskset", "-c", "0"] }));
  sections.push(await measure("One core", slowed));
}
const processors = cpus();
const command = ["npm run bench:kernel --", ...process.argv.slice(2).filter((word, i, all) => !isPath(word, all[i - 1]))];
const head = `# Beside other kernels

Made by \`test/bench/kernel.mjs\`, whose head says how: \`${command.join(" ").replace(/ --$/, "")}\`, with ${starts} starts and ${rounds}
rounds in which the kernels take turns. ${processors.length} × ${processors[0].model.trim()}, Linux ${release()}, load ${load.toFixed(1)} at the start: on a
machine with other work trust ratios, and processor time. Cells of Deno's kernel and of ipykernel are not type-checked.
A kernel without figures behind the many cells was still silent a minute after one of them, and was given up.

Where ours takes longer, by profile: kernel_info waits for two starts of Node, the process's (40 ms) and then the io thread's (50)
with ZeroMQ in it (10); the compiler is there after a third start and the reading of a heap of 40 MB. In memory that snapshot counts twice, as
what was read and as the heap that was made of it (some 60 MB), beside what Node takes for a process, also twice. A cell is a message
to the io thread, to the compiler, back, to the main thread, back; compiling it (parsing, a check, one emit) is half of its time, and
until the compiler's code is hot more.`;
writeFileSync(values.out, `${[head, ...sections].join("\n\n")}\n`);
tell(`wrote ${values.out}`);

/** What belongs to this machine is left out. */
function isPath(word, before) {
  return ["--node", "--out"].includes(word) || ["--node", "--out"].includes(before);
}

async function measure(title, compared) {
  const samples = {};
  const add = ({ name }, measure, value) => {
    samples[name] ??= {};
    samples[name][measure] ??= [];
    samples[name][measure].push(value);
  };
  for (let i = 0; i < starts; i++) {
    tell(`${title}: start ${i + 1} of ${starts}`);
    await startRound(compared, add, tell);
  }
  tell(`${title}: ${rounds} rounds`);
  await warmRounds(compared, rounds, cells, add, tell);
  return report({ title, kernels: compared, samples, cells });
}

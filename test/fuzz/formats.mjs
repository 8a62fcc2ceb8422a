/**
 * Gives the readers of formats damaged and hostile files: bytes changed, lengths and fields set wrong, headers made up. Each
 * must be refused by a DataError, or read as what a reader of a few plain lines finds in it, written and read again; within
 * memory that its size accounts for, and in the end.
 *
 *     npm run fuzz:formats -- [--minutes 10] [--inputs N] [--seed N] [--input K]
 *
 * Without --seed a new one is taken. A failure prints the seed and the input, which is kept in out/; with that --seed and
 * --input the same file is read again. Exit code 1 if a reader failed, or nothing was tried.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

/** Milliseconds for one file, of some kilobytes, after which its reader is taken to hang. */
const patience = 60_000;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, inputs: { type: "string" }, seed: { type: "string" }, input: { type: "string" } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const only = values.input === undefined ? undefined : Number(values.input);
const progress = new SharedArrayBuffer(4);
const current = new Int32Array(progress);

console.log(`seed ${seed}`);
const worker = new Worker(new URL("formats/worker.mjs", import.meta.url), {
  workerData: { seed, only, until: Date.now() + Number(values.minutes) * 60_000, most: Number(values.inputs ?? Infinity), progress },
  resourceLimits: { maxOldGenerationSizeMb: 512 },
});

let [last, since, counts, failure] = [-1, Date.now(), null, null];
const watch = setInterval(() => {
  const now = Atomics.load(current, 0);
  if (now !== last) [last, since] = [now, Date.now()];
  else if (Date.now() - since > patience) {
    failure ??= { number: now, reason: `no end after ${patience / 1000} seconds` };
    void worker.terminate();
  }
}, 500);

worker.on("message", (message) => {
  if (message.failed !== undefined) failure = message.failed;
  else ({ counts } = message);
});
worker.on("error", (error) => {
  failure ??= { number: Atomics.load(current, 0), reason: error.stack ?? String(error) };
});
await new Promise((resolve) => worker.once("exit", resolve));
clearInterval(watch);

if (failure !== null) {
  process.exitCode = 1;
  console.log(`FAILED at input ${failure.number}${failure.format === undefined ? "" : `, ${failure.format}`}: ${failure.reason}`);
  if (failure.bytes !== undefined) {
    const folder = fileURLToPath(new URL("../../out/", import.meta.url));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}fuzz-${seed}-${failure.number}.${failure.format}`, failure.bytes);
  }
  console.log(`again: npm run fuzz:formats -- --seed ${seed} --input ${failure.number}`);
} else {
  for (const [name, { tried, refused, read }] of Object.entries(counts ?? {})) {
    console.log(`${name}: ${tried} files, ${refused} refused, ${read} read and right`);
  }
  const idle = Object.entries(counts ?? {}).filter(([, { refused, read }]) => refused === 0 || read === 0);
  const enough = only !== undefined || (counts !== null && idle.length === 0);
  if (!enough) process.exitCode = 1;
  console.log(enough ? "the readers are well" : `FAILED: too little was tried of ${idle.map(([name]) => name).join(", ") || "all"}`);
}

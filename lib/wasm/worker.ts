import { words } from "./words.ts";

/**
 * How often an idle worker looks for a job before it sleeps: some 150 µs. Between two parallel passes of a LeNet-5 step lie
 * up to 110 µs, around its loss, and waking a thread of a virtual machine takes some 50.
 */
const spins = 60_000;

const at = (word: Exclude<keyof typeof words, "parameters" | "bytes">) => words[word] / 4;

/**
 * What a worker thread runs, as text: it starts the same from source, from the package and inside a test runner, and
 * needs no file. It takes items of open jobs, spins for some tens of microseconds when there is none, then sleeps.
 *
 * While a worker counts as active the caller may wait for it, so it runs the job's code then and nothing that could
 * take long or fail: code that it has not compiled yet it compiles afterwards, and looks whether the job is still open.
 */
export const workerSource = `
"use strict";
const { workerData: memory } = require("node:worker_threads");
const words = new Int32Array(memory.buffer, 0, ${words.bytes / 4});
const index = Atomics.add(words, ${at("started")}, 1);
const codes = new Map();
function compile(address, length) {
  try {
    const bytes = new Uint8Array(memory.buffer, address, length).slice();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    codes.set(address, exports.run);
    return true;
  } catch {
    return false; // the others do without this thread
  }
}
for (let seen = 0; ; ) {
  for (let i = 0; Atomics.load(words, ${at("generation")}) === seen; i++) {
    if (i < ${spins}) continue;
    Atomics.add(words, ${at("sleeping")}, 1);
    Atomics.wait(words, ${at("generation")}, seen);
    Atomics.sub(words, ${at("sleeping")}, 1);
  }
  seen = Atomics.load(words, ${at("generation")});
  let unknown = 0;
  let length = 0;
  Atomics.add(words, ${at("active")}, 1);
  if (Atomics.load(words, ${at("open")}) === 1 && index < words[${at("workers")}]) {
    const run = codes.get(words[${at("code")}]);
    if (run === undefined) {
      unknown = words[${at("code")}];
      length = words[${at("codeBytes")}];
    } else {
      try {
        run(${words.parameters}, ${words.counter}, words[${at("items")}],
          words[${at("scratch")}] + (index + 1) * words[${at("scratchStride")}]);
      } catch {
        Atomics.store(words, ${at("failed")}, 1);
      }
    }
  }
  Atomics.sub(words, ${at("active")}, 1);
  if (Atomics.load(words, ${at("open")}) === 0) Atomics.notify(words, ${at("active")});
  if (unknown !== 0 && compile(unknown, length)) seen = (seen - 1) | 0;
}
`;

/**
 * What a worker thread runs, as text: it starts the same from source, from the package and inside a test runner, and
 * needs no file. It takes items of open jobs, spins for some tens of microseconds when there is none, then sleeps.
 */

/** How often an idle worker looks for a job before it sleeps: some 50 µs. */
const spins = 20_000;

/** The text, for words at these addresses. A worker's memory comes after the caller's own. */
export function workerSource(words: Readonly<Record<string, number>>): string {
  const at = (name: string) => words[name]! / 4;
  return `
"use strict";
const { workerData: { memory, index } } = require("node:worker_threads");
const words = new Int32Array(memory.buffer, 0, ${words.bytes! / 4});
const codes = [];
function codeOf(number) {
  if (!codes[number]) {
    const [address, length] = words.subarray(${at("codes")} + 2 * number, ${at("codes")} + 2 * number + 2);
    const bytes = new Uint8Array(memory.buffer, address, length).slice();
    codes[number] = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.run;
  }
  return codes[number];
}
for (let seen = 0; ; ) {
  for (let i = 0; Atomics.load(words, ${at("generation")}) === seen; i++) {
    if (i < ${spins}) continue;
    Atomics.add(words, ${at("sleeping")}, 1);
    Atomics.wait(words, ${at("generation")}, seen);
    Atomics.sub(words, ${at("sleeping")}, 1);
  }
  seen = Atomics.load(words, ${at("generation")});
  Atomics.add(words, ${at("active")}, 1);
  if (Atomics.load(words, ${at("open")}) === 1 && index < words[${at("workers")}]) {
    const scratch = words[${at("scratch")}] + (index + 1) * words[${at("scratchStride")}];
    try {
      codeOf(words[${at("code")}])(${words.parameters}, ${words.counter}, words[${at("items")}], scratch);
    } catch {
      Atomics.store(words, ${at("failed")}, 1);
    }
  }
  if (Atomics.sub(words, ${at("active")}, 1) === 1) Atomics.notify(words, ${at("active")});
}
`;
}

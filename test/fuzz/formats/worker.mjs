/** Reads one damaged file after the other; the thread that started it sees if it comes to no end. */
import { parentPort, workerData } from "node:worker_threads";
import { Choices } from "../random.mjs";
import { countAllocations } from "./allocations.mjs";
import { damaged } from "./mutate.mjs";

const { seed, only, until, most, progress } = workerData;
const current = new Int32Array(progress);
const allocated = countAllocations();
const lib = await import("../../../dist/lib/index.js");
const { formats } = await import("./registry.mjs");
const all = formats.map((format) => format(lib));
const counts = Object.fromEntries(all.map(({ name }) => [name, { tried: 0, refused: 0, read: 0 }]));

/** What arrays may take for a file, where a format does not say: its numbers in a wider type, turned and put in order. */
const usual = (length) => 12 * length + 2 ** 20;

for (let number = only ?? 0; number === only || (only === undefined && number < most && Date.now() < until); number++) {
  Atomics.store(current, 0, number);
  const choose = new Choices(Math.imul(seed + 1, 0x9e3779b1) + number);
  const format = choose.pick(all);
  const made = format.own !== undefined && choose.chance(0.5) ? format.own(choose) : choose.pick(format.samples);
  const foreign = choose.chance(0.02) ? choose.pick(choose.pick(all).samples) : made;
  const bytes = choose.chance(0.7) ? damaged(choose, foreign, format.samples) : foreign;
  const count = counts[format.name];
  count.tried++;
  try {
    allocated();
    let value;
    let error = null;
    try {
      value = format.parse(bytes);
    } catch (thrown) {
      error = thrown;
    }
    const memory = allocated();
    const bound = (format.mostMemory ?? usual)(bytes.length);
    if (memory > bound) throw new Error(`${memory} bytes of arrays for a file of ${bytes.length}; at most ${bound} are right`);
    if (error === null) format.check?.(value, bytes);
    else if (error.name !== "DataError") throw new Error("no DataError", { cause: error });
    else if (error.message.length > 5000) throw new Error(`a message of ${error.message.length} characters`);
    count[error === null ? "read" : "refused"]++;
  } catch (error) {
    const cause = error.cause === undefined ? "" : `\n${error.cause?.stack ?? error.cause}`;
    parentPort.postMessage({ failed: { number, format: format.name, reason: `${error.stack}${cause}`, bytes } });
    throw error;
  }
}
if ("polluted" in {} || "a" in {}) throw new Error("Object.prototype was polluted");
parentPort.postMessage({ counts });

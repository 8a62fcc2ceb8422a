import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const built = (path: string): string => new URL(`../../../../dist/lib/${path}`, import.meta.url).href;
const runFile = promisify(execFile);

/** Runs a program on the built library, where the worker's module is JavaScript that every Node can start. */
async function output(program: string): Promise<string> {
  const head = `import * as lib from "${built("index.js")}";
import { Prefetcher } from "${built("data/augment/prefetch.js")}";
const set = lib.digits({ count: 96 });
const steps = [lib.randomElastic({ strength: 1 }), lib.randomRotation({ degrees: 10 }), lib.randomCrop({ padding: 2, size: 24 })];
let [taken, left] = [0, 0];
const { take } = Prefetcher.prototype;
Prefetcher.prototype.take = function () {
  const result = take.call(this);
  result === undefined ? left++ : taken++;
  return result;
};
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
/** Two epochs' pixels, with as long a pause after each batch as another program needs to be done. */
function pixels(options, pause) {
  const found = [];
  const loader = lib.batches(lib.augmented(set, steps, options), { batchSize: 20, shuffle: new lib.Random(3) });
  for (let epoch = 0; epoch < 2; epoch++) {
    for (const { images, labels } of loader) {
      found.push(images.shape.join() + " " + images.data.join() + " " + labels.data.join());
      sleep(pause);
    }
  }
  return found.join("\\n");
}
`;
  const { stdout } = await runFile(process.execPath, ["--input-type=module", "-e", head + program]);
  return stdout.trim();
}

test("a worker prepares the next batch while a loop that awaits nothing computes, and gives the same bits", async () => {
  const program = `
const inline = pixels({ seed: 5 }, 0);
const ahead = pixels({ seed: 5, prefetch: true }, 500);
const hurried = pixels({ seed: 5, prefetch: true }, 0);
console.log(inline === ahead, inline === hurried, taken > 0);`;
  expect(await output(program)).toBe("true true true");
});

test("a loop that is broken off leaves nothing that keeps the process alive, nor a wrong batch for the next", async () => {
  const program = `
const dataset = lib.augmented(set, steps, { prefetch: true });
for (const batch of lib.batches(dataset, { batchSize: 32 })) break;
sleep(300);
const other = dataset.gather(Int32Array.of(5, 6), 0).images.data.join();
console.log(other === lib.augmented(set, steps).gather(Int32Array.of(5, 6), 0).images.data.join());`;
  expect(await output(program)).toBe("true");
});

test("an error in the worker is met by the caller, as without", async () => {
  const program = `
const tooLarge = lib.augmented(set, [lib.centerCrop({ size: 40 })], { prefetch: true });
tooLarge.prepare(Int32Array.of(0, 1), 0);
sleep(300);
try {
  tooLarge.gather(Int32Array.of(0, 1), 0);
} catch (error) {
  console.log(error.name, error.message.split("\\n")[0]);
}`;
  expect(await output(program)).toBe("OptionError centerCrop: a piece of 40 × 40 does not fit into images of 28 × 28");
});

test("where threads are refused, everything is done without", async () => {
  const program = `
globalThis.process.getBuiltinModule = () => undefined;
console.log(pixels({ seed: 1 }, 0) === pixels({ seed: 1, prefetch: true }, 0), taken);`;
  expect(await output(program)).toBe("true 0");
});

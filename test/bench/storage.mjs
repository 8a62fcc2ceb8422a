/**
 * Where should a tensor's numbers live? Two designs under the allocations of LeNet-5 training (LeCun et al., 1998).
 *
 *   arrays   every tensor is an ordinary Float32Array; WebAssembly memory is a workspace that operands are copied into
 *   arena    every tensor is a block of one shared WebAssembly memory, recycled once its owner is garbage
 *
 *   node test/bench/storage.mjs                    everything: two minutes on a quiet machine
 *   node test/bench/storage.mjs arena sync feed    one memory run: design, loop, what the user does with `.data`
 *
 * A memory run has a process of its own, since resident memory does not fall back to where it started. It does no
 * arithmetic but touches every page, which is what makes memory resident. Times are taken turn by turn in one process.
 */
import { spawnSync } from "node:child_process";
import v8 from "node:v8";
import vm from "node:vm";

const [STEPS, BATCH] = [10_000, 64];
const PAGE = 4096 / 4; // floats
const SWEEP_EVERY = 64e6; // bytes allocated since the last sweep
/** Floats of the input, conv1, pool1, conv2, pool2 and the three dense layers. Each has a gradient of the same size. */
const ACTIVATIONS = [28 * 28, 6 * 28 * 28, 6 * 14 * 14, 16 * 10 * 10, 16 * 5 * 5, 120, 84, 10].map((n) => n * BATCH);
/** Weights and biases are updated in place: only their gradients are allocated in each step. */
const PARAMETERS = [6 * 25, 6, 16 * 6 * 25, 16, 400 * 120, 120, 120 * 84, 84, 84 * 10, 10];
const STEP = [...ACTIVATIONS, ...ACTIVATIONS, ...PARAMETERS];
const [INPUT, CONV1, LOGITS] = [0, 1, ACTIVATIONS.length - 1];

/**
 * Collects garbage and lets WeakRefs see it while a synchronous loop is still running. A WeakRef that was made or read
 * keeps its target until the current job ends; V8 takes the end of a script in a context with a microtask queue of its
 * own for the end of a job. Nothing but V8's present behaviour promises this.
 */
function forcedCollector() {
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
  const nothing = new vm.Script("0");
  return () => {
    nothing.runInContext(context);
    collect();
    nothing.runInContext(context);
  };
}

/** Blocks are recycled for blocks of the same size. */
class Arena {
  // Shared, because growing an unshared memory empties every view that was handed out.
  memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  collect = forcedCollector();
  blocks = [];
  free = new Map();
  top = 0;
  sinceSweep = 0;

  tensor(length) {
    const bytes = Math.ceil(length / 16) * 64;
    this.sinceSweep += bytes;
    if (this.sinceSweep > SWEEP_EVERY) this.sweep();
    const start = this.free.get(bytes)?.pop() ?? this.extend(bytes);
    const tensor = { numbers: new Float32Array(this.memory.buffer, start, length) };
    this.blocks.push({ start, bytes, owner: new WeakRef(tensor) });
    return tensor;
  }

  extend(bytes) {
    this.top += bytes;
    this.memory.grow(Math.max(0, Math.ceil((this.top - this.memory.buffer.byteLength) / 65_536)));
    return this.top - bytes;
  }

  sweep() {
    this.collect();
    this.sinceSweep = 0;
    this.blocks = this.blocks.filter(({ start, bytes, owner }) => {
      if (owner.deref()) return true;
      if (!this.free.get(bytes)?.push(start)) this.free.set(bytes, [start]);
      return false;
    });
  }
}

function touch(numbers, value) {
  for (let i = 0; i < numbers.length; i += PAGE) numbers[i] = value;
}

/** Prints resident memory after a fifth of the steps, at the end and at its peak; and how many kept views changed. */
async function memoryRun(design, loop, habit) {
  const arena = design === "arrays" ? undefined : new Arena();
  const make = arena ? (length) => arena.tensor(length) : (length) => ({ numbers: new Float32Array(length) });
  const pinned = []; // for ever: views made from a view (`subarray`, `.buffer`) leave no trace
  const data = (tensor) => {
    if (design === "arena") pinned.push(tensor);
    return tensor.numbers;
  };
  const [kept, resident] = [[], []];
  const begin = performance.now();
  for (let step = 1; step <= STEPS; step++) {
    const tensors = STEP.map(make); // nothing is ever disposed of
    for (const { numbers } of tensors) touch(numbers, step);
    if (habit === "feed") data(tensors[INPUT])[0] = data(tensors[LOGITS])[0]; // write the batch, read the scores
    if (habit === "keep" && step % 100 === 0) kept.push([step, data(tensors[CONV1]).subarray(0, 1)]);
    if (step % 20 === 0) resident.push(process.memoryUsage.rss() / 1e6);
    if (loop === "async") await Promise.resolve();
  }
  const seconds = (performance.now() - begin) / 1000;
  const figures = [resident[resident.length / 5 - 1], resident.at(-1), Math.max(...resident), seconds];
  const changed = kept.filter(([step, view]) => view[0] !== step).length;
  console.log([design, loop, habit].join(", ").padEnd(28), ...figures.map((n) => n.toFixed(0).padStart(8)), changed);
}

/** Calls the candidates in turn; prints what `figure` makes of the best, median and mean milliseconds. */
function race(candidates, rounds, unit, figure = (milliseconds) => milliseconds) {
  const runners = Object.entries(candidates).map(([name, run]) => ({ name, run, times: new Float64Array(rounds) }));
  for (let round = 0; round < rounds; round++)
    for (const { run, times } of runners) {
      const begin = performance.now();
      run();
      times[round] = performance.now() - begin;
    }
  for (const { name, times } of runners) {
    const figures = [Math.min(...times), times.toSorted()[rounds >> 1], times.reduce((a, b) => a + b) / rounds];
    console.log(name.padEnd(48), ...figures.map((ms) => figure(ms).toFixed(2).padStart(8)), unit);
  }
}

function copyTimes() {
  const length = ACTIVATIONS[CONV1];
  const home = new Float32Array(length).fill(1);
  const workspace = new Float32Array(new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true }).buffer);
  const copyIn = (size, pitch) => () => {
    for (let i = 0; i * size < length; i++) workspace.set(home.subarray(i * size, (i + 1) * size), i * pitch);
  };
  const copies = {
    "copy in, whole": copyIn(length, length),
    "copy in, image by image, into one place": copyIn(length / BATCH, 0),
    "copy in, row by row, with padding": copyIn(28, 32),
    "copy out, whole": () => home.set(workspace.subarray(0, length)),
  };
  race(copies, 300, "GB/s", (milliseconds) => (length * 4) / milliseconds / 1e6);
}

function allocationTimes() {
  const arena = new Arena();
  const spare = STEP.map((length) => new Float32Array(length));
  const step = (make) => {
    for (const numbers of STEP.map(make)) touch(numbers, 1);
  };
  const steps = {
    "a step's tensors, new Float32Array": () => step((length) => new Float32Array(length)),
    "a step's tensors, not zeroed": () => step((n) => new Float32Array(Buffer.allocUnsafeSlow(n * 4).buffer)),
    "a step's tensors, kept and used again": () => step((_, i) => spare[i]),
    "a step's tensors, arena with its sweeps": () => step((length) => arena.tensor(length).numbers),
  };
  race(steps, 300, "ms");
  for (const count of [0, 1_000_000]) {
    globalThis.records = Array.from({ length: count }, (_, id) => ({ id })); // what a user's program may hold
    race({ [`forced collection, ${count} objects on the heap`]: arena.collect }, 7, "ms");
  }
}

const [design, ...run] = process.argv.slice(2);
if (design) await memoryRun(design, ...run);
else {
  console.log(`Node ${process.version}\n${"".padEnd(28)} MB at ${STEPS / 5},  at ${STEPS},    peak,  seconds, changed`);
  for (const loop of ["sync none", "async none", "sync feed", "sync keep"])
    for (const design of ["arrays", "arena", ...(loop === "sync keep" ? ["unpinned arena"] : [])])
      spawnSync(process.execPath, [process.argv[1], design, ...loop.split(" ")], { stdio: "inherit" });
  console.log(`${"".padEnd(48)}     best   median     mean`);
  copyTimes();
  allocationTimes();
}

// The SIMD passes of a convolution on layers of well-known networks: direct against the blocked loops, the algorithm that
// is chosen against direct, fused multiply-add against plain SIMD, two threads against one. Operands lie where results do.
import { choose } from "../../dist/lib/compute/algorithms.js";
import * as blocked from "../../dist/lib/compute/blocked/conv2d.js";
import * as chosen from "../../dist/lib/compute/conv2d.js";
import { settings } from "../../dist/lib/compute/settings.js";
import * as direct from "../../dist/lib/compute/simd/conv2d.js";
import { allowFused } from "../../dist/lib/wasm/features.js";
import { workMemory } from "../../dist/lib/wasm/jobs.js";
import { setThreadCount } from "../../dist/lib/wasm/threads.js";
import { duel, report, uniform } from "./duel.mjs";

const layers = {
  "LeNet conv1": { n: 64, c: 1, h: 28, f: 6, k: 5, pad: 2 },
  "LeNet conv2": { n: 64, c: 6, h: 14, f: 16, k: 5 },
  "CIFAR 3x3": { n: 32, c: 16, h: 32, f: 32, k: 3, pad: 1 },
  "CIFAR 5x5": { n: 32, c: 16, h: 16, f: 20, k: 5, pad: 2 },
  "AlexNet conv1": { c: 3, h: 227, f: 96, k: 11, stride: 4 },
  "AlexNet conv2": { c: 96, h: 27, f: 256, k: 5, pad: 2 },
  "VGG conv1_2": { c: 64, h: 224, f: 64, k: 3, pad: 1 },
  "VGG conv3_2": { c: 256, h: 56, f: 256, k: 3, pad: 1 },
  "VGG conv5": { c: 512, h: 14, f: 512, k: 3, pad: 1 },
  "1x1 256 to 64": { c: 256, h: 56, f: 64, k: 1 },
  "ResNet stem": { c: 3, h: 224, f: 64, k: 7, stride: 2, pad: 3 },
  "64 to 64, 64 images": { n: 64, c: 64, h: 16, f: 64, k: 3, pad: 1 },
  "128 to 128, 64 images": { n: 64, c: 128, h: 8, f: 128, k: 3, pad: 1 },
  "depthwise 3x3": { c: 128, h: 56, f: 128, k: 3, pad: 1, groups: 128 },
};

const fused = allowFused();
const memory = workMemory();

function inMemory(length, seed) {
  const numbers = memory.floats(memory.reserve(4 * length), length);
  if (seed) numbers.set(uniform(length, seed));
  return numbers;
}

function set(instructions, threads) {
  settings.instructions = instructions;
  setThreadCount(threads);
}

for (const [name, { n = 1, c, h, f, k, stride = 1, pad = 0, groups = 1 }] of Object.entries(layers)) {
  const p = Math.floor((h + 2 * pad - k) / stride) + 1;
  const window = { kernelHeight: k, kernelWidth: k, strideY: stride, strideX: stride, padTop: pad, padLeft: pad };
  const g = { n, c, h, w: h, f, p, q: p, groups, ...window, dilationY: 1, dilationX: 1 };
  const x = inMemory(n * c * h * h, 1);
  const filters = inMemory((f * c * k * k) / groups, 2);
  const dOut = inMemory(n * f * p * p, 3);
  const [out, dX, dFilters] = [dOut, x, filters].map(({ length }) => inMemory(length));
  const passes = {
    forward: (path) => (path === direct ? path.conv2dForward(g, x, filters, null, false, out) : path.conv2dForward(g, x, filters, null, out)),
    "input gradient": (path) => path.conv2dInputGradient(g, dOut, filters, dX),
    "filter gradient": (path) => path.conv2dFilterGradient(g, dOut, x, dFilters),
  };
  const flops = (2 * n * f * p * p * c * k * k) / groups;
  for (const [pass, run] of Object.entries(passes)) {
    const compare = (over, baseline, candidate) => {
      const { best, median, rate } = duel(baseline, candidate, 300);
      report({ name: `${name}: ${pass}`.padEnd(38), over, best, median, gflops: flops / rate / 1e6 });
    };
    const by = (path, instructions, threads) => () => {
      set(instructions, threads);
      run(path);
    };
    compare("the blocked loops, SIMD", by(blocked, "simd", 1), by(direct, "simd", 1));
    if (fused) compare("SIMD, fused", by(direct, "simd", 1), by(direct, "fused", 1));
    const { algorithm } = choose(g, pass, true);
    if (algorithm !== "direct") compare(`direct, ${algorithm}`, by(direct, "fused", 1), by(chosen, "fused", 1));
    compare("one thread, two", by(chosen, "fused", 1), by(chosen, "fused", 2));
  }
  for (const numbers of [x, filters, dOut, out, dX, dFilters]) memory.release(numbers.byteOffset);
}

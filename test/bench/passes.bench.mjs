// Element-wise passes, sums, updates and pooling: SIMD on one thread and two against the loops in JavaScript, all on
// arrays in the jobs' memory. Arguments: names of passes; none for all.
import { reluForward, reluGradient } from "../../dist/lib/compute/activation.js";
import { addBiasRelu, biasReluGradient } from "../../dist/lib/compute/bias-relu.js";
import { add, addBias, biasGradient, scale } from "../../dist/lib/compute/elementwise.js";
import * as pool from "../../dist/lib/compute/pool2d.js";
import { sum } from "../../dist/lib/compute/reduce.js";
import { settings } from "../../dist/lib/compute/settings.js";
import { adamUpdate, sgdUpdate } from "../../dist/lib/compute/update.js";
import { allowFused } from "../../dist/lib/wasm/features.js";
import { workMemory } from "../../dist/lib/wasm/jobs.js";
import { setThreadCount } from "../../dist/lib/wasm/threads.js";
import { duel, uniform } from "./duel.mjs";

allowFused();
const memory = workMemory();
const reserved = [];
const placed = (values, home = "floats") => {
  const array = memory[home](memory.reserve(4 * values.length), values.length);
  array.set(values);
  reserved.push(array);
  return array;
};

const sgd = { learningRate: 1e-3, momentum: 0.9, nesterov: false, weightDecay: 1e-4 };
const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** A batch of `[n, f, plane]` of about so many numbers. */
const batch = (length, plane) => {
  const rows = Math.max(1, Math.round(length / plane));
  const f = Math.min(rows, 16);
  return [Math.max(1, Math.round(rows / f)), f, plane];
};

/** Square maps of about so many numbers, sixteen to an image. */
function pooling(length, size, stride, pad) {
  const side = Math.max(8, Math.min(112, 2 * Math.round(Math.sqrt(length / 256) / 2)));
  const n = Math.max(1, Math.round(length / 16 / side ** 2));
  const p = Math.floor((side + 2 * pad - size) / stride) + 1;
  const window = { kernelHeight: size, kernelWidth: size, strideY: stride, strideX: stride };
  const border = { padTop: pad, padLeft: pad, padBottom: pad, padRight: pad, dilationY: 1, dilationX: 1 };
  return { n, c: 16, h: side, w: side, p, q: p, ...window, ...border };
}

const poolings = Object.fromEntries(
  [
    ["2x2/2", 2, 2, 0],
    ["3x3/2", 3, 2, 1],
    ["3x3/1", 3, 1, 1],
  ].flatMap(([name, size, stride, pad]) => {
    const arrays = (length) => {
      const g = pooling(length, size, stride, pad);
      const windows = g.n * g.c * g.p * g.q;
      const x = placed(uniform(g.n * g.c * g.h * g.w, 1));
      const out = placed(uniform(windows, 2));
      const switches = placed(new Int32Array(windows), "ints");
      pool.maxPool2dForward(g, x, out, switches);
      return { g, x, out, switches, windows };
    };
    return [
      [`max ${name}`, (length) => {
        const { g, x, out, switches, windows } = arrays(length);
        return [x.length, 4 * x.length + 8 * windows, () => pool.maxPool2dForward(g, x, out, switches)];
      }],
      [`max ${name} gradient`, (length) => {
        const { g, x, out, switches, windows } = arrays(length);
        return [x.length, 4 * x.length + 8 * windows, () => pool.maxPool2dInputGradient(g, out, switches, x)];
      }],
      [`average ${name}`, (length) => {
        const { g, x, out, windows } = arrays(length);
        return [x.length, 4 * x.length + 4 * windows, () => pool.averagePool2dForward(g, x, out, true)];
      }],
      [`average ${name} gradient`, (length) => {
        const { g, x, out, windows } = arrays(length);
        return [x.length, 4 * x.length + 4 * windows, () => pool.averagePool2dInputGradient(g, out, x, true)];
      }],
    ];
  }),
);

/** For about `length` numbers: how many they are, bytes that are read and written, the pass. */
const passes = {
  add: (length) => {
    const [a, b, out] = [1, 2, 3].map((seed) => placed(uniform(length, seed)));
    return [length, 12 * length, () => add(a, b, out)];
  },
  scale: (length) => {
    const [x, out] = [1, 2].map((seed) => placed(uniform(length, seed)));
    return [length, 8 * length, () => scale(x, 0.5, out)];
  },
  relu: (length) => {
    const [x, out] = [1, 2].map((seed) => placed(uniform(length, seed)));
    return [length, 8 * length, () => reluForward(x, out)];
  },
  "relu gradient": (length) => {
    const [dOut, out, dX] = [1, 2, 3].map((seed) => placed(uniform(length, seed)));
    return [length, 12 * length, () => reluGradient(dOut, out, dX)];
  },
  sum: (length) => {
    const x = placed(uniform(length, 1));
    return [length, 4 * length, () => sum(x)];
  },
  ...Object.fromEntries(
    [1, 25, 784].flatMap((plane) => {
      const arrays = (length) => {
        const sizes = batch(length, plane);
        const count = sizes[0] * sizes[1] * plane;
        const [x, out, dX] = [1, 2, 3].map((seed) => placed(uniform(count, seed)));
        return { sizes, count, x, out, dX, bias: placed(uniform(sizes[1], 4)) };
      };
      return [
        [`bias ${plane}`, (length) => {
          const { sizes, count, x, out, bias } = arrays(length);
          return [count, 8 * count, () => addBias(...sizes, x, bias, out)];
        }],
        [`bias relu ${plane}`, (length) => {
          const { sizes, count, x, out, bias } = arrays(length);
          return [count, 8 * count, () => addBiasRelu(...sizes, x, bias, out)];
        }],
        [`bias gradient ${plane}`, (length) => {
          const { sizes, count, x, bias } = arrays(length);
          return [count, 4 * count, () => biasGradient(...sizes, x, bias)];
        }],
        [`bias relu gradient ${plane}`, (length) => {
          const { sizes, count, x, out, dX, bias } = arrays(length);
          return [count, 12 * count, () => biasReluGradient(...sizes, x, out, dX, bias)];
        }],
      ];
    }),
  ),
  momentum: (length) => {
    const [p, g, v] = [1, 2, 3].map((seed) => placed(uniform(length, seed)));
    return [length, 20 * length, () => sgdUpdate(p, g, v, sgd)];
  },
  adam: (length) => {
    const [p, g, m] = [1, 2, 3].map((seed) => placed(uniform(length, seed)));
    const v = placed(uniform(length, 4).map(Math.abs));
    return [length, 28 * length, () => adamUpdate(p, g, m, v, 5, adam)];
  },
  ...poolings,
};

const wanted = process.argv.slice(2);
for (const [name, make] of Object.entries(passes)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const length of [1e3, 1e4, 1e5, 1e6, 1e7]) {
    const [count, bytes, pass] = make(length);
    const javascript = () => {
      settings.instructions = "typescript";
      pass();
      settings.instructions = "fused";
    };
    const figures = [1, 2].map((threads) => {
      setThreadCount(threads);
      const { best, median, rate } = duel(javascript, pass, 150);
      const ratio = `${best.toFixed(1)}x (${median.toFixed(1)}x)`.padEnd(15);
      return `${ratio} ${((rate / count) * 1e6).toFixed(2)} ns ${(bytes / rate / 1e6).toFixed(0).padStart(4)} GB/s`;
    });
    console.log(`${name.padEnd(22)} ${String(count).padStart(8)}  1 thread ${figures.join("   2 threads ")}`);
    for (const array of reserved.splice(0)) memory.release(array.byteOffset);
  }
}

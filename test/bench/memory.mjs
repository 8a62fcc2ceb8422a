/**
 * Resident memory of LeNet-5 training, no dispose anywhere: one line a thousand steps, then the growth from the first half,
 * after a tenth to warm up, to the second: between their lowest points, since V8 collects its old generation only every
 * ten thousand steps or so, and what it has not collected yet is some 10 MB. Some tensors' `.data` is kept and looked at again at the end.
 *
 *     node test/bench/memory.mjs [sync|async] [steps=10000] [batch=2]
 *
 * Run `npm run build` first, and give Node --max-semi-space-size=2: V8's young generation may grow by 48 MB whenever it
 * likes, which hides what is looked for. What counts is that the last number stays near zero whatever the number of steps.
 */
import { Adam, crossEntropy, lenet5, Random, tensor, wrap } from "../../dist/lib/index.js";

const [mode = "sync", steps = "10000", batch = "2"] = process.argv.slice(2);
const [count, n] = [Number(steps), Number(batch)];

const random = new Random(1);
const net = lenet5({ random });
const optimizer = new Adam(net.parameters());
/** Scores kept by a user, with a copy of what they were when they were kept. */
const kept = [];
let [first, second, peak] = [Infinity, Infinity, 0];

function step(i) {
  const images = wrap(Float32Array.from({ length: n * 784 }, () => random.uniform()), [n, 1, 28, 28]);
  const labels = tensor(Array.from({ length: n }, () => random.integer(10)), [n], "int32");
  optimizer.zeroGrad();
  const scores = net.forward(images);
  crossEntropy(scores, labels).backward();
  optimizer.step();
  if (i % 100 === 0) kept.push({ data: scores.data, copy: [...scores.data] });
  const rss = process.memoryUsage.rss() / 2 ** 20;
  peak = Math.max(peak, rss);
  if (i > count / 2) second = Math.min(second, rss);
  else if (i >= count / 10) first = Math.min(first, rss);
  if (i % 1000 === 0) console.log(`${mode} step ${i}: ${rss.toFixed(1)} MB`);
}

for (let i = 1; i <= count; i++) {
  step(i);
  if (mode === "async") await new Promise((resolve) => setImmediate(resolve));
}

const changed = kept.filter(({ data, copy }) => copy.some((value, i) => value !== data[i])).length;
const growth = second - first;
console.log(JSON.stringify({ mode, steps: count, batch: n, growth: Number(growth.toFixed(2)), peak: Number(peak.toFixed(1)), kept: kept.length, changed }));

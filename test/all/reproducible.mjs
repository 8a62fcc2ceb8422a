/**
 * Trains two small networks with `reproducible` for 20 steps each, by momentum and by Adam, and prints a hash of all
 * losses, parameters and running statistics: the same everywhere.
 *
 *     node test/all/reproducible.mjs [simd|fused|typescript] [threads=1] [steps=20]
 *
 * Run `npm run build` first.
 */
import { createHash } from "node:crypto";
import {
  Adam,
  BatchNorm2d,
  Conv2d,
  computeSettings,
  crossEntropy,
  digits,
  Flatten,
  Linear,
  MaxPool2d,
  Random,
  ReLU,
  Sequential,
  SGD,
  threads,
} from "../../dist/lib/index.js";

const [instructions = "fused", count = "1", steps = "20"] = process.argv.slice(2);
computeSettings({ reproducible: true, instructions });
threads(Number(count));

const hash = createHash("sha256");
const add = (numbers) => hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));

const examples = digits({ count: 320, seed: 1 });
const optimizers = [
  (parameters) => new SGD(parameters, { learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }),
  (parameters) => new Adam(parameters, { learningRate: 0.003 }),
];

for (const optimizerOf of optimizers) {
  const random = new Random(2);
  const net = new Sequential(
    new Conv2d({ inChannels: 1, outChannels: 8, kernelSize: 5, padding: 2, random }),
    new BatchNorm2d({ channels: 8 }),
    new ReLU(),
    new MaxPool2d({ kernelSize: 2 }),
    new Conv2d({ inChannels: 8, outChannels: 16, kernelSize: 3, random }),
    new ReLU(),
    new MaxPool2d({ kernelSize: 2 }),
    new Conv2d({ inChannels: 16, outChannels: 24, kernelSize: 3, stride: 2, padding: 1, random }),
    new ReLU(),
    new Flatten(),
    new Linear({ inFeatures: 24 * 9, outFeatures: 10, random }),
  );
  const optimizer = optimizerOf(net.parameters());
  for (let step = 0; step < Number(steps); step++) {
    const indices = Int32Array.from({ length: 32 }, (_, i) => (32 * step + i) % 320);
    const { images, labels } = examples.gather(indices);
    optimizer.zeroGrad();
    const loss = crossEntropy(net.forward(images), labels);
    loss.backward();
    optimizer.step();
    add(loss.data);
  }
  for (const { data } of [...net.parameters(), ...net.namedBuffers().map(([, buffer]) => buffer)]) add(data);
}
console.log(hash.digest("hex"));

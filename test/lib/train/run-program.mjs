/**
 * A run in which everything has a state that can be lost, as a program of its own: says when it begins, and prints its
 * numbers at the end.
 *
 *     node test/lib/train/run-program.mjs [threads] [checkpoint]
 */
import {
  AdamW,
  augmented,
  BatchNorm2d,
  Conv2d,
  Dropout,
  digits,
  Flatten,
  fit,
  Linear,
  Random,
  ReduceOnPlateau,
  ReLU,
  randomShift,
  Sequential,
  threads,
  topKAccuracy,
} from "../../../dist/lib/index.js";

const [count, path] = process.argv.slice(2);
if (count !== undefined) threads(Number(count));
const random = new Random(1);
// Large enough that threads share its convolutions.
const net = new Sequential({
  conv: new Conv2d({ inChannels: 1, outChannels: 16, kernelSize: 5, padding: 2, random }),
  norm: new BatchNorm2d({ channels: 16 }),
  relu: new ReLU(),
  second: new Conv2d({ inChannels: 16, outChannels: 8, kernelSize: 5, stride: 3, random }),
  dropout: new Dropout({ probability: 0.2, random }),
  flatten: new Flatten(),
  fc: new Linear({ inFeatures: 512, outFeatures: 10, random }),
});
console.log("begun");
const history = await fit(net, augmented(digits({ count: 50 }), [randomShift({ pixels: 2 })], { seed: 3 }), {
  optimizer: new AdamW(net.parameters(), { learningRate: 0.01, weightDecay: 0.1 }),
  epochs: 5,
  batchSize: 16,
  validation: digits({ count: 30, seed: 9 }),
  metrics: { "top 3": topKAccuracy(3) },
  schedule: new ReduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.2 }),
  earlyStopping: { patience: 10, restoreBest: true },
  clipNorm: 2,
  ...(path !== undefined && { checkpoint: { path, everySteps: 1, resume: true } }),
});
const weights = [...net.namedParameters(), ...net.namedBuffers()].map(([name, { data }]) => [name, ...data]);
const { losses, accuracies, learningRates, gradientNorms, metrics } = history;
const epochs = history.epochs.map((epoch) => ({ ...epoch, seconds: 0 }));
console.log(JSON.stringify({ weights, losses, accuracies, learningRates, gradientNorms, metrics, epochs }));

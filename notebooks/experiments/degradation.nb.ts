// %% [markdown]
// # Experiment: degradation, and its cure
//
// A deeper network can do all that a shallower one can: its further layers need only pass on what they get. Yet plain
// networks of many layers learn *worse* than shallow ones, and that on the very images they are trained on. So it is not
// overfitting: the optimiser does not find what the network could be. He et al. (2016, section 1) call it *degradation*,
// and cure it by a sum: a block that computes $x + F(x)$ passes on x by learning nothing.
//
// Three networks, the same recipe, several seeds: plain-8 is shallow, plain-20 is deep, ResNet-20 has plain-20's
// layers, exactly its parameters, and shortcuts.

// %% tags=["parameters"]
// The folder of CIFAR-10's files, binary version
let data: string = "data/cifar10";
// How many images the training files hold
let trainImages: number = 50_000;
// How many images the test files hold
let testImages: number = 10_000;
// How often each network sees each training image
let epochs: number = 4;
// How many seeds, from 0 on
let seeds: number = 3;
// How many of the training images are used; 0 for all
let examples: number = 0;

// %% The photographs
import { cifar10 } from "stridelab";

const sets = await cifar10(data, {
  train: trainImages,
  test: testImages,
  normalize: true,
});
const train = examples > 0 ? sets.train.slice(0, examples) : sets.train;

// %% Three networks
import { deepStrictEqual as assertEqual } from "node:assert";
import {
  cifarPlain,
  cifarResNet,
  type Sequential,
  summary,
  table,
} from "stridelab";

const networks: Record<string, () => Sequential> = {
  "plain-8": () => cifarPlain({ depth: 8 }),
  "plain-20": () => cifarPlain({ depth: 20 }),
  "ResNet-20": () => cifarResNet({ depth: 20 }),
};
const costs = Object.values(networks).map((build) => summary(build(), [3, 32, 32]));
assertEqual(costs[1]?.parameters, costs[2]?.parameters);
table(
  Object.keys(networks).map((name, i) => [
    name,
    costs[i]!.parameters,
    costs[i]!.macs,
  ]),
  ["network", "parameters", "multiplications an image"],
);

// %% [markdown]
// ## The recipe
//
// The paper's, but shorter: SGD with momentum 0.9 and weight decay 1e-4; photographs shifted by up to four pixels and mirrored
// at random. The paper takes 64,000 steps; so that a fiftieth of them will do, batches are of 32, and the learning rate goes
// through one cycle (Smith, 2018), up to 0.05 and down to nothing.

// %% Training
import {
  augmented,
  evaluate,
  fit,
  oneCycle,
  overSeeds,
  randomCrop,
  randomHorizontalFlip,
  SGD,
  seed as seedWeights,
} from "stridelab";

const batchSize = 32;
const learningRate = 0.05;
const schedule = oneCycle({
  learningRate,
  steps: epochs * Math.ceil(train.count / batchSize),
});
/** The error on the training images after each epoch, by network, a row a seed. */
const errors: Record<string, number[][]> = {};

async function run(name: string, seed: number): Promise<number> {
  seedWeights(seed); // each network's weights follow from the seed, whichever came before it
  const network = networks[name]!();
  const begin = performance.now();
  const history = await fit(
    network,
    augmented(train, [randomCrop({ padding: 4 }), randomHorizontalFlip()], {
      seed,
    }),
    {
      optimizer: new SGD(network.parameters(), {
        learningRate,
        momentum: 0.9,
        weightDecay: 1e-4,
      }),
      schedule,
      epochs,
      batchSize,
      seed,
      live: false,
    },
  );
  errors[name] ??= [];
  errors[name].push(history.epochs.map((epoch) => 1 - epoch.train.accuracy));
  const { accuracy } = await evaluate(network, sets.test);
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1);
  const last = (100 * errors[name].at(-1)!.at(-1)!).toFixed(1);
  console.log(
    `${name}, seed ${seed}: training error ${last} %, test accuracy ${(100 * accuracy).toFixed(1)} %, ${minutes} minutes`,
  );
  return accuracy;
}

const runs = await overSeeds(
  [...Array(seeds).keys()],
  async (seed) => {
    const accuracies: Record<string, number> = {};
    for (const name of Object.keys(networks))
      accuracies[name] = await run(name, seed);
    return accuracies;
  },
  { percent: true },
);
runs;

// %% [markdown]
// ## The training error, epoch by epoch
//
// Degradation is a deep plain network above a shallow one. With shortcuts the same layers lie below both.
//
// Measured with the first 10,000 photographs, 4 epochs, seeds 0 to 2: 44.5 ± 1.4 % for plain-8, 52.2 ± 3.3 % for plain-20,
// 42.4 ± 2.1 % for ResNet-20, which is the lowest of the three with every seed. So it is with the 1,000 test photographs:
// 57.0, 51.7 and 60.8 % are told right.

// %% Mean over the seeds
import { lineChart } from "stridelab";

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
lineChart({
  title: `Error on the training images, mean over ${seeds} seeds`,
  x: { label: "epoch" },
  y: { label: "error (%)" },
  series: Object.entries(errors).map(([name, rows]) => ({
    name,
    x: Array.from({ length: epochs }, (_, i) => i + 1),
    y: Array.from(
      { length: epochs },
      (_, i) => 100 * mean(rows.map((row) => row[i]!)),
    ),
  })),
});

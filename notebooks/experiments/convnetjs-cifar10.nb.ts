// %% [markdown]
// # Experiment: ConvNetJS's CIFAR-10 network, by its own recipe
//
// In 2014 ConvNetJS trained this network in a browser's tab (Karpathy, *ConvNetJS CIFAR-10 demo*). Here it is again, with
// the demonstration's own settings: 22,466 weights, batches of four, Adadelta.

// %% tags=["parameters"]
// The folder of CIFAR-10's files, binary version
let data: string = "data/cifar10";
// How many images the training files hold
let trainImages: number = 50_000;
// How many images the test files hold
let testImages: number = 10_000;
// How often the network sees each training image
let epochs: number = 4;
// How many seeds, from 0 on
let seeds: number = 1;
// How many of the training images are used; 0 for all
let examples: number = 0;

// %% The photographs: pixels from -0.5 to 0.5
import { cifar10, convnetjsCifar10, summary } from "stridelab";

const normalize = { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] };
const sets = await cifar10(data, {
  train: trainImages,
  test: testImages,
  normalize,
});
const train = examples > 0 ? sets.train.slice(0, examples) : sets.train;
summary(convnetjsCifar10(), [3, 32, 32]);

// %% [markdown]
// ## The recipe
//
// Adadelta (Zeiler, 2012) with decay 0.95 finds its own step for every weight. Weights are pulled to zero by 1e-4, biases
// are not. Photographs are shifted by up to two pixels and mirrored at random.
//
// Measured with the first 10,000 photographs, 10 epochs, seeds 0 to 2, on the first 1,000 test photographs: 52 ± 3 %, and
// 55 ± 1 % of the photographs it learned from. It was still learning: a batch of four and no falling step size take long.

// %% Training
import {
  Adadelta,
  augmented,
  evaluate,
  fit,
  overSeeds,
  randomHorizontalFlip,
  randomShift,
} from "stridelab";

let network = convnetjsCifar10();
async function run(
  seed: number,
): Promise<{ train: number; test: number; minutes: number }> {
  network = convnetjsCifar10();
  const named = network.namedParameters();
  const biases = named
    .filter(([name]) => name.endsWith("bias"))
    .map(([, parameter]) => parameter);
  const weights = network
    .parameters()
    .filter((parameter) => !biases.includes(parameter));
  const optimizer = new Adadelta(
    [
      { parameters: weights, weightDecay: 1e-4 },
      { parameters: biases, weightDecay: 0 },
    ],
    { learningRate: 1, rho: 0.95, epsilon: 1e-6 },
  );
  const begin = performance.now();
  await fit(
    network,
    augmented(train, [randomShift({ pixels: 2 }), randomHorizontalFlip()], {
      seed,
    }),
    {
      optimizer,
      epochs,
      batchSize: 4,
      seed,
      live: seed === 0,
    },
  );
  const minutes = (performance.now() - begin) / 60_000;
  const [seen, unseen] = [
    await evaluate(network, train),
    await evaluate(network, sets.test),
  ];
  console.log(
    `seed ${seed}: test accuracy ${(100 * unseen.accuracy).toFixed(2)} %, ${minutes.toFixed(1)} minutes`,
  );
  return { train: seen.accuracy, test: unseen.accuracy, minutes };
}

const runs = await overSeeds([...Array(seeds).keys()], run);
runs;

// %% The filters of the first layer
import { type Conv2d, filterGrid } from "stridelab";

filterGrid((network.layers.conv1 as Conv2d).filters, { title: "Filters of conv1" });

// %% [markdown]
// # Gallery
//
// Every kind of picture, a cell each, on a small LeNet that learns generated digits. A value draws itself as the last
// expression of a cell; `display(value)` shows one before that.

// %% tags=["parameters"]
// How many digits the network learns from
let examples: number = 1000;
// How often it sees each of them
let epochs: number = 2;

// %% A network, and its training
import { Adam, digitSets, fit, lenet5, seed, WeightHistory } from "stridelab";

seed(0);
const { train, test } = digitSets({ count: examples });
const net = lenet5();
const weights = new WeightHistory(net);
const history = await fit(net, train, {
  optimizer: new Adam(net.parameters()),
  epochs,
  validation: test,
  clipNorm: 5,
  onStep: ({ step }) => weights.record(step),
});

// %% [markdown]
// ## Tensors
//
// Small ones are tables of numbers, image-like ones images, all others a curve or a histogram with their statistics.

// %% A table of numbers
import { numberTable, tensor } from "stridelab";

numberTable(
  tensor([
    [1, 0, -1],
    [2, 0, -2],
    [1, 0, -1],
  ]),
  { title: "Sobel's horizontal filter" },
);

// %% Images
import { imageGrid } from "stridelab";

const some = test.images.slice(0, 16);
imageGrid(some, {
  labels: Array.from(test.labels.data.subarray(0, 16), String),
  title: "Digits and their labels",
});

// %% A histogram
import { histogram } from "stridelab";

histogram(net.layers.fc1.weights, { title: "Weights of fc1", label: "weight" });

// %% [markdown]
// ## Training
//
// The curve of the first cell grew while it trained. The history holds the others, and several runs can be compared. Where the
// front end has widgets, a panel sets what training goes on with.

// %% Accuracy
history.chart("accuracy");

// %% The length of the gradients
history.chart("gradient norm");

// %% Several runs, with the band of their seeds
import { compareRuns, type History, SGD } from "stridelab";

const few = train.slice(0, 256);
const runs: History[] = [];
for (const start of [1, 2, 3]) {
  seed(start);
  const one = lenet5();
  const optimizer = new SGD(one.parameters(), {
    learningRate: 0.05,
    momentum: 0.9,
  });
  runs.push(
    await fit(one, few, {
      optimizer,
      epochs: 3,
      batchSize: 32,
      seed: start,
      live: false,
    }),
  );
}
compareRuns({ "SGD, three seeds": runs, "Adam, all digits": history });

// %% By hand: pause, single steps, another rate, momentum or batch size
import { display } from "stridelab/notebook";

display(imageGrid(few.images.slice(0, 8), { title: "What it learns from" }));
const another = lenet5();
const optimizer = new SGD(another.parameters(), {
  learningRate: 0.05,
  momentum: 0.9,
});
const byHand = await fit(another, few, {
  optimizer,
  epochs: 4,
  batchSize: 32,
  panel: true,
});

// %% How far the weights have come
weights;

// %% The distribution of a layer's weights over time
weights.distribution("conv2.filters");

// %% Filters over time
weights.filters("conv1.filters");

// %% [markdown]
// ## What layers hold and give

// %% Filters
import { filterGrid } from "stridelab";

filterGrid(net.layers.conv1.filters, { title: "Filters of conv1" });

// %% The maps of one layer
import { layerMaps } from "stridelab";

const image = test.images.slice(0, 1);
layerMaps(net, image, { layers: ["relu1"] });

// %% The maps of all layers
layerMaps(net, image, { limit: 8 });

// %% The gradient that arrives at a layer's maps
import { crossEntropy } from "stridelab";

const label = test.labels.slice(0, 1);
layerMaps(net, image, {
  layers: ["conv2"],
  loss: (scores) => crossEntropy(scores, label),
});

// %% Distributions, zeros and dead units of every layer
import { layerStatistics } from "stridelab";

layerStatistics(net, some);

// %% The same of the gradients
layerStatistics(net, some, {
  loss: (scores) => crossEntropy(scores, test.labels.slice(0, 16)),
});

// %% Saturated units
import { Flatten, Linear, Sequential, Sigmoid, Tanh } from "stridelab";

const large = new Linear({ inFeatures: 784, outFeatures: 32 });
large.weights.assign(large.weights.data.map((weight) => 30 * weight));
const saturated = new Sequential({
  flat: new Flatten(),
  large,
  sigmoid: new Sigmoid(),
  small: new Linear({ inFeatures: 32, outFeatures: 16 }),
  tanh: new Tanh(),
});
layerStatistics(saturated, some, { title: "Weights thirty times too large" });

// %% [markdown]
// ## Networks

// %% A summary
import { summary } from "stridelab";

summary(net, [1, 28, 28]);

// %% A graph
import { networkGraph } from "stridelab";

networkGraph(net, [1, 28, 28]);

// %% Branches, and a way past them
import { add, Branches, Conv2d, Module, relu, type Tensor } from "stridelab";

class Inception extends Module {
  readonly branches = new Branches({
    one: new Conv2d({ inChannels: 16, outChannels: 4, kernelSize: 1 }),
    three: new Sequential({
      reduce: new Conv2d({ inChannels: 16, outChannels: 4, kernelSize: 1 }),
      conv: new Conv2d({
        inChannels: 4,
        outChannels: 8,
        kernelSize: 3,
        padding: 1,
      }),
    }),
    five: new Conv2d({ inChannels: 16, outChannels: 4, kernelSize: 5, padding: 2 }),
  });
  forward(x: Tensor): Tensor {
    return relu(add(this.branches.forward(x), x));
  }
}
networkGraph(new Inception(), [16, 14, 14]);

// %% A network of a paper, as deep as it can be read
import { googlenet } from "stridelab";

networkGraph(() => googlenet(), [3, 224, 224]);

// %% What an output sees: theory, and measurement
import { receptiveFieldMap } from "stridelab";

receptiveFieldMap(net, image, { layer: "conv2" });

// %% A gradient check
import { gradCheckModule, ones } from "stridelab";

gradCheckModule(
  new Conv2d({ inChannels: 2, outChannels: 3, kernelSize: 3 }),
  ones([1, 2, 5, 5]),
);

// %% [markdown]
// ## Results

// %% A confusion matrix
import { confusionMatrix, noGrad } from "stridelab";

const predictions = noGrad(() => net.forward(test.images)).argmax();
confusionMatrix(test.labels, predictions, {
  title: "True digit by predicted digit",
});

// %% What each class is told by
import { classScores } from "stridelab";

classScores(test.labels, predictions);

// %% The worst mistakes
import { topLosses } from "stridelab";

await topLosses(net, test, { count: 4 });

// %% How sure it is
import { predictionBars, softmax } from "stridelab";

const three = test.slice(0, 3);
const probabilities = noGrad(() => softmax(net.forward(three.images)));
predictionBars(three.images, probabilities, { labels: three.labels });

// %% A digit of one's own
import { sketchpad } from "stridelab";

sketchpad(net, [1, 28, 28], {
  title: "Draw a digit",
  image: three.images.slice(1, 2),
  layers: ["relu1", "pool1", "relu2", "pool2"],
  embed: true,
});

// %% [markdown]
// ## Why?

// %% What a score hangs on
import { saliency } from "stridelab";

saliency(net, three.images);

// %% Where a layer looks
import { gradCam } from "stridelab";

gradCam(net, three.images, { layer: net.layers.conv2 });

// %% What is missed when it is hidden
import { occlusion } from "stridelab";

occlusion(net, three.images, { window: 7, stride: 3 });

// %% [markdown]
// ## A convolution, played

// %% The first layer on the first digit
import { convolutionPlayer } from "stridelab";

convolutionPlayer(net, three.images, { layer: "conv1", maps: [0] });

// %% [markdown]
// ## Figures of one's own
//
// `plot` takes plotly's traces. Long curves are thinned, their extremes kept.

// %% A curve of 10,000 points
import { plot } from "stridelab/notebook";

const y = Float64Array.from(
  { length: 10_000 },
  (_, i) => Math.sin(i / 700) + Math.sin(i * i) / 5,
);
plot([{ y, name: "signal" }], {
  xaxis: { title: { text: "sample" } },
  yaxis: { title: { text: "amplitude (V)" } },
});

// %% A heat map
const z = Array.from({ length: 24 }, (_, i) =>
  Array.from({ length: 32 }, (_, j) => Math.sin(i / 4) * Math.cos(j / 5)),
);
plot([{ type: "heatmap", z, colorscale: "Viridis" }], {
  title: { text: "sin by cos" },
});

// %% [markdown]
// ## Hostile names and values
//
// Names are text wherever they come from; what is no number, or too little to draw, is said.

// %% A class with a name that would run a script
const evil = '<img src="x" onerror="document.title = `run`">';
confusionMatrix([0, 1, 1], [0, 1, 0], { classes: ["cat", evil], title: evil });

// %% Numbers that are none
imageGrid(tensor([Number.NaN, 0, Number.POSITIVE_INFINITY, 1], [2, 2]), {
  title: evil,
});

// %% One point, and a series without any
import { lineChart } from "stridelab";

lineChart({
  title: evil,
  x: { label: "step" },
  y: { label: "loss" },
  series: [
    { name: evil, y: [1] },
    { name: "none", y: [] },
  ],
});

// %% A thousand classes
const labels = Array.from({ length: 4000 }, (_, i) => (i * 7) % 1000);
confusionMatrix(
  labels,
  labels.map((one, i) => (i % 9 === 0 ? (one * 13) % 1000 : one)),
  { classes: 1000 },
);

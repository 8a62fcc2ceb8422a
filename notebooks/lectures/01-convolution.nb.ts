// %% [markdown]
// # Lecture 1: from a sliding window to LeNet
//
// A convolutional network is a stack of simple steps. In this lecture every step is done by hand first, with numbers
// that fit on a slide, and then by the library; at the end the same steps, stacked as LeNet, learn to read digits
// while you watch.
//
// Run it top to bottom. Every number that the text states is asserted in the cell below it: if a cell does not
// complain, the statement holds.

// %% tags=["parameters"]
// The digits: "" for the built-in generator, or a folder with MNIST's four files
let data: string = "";
// How often the network sees each training image
let epochs: number = 2;
// Decides the first weights and the order of the images
let initialSeed: number = 0;

// %% [markdown]
// ## 1. Convolution by hand
//
// A *filter* is a small window of weights. It is laid on the image, each weight is multiplied by the number beneath it,
// and the products are summed. Then the window moves one step on.
//
// $$Y_{p,q} = \sum_{i=0}^{K-1} \sum_{j=0}^{L-1} X_{p+i,\,q+j} \; W_{i,j}$$
//
// This is a *cross-correlation*: the filter is not turned around. Neural networks call it convolution all the same.
//
// Our image has $6 \times 6$ numbers. The filter takes the left column minus the right: it answers to vertical edges.

// %% An image and a filter
import { ok as assert, deepStrictEqual as assertEqual } from "node:assert";
import {
  type Conv2dSettings,
  conv2d,
  numberTable,
  ones,
  outputSize,
  reshape,
  type Tensor,
  tensor,
  zeros,
} from "stridelab";

const image = tensor([
  [4, 9, 2, 5, 8, 3],
  [5, 6, 2, 4, 0, 3],
  [2, 4, 5, 4, 5, 2],
  [5, 6, 5, 4, 7, 8],
  [5, 7, 7, 9, 2, 1],
  [5, 8, 5, 3, 8, 4],
]);
const edge = tensor([
  [1, 0, -1],
  [1, 0, -1],
  [1, 0, -1],
]);
image;

// %% [markdown]
// The first window covers the upper left corner. Its nine products, one after the other:

// %% The first number, term by term
const terms: string[] = [];
let total = 0;
for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    const x = image.data[i * 6 + j]!;
    const w = edge.data[i * 3 + j]!;
    terms.push(`${x}·${w < 0 ? `(${w})` : w}`);
    total += x * w;
  }
}
assertEqual(total, 2);
console.log(`${terms.join(" + ")} = ${total}`);

// %% [markdown]
// The library slides the window for us. It works on batches of images with channels, so a single grey image has the
// shape `[N, C, H, W] = [1, 1, 6, 6]`, and a bank of one filter `[F, C, K, L] = [1, 1, 3, 3]`.

// %% All sixteen windows
function slide(x: Tensor, w: Tensor, options: Conv2dSettings = {}) {
  const [h, l] = [x.shape.at(-2)!, x.shape.at(-1)!];
  const y = conv2d(
    reshape(x, [1, 1, h, l]),
    reshape(w, [1, 1, w.shape.at(-2)!, w.shape.at(-1)!]),
    options,
  );
  return reshape(y, [y.shape[2], y.shape[3]]);
}

const edges = slide(image, edge);
assertEqual([...edges.data], [2, 6, -4, 5, 0, 4, 0, -1, -5, 0, 3, 6, -2, 5, 0, 3]);
numberTable(edges, { title: "where the image falls from left to right" });

// %% [markdown]
// A second example, for the blackboard: a $4 \times 4$ image and a filter that adds a number to the one diagonally below
// it. The first window gives $1 + 6 = 7$, the second $1 + 4 = 5$.

// %% A diagonal filter
const small = tensor([
  [1, 1, 1, 3],
  [4, 6, 4, 8],
  [30, 0, 1, 5],
  [0, 2, 2, 4],
]);
const diagonal = tensor([
  [1, 0],
  [0, 1],
]);
const sums = slide(small, diagonal);
assertEqual([...sums.data], [7, 5, 9, 4, 7, 9, 32, 2, 5]);
sums;

// %% [markdown]
// ## 2. How large is the output?
//
// A window of side $F$ starts at one end of an axis of $W$ numbers and moves in steps of $S$, the *stride*. With $P$
// zeros of *padding* at both ends it fits
//
// $$\frac{W - F + 2P}{S} + 1$$
//
// times. On a $7 \times 7$ image a $3 \times 3$ filter fits $5 \times 5$ times with stride 1, and $3 \times 3$ times with
// stride 2.

// %% The formula with its numbers
import { explainOutputSize } from "stridelab";

assertEqual(outputSize(7, { kernelSize: 3, stride: 1 }), 5);
assertEqual(outputSize(7, { kernelSize: 3, stride: 2 }), 3);
for (const stride of [1, 2]) {
  const side = outputSize(7, { kernelSize: 3, stride });
  const map = conv2d(zeros([1, 1, 7, 7]), ones([1, 1, 3, 3]), { stride });
  assertEqual(map.shape, [1, 1, side, side]);
  const formula = explainOutputSize(7, { kernelSize: 3, stride });
  console.log(`stride ${stride}: ${formula}`);
}

// %% [markdown]
// What if the stride does not divide? Take one axis of $W = 5$ numbers, $F = 3$ and $P = 1$. Strides 1 and 2 give 5 and
// 3 windows. Stride 3 would give $2.33$, which is no number of windows. Frameworks round down and leave the last column
// out; the slide's rule is stricter: it refuses. Both are to be had, and the refusal says what would divide.

// %% A stride that does not divide
const line = { kernelSize: 3, padding: 1 };
assertEqual(outputSize(5, { ...line, stride: 1 }), 5);
assertEqual(outputSize(5, { ...line, stride: 2 }), 3);
assertEqual(outputSize(5, { ...line, stride: 3 }), 2); // rounded down
assert(explainOutputSize(5, { ...line, stride: 3 }).includes("= 2.33"));

let refusal = "";
try {
  outputSize(5, { ...line, stride: 3, stridePolicy: "strict" });
} catch (error) {
  refusal = (error as Error).message;
}
assert(refusal.includes("stride 3 does not divide"));
console.log(refusal);

// %% [markdown]
// ## 3. Channels and several filters
//
// A colour image has three *channels*, and so has each filter: the products of all channels, and the filter's *bias*, are
// added up to one number. Each filter makes a map of its own. These are the numbers of the demo in Stanford's CS231n
// notes: an image of $5 \times 5 \times 3$ with a border of zeros, and two filters of $3 \times 3 \times 3$ that move in
// steps of 2. The first output is $3 + 3 - 1 + 1 = 6$.
//
// Press play, or step; point at an output to see its sum, at a number of the input to see where it goes.

// %% The demo of CS231n
import { Conv2d, convolutionPlayer } from "stridelab";

const demo = new Conv2d({
  inChannels: 3,
  outChannels: 2,
  kernelSize: 3,
  stride: 2,
  padding: 1,
});
const rows = (...lines: string[]): number[] =>
  lines.flatMap((line) => line.split(/ +/).map(Number));
demo.filters.assign(
  tensor(
    rows(
      ...[
        "-1 -1 1  1 1 1  -1 0 0",
        "1 -1 0  0 1 0  0 0 1",
        "1 -1 -1  0 0 -1  1 0 1",
      ],
      ...["0 1 -1  1 -1 -1  1 1 -1", "1 -1 0  1 -1 -1  -1 -1 -1"],
      "-1 1 1  0 -1 0  0 -1 0",
    ),
    [2, 3, 3, 3],
  ),
);
demo.bias!.assign(tensor([1, 0]));
const colours = tensor(
  rows(
    "2 1 0 2 1  0 0 1 0 1  1 0 0 1 2  1 0 0 0 1  1 1 2 2 0",
    "2 0 2 2 2  1 1 0 2 1  0 0 1 2 2  2 0 1 2 0  2 1 2 1 0",
    "0 1 0 2 1  1 0 1 0 0  1 2 2 1 1  0 0 0 1 1  2 2 0 1 2",
  ),
  [1, 3, 5, 5],
);
assertEqual(
  [...demo.forward(colours).data],
  [6, 6, 6, -2, 4, 7, 0, 5, 4, -8, -8, -2, -3, -6, -2, -8, -5, 4],
);
convolutionPlayer(demo, colours, { title: "Two filters on three channels" });

// %% [markdown]
// ## 4. Why share the weights?
//
// The first layer of AlexNet lays $96$ filters of $11 \times 11 \times 3$ on a $227 \times 227 \times 3$ image with stride
// 4. Each filter is used at all $55 \times 55$ places with the *same* weights. So the layer learns
// $96 \cdot 11 \cdot 11 \cdot 3 = 34{,}848$ weights and $96$ biases, together $34{,}944$ numbers. If every one of the
// $55 \cdot 55 \cdot 96 = 290{,}400$ neurons had its own $364$, there would be $105{,}705{,}600$.

// %% AlexNet's first layer, counted
import { Sequential, summary } from "stridelab";

const first = new Conv2d({
  inChannels: 3,
  outChannels: 96,
  kernelSize: 11,
  stride: 4,
});
const counted = summary(new Sequential({ first }), [3, 227, 227]);
assertEqual(first.filters.size, 34_848);
assertEqual(counted.parameters, 34_944);
assertEqual(counted.layers[0]!.outputShape, [96, 55, 55]);
const unshared = 55 * 55 * 96 * (11 * 11 * 3 + 1);
assertEqual(unshared, 105_705_600);
console.log(
  `shared ${counted.parameters}, unshared ${unshared}: ${(unshared / counted.parameters).toFixed(0)} times as many`,
);
counted;

// %% [markdown]
// ## 5. Digits
//
// Without a folder of MNIST files, the digits are written by a program: pen strokes of several hands, slanted, stretched
// and bent at random. They are the same on every machine. With `-p data=FOLDER` the notebook reads MNIST itself.

// %% The training and the test set
import { digitSets, imageGrid, mnist } from "stridelab";

const { train, test } =
  data === "" ? digitSets({ count: 4000 }) : await mnist(data);
console.log(`${train.count} images to learn from, ${test.count} to be judged by`);
imageGrid(train.slice(0, 40).images, {
  title: "Forty of the training images",
  labels: [...train.slice(0, 40).labels.data].map(String),
  columns: 10,
});

// %% [markdown]
// What does an edge filter see in a digit? The Sobel filter is the edge filter from above with more weight on the middle.

// %% An edge detector on a digit
import { activationMaps } from "stridelab";

const digit = test.slice(0, 1);
const sobel = tensor(
  [-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1],
  [2, 1, 3, 3],
);
activationMaps(conv2d(digit.images, sobel, { padding: 1 }), {
  title: "Left and right edges, upper and lower edges",
});

// %% [markdown]
// ## 6. LeNet
//
// LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998) stacks what we have: convolution, non-linearity, pooling, twice over;
// then fully connected layers that turn features into scores for ten digits. In its present-day form it uses the rectifier
// $\max(0, x)$ and max pooling.

// %% The network, layer by layer
import { lenet5, seed } from "stridelab";

seed(initialSeed);
const net = lenet5();
const layers = summary(net, [1, 28, 28]);
assertEqual(layers.parameters, 61_706);
layers;

// %% [markdown]
// ## 7. Training
//
// The scores become probabilities by softmax, and the loss of an image is the surprise at its true class,
// $-\log p_{\text{true}}$. Each step takes 32 images, follows the loss back to every weight, and moves the weights a
// little downhill. The steps grow smaller towards the end, so that the network settles instead of jumping about.

// %% LeNet learns
import { Adam, fit } from "stridelab";

const learningRate = 0.003;
const optimizer = new Adam(net.parameters(), { learningRate });
const history = await fit(net, train, {
  optimizer,
  epochs,
  batchSize: 32,
  seed: initialSeed,
  validation: test,
  onStep: ({ step, history }) => {
    optimizer.learningRate = learningRate * (1 - step / history.plannedSteps);
  },
});

// %% [markdown]
// ## 8. What has it learned?
//
// The six filters of the first layer, once random, have become detectors of strokes and edges:

// %% The filters of the first layer
import { filterGrid } from "stridelab";

filterGrid(net.layers.conv1.filters, { title: "Filters of conv1" });

// %% [markdown]
// A digit seen through them, after the rectifier:

// %% Activation maps of a digit
const seen = net.layers.relu1.forward(net.layers.conv1.forward(digit.images));
activationMaps(seen, {
  title: `conv1 and the rectifier, on a ${digit.labels.data[0]}`,
});

// %% [markdown]
// Judged on images that it has never seen:

// %% The confusion matrix
import { confusionMatrix, evaluate, percent } from "stridelab";

const result = await evaluate(net, test);
console.log(`test accuracy ${percent(result.accuracy)} on ${test.count} images`);
confusionMatrix(result.labels, result.predictions, {
  title: "True digit by predicted digit",
});

// %% The digits that it gets wrong
const wrong = [...result.predictions.data.keys()].filter(
  (i) => result.predictions.data[i] !== result.labels.data[i],
);
const mistakes = test.gather(Int32Array.from(wrong.slice(0, 20)));
imageGrid(mistakes.images, {
  title: "Some mistakes: true digit → what the network reads",
  labels: wrong
    .slice(0, 20)
    .map((i) => `${result.labels.data[i]} → ${result.predictions.data[i]}`),
  columns: 10,
});

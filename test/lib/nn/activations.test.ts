import { describe, expect, expectTypeOf, test } from "vitest";
import * as lib from "../../../lib/index.ts";
import { normal } from "../random-tensors.ts";

const x = normal([2, 6, 3, 3], 1, "float32");
const layers: [string, lib.Module, (x: lib.Tensor) => lib.Tensor][] = [
  ["LeakyReLU", new lib.LeakyReLU(), (y) => lib.leakyRelu(y)],
  ["LeakyReLU, steep", new lib.LeakyReLU({ negativeSlope: 0.3 }), (y) => lib.leakyRelu(y, { negativeSlope: 0.3 })],
  ["PReLU", new lib.PReLU(), (y) => lib.leakyRelu(y, { negativeSlope: 0.25 })],
  ["PReLU, a channel each", new lib.PReLU({ channels: 6 }), (y) => lib.prelu(y, lib.full([6], 0.25))],
  ["ReLU6", new lib.ReLU6(), lib.relu6],
  ["ELU", new lib.ELU({ alpha: 0.5 }), (y) => lib.elu(y, { alpha: 0.5 })],
  ["GELU", new lib.GELU(), (y) => lib.gelu(y)],
  ["GELU, approximated", new lib.GELU({ approximate: "tanh" }), (y) => lib.gelu(y, { approximate: "tanh" })],
  ["SiLU", new lib.SiLU(), lib.silu],
  ["Softplus", new lib.Softplus({ beta: 2 }), (y) => lib.softplus(y, { beta: 2 })],
  ["Softmax", new lib.Softmax({ axis: 1 }), (y) => lib.softmax(y, { axis: 1 })],
  ["LogSoftmax", new lib.LogSoftmax({ axis: 1 }), (y) => lib.logSoftmax(y, { axis: 1 })],
  ["Maxout", new lib.Maxout({ pieces: 3 }), (y) => lib.maxout(y, 3)],
];

describe("a layer does what its function does", () => {
  test.each(layers)("%s", (_name, layer, f) => {
    expect(layer.forward(x).data).toEqual(f(x).data);
    // Inside a network too, where what passes between layers is given back.
    const first = new lib.Conv2d({ inChannels: 6, outChannels: 6, kernelSize: 3, padding: 1 });
    const net = new lib.Sequential(first, layer, new lib.Flatten());
    lib.backward(lib.sum(net.forward(x)));
    const found = first.filters.grad!.data.slice();
    for (const parameter of net.parameters()) parameter.grad = null;
    lib.backward(lib.sum(lib.flatten(f(first.forward(x)))));
    expect(found).toEqual(first.filters.grad!.data);
  });

  test("shapes are kept as types", () => {
    const rows = lib.shaped(lib.zeros([4, 6]), ["N", 6]);
    expectTypeOf(new lib.GELU().forward(rows)).toEqualTypeOf<lib.Tensor<readonly ["N", 6]>>();
    expectTypeOf(new lib.PReLU({ channels: 6 }).weights).toEqualTypeOf<lib.Tensor<readonly [6]>>();
  });
});

test("the slopes of a PReLU are parameters, and are learned: a leak of 0.7 is found", () => {
  const layer = new lib.PReLU();
  expect(layer.namedParameters().map(([name]) => name)).toEqual(["weights"]);
  const optimizer = new lib.SGD(layer.parameters(), { learningRate: 0.5 });
  const target = lib.leakyRelu(x, { negativeSlope: 0.7 });
  for (let step = 0; step < 60; step++) {
    optimizer.zeroGrad();
    lib.backward(lib.meanSquaredError(layer.forward(x), target));
    optimizer.step();
  }
  expect(layer.weights.item()).toBeCloseTo(0.7, 4);
});

test("a summary counts the slopes, and shows what maxout leaves of the channels", () => {
  const conv = new lib.Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 3 });
  const net = new lib.Sequential({
    conv,
    slopes: new lib.PReLU({ channels: 6 }),
    largest: new lib.Maxout({ pieces: 2 }),
  });
  const text = lib.summary(net, [1, 8, 8]).toString();
  expect(text).toMatch(/slopes.*6/);
  expect(text).toMatch(/largest.*3.*6.*6/);
});

describe("losses of labels train a network by fit", () => {
  const losses: [string, lib.Loss][] = [
    ["crossEntropy, smoothed", (scores, labels) => lib.crossEntropy(scores, labels, { labelSmoothing: 0.1 })],
    ["negativeLogLikelihood", (scores, labels) => lib.negativeLogLikelihood(lib.logSoftmax(scores), labels)],
    ["hingeLoss", lib.hingeLoss],
    [
      "binaryCrossEntropyWithLogits",
      (scores, labels) => lib.binaryCrossEntropyWithLogits(scores, lib.oneHot(labels, 10), { positiveWeights: 9 }),
    ],
    ["meanSquaredError", (scores, labels) => lib.meanSquaredError(scores, lib.oneHot(labels, 10))],
  ];
  test.each(losses)("%s", async (_name, loss) => {
    lib.seed(1);
    const net = new lib.Sequential(new lib.Flatten(), new lib.Linear({ inFeatures: 784, outFeatures: 10 }));
    const optimizer = new lib.Adam(net.parameters(), { learningRate: 0.003 });
    const history = await lib.fit(net, lib.digits({ count: 200 }), {
      optimizer,
      loss,
      epochs: 4,
      batchSize: 20,
      live: false,
    });
    const [first, last] = [history.losses[0]!, history.losses.at(-1)!];
    expect(last).toBeLessThan(0.8 * first);
  });

  test("losses themselves are losses to the compiler", () => {
    expectTypeOf(lib.crossEntropy).toExtend<lib.Loss>();
    expectTypeOf(lib.negativeLogLikelihood).toExtend<lib.Loss>();
    expectTypeOf(lib.hingeLoss).toExtend<lib.Loss>();
  });
});

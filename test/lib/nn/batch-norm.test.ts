import { describe, expect, expectTypeOf, test } from "vitest";
import { digits } from "../../../lib/data/digits.ts";
import { Flatten, ReLU } from "../../../lib/nn/activation.ts";
import { BatchNorm1d, BatchNorm2d } from "../../../lib/nn/batch-norm.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { evaluating } from "../../../lib/nn/evaluating.ts";
import { GlobalAveragePool2d } from "../../../lib/nn/global-pool2d.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { Module } from "../../../lib/nn/module.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { summarize } from "../../../lib/nn/summary.ts";
import { Adam } from "../../../lib/optim/adam.ts";
import { Random } from "../../../lib/random.ts";
import { shaped, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { evaluate } from "../../../lib/train/evaluate.ts";
import { fit } from "../../../lib/train/fit.ts";
import { normal } from "../random-tensors.ts";

function network() {
  const random = new Random(1);
  return new Sequential({
    conv: new Conv2d({ inChannels: 1, outChannels: 8, kernelSize: 5, stride: 3, bias: false, random }),
    norm1: new BatchNorm2d({ channels: 8 }),
    relu1: new ReLU(),
    flatten: new Flatten(),
    fc1: new Linear({ inFeatures: 512, outFeatures: 32, bias: false, random }),
    norm2: new BatchNorm1d({ features: 32 }),
    relu2: new ReLU(),
    fc2: new Linear({ inFeatures: 32, outFeatures: 10, random }),
  });
}
const modes = (net: Module): boolean[] => net.namedModules().map(([, { training }]) => training);
const buffers = (net: Module): number[] => net.namedBuffers().flatMap(([, { data }]) => [...data]);

describe("the layers", () => {
  test("learn a weight and a bias a channel; the running statistics are buffers, and no parameters", () => {
    const net = network();
    const names = (found: [string, unknown][]) => found.map(([name]) => name).filter((name) => name.startsWith("norm"));
    expect(names(net.namedParameters())).toEqual(["norm1.weights", "norm1.bias", "norm2.weights", "norm2.bias"]);
    expect(names(net.namedBuffers())).toEqual([
      "norm1.runningMean",
      "norm1.runningVariance",
      "norm2.runningMean",
      "norm2.runningVariance",
    ]);
    expect(new BatchNorm2d({ channels: 3, affine: false }).namedParameters()).toEqual([]);
  });

  test("start as the plain normalisation: mean 0 and variance 1 in every channel", () => {
    const out = new BatchNorm2d({ channels: 2 }).forward(normal([8, 2, 5, 5], 1, "float32"));
    const first = out.data.filter((_, i) => Math.floor(i / 25) % 2 === 0);
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    const variance = first.reduce((sum, value) => sum + value * value, 0) / first.length;
    expect(Math.abs(mean)).toBeLessThan(1e-7); // 200 numbers of size 1, rounded at 2⁻²⁴
    expect(Math.abs(variance - 1)).toBeLessThan(3e-5); // variance / (variance + 1e-5), the variance being near 1
  });

  test("in evaluation do to the training set what training did, once the running statistics have arrived", () => {
    const layer = new BatchNorm2d({ channels: 3 });
    const x = normal([6, 3, 7, 7], 2, "float32");
    for (let i = 0; i < 200; i++) layer.forward(x); // 0.9²⁰⁰ = 7e-10 of the start is left
    const trained = layer.forward(x).data;
    const evaluated = layer.eval().forward(x).data;
    const share = Math.sqrt(1 - 1 / (6 * 49)); // the running variance is divided by the count less one
    // the running numbers were rounded 200 times at 2⁻²⁴, each a tenth as strong as the one after
    trained.forEach((value, i) => void expect(Math.abs(value * share - evaluated[i]!)).toBeLessThan(1e-5));
  });

  test("keep the shape's type", () => {
    const x = shaped(zeros([4, 3, 2, 2]), ["N", 3, 2, 2]);
    expectTypeOf(new BatchNorm2d({ channels: 3 }).forward(x)).toEqualTypeOf<Tensor<readonly ["N", 3, 2, 2]>>();
  });

  test("refuse what is no setting", () => {
    expect(() => new BatchNorm2d({ channels: 0 })).toThrow(/BatchNorm2d: channels is 0/);
    expect(() => new BatchNorm1d({ channels: 3 } as never)).toThrow(
      /BatchNorm1d: unknown option "channels"\n.*features/,
    );
    expect(() => new BatchNorm1d({ features: 3, momentum: -1 })).toThrow(/BatchNorm1d: momentum is -1/);
    expect(() => new BatchNorm2d({ channels: 3 }).forward(zeros([2, 4, 5, 5]) as Tensor)).toThrow(
      /the input has 4 channels, weights 3/,
    );
  });
});

describe("modes", () => {
  test("a new network is in training; eval and train switch all parts, also of modules within modules", () => {
    class Twice extends Module {
      readonly parts = [network(), new ReLU()];
      override forward(x: Tensor): Tensor {
        return this.parts.reduce((y: Tensor, part) => part.forward(y), x);
      }
    }
    const net = new Twice();
    expect(new Set(modes(net))).toEqual(new Set([true]));
    expect(net.eval()).toBe(net);
    expect(new Set(modes(net))).toEqual(new Set([false]));
    expect(new Set(modes(net.train()))).toEqual(new Set([true]));
    expect(modes(net)).toHaveLength(11);
  });

  test("evaluating gives every part its own mode back, also after an error", () => {
    const net = network();
    net.layers.norm1.eval();
    const before = modes(net);
    expect(evaluating(net, () => modes(net))).toEqual(before.map(() => false));
    expect(modes(net)).toEqual(before);
    const fail = (): never => {
      throw new RangeError("on purpose");
    };
    expect(() => evaluating(net, fail)).toThrow(RangeError);
    expect(modes(net)).toEqual(before);
  });

  test("evaluating within evaluating leaves the modes of the outer one, and what forward sets lasts as long as it runs", () => {
    const net = network();
    const { norm1 } = net.layers;
    const within = evaluating(net, () => {
      norm1.train(); // as a layer does that always drops
      const inner = evaluating(norm1, () => norm1.training);
      return [norm1.training, inner, net.training];
    });
    expect(within).toEqual([true, false, false]);
    expect(new Set(modes(net))).toEqual(new Set([true]));
    evaluating(net, () => net.layers.norm2.eval());
    expect(net.layers.norm2.training).toBe(true);
  });

  test("the summary of a network in training needs no batch, and leaves mode and statistics", () => {
    const net = network();
    const before = buffers(net);
    const rows = summarize(net, [1, 28, 28]);
    expect(rows.find(({ path }) => path === "norm2")).toMatchObject({ outputShape: [32], parameters: 64, macs: 0 });
    expect(net.training).toBe(true);
    expect(buffers(net)).toEqual(before);
  });

  const train = digits({ count: 300 });
  const fitted = async () => {
    const net = network();
    const optimizer = new Adam(net.parameters(), { learningRate: 0.01 });
    // a callback that uses the network in evaluation mode and does not switch back
    const history = await fit(net, train, { optimizer, epochs: 3, batchSize: 30, onStep: () => net.eval() });
    return { net, history };
  };

  test("fit trains in training mode, and leaves the network in evaluation mode", async () => {
    const { net, history } = await fitted();
    expect(history.steps).toBe(30);
    expect(net.training).toBe(false);
    expect(net.layers.norm1.runningMean.data.every((value) => value !== 0)).toBe(true);
  });

  test("evaluate gives the same in batches of any size, and changes nothing of a network in training", async () => {
    const { net } = await fitted();
    net.train();
    const before = buffers(net);
    const { accuracy, predictions } = await evaluate(net, train);
    expect(accuracy).toBeGreaterThan(0.95);
    expect((await evaluate(net, train, { batchSize: 1 })).predictions.data).toEqual(predictions.data);
    expect(net.training).toBe(true);
    expect(buffers(net)).toEqual(before);
  });

  test("an epoch whose last batch is one example is refused with what to change", async () => {
    const net = network();
    const optimizer = new Adam(net.parameters());
    await expect(fit(net, train.slice(0, 31), { optimizer, batchSize: 30 })).rejects.toThrow(
      /batchNorm1d: a channel of this batch has one number[\s\S]*also the last of an epoch/,
    );
  });

  test("global pooling and normalisation make a network for images of any size", () => {
    const net = new Sequential({
      conv: new Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 3, bias: false }),
      norm: new BatchNorm2d({ channels: 4 }),
      pool: new GlobalAveragePool2d(),
      fc: new Linear({ inFeatures: 4, outFeatures: 10 }),
    });
    for (const side of [9, 28]) expect(net.forward(zeros([2, 1, side, side])).shape).toEqual([2, 10]);
  });
});

import { describe, expect, test } from "vitest";
import { lenet5 } from "../../../lib/models/lenet.ts";
import { BatchNorm2d } from "../../../lib/nn/batch-norm.ts";
import { ConvTranspose1d } from "../../../lib/nn/conv-transpose1d.ts";
import { ConvTranspose2d } from "../../../lib/nn/conv-transpose2d.ts";
import { Conv1d } from "../../../lib/nn/conv1d.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { seed } from "../../../lib/nn/init.ts";
import { initialize } from "../../../lib/nn/initialize.ts";
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type WeightSizes,
} from "../../../lib/nn/initializers.ts";
import { Linear } from "../../../lib/nn/linear.ts";
import { LocallyConnected2d } from "../../../lib/nn/locally-connected2d.ts";
import { MaskedConv2d } from "../../../lib/nn/masked-conv2d.ts";
import { DepthwiseConv2d, SeparableConv2d } from "../../../lib/nn/separable-conv2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { Random } from "../../../lib/random.ts";

const sizes = { shape: [400, 250], fanIn: 250, fanOut: 400 };
const draw = (initializer: Initializer, of: WeightSizes = sizes) => {
  const values = new Float32Array(of.shape.reduce((a, b) => a * b, 1));
  initializer(values, of, new Random(1));
  return values;
};
const deviation = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

describe("the laws", () => {
  test.each<[string, Initializer, number]>([
    ["glorotUniform", glorotUniform(), Math.sqrt(2 / 650)],
    ["glorotNormal", glorotNormal(), Math.sqrt(2 / 650)],
    ["heUniform", heUniform(), Math.sqrt(2 / 250)],
    ["heNormal", heNormal(), Math.sqrt(2 / 250)],
    ["lecunUniform", lecunUniform(), Math.sqrt(1 / 250)],
    ["lecunNormal", lecunNormal(), Math.sqrt(1 / 250)],
    ["randomNormal", randomNormal({ deviation: 0.3 }), 0.3],
    ["randomUniform", randomUniform({ low: -0.3, high: 0.3 }), 0.3 / Math.sqrt(3)],
    // the variance of a normal law cut at two deviations is 1 - 4φ(2) / (2Φ(2) - 1) = 0.77374
    ["truncatedNormal", truncatedNormal({ deviation: 0.3 }), 0.3 * Math.sqrt(0.77374)],
  ])("%s has the deviation of its formula", (_name, initializer, expected) => {
    // 100,000 draws: a deviation's own deviation is at most 1 / √200,000 = 0.22 %; five times that
    expect(Math.abs(deviation(draw(initializer)) / expected - 1)).toBeLessThan(0.011);
  });

  test("uniform ones keep their bounds, the truncated one its two deviations", () => {
    const bound = (values: Float32Array) => Math.max(...values.map(Math.abs));
    expect(bound(draw(glorotUniform()))).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 650)));
    expect(bound(draw(truncatedNormal({ deviation: 1 })))).toBeLessThanOrEqual(2);
    expect(draw(constant(3)).every((value) => value === 3)).toBe(true);
  });

  test.each([
    [[3, 5], 3],
    [[5, 3], 3],
    [[4, 2, 3, 3], 4],
    [[6, 6], 6],
  ])("orthogonal weights %j have %i orthonormal rows or columns", (shape, rank) => {
    const rows = shape[0]!;
    const columns = shape.slice(1).reduce((a, b) => a * b, 1);
    const w = draw(orthogonal({ gain: 2 }), { shape, fanIn: columns, fanOut: rows });
    const vectors = Array.from({ length: rank }, (_, i) =>
      rows <= columns
        ? [...w.slice(i * columns, (i + 1) * columns)]
        : Array.from({ length: rows }, (_, row) => w[row * columns + i]!),
    );
    for (const [i, a] of vectors.entries()) {
      for (const [j, b] of vectors.entries()) {
        const product = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
        expect(Math.abs(product - (i === j ? 4 : 0))).toBeLessThan(1e-6); // numbers of size 2 rounded at 2⁻²⁴
      }
    }
  });

  test("impossible settings are refused", () => {
    expect(() => orthogonal({ gain: 0 })).toThrow(/gain is 0/);
    expect(() => randomUniform({ low: 1, high: 0 })).toThrow(/low is 1, high 0/);
    expect(() => randomNormal({ std: 1 } as never)).toThrow(/unknown option "std"/);
    expect(() => constant("0" as never)).toThrow(/the value is the text "0"/);
  });
});

describe("layers", () => {
  test("draw as before where they are told nothing: the first weights of seed 3 are these", () => {
    seed(3);
    const { filters } = new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 });
    const random = new Random(3);
    const expected = Array.from({ length: 18 }, () => Math.fround(Math.sqrt(2 / 9) * random.normal()));
    expect([...filters.data]).toEqual(expected);
  });

  test("state their fans to the initializer, a bias those of its weights", () => {
    const told: WeightSizes[] = [];
    const spy: Initializer = (values, of) => {
      told.push(of);
      values.fill(1);
    };
    const options = { weightInitializer: spy, biasInitializer: spy };
    const conv = new Conv2d({ inChannels: 4, outChannels: 6, kernelSize: [3, 5], groups: 2, ...options });
    new Linear({ inFeatures: 7, outFeatures: 8, ...options });
    new ConvTranspose2d({ inChannels: 4, outChannels: 6, kernelSize: 4, stride: 2, ...options });
    expect(told).toEqual([
      { shape: [6, 2, 3, 5], fanIn: 2 * 15, fanOut: 6 * 15 },
      { shape: [6], fanIn: 2 * 15, fanOut: 6 * 15 },
      { shape: [8, 7], fanIn: 7, fanOut: 8 },
      { shape: [8], fanIn: 7, fanOut: 8 },
      { shape: [4, 6, 4, 4], fanIn: (4 * 16) / 4, fanOut: 6 * 16 },
      { shape: [6], fanIn: (4 * 16) / 4, fanOut: 6 * 16 },
    ]);
    expect(conv.bias!.data.every((value) => value === 1)).toBe(true);
  });

  test("of every kind with weights take initializers", () => {
    const options = { weightInitializer: constant(2), biasInitializer: constant(3) };
    const layers = [
      new Conv1d({ inChannels: 2, outChannels: 4, kernelSize: 3, ...options }),
      new ConvTranspose1d({ inChannels: 2, outChannels: 4, kernelSize: 3, ...options }),
      new DepthwiseConv2d({ inChannels: 2, kernelSize: 3, ...options }),
      new SeparableConv2d({ inChannels: 2, outChannels: 4, kernelSize: 3, ...options }),
      new LocallyConnected2d({ inChannels: 2, outChannels: 4, inputSize: 5, kernelSize: 3, ...options }),
      new MaskedConv2d({ maskType: "A", inChannels: 2, outChannels: 4, kernelSize: 3, ...options }),
    ];
    for (const layer of layers) {
      for (const [name, { data }] of layer.namedParameters()) {
        expect(new Set(data)).toEqual(new Set([name === "bias" ? 3 : 2]));
      }
    }
  });

  test("large weights are drawn when they are first used, in any order the same, and later draws do not notice", () => {
    const build = () => {
      const random = new Random(8);
      const first = new Linear({ inFeatures: 512, outFeatures: 513, random, bias: false });
      const second = new Linear({ inFeatures: 512, outFeatures: 513, random, bias: false });
      return { first, second, next: random.uniform() };
    };
    const [a, b] = [build(), build()];
    const sample = (layer: Linear) => [...layer.weights.data.slice(0, 5)];
    const [a1, a2] = [sample(a.first), sample(a.second)];
    const [b2, b1] = [sample(b.second), sample(b.first)];
    expect([b1, b2]).toEqual([a1, a2]);
    expect(a1).not.toEqual(a2);
    expect(a.next).toBe(b.next);
    // 262,656 draws: the deviation's own is 0.14 %; five times that
    expect(Math.abs(deviation(a.first.weights.data) / Math.sqrt(2 / 512) - 1)).toBeLessThan(0.007);
  });

  test("an initializer without its brackets is refused", () => {
    expect(() => new Linear({ inFeatures: 2, outFeatures: 2, weightInitializer: "he" as never })).toThrow(
      /initializer: it is the text "he"\n.*heNormal\(\)/,
    );
  });
});

describe("initialize", () => {
  test("draws all weights of a network anew, and leaves biases and scales", () => {
    const net = new Sequential({
      conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, biasInitializer: constant(7) }),
      norm: new BatchNorm2d({ channels: 2 }),
    });
    const optimised = net.parameters();
    expect(initialize(net, constant(0.5))).toBe(net);
    expect(net.parameters()).toEqual(optimised);
    expect(new Set(net.layers.conv.filters.data)).toEqual(new Set([0.5]));
    expect([...net.layers.conv.bias!.data, ...net.layers.norm.weights!.data]).toEqual([7, 7, 1, 1]);
  });

  test("sets biases too where it is told how, and no scale or shift of a normalisation", () => {
    const net = new Sequential({
      conv: new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 }),
      norm: new BatchNorm2d({ channels: 2 }),
    });
    initialize(net, heNormal(), { biasInitializer: constant(0.1), random: new Random(1) });
    expect([...net.layers.conv.bias!.data]).toEqual([0.1, 0.1].map(Math.fround));
    expect([...net.layers.norm.bias!.data]).toEqual([0, 0]);
  });

  test("the same generator gives the same network", () => {
    const weights = () => initialize(lenet5(), glorotNormal(), { random: new Random(2) }).layers.fc3.weights.data;
    expect(weights()).toEqual(weights());
  });

  test("refuses what is no network or no initializer", () => {
    expect(() => initialize(heNormal() as never, lenet5() as never)).toThrow(/the network is a function/);
    expect(() => initialize(lenet5(), "he" as never)).toThrow(/the initializer is the text "he"/);
  });
});

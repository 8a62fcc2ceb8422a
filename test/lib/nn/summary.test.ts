import { describe, expect, test } from "vitest";
import { type Summary, summary } from "../../../lib/display/summary.ts";
import {
  AveragePool2d,
  add,
  backward,
  Conv2d,
  ConvTranspose2d,
  Dropout,
  explain,
  Flatten,
  GlobalAveragePool2d,
  globalAveragePool2d,
  Lambda,
  Linear,
  LocallyConnected2d,
  lenet5,
  MaxPool2d,
  Module,
  ones,
  pad,
  parameter,
  Random,
  ReLU,
  Residual,
  relu,
  Sequential,
  seed,
  type Tensor,
  Upsample,
  zeros,
} from "../../../lib/index.ts";
import { constant } from "../../../lib/nn/initializers.ts";
import { normal } from "../random-tensors.ts";

/** The homework network of the lectures: 227 × 227 × 3, two 5 × 5 layers, pooling 5 by 2, two fully connected layers. */
const homework = () =>
  new Sequential({
    conv1: new Conv2d({ inChannels: 3, outChannels: 256, kernelSize: 5, padding: 2 }),
    conv2: new Conv2d({ inChannels: 256, outChannels: 128, kernelSize: 5, padding: 2 }),
    pool: new MaxPool2d({ kernelSize: 5, stride: 2 }),
    flatten: new Flatten(),
    fc1: new Linear({ inFeatures: 128 * 112 * 112, outFeatures: 512 }),
    fc2: new Linear({ inFeatures: 512, outFeatures: 1 }),
  });

describe("the homework network of 822,923,393 parameters", () => {
  const expected = [
    ["conv1", "256×227×227", 19_456, 227 * 227 * 256 * 75],
    ["conv2", "128×227×227", 819_328, 227 * 227 * 128 * 256 * 25],
    ["pool", "128×112×112", 0, 0],
    ["flatten", "1605632", 0, 0],
    ["fc1", "512", 822_084_096, 512 * 1_605_632],
    ["fc2", "1", 513, 512],
  ];
  const found = (of: Summary) =>
    of.layers.map(({ path, outputShape, parameters, macs }) => [path, outputShape.join("×"), parameters, macs]);

  test("is summarised exactly, without a number of it: from a function that builds it, and from the network", () => {
    const before = process.memoryUsage().arrayBuffers;
    const network = homework();
    for (const of of [summary(homework, [3, 227, 227]), summary(network, [3, 227, 227])]) {
      expect(found(of)).toEqual(expected);
      expect(of.parameters).toBe(822_923_393);
      expect((of.parameterBytes / 2 ** 30).toFixed(2)).toBe("3.07");
      expect(of.layers.map(({ macs }) => (macs / 1e9).toFixed(2))).toEqual([
        "0.99",
        "42.21",
        "0.00",
        "0.00",
        "0.82",
        "0.00",
      ]);
    }
    // of 3.07 GiB: the weights of conv1, which are drawn at once, are 75 KiB
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
  });

  test("tells its memory: parameters, what one example leaves, and what training takes", () => {
    const of = summary(homework, [3, 227, 227]);
    const activations = 4 * (256 * 227 * 227 + 128 * 227 * 227 + 2 * 128 * 112 * 112 + 512 + 1);
    expect(of.activationBytes).toBe(activations);
    expect(of.trainingBytes(10)).toBe(4 * 4 * 822_923_393 + 2 * 10 * activations);
    expect(() => of.trainingBytes(0)).toThrow(/batchSize is 0/);
    expect(of.toString()).toMatch(/fc1 +Linear +512 +822,084,096 +822,083,584 +3.06 GiB/);
  });

  test("sees 13 of 227 places before its fully connected layers, and all of them after", () => {
    const fields = summary(homework, [3, 227, 227]).layers.map(({ receptiveField }) => receptiveField);
    expect(fields[2]).toEqual({ size: [13, 13], stride: [2, 2], start: [-4, -4] });
    expect(fields[4]!.size).toEqual([13 + 2 * 111, 13 + 2 * 111]); // 235: the whole image and the padding
  });
});

describe("the lectures' counts", () => {
  const conv = (channels: number, filters: number, kernelSize: number, options: object = {}) =>
    new Conv2d({ inChannels: channels, outChannels: filters, kernelSize, ...options });

  test("a neuron of 5 × 5 on 32 × 32 × 3 has 75 weights and a bias", () => {
    expect(summary(new Sequential(conv(3, 1, 5)), [3, 32, 32])).toMatchObject({ parameters: 75 + 1 });
  });

  test("AlexNet's first layer shares 34,848 weights and 96 biases over 55 × 55 places", () => {
    const of = summary(() => conv(3, 96, 11, { stride: 4 }), [3, 227, 227]);
    expect(of.parameters).toBe(34_848 + 96);
    expect(of.layers[0]!.outputShape).toEqual([96, 55, 55]);
    const unshared = () =>
      new LocallyConnected2d({ inChannels: 3, outChannels: 96, inputSize: 227, kernelSize: 11, stride: 4 });
    expect(summary(unshared, [3, 227, 227])).toMatchObject({ parameters: 55 * 55 * 96 * 364 }); // 105,705,600
  });

  test.each([
    [2, 5, 18, 25],
    [3, 7, 27, 49],
    [4, 9, 36, 81],
  ])(
    "%i layers of 3 × 3 see as much as one of %i × %i, with %i instead of %i weights a pair of channels",
    (n, side, few, many) => {
      const C = 4;
      const stack = new Sequential(...Array.from({ length: n }, () => conv(C, C, 3, { bias: false })));
      const stacked = summary(stack, [C, 32, 32]);
      const single = summary(conv(C, C, side, { bias: false }), [C, 32, 32]);
      expect(stacked.receptiveField).toEqual({ size: [side, side], stride: [1, 1], start: [0, 0] });
      expect(single.receptiveField).toEqual(stacked.receptiveField);
      expect([stacked.parameters, single.parameters]).toEqual([few * C * C, many * C * C]);
      expect(single.layers[0]!.outputShape).toEqual(stacked.layers.at(-1)!.outputShape);
    },
  );
});

/** First and last place of an axis at which the gradient of one output pixel is not zero. */
function extent(gradient: Tensor, axis: 2 | 3): [number, number] {
  const [, , h, w] = gradient.shape as unknown as [number, number, number, number];
  const places: number[] = [];
  gradient.data.forEach((value, i) => void (value !== 0 && places.push(axis === 2 ? Math.floor(i / w) % h : i % w)));
  return [Math.min(...places), Math.max(...places)];
}

describe("receptive fields are where the gradient of an output is not zero", () => {
  const one = (options: object) =>
    new Conv2d({ inChannels: 1, outChannels: 1, weightInitializer: constant(1), ...options } as never);
  /** Every input counts, unlike in max pooling, and nothing cancels. */
  const pool = (options: object) => new AveragePool2d(options as never);
  const branches = () => {
    class Branches extends Module {
      readonly wide = one({ kernelSize: 5, padding: 2 });
      readonly narrow = one({ kernelSize: 1 });
      override forward(x: Tensor): Tensor {
        return add(this.narrow.forward(x), this.wide.forward(x));
      }
    }
    return new Branches();
  };
  test.each<[string, () => Module]>([
    ["one convolution", () => one({ kernelSize: 3 })],
    [
      "strides and padding",
      () =>
        new Sequential(
          one({ kernelSize: 5, stride: 2, padding: 2 }),
          new ReLU(),
          one({ kernelSize: 3, stride: 2, padding: 1 }),
        ),
    ],
    [
      "dilation",
      () => new Sequential(one({ kernelSize: 3, dilation: 2 }), one({ kernelSize: 3, dilation: 4, padding: 4 })),
    ],
    [
      "unequal directions",
      () => new Sequential(one({ kernelSize: [3, 5], stride: [1, 2] }), one({ kernelSize: [2, 3], dilation: [3, 1] })),
    ],
    [
      "pooling",
      () =>
        new Sequential(
          one({ kernelSize: 3 }),
          pool({ kernelSize: 2 }),
          one({ kernelSize: 3 }),
          pool({ kernelSize: 3, stride: 2 }),
        ),
    ],
    ["branches, the largest", () => new Sequential(branches(), pool({ kernelSize: 2 }), branches())],
    [
      "a residual block",
      () =>
        new Residual({ body: new Sequential(one({ kernelSize: 3, padding: 1 }), one({ kernelSize: 3, padding: 1 })) }),
    ],
    ["a module that calls operations itself", () => new Lambda((x) => relu(one({ kernelSize: 7 }).forward(x)))],
    [
      "nearest upsampling",
      () => new Sequential(one({ kernelSize: 3 }), new Upsample({ scale: 2 }), one({ kernelSize: 3 })),
    ],
    ["bilinear upsampling", () => new Sequential(new Upsample({ scale: 2, mode: "bilinear" }), one({ kernelSize: 3 }))],
    [
      "padding of its own",
      () => new Sequential(new Lambda((x) => pad(x, [[2, 1], 0])), one({ kernelSize: 5, stride: 3 })),
    ],
    [
      "a transposed convolution with a window as wide as its step",
      () =>
        new Sequential(
          one({ kernelSize: 3 }),
          new ConvTranspose2d({
            inChannels: 1,
            outChannels: 1,
            kernelSize: 2,
            stride: 2,
            weightInitializer: constant(1),
          }),
          one({ kernelSize: 3 }),
        ),
    ],
  ])("%s", (_name, build) => {
    const net = build();
    const side = 40;
    const { receptiveField } = summary(net, [1, side, side]);
    const { size, stride, start } = receptiveField!;
    const x = parameter(ones([1, 1, side, side]));
    const [, , p, q] = net.forward(x).shape as unknown as [number, number, number, number];
    // an output in the middle, whose field is whole; where strides are fractions, its middle is one of several
    const at = [Math.floor(p / 2), Math.floor(q / 2)] as const;
    const arriving = zeros([1, 1, p, q]);
    arriving.data[at[0] * q + at[1]] = 1;
    backward(net.forward(x), arriving);
    for (const axis of [0, 1] as const) {
      const [first, last] = extent(x.grad!, axis === 0 ? 2 : 3);
      if (Number.isInteger(stride[axis])) {
        expect(first).toBe(start[axis]! + stride[axis]! * at[axis]);
        expect(last - first + 1).toBe(size[axis]);
      } else expect(last - first + 1).toBeLessThanOrEqual(size[axis]!);
    }
  });

  test("global pooling and fully connected layers see everything; rows have no field", () => {
    const net = new Sequential({
      conv: one({ kernelSize: 3 }),
      pool: new GlobalAveragePool2d(),
      fc: new Linear({ inFeatures: 1, outFeatures: 2 }),
    });
    expect(summary(net, [1, 9, 9]).layers.map(({ receptiveField }) => receptiveField!.size)).toEqual([
      [3, 3],
      [9, 9],
      [9, 9],
    ]);
    const flat = new Sequential({
      conv: one({ kernelSize: 3 }),
      flatten: new Flatten(),
      fc: new Linear({ inFeatures: 49, outFeatures: 2 }),
    });
    expect(summary(flat, [1, 9, 9]).layers.map(({ receptiveField }) => receptiveField!.size[0])).toEqual([3, 3, 9]);
    expect(summary(new Linear({ inFeatures: 4, outFeatures: 2 }), [4]).receptiveField).toBeNull();
  });

  test("the formula of the article: LeNet's last maps see 16 × 16 by steps of 4", () => {
    const { layers } = summary(lenet5(), [1, 28, 28]);
    expect(layers.find(({ path }) => path === "pool2")!.receptiveField).toEqual({
      size: [16, 16],
      stride: [4, 4],
      start: [-2, -2],
    });
  });
});

describe("summaries", () => {
  test("count what is in no layer: operations of the network's own, in memory too", () => {
    class Own extends Module {
      readonly conv = new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3 });
      override forward(x: Tensor): Tensor {
        return globalAveragePool2d(this.conv.forward(x));
      }
    }
    expect(summary(new Own(), [1, 5, 5]).layers.map(({ path, activationBytes }) => [path, activationBytes])).toEqual([
      ["conv", 4 * (2 * 9 + 2)],
    ]);
  });

  test("of a function that builds a network draw nothing: the generator stays, and what leaks out works", () => {
    const weights = () => {
      const { random } = new Dropout();
      return [...new Linear({ inFeatures: 3, outFeatures: 3 }).weights.data, random.uniform()];
    };
    seed(3);
    const expected = weights();
    seed(3);
    let leaked: Sequential | undefined;
    const build = () => {
      leaked = new Sequential(new Linear({ inFeatures: 3, outFeatures: 4 }), new Dropout());
      return leaked;
    };
    expect(summary(build, [3]).parameters).toBe(16);
    expect(weights()).toEqual(expected);
    const out = leaked!.eval().forward(normal([2, 3], 1, "float32"));
    expect(out.data.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
  });

  test("leave a network whose weights are drawn later with the weights that it has anyway", () => {
    const big = () => new Linear({ inFeatures: 512, outFeatures: 513, random: new Random(1), bias: false });
    const [seen, unseen] = [big(), big()];
    summary(seen, [512]);
    expect(seen.weights.data.slice(0, 9)).toEqual(unseen.weights.data.slice(0, 9));
  });

  test("explain takes a function too", () => {
    expect(explain(homework, [3, 227, 227]).passes.length).toBeGreaterThan(5);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "a class",
      () => summary(Sequential as never, [1]),
      /the network is the class Sequential\n.*\(\) => new Sequential/,
    ],
    [
      "a function without return",
      () => summary((() => {}) as never, [1]),
      /the function gives undefined, not a network/,
    ],
    ["a number", () => summary(3 as never, [1]), /the network is 3\n.*\(\) => lenet5\(\)/],
    ["no shape", () => summary(lenet5(), 28 as never), /the shape is 28/],
  ])("of %s are refused with what to give", (_name, call, message) => {
    expect(call).toThrow(message);
  });
});

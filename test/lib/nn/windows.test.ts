import { describe, expect, expectTypeOf, test } from "vitest";
import * as lib from "../../../lib/index.ts";
import { summarize } from "../../../lib/nn/summary.ts";
import { normal } from "../random-tensors.ts";

const random = (): lib.Random => new lib.Random(1);

describe("layers with windows", () => {
  // [layer, input without the batch, output, parameters]: numbers worked out by hand
  const layers: [lib.Module, number[], number[], number][] = [
    [new lib.Conv1d({ inChannels: 4, outChannels: 8, kernelSize: 3, padding: "same", stride: 2 }), [4, 9], [8, 5], 104],
    [
      new lib.ConvTranspose1d({ inChannels: 4, outChannels: 2, kernelSize: 4, stride: 2, padding: 1 }),
      [4, 5],
      [2, 10],
      34,
    ],
    [new lib.DepthwiseConv2d({ inChannels: 3, channelMultiplier: 2, kernelSize: 3 }), [3, 6, 5], [6, 4, 3], 60],
    [
      new lib.SeparableConv2d({ inChannels: 8, outChannels: 16, kernelSize: 3, padding: 1 }),
      [8, 6, 6],
      [16, 6, 6],
      216,
    ],
    [
      new lib.LocallyConnected2d({ inChannels: 2, outChannels: 3, inputSize: [6, 5], kernelSize: 3 }),
      [2, 6, 5],
      [3, 4, 3],
      12 * 3 * 19,
    ],
    [
      new lib.MaskedConv2d({
        maskType: "A",
        inChannels: 3,
        outChannels: 6,
        kernelSize: 5,
        padding: "same",
        colours: 3,
      }),
      [3, 7, 7],
      [6, 7, 7],
      456,
    ],
    [
      new lib.Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 3, padding: 2, paddingMode: "reflect" }),
      [1, 5, 5],
      [2, 7, 7],
      20,
    ],
    [new lib.Pad2d({ padding: [1, [0, 2]], mode: "replicate" }), [1, 4, 4], [1, 6, 6], 0],
    [new lib.MinPool2d({ kernelSize: 2 }), [1, 4, 4], [1, 2, 2], 0],
    [new lib.LpPool2d({ kernelSize: 2, normType: 4 }), [1, 4, 4], [1, 2, 2], 0],
    [new lib.L2Pool2d({ kernelSize: 3, stride: 2, padding: "same" }), [1, 5, 5], [1, 3, 3], 0],
    [new lib.MaxPool1d({ kernelSize: 2 }), [3, 5], [3, 2], 0],
    [new lib.AveragePool1d({ kernelSize: 2, stridePolicy: "ceil" }), [3, 5], [3, 3], 0],
    [new lib.AdaptiveAveragePool2d([2, 3]), [2, 5, 5], [2, 2, 3], 0],
    [new lib.AdaptiveMaxPool2d(2), [2, 5, 5], [2, 2, 2], 0],
    [new lib.Upsample({ scale: 2, mode: "bilinear" }), [2, 3, 4], [2, 6, 8], 0],
  ];

  test.each(layers.map((row) => [row[0].constructor.name, ...row] as const))(
    "%s has the shape and parameters that its definition says",
    (_name, layer, input, output, parameters) => {
      const [row] = summarize(layer, input);
      expect(row).toMatchObject({ outputShape: output, parameters });
      const out = layer.forward(normal([2, ...input], 1, "float32"));
      expect(out.shape).toEqual([2, ...output]);
      expect(out.data.every(Number.isFinite)).toBe(true);
    },
  );

  test("learn in a Sequential as they do one by one", () => {
    const build = () =>
      new lib.Sequential(
        new lib.Pad2d({ padding: 1, mode: "circular" }),
        new lib.MaskedConv2d({ maskType: "B", inChannels: 1, outChannels: 4, kernelSize: 3, random: random() }),
        new lib.ReLU(),
        new lib.SeparableConv2d({ inChannels: 4, outChannels: 6, kernelSize: 3, padding: "same", random: random() }),
        new lib.MinPool2d({ kernelSize: 2, stridePolicy: "ceil" }),
        new lib.Upsample({ scale: 2, mode: "bilinear" }),
        new lib.Conv2d({
          inChannels: 6,
          outChannels: 2,
          kernelSize: 3,
          padding: 1,
          paddingMode: "reflect",
          flip: true,
          random: random(),
        }),
        new lib.ReLU(),
        new lib.LocallyConnected2d({
          inChannels: 2,
          outChannels: 2,
          inputSize: 10,
          kernelSize: 4,
          stride: 3,
          random: random(),
        }),
        new lib.AdaptiveAveragePool2d(2),
      );
    const x = normal([3, 1, 9, 9], 2, "float32");
    const gradients = (forward: (net: ReturnType<typeof build>) => lib.Tensor): number[][] => {
      const net = build();
      lib.backward(lib.sum(forward(net)));
      return net.parameters().map(({ grad }) => Array.from(grad!.data));
    };
    const together = gradients((net) => net.forward(x));
    const apart = gradients((net) => net.children().reduce((value: lib.Tensor, [, layer]) => layer.forward(value), x));
    expect(together).toHaveLength(9);
    expect(together).toEqual(apart);
  });

  test("a mask is a buffer, and weights below its zeros never change", () => {
    const layer = new lib.MaskedConv2d({
      maskType: "A",
      inChannels: 1,
      outChannels: 2,
      kernelSize: 3,
      random: random(),
    });
    expect(layer.namedBuffers().map(([name]) => name)).toEqual(["mask"]);
    lib.backward(lib.sum(layer.forward(normal([2, 1, 5, 5], 3, "float32"))));
    expect([...layer.filters.grad!.data].map((v, i) => (v !== 0) === (layer.mask.data[i % 9] === 1))).not.toContain(
      false,
    );
  });

  test("say what each place sees: padded, unshared, strided, doubled", () => {
    const net = new lib.Sequential(
      new lib.Pad2d({ padding: 1, mode: "reflect" }),
      new lib.LocallyConnected2d({ inChannels: 1, outChannels: 2, inputSize: 18, kernelSize: 3, random: random() }),
      new lib.L2Pool2d({ kernelSize: 2 }),
      new lib.Upsample({ scale: 2 }),
      new lib.Upsample({ scale: 2, mode: "bilinear" }),
    );
    const fields = summarize(net, [1, 16, 16]).map(({ receptiveField }) => receptiveField);
    expect(fields.map((field) => [field!.size[0], field!.stride[0], field!.start[0]])).toEqual([
      [1, 1, -1],
      [3, 1, -1],
      [4, 2, -1],
      [4, 1, -1],
      [5, 0.5, -2],
    ]);
  });

  test("start as their initializers say", () => {
    const start = { weightInitializer: lib.constant(2), biasInitializer: lib.constant(1), kernelSize: 3 };
    const layers = [
      new lib.Conv1d({ inChannels: 1, outChannels: 1, ...start }),
      new lib.ConvTranspose1d({ inChannels: 1, outChannels: 1, ...start }),
      new lib.DepthwiseConv2d({ inChannels: 1, ...start }),
      new lib.SeparableConv2d({ inChannels: 1, outChannels: 1, ...start }),
      new lib.LocallyConnected2d({ inChannels: 1, outChannels: 1, inputSize: 4, ...start }),
      new lib.MaskedConv2d({ maskType: "A", inChannels: 1, outChannels: 1, ...start }),
    ];
    for (const layer of layers) {
      for (const [name, { data }] of layer.namedParameters()) {
        expect(
          data.every((v) => v === (name === "bias" ? 1 : 2)),
          `${layer.constructor.name}.${name}`,
        ).toBe(true);
      }
    }
  });

  test("types know batch and channels", () => {
    const x = lib.shaped(lib.zeros([5, 3, 8]), ["N", 3, 8]);
    const out = new lib.Conv1d({ inChannels: 3, outChannels: 4, kernelSize: 3 }).forward(x);
    expectTypeOf(out).toEqualTypeOf<lib.Tensor<readonly ["N", 4, 6]>>();
  });

  test("MaxUnpool2d leads back along indices, and says so if there are none", () => {
    const { output, indices } = lib.maxPool2dWithIndices(
      lib.tensor([
        [
          [
            [1, 9],
            [7, 3],
          ],
        ],
      ]),
      { kernelSize: 2 },
    );
    const layer = new lib.MaxUnpool2d({ kernelSize: 2 });
    expect([...layer.forward(output, indices).data]).toEqual([0, 9, 0, 0]);
    expect(() => layer.forward(output)).toThrow(/maxUnpool2d: the indices is undefined, not a tensor/);
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["Conv1d", () => new lib.Conv1d({ inChannels: 1, outChannels: 1 } as never), /Conv1d: kernelSize is undefined/],
    [
      "Conv1d",
      () => new lib.Conv1d({ inChannels: 3, outChannels: 2, kernelSize: 3, groups: 2 as number }),
      /Conv1d: 2 groups do not divide/,
    ],
    ["Conv1d", () => new lib.Conv1d(3 as never), /Conv1d: the options are 3/],
    [
      "ConvTranspose1d",
      () => new lib.ConvTranspose1d({ inChannels: 1, outChannels: 1, kernelSize: 3, outputPadding: 1 }),
      /outputPadding is 1/,
    ],
    [
      "DepthwiseConv2d",
      () => new lib.DepthwiseConv2d({ inChannels: 3, outChannels: 3, kernelSize: 3 } as never),
      /unknown option "outChannels"/,
    ],
    [
      "SeparableConv2d",
      () => new lib.SeparableConv2d({ inChannels: 3, kernelSize: 3 } as never),
      /outChannels is undefined/,
    ],
    [
      "LocallyConnected2d",
      () => new lib.LocallyConnected2d({ inChannels: 1, outChannels: 1, kernelSize: 3 } as never),
      /inputSize is undefined/,
    ],
    [
      "LocallyConnected2d",
      () => new lib.LocallyConnected2d({ inChannels: 1, outChannels: 1, inputSize: 2, kernelSize: 3 }),
      /a window of 3 does not fit into 2/,
    ],
    [
      "MaskedConv2d",
      () => new lib.MaskedConv2d({ inChannels: 1, outChannels: 1, kernelSize: 3 } as never),
      /MaskedConv2d: maskType is undefined/,
    ],
    ["Pad2d", () => new lib.Pad2d({} as never), /Pad2d: padding is undefined/],
    ["Pad2d", () => new lib.Pad2d({ padding: [1] as never }), /Pad2d: padding has 1 entries/],
    [
      "AveragePool2d",
      () => new lib.AveragePool2d({ kernelSize: 2, countIncludePad: 1 as never }),
      /countIncludePad is 1/,
    ],
    ["LpPool2d", () => new lib.LpPool2d({ kernelSize: 2, normType: -1 }), /LpPool2d: normType is -1/],
    ["AdaptiveAveragePool2d", () => new lib.AdaptiveAveragePool2d(0), /outputSize is 0/],
    ["Upsample", () => new lib.Upsample({ scale: -1 }), /Upsample: scale is -1/],
    ["MaxUnpool2d", () => new lib.MaxUnpool2d({}), /MaxUnpool2d: neither outputSize nor kernelSize/],
  ];
  test.each(refused)("%s refuses what it cannot be built from", (_name, f, message) => {
    expect(f).toThrow(message);
  });
});

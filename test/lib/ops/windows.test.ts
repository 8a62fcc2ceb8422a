import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import * as lib from "../../../lib/index.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { normal } from "../random-tensors.ts";

const { tensor, zeros, ones } = lib;

beforeEach(() => spoilFreeMemory());

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const difference = (a: lib.Tensor<lib.Shape, lib.FloatDType>, b: lib.Tensor<lib.Shape, lib.FloatDType>): number => {
  expect(a.shape).toEqual(b.shape);
  return largest(a.data.map((v, i) => v - b.data[i]!));
};

describe("what is a special case of something else", () => {
  test("one dimension is two with one row", () => {
    const x = normal([2, 4, 9], 1);
    const filters = normal([6, 2, 3], 2);
    const options = { stride: 2, dilation: 2, groups: 2, flip: true } as const;
    const flat = lib.conv1d(x, filters, { ...options, padding: [1, 3] });
    const deep = lib.conv2d(lib.reshape(x, [2, 4, 1, 9]), lib.reshape(filters, [6, 2, 1, 3]), {
      ...options,
      stride: [1, 2],
      dilation: [1, 2],
      padding: [0, [1, 3]],
    });
    expect(difference(flat, lib.reshape(deep, flat.shape))).toBe(0);
  });

  test("min pooling is max pooling of the negative, NaN included", () => {
    const x = normal([2, 3, 7, 6], 3);
    x.data[50] = Number.NaN;
    const options = { kernelSize: 3, stride: 2, padding: 1, stridePolicy: "ceil" } as const;
    const turned = lib.multiply(lib.maxPool2d(lib.multiply(x, -1), options), -1);
    expect(Array.from(lib.minPool2d(x, options).data)).toEqual(Array.from(turned.data));
    expect(Array.from(lib.minPool2d(x, options).data).filter(Number.isNaN).length).toBeGreaterThan(0);
  });

  test("adaptive pooling to sizes that divide is pooling, and to one pixel the mean of all", () => {
    const x = normal([2, 3, 8, 6], 4);
    const pooled = lib.averagePool2d(x, { kernelSize: [4, 2] });
    expect(difference(lib.adaptiveAveragePool2d(x, [2, 3]), pooled)).toBe(0);
    const whole = lib.reshape(lib.globalAveragePool2d(x), [2, 3, 1, 1]);
    expect(difference(lib.adaptiveAveragePool2d(x, 1), whole)).toBeLessThan(1e-15);
  });

  test("filters that are the same everywhere make a convolution of unshared ones, and their gradients add up to its", () => {
    const x = normal([3, 2, 6, 5], 5);
    const bank = Object.assign(normal([4, 2, 3, 2], 6), { requiresGrad: true });
    const options = { stride: [2, 1], padding: 1 } as const;
    const shared = lib.conv2d(x, bank, options);
    const [, , p, q] = shared.shape as readonly number[];
    const copies = Object.assign(
      tensor(Array.from({ length: p! * q! }, () => [...bank.data]).flat(), [p!, q!, 4, 2, 3, 2], "float64"),
      {
        requiresGrad: true,
      },
    );
    const local = lib.locallyConnected2d(x, copies, options);
    expect(difference(local, shared)).toBeLessThan(1e-13);
    const dOut = normal(shared.shape, 7);
    lib.backward(shared, dOut);
    lib.backward(local, dOut);
    const sums = bank.data.map((_, t) =>
      Array.from({ length: p! * q! }, (_one, at) => copies.grad!.data[at * 48 + t]!).reduce((a, b) => a + b),
    );
    expect(largest(sums.map((v, t) => v - bank.grad!.data[t]!))).toBeLessThan(1e-12);
  });

  test("a separable convolution has one bank of C·F·K·L weights that does the same", () => {
    const x = normal([1, 2, 5, 5], 8);
    const depthwise = normal([2, 1, 3, 3], 9);
    const pointwise = normal([3, 2, 1, 1], 10);
    const bank = Array.from({ length: 54 }, (_, i) => {
      const [f, c, tap] = [Math.floor(i / 18), Math.floor(i / 9) % 2, i % 9];
      return pointwise.data[2 * f + c]! * depthwise.data[9 * c + tap]!;
    });
    const whole = lib.conv2d(x, tensor(bank, [3, 2, 3, 3], "float64"), { padding: 1 });
    expect(difference(lib.separableConv2d(x, depthwise, pointwise, { padding: 1 }), whole)).toBeLessThan(1e-14);
  });

  test("col2im after im2col counts the windows of each pixel", () => {
    const x = ones([1, 2, 4, 4]);
    const options = { kernelSize: 3, stride: 1, padding: "same" } as const;
    const back = lib.col2im(lib.im2col(x, options), { ...options, outputSize: 4 });
    expect([...back.data.slice(0, 16)]).toEqual([4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4]);
  });

  test("im2col and col2im are adjoint: ⟨im2col x, y⟩ = ⟨x, col2im y⟩", () => {
    const options = {
      kernelSize: [3, 2],
      stride: [2, 1],
      padding: [
        [1, 0],
        [0, 2],
      ],
      dilation: [1, 2],
    } as const;
    const x = normal([2, 3, 6, 5], 11);
    const columns = lib.im2col(x, options);
    const y = normal(columns.shape, 12);
    const left = lib.sum(lib.multiply(columns, y)).item();
    const right = lib.sum(lib.multiply(x, lib.col2im(y, { ...options, outputSize: [6, 5] }))).item();
    expect(Math.abs(left - right)).toBeLessThan(1e-12 * 100);
  });

  test("unpooling puts every maximum where it was", () => {
    const x = normal([2, 3, 4, 6], 13);
    const { output, indices } = lib.maxPool2dWithIndices(x, { kernelSize: 2 });
    expect(difference(output, lib.maxPool2d(x, { kernelSize: 2 }))).toBe(0);
    const back = lib.maxUnpool2d(output, indices, { kernelSize: 2 });
    expect([...back.data].filter((v) => v !== 0)).toHaveLength(output.size);
    expect(back.data.every((v, i) => v === 0 || v === x.data[i])).toBe(true);
    expectTypeOf(indices).toEqualTypeOf<lib.Tensor<readonly [2, 3, number, number], "int32">>();
  });

  test("a PixelCNN's second layer sees its own pixel, and colours see those drawn before", () => {
    expect([...lib.pixelMask([1, 3], "B").data]).toEqual([1, 1, 0]);
    const mask = lib.pixelMask(1, "A", { outChannels: 3, inChannels: 6 });
    expect([...mask.data]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]);
    expect([...lib.pixelMask(1, "B", { outChannels: 2, inChannels: 2, colours: 2 }).data]).toEqual([1, 0, 1, 1]);
  });
});

describe("a norm", () => {
  test("of a window of zeros has the gradient zero, not NaN", () => {
    const x = Object.assign(tensor([[[[0, 0, 3, 4]]]]), { requiresGrad: true });
    lib.backward(lib.sum(lib.l2Pool2d(x, { kernelSize: [1, 2] })));
    expect([...x.grad!.data].map((v) => +v.toFixed(6))).toEqual([0, 0, 0.6, 0.8]);
  });

  test("of NaN is NaN", () => {
    const x = tensor([[[[Number.NaN, 1]]]]);
    expect(lib.lpPool2d(x, { kernelSize: [1, 2], normType: 3 }).item()).toBeNaN();
  });
});

test("shapes alone pass through everything, and nothing is computed", () => {
  const x = zeros([2, 4, 8, 6]);
  const indices = (): lib.Tensor<lib.Shape, "int32"> => lib.maxPool2dWithIndices(x, { kernelSize: 2 }).indices;
  const found = shapesOnly(() =>
    [
      lib.conv2d(x, zeros([4, 4, 3, 3]), { padding: 2, paddingMode: "circular", flip: true }),
      lib.conv1d(zeros([2, 4, 9]), zeros([3, 4, 3])),
      lib.convTranspose1d(zeros([2, 4, 9]), zeros([4, 3, 3])),
      lib.separableConv2d(x, zeros([4, 1, 3, 3]), zeros([5, 4, 1, 1])),
      lib.maskedConv2d(x, zeros([4, 4, 3, 3]), { mask: lib.pixelMask(3, "A") }),
      lib.pad(x, 1, { mode: "reflect" }),
      lib.minPool2d(x, { kernelSize: 2 }),
      lib.lpPool2d(x, { kernelSize: 2, normType: 3 }),
      lib.adaptiveMaxPool2d(x, 5),
      lib.maxUnpool2d(zeros([2, 4, 4, 3]), indices(), { kernelSize: 2 }),
      lib.upsample(x, { scale: 3, mode: "bicubic" }),
      lib.im2col(x, { kernelSize: 3 }),
      lib.col2im(zeros([2, 36, 24]), { kernelSize: 3, outputSize: [8, 6] }),
      lib.convMatrix(zeros([2, 2]), [3, 3]),
    ].map(({ shape }) => shape),
  );
  expect(found).toEqual([
    [2, 4, 10, 8],
    [2, 3, 7],
    [2, 3, 11],
    [2, 5, 6, 4],
    [2, 4, 6, 4],
    [2, 4, 10, 8],
    [2, 4, 4, 3],
    [2, 4, 4, 3],
    [2, 4, 5, 5],
    [2, 4, 8, 6],
    [2, 4, 24, 18],
    [2, 36, 24],
    [2, 4, 8, 6],
    [4, 9],
  ]);
});

describe("what is refused, and what would do", () => {
  const x = zeros([1, 2, 4, 4]);
  const any = undefined as never;
  const refused: [string, () => unknown, RegExp][] = [
    [
      "images for conv1d",
      () => lib.conv1d(x as lib.Tensor, zeros([1, 2, 3])),
      /conv1d: 4 axes in the input, not the 3 of \[N, C, W\]/,
    ],
    ["no filters", () => lib.conv1d(zeros([1, 2, 4]), any), /conv1d: the filters is undefined, not a tensor/],
    ["options that are none", () => lib.conv2d(x, zeros([1, 2, 3, 3]), null as never), /conv2d: the options are null/],
    [
      "other channels",
      () => lib.conv1d(zeros([1, 2, 4]) as lib.Tensor, zeros([1, 3, 3])),
      /conv1d: the input has 2 channels, the filters 3[\s\S]*inChannels: 2/,
    ],
    [
      "a transposed size that no convolution leads from",
      () => lib.convTranspose2d(x, zeros([2, 1, 3, 3]), { stride: 2, outputSize: 12 }),
      /height: 4 becomes 9 to 10, not 12[\s\S]*ask for 9 to 10/,
    ],
    [
      "two words on the output's size",
      () => lib.convTranspose2d(x, zeros([2, 1, 3, 3]), { stride: 2, padding: "same", outputPadding: 1 }),
      /outputPadding and padding "same" both say/,
    ],
    [
      "depthwise filters of several channels",
      () => lib.depthwiseConv2d(x, zeros([2, 2, 3, 3])),
      /depthwiseConv2d: each filter sees one channel alone[\s\S]*\[2·m, 1, K, L\]/,
    ],
    [
      "depthwise filters that channels do not divide",
      () => lib.depthwiseConv2d(x as lib.Tensor, zeros([3, 1, 3, 3])),
      /3 filters are no multiple of 2 channels/,
    ],
    [
      "pointwise filters of other channels",
      () => lib.separableConv2d(x, zeros([4, 1, 3, 3]), zeros([5, 2, 1, 1])),
      /separableConv2d: the pointwise filters do not take[\s\S]*\[F, 4, 1, 1\]/,
    ],
    [
      "unshared filters for other positions",
      () => lib.locallyConnected2d(x as lib.Tensor, zeros([3, 3, 1, 2, 3, 3])),
      /have 2 × 2 positions, the filters 3 × 3[\s\S]*\[2, 2, 1, 2, 3, 3\]/,
    ],
    [
      "a bias a filter, where each position has one",
      () => lib.locallyConnected2d(x, zeros([2, 2, 1, 2, 3, 3]), { bias: zeros([1]) }),
      /give a bias of shape \[1, 2, 2\]/,
    ],
    ["no mask", () => lib.maskedConv2d(x, zeros([1, 2, 3, 3]), {} as never), /maskedConv2d: the mask is undefined/],
    [
      "a mask of another size",
      () => lib.maskedConv2d(x, zeros([1, 2, 3, 3]), { mask: ones([5, 5]) }),
      /the mask is not of the last axes[\s\S]*shape \[3, 3\]/,
    ],
    [
      "a mask on nothing",
      () => lib.maskedConv2d(x, zeros([1, 2, 3, 3]), { mask: ones([3, 3]), on: "out" as never }),
      /on is the text "out"/,
    ],
    ["a mask without a middle", () => lib.pixelMask(4, "A"), /4 × 4, which has no middle/],
    ["a mask of another type", () => lib.pixelMask(3, "C" as never), /the type is the text "C"/],
    [
      "colours that do not divide",
      () => lib.pixelMask(3, "A", { outChannels: 4, inChannels: 3 }),
      /3 colours do not divide 3 input and 4/,
    ],
    ["no window", () => lib.minPool2d(x, {} as never), /minPool2d: kernelSize is missing/],
    ["no norm", () => lib.lpPool2d(x, { kernelSize: 2 } as never), /normType is undefined/],
    ["a norm of 0", () => lib.lpPool1d(zeros([1, 1, 4]), { kernelSize: 2, normType: 0 }), /normType is 0/],
    ["a divisor of 0", () => lib.averagePool2d(x, { kernelSize: 2, divisorOverride: 0 }), /divisorOverride is 0/],
    ["no output size", () => lib.adaptiveAveragePool2d(x, any), /adaptiveAveragePool2d: outputSize is undefined/],
    ["an empty batch", () => lib.adaptiveMaxPool2d(zeros([0, 2, 4, 4]), 2), /the batch is empty/],
    [
      "indices of another shape",
      () => lib.maxUnpool2d(x, tensor([0], [1, 1, 1, 1], "int32"), { kernelSize: 2 }),
      /maxUnpool2d: the shapes differ/,
    ],
    [
      "an index outside",
      () => lib.maxUnpool2d(zeros([1, 1, 1, 1]), tensor([9], [1, 1, 1, 1], "int32"), { outputSize: 3 }),
      /index 0 is 9, and maps of 3 × 3 have positions 0 to 8/,
    ],
    ["indices that are fractions", () => lib.maxUnpool2d(x, x as never, { kernelSize: 2 }), /the indices are float32/],
    ["no size to unpool to", () => lib.maxUnpool2d(x, any, {}), /neither outputSize nor kernelSize/],
    ["no scale", () => lib.upsample(x, {}), /neither scale nor size/],
    ["scale and size", () => lib.upsample(x, { scale: 2, size: 4 }), /both given/],
    [
      "a mode for images on a sequence",
      () => lib.upsample(zeros([1, 1, 4]), { scale: 2, mode: "bilinear" }),
      /not for sequences[\s\S]*linear/,
    ],
    [
      "a mode for sequences on images",
      () => lib.upsample(x, { scale: 2, mode: "linear" }),
      /not for images[\s\S]*bilinear/,
    ],
    [
      "two scales of a sequence",
      () => lib.upsample(zeros([1, 1, 4]), { scale: [2, 2] }),
      /a sequence has one direction/,
    ],
    [
      "corners of the nearest",
      () => lib.upsample(x, { scale: 2, alignCorners: true }),
      /means nothing to mode nearest/,
    ],
    ["a scale that leaves nothing", () => lib.upsample(x, { scale: 0.1 }), /nothing is left of 4/],
    ["no window for columns", () => lib.im2col(x, {} as never), /im2col: kernelSize is missing/],
    [
      "columns of other windows",
      () => lib.col2im(zeros([1, 8, 5]), { kernelSize: 2, outputSize: 4 }),
      /have 3 × 3 = 9 windows, and there are 5 columns/,
    ],
    [
      "rows that are no windows",
      () => lib.col2im(zeros([1, 7, 9]), { kernelSize: 2, outputSize: 4 }),
      /7 rows are not made of windows of 4/,
    ],
    ["no image for the matrix", () => lib.convMatrix(zeros([2, 2]), 3 as never), /convMatrix: inputShape is 3/],
    [
      "a bank for a plain image",
      () => lib.convMatrix(zeros([1, 1, 2, 2]), [3, 3]),
      /4 axes in the filter, not the 2 of \[K, L\]/,
    ],
    [
      "a matrix of other channels",
      () => lib.convMatrix(zeros([1, 2, 2, 2]), [3, 3, 3]),
      /the image has 3 channels, the filter 2/,
    ],
  ];
  test.each(refused)("%s", (_name, f, message) => {
    expect(f).toThrow(message);
  });
});

/** The worked numbers of lectures on sliding windows. Where a slide errs, the right value is asserted, and the slip named. */

import { describe, expect, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { Conv2d } from "../../../lib/nn/conv2d.ts";
import { LocallyConnected2d } from "../../../lib/nn/locally-connected2d.ts";
import { MaxPool2d } from "../../../lib/nn/pool2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { summarize } from "../../../lib/nn/summary.ts";
import { convMatrix } from "../../../lib/ops/conv-matrix.ts";
import { type ConvTranspose2dSettings, convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv1d } from "../../../lib/ops/conv1d.ts";
import { type Conv2dSettings, conv2d } from "../../../lib/ops/conv2d.ts";
import { im2col } from "../../../lib/ops/im2col.ts";
import { maskedConv2d } from "../../../lib/ops/masked-conv2d.ts";
import { matmul } from "../../../lib/ops/matmul.ts";
import { explainOutputSize, outputSize } from "../../../lib/ops/output-size.ts";
import { pixelMask } from "../../../lib/ops/pixel-mask.ts";
import { averagePool2d, maxPool2d } from "../../../lib/ops/pool2d.ts";
import { reshape } from "../../../lib/ops/reshape.ts";
import { ones, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { FloatDType } from "../../../lib/tensor/storage.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

type Rows = readonly (readonly number[])[];

/** A picture as a batch of one with one channel, or a filter as a bank of one. */
const image = (rows: Rows) => reshape(tensor(rows as number[][]), [1, 1, rows.length, rows[0]!.length]);
const rowsOf = (maps: Tensor<Shape, FloatDType>): number[][] => {
  const [h, w] = maps.shape.slice(-2) as unknown as readonly [number, number];
  return Array.from({ length: h }, (_, i) => Array.from(maps.data.slice(i * w, (i + 1) * w)));
};
const numbersOf = (x: Tensor<Shape, FloatDType>): number[] => Array.from(x.data);
const close = (found: number[], expected: readonly number[], bound = 1e-6): void => {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value), `number ${i}`).toBeLessThan(bound);
};

describe("sliding by hand", () => {
  test("a vertical edge in 6 × 6", () => {
    const x = image([
      [4, 9, 2, 5, 8, 3],
      [5, 6, 2, 4, 0, 3],
      [2, 4, 5, 4, 5, 2],
      [5, 6, 5, 4, 7, 8],
      [5, 7, 7, 9, 2, 1],
      [5, 8, 5, 3, 8, 4],
    ]);
    const edge = image([
      [1, 0, -1],
      [1, 0, -1],
      [1, 0, -1],
    ]);
    expect(rowsOf(conv2d(x, edge))).toEqual([
      [2, 6, -4, 5],
      [0, 4, 0, -1],
      [-5, 0, 3, 6],
      [-2, 5, 0, 3],
    ]);
  });

  test("a diagonal of 2 × 2 on 4 × 4", () => {
    const x = image([
      [1, 1, 1, 3],
      [4, 6, 4, 8],
      [30, 0, 1, 5],
      [0, 2, 2, 4],
    ]);
    const diagonal = image([
      [1, 0],
      [0, 1],
    ]);
    expect(rowsOf(conv2d(x, diagonal))).toEqual([
      [7, 5, 9],
      [4, 7, 9],
      [32, 2, 5],
    ]);
  });

  test("the demonstration of cs231n: 5 × 5 × 3 padded by 1, two filters of 3 × 3, stride 2", () => {
    const x = tensor([
      [
        [
          [2, 1, 0, 2, 1],
          [0, 0, 1, 0, 1],
          [1, 0, 0, 1, 2],
          [1, 0, 0, 0, 1],
          [1, 1, 2, 2, 0],
        ],
        [
          [2, 0, 2, 2, 2],
          [1, 1, 0, 2, 1],
          [0, 0, 1, 2, 2],
          [2, 0, 1, 2, 0],
          [2, 1, 2, 1, 0],
        ],
        [
          [0, 1, 0, 2, 1],
          [1, 0, 1, 0, 0],
          [1, 2, 2, 1, 1],
          [0, 0, 0, 1, 1],
          [2, 2, 0, 1, 2],
        ],
      ],
    ]);
    const filters = tensor(
      [
        [-1, -1, 1, 1, 1, 1, -1, 0, 0, 1, -1, 0, 0, 1, 0, 0, 0, 1, 1, -1, -1, 0, 0, -1, 1, 0, 1],
        [0, 1, -1, 1, -1, -1, 1, 1, -1, 1, -1, 0, 1, -1, -1, -1, -1, -1, -1, 1, 1, 0, -1, 0, 0, -1, 0],
      ].flat(),
      [2, 3, 3, 3],
    );
    // The slide's "b0 = 0" is a slip: the demonstration's biases are 1 and 0.
    const out = conv2d(x, filters, { stride: 2, padding: 1, bias: tensor([1, 0]) });
    expect(numbersOf(out)).toEqual([6, 6, 6, -2, 4, 7, 0, 5, 4, -8, -8, -2, -3, -6, -2, -8, -5, 4]);
  });

  test("one dimension, and the trace that is a cross-correlation though its formula is a convolution", () => {
    const h = tensor([[[0, 0, 1, 1, 1, 0, 0]]]);
    const run = (filter: number[], flip = false) => numbersOf(conv1d(h, tensor([[filter]]), { flip }));
    expect(run([0, 1, 0])).toEqual([0, 1, 1, 1, 0]);
    expect(run([0, 1, 1])).toEqual([1, 2, 2, 1, 0]);
    expect(run([1, 1, 1])).toEqual([1, 2, 3, 2, 1]);
    expect(run([0, 1, 1], true)).toEqual([0, 1, 2, 2, 1]);
  });
});

describe("how many windows there are", () => {
  test("12 filters of 5 × 5 keep 32 × 32 with the padding of 2 that the slide omits", () => {
    expect(conv2d(zeros([1, 3, 32, 32]), zeros([12, 3, 5, 5]), { padding: "same" }).shape).toEqual([1, 12, 32, 32]);
    expect(outputSize(32, { kernelSize: 5, padding: 2 })).toBe(32);
  });

  test("7 × 7 by 3 × 3: five at stride 1, three at stride 2, with the numbers put in", () => {
    expect(explainOutputSize(7, { kernelSize: 3 })).toBe("(7 - 3 + 2·0) / 1 + 1 = 5");
    expect(explainOutputSize(7, { kernelSize: 3, stride: 2 })).toBe("(7 - 3 + 2·0) / 2 + 1 = 3");
    for (const kernelSize of [3, 5, 7]) {
      // The slide's (3 - 2) / 2 is a slip of (3 - 1) / 2 = 1.
      const options = { kernelSize, padding: (kernelSize - 1) / 2, stridePolicy: "strict" } as const;
      expect(outputSize(7, options)).toBe(7);
      expect(outputSize(7, { kernelSize, padding: "same" })).toBe(7);
    }
  });

  test("one dimension, W=5, F=3, P=1: five, three, and a stride of 3 that does not fit", () => {
    const options = { kernelSize: 3, padding: 1, stridePolicy: "strict" } as const;
    expect(outputSize(5, { ...options, stride: 1 })).toBe(5);
    expect(outputSize(5, { ...options, stride: 2 })).toBe(3);
    expect(() => outputSize(5, { ...options, stride: 3 })).toThrow(
      /2\.33 windows[\s\S]*use stride 1 or 2 or 4, or padding 2/,
    );
    expect(() =>
      conv1d(zeros([1, 1, 5]) as Tensor, zeros([1, 1, 3]), { padding: 1, stridePolicy: "strict", stride: 3 }),
    ).toThrow(/conv1d: width: stride 3 does not divide/);
    // What frameworks do instead: leave the rest out.
    expect(conv1d(zeros([1, 1, 5]) as Tensor, zeros([1, 1, 3]), { padding: 1, stride: 3 }).shape).toEqual([1, 1, 2]);
  });

  test("AlexNet's first layer: 55 × 55 × 96 of 227, and why not of the paper's 224", () => {
    const options = { kernelSize: 11, stride: 4, stridePolicy: "strict" } as const;
    expect(outputSize(227, options)).toBe(55);
    expect(() => outputSize(224, options)).toThrow(/there would be 54\.25 windows/);
    const layer = new Conv2d({ inChannels: 3, outChannels: 96, kernelSize: 11, stride: 4 });
    const [row] = summarize(layer, [3, 227, 227]);
    expect(row).toMatchObject({ outputShape: [96, 55, 55], parameters: 34_944 });
  });

  test("without sharing weights it would have 105,705,600, counted without having them", () => {
    const options = { inChannels: 3, outChannels: 96, inputSize: 227, kernelSize: 11, stride: 4 } as const;
    const layer = shapesOnly(() => new LocallyConnected2d(options));
    const [row] = summarize(layer, [3, 227, 227]);
    expect(row).toMatchObject({ outputShape: [96, 55, 55], parameters: 105_705_600 });
    expect([96 * 55 * 55, 3 * 11 * 11 + 1, 105_705_600 / 364]).toEqual([290_400, 364, 290_400]);
    expect(105_705_600 / 34_944).toBe(55 ** 2);
  });

  test("shapes of stacked layers: 32 to 28 to 24, and pooled to 16", () => {
    const layers = new Sequential(
      new Conv2d({ inChannels: 3, outChannels: 10, kernelSize: 5 }),
      new Conv2d({ inChannels: 10, outChannels: 10, kernelSize: 5 }),
    );
    const shapes = summarize(layers, [3, 32, 32]).map(({ outputShape }) => outputShape);
    expect(shapes).toEqual([
      [10, 28, 28],
      [10, 24, 24],
    ]);
    const pool = new Sequential(
      new Conv2d({ inChannels: 3, outChannels: 16, kernelSize: 3, padding: "same" }),
      new MaxPool2d({ kernelSize: 2 }),
    );
    expect(summarize(pool, [3, 32, 32]).at(-1)!.outputShape).toEqual([16, 16, 16]);
  });

  test("the animations: 4 to 2, 5 to 5 padded, 5 to 2 at stride 2 without padding", () => {
    const filter = zeros([1, 1, 3, 3]);
    const sides = (size: number, options: Parameters<typeof conv2d>[2]) =>
      conv2d(zeros([1, 1, size, size]), filter, options).shape.slice(2);
    expect(sides(4, { padding: "valid" })).toEqual([2, 2]);
    expect(sides(5, { padding: 1 })).toEqual([5, 5]);
    expect(sides(5, { stride: 2 })).toEqual([2, 2]); // captioned "with padding" on the slide, a slip
    expect(sides(7, { stride: 2, padding: "same" })).toEqual([4, 4]);
    expect([1, 2, 3].map((stride) => sides(9, { stride })[0])).toEqual([7, 4, 3]);
  });
});

describe("a convolution as a matrix product", () => {
  test("patches of 75 numbers, 784 of them, times 75 × 10 are 28 × 28 × 10", () => {
    const x = normal([1, 3, 32, 32], 1);
    const filters = normal([10, 3, 5, 5], 2);
    const columns = im2col(x, { kernelSize: 5 });
    expect(columns.shape).toEqual([1, 75, 784]);
    const product = matmul(reshape(filters, [10, 75]), reshape(columns, [75, 784]));
    const out = conv2d(x, filters);
    expect(out.shape).toEqual([1, 10, 28, 28]);
    close(numbersOf(product), numbersOf(out), 1e-12 * 75);
    // As the slide lays it out, a patch a row.
    const patches = Array.from({ length: 784 }, (_, i) =>
      Array.from({ length: 75 }, (_one, t) => columns.data[t * 784 + i]!),
    );
    expect(patches[29]!.slice(0, 5)).toEqual(Array.from(x.data.slice(33, 38)));
  });

  const [w00, w01, w10, w11] = [2, 3, 5, 7];
  const filter = tensor([w00, w01, w10, w11], [2, 2]);

  test("the matrix of a 2 × 2 filter on 3 × 3, whose transpose is the transposed convolution", () => {
    const a = convMatrix(filter, [3, 3]);
    expect(rowsOf(a)).toEqual([
      [w00, w01, 0, w10, w11, 0, 0, 0, 0],
      [0, w00, w01, 0, w10, w11, 0, 0, 0],
      [0, 0, 0, w00, w01, 0, w10, w11, 0],
      [0, 0, 0, 0, w00, w01, 0, w10, w11],
    ]);
    const y = tensor([1, 2, 3, 4], [2, 2]);
    const spread = matmul(reshape(y, [1, 4]), a); // (Aᵀ y)ᵀ
    const transposed = convTranspose2d(reshape(y, [1, 1, 2, 2]), reshape(filter, [1, 1, 2, 2]));
    expect(numbersOf(spread)).toEqual(numbersOf(transposed));
  });

  test('the 9 × 9 matrix that the slide calls "valid", a slip: it has zeros below and to the right, as "same" does', () => {
    const a = convMatrix(filter, [3, 3], { padding: "same" });
    expect(rowsOf(a)).toEqual([
      [w00, w01, 0, w10, w11, 0, 0, 0, 0],
      [0, w00, w01, 0, w10, w11, 0, 0, 0],
      [0, 0, w00, 0, 0, w10, 0, 0, 0],
      [0, 0, 0, w00, w01, 0, w10, w11, 0],
      [0, 0, 0, 0, w00, w01, 0, w10, w11],
      [0, 0, 0, 0, 0, w00, 0, 0, w10],
      [0, 0, 0, 0, 0, 0, w00, w01, 0],
      [0, 0, 0, 0, 0, 0, 0, w00, w01],
      [0, 0, 0, 0, 0, 0, 0, 0, w00],
    ]);
    expect(
      numbersOf(
        convMatrix(filter, [3, 3], {
          padding: [
            [0, 1],
            [0, 1],
          ],
        }),
      ),
    ).toEqual(numbersOf(a));
  });

  test.each([
    [{}, [4, 5]],
    [{ stride: 2, padding: 1 }, [5, 4]],
    [{ stride: [1, 2], padding: "same", dilation: [2, 1] }, [4, 5]],
  ] as const)("A x is the convolution and Aᵀ y its transpose, of a bank too: %j", (options, [h, w]) => {
    const bank = normal([3, 2, 2, 3], 3);
    const x = normal([1, 2, h, w], 4);
    const settings: Conv2dSettings = options;
    const a = convMatrix(bank, [2, h, w], options);
    const out = conv2d(x, bank, settings);
    close(numbersOf(matmul(a, reshape(x, [-1, 1]) as Tensor<readonly [number, 1], "float64">)), numbersOf(out), 1e-12);
    const y = normal(out.shape, 5);
    const back = convTranspose2d(y, bank, { ...(options as ConvTranspose2dSettings), outputSize: [h, w] });
    close(numbersOf(matmul(reshape(y, [1, -1]) as Tensor<readonly [1, number], "float64">, a)), numbersOf(back), 1e-12);
  });
});

describe("gradients of a true convolution, 3 × 3 by 2 × 2", () => {
  const x = Object.assign(normal([1, 1, 3, 3], 6), { requiresGrad: true });
  const f = Object.assign(normal([1, 1, 2, 2], 7), { requiresGrad: true });
  const [x11, x12, x13, x21, x22, x23, x31, x32, x33] = x.data as unknown as number[] & { length: 9 };
  const [f11, f12, f21, f22] = f.data as unknown as number[] & { length: 4 };
  const out = conv2d(x, f, { flip: true });
  const d = normal([1, 1, 2, 2], 8);
  const [d11, d12, d21, d22] = d.data as unknown as number[] & { length: 4 };
  backward(out, d);
  type N = number;
  const sum = (...products: [N | undefined, N | undefined][]) => products.reduce((s, [a, b]) => s + a! * b!, 0);

  test("the forward pass reads the filter from its end", () => {
    close(numbersOf(out), [
      sum([f22, x11], [f21, x12], [f12, x21], [f11, x22]),
      sum([f22, x12], [f21, x13], [f12, x22], [f11, x23]),
      sum([f22, x21], [f21, x22], [f12, x31], [f11, x32]),
      sum([f22, x22], [f21, x23], [f12, x32], [f11, x33]),
    ]);
  });

  test("of the filter, a cross-correlation of the image with them, turned", () => {
    close(numbersOf(f.grad!), [
      sum([d11, x22], [d12, x23], [d21, x32], [d22, x33]),
      sum([d11, x21], [d12, x22], [d21, x31], [d22, x32]),
      sum([d11, x12], [d12, x13], [d21, x22], [d22, x23]),
      sum([d11, x11], [d12, x12], [d21, x21], [d22, x22]),
    ]);
    // The slide's equation lacks the turn: without it the numbers come in reverse order.
    const correlated = conv2d(x, d);
    close(numbersOf(correlated).reverse(), numbersOf(f.grad!));
  });

  test("of the image, a full cross-correlation: what the slide's X11 has too much, and its X32 too little, is a slip", () => {
    const expected = [
      sum([d11, f22]),
      sum([d11, f21], [d12, f22]),
      sum([d12, f21]),
      sum([d11, f12], [d21, f22]),
      sum([d11, f11], [d12, f12], [d21, f21], [d22, f22]),
      sum([d12, f11], [d22, f21]),
      sum([d21, f12]),
      sum([d21, f11], [d22, f12]),
      sum([d22, f11]),
    ];
    close(numbersOf(x.grad!), expected);
    close(numbersOf(conv2d(d, f, { padding: 1 })), expected); // the filter as it is, since the forward pass has turned it
  });
});

describe("pooling by hand", () => {
  const x = image([
    [1, 1, 2, 4],
    [5, 6, 7, 8],
    [3, 2, 1, 0],
    [1, 2, 3, 4],
  ]);

  test("the largest of each 2 × 2, and its gradient to where it was", () => {
    x.requiresGrad = true;
    const out = maxPool2d(x, { kernelSize: 2 });
    expect(rowsOf(out)).toEqual([
      [6, 8],
      [3, 4],
    ]);
    backward(
      out,
      tensor([
        [
          [
            [10, 20],
            [30, 40],
          ],
        ],
      ]),
    );
    expect(rowsOf(x.grad!)).toEqual([
      [0, 0, 0, 0],
      [0, 10, 0, 20],
      [30, 0, 0, 0],
      [0, 0, 0, 40],
    ]);
  });

  test("a mean's gradient is spread over its window", () => {
    const y = Object.assign(zeros([1, 1, 2, 4]), { requiresGrad: true });
    backward(averagePool2d(y, { kernelSize: 2 }), tensor([[[[4, 8]]]]));
    expect(numbersOf(y.grad!)).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });

  test("overlapping windows of stride 1 on two maps of 4 × 4", () => {
    const maps = tensor([
      [
        [
          [1, 3, 1, 0],
          [1, 3, 1, 0],
          [2, 3, 2, 0],
          [1, 3, 1, 0],
        ],
        [
          [1, 1, 1, 0],
          [2, 2, 1, 1],
          [1, 1, 1, 0],
          [1, 2, 2, 1],
        ],
      ],
    ]);
    const out = maxPool2d(maps, { kernelSize: 2, stride: 1 });
    expect(numbersOf(out)).toEqual([3, 3, 1, 3, 3, 2, 3, 3, 2, 2, 2, 1, 2, 2, 1, 2, 2, 2]);
  });
});

describe("masks of zeros and ones", () => {
  test("on the filter, as in a PixelCNN: no pixel sees itself or what comes after it", () => {
    expect(rowsOf(pixelMask(3, "A"))).toEqual([
      [1, 1, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    const x = Object.assign(zeros([1, 1, 5, 5]), { requiresGrad: true });
    const out = maskedConv2d(x, ones([1, 1, 3, 3]), { mask: pixelMask(3, "A"), padding: 1 });
    const middle = Array.from({ length: 25 }, (_, i) => (i === 12 ? 1 : 0));
    backward(out, tensor(middle, [1, 1, 5, 5]));
    expect(rowsOf(x.grad!)).toEqual([
      [0, 0, 0, 0, 0],
      [0, 1, 1, 1, 0],
      [0, 1, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
  });

  test("on the input: the masked pixels are as zeros", () => {
    const mask = tensor([1, 0, 1, 1], [2, 2], "uint8");
    const out = maskedConv2d(
      image([
        [1, 2],
        [3, 4],
      ]),
      ones([1, 1, 2, 2]),
      { mask, on: "input" },
    );
    expect(numbersOf(out)).toEqual([8]);
  });
});

describe("the check values that cs231n publishes for its second assignment", () => {
  const linspace = (from: number, to: number, shape: readonly number[]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
    return tensor(values, shape, "float64");
  };

  // Published to 8 digits.
  test("of its naive convolution", () => {
    const x = linspace(-0.1, 0.5, [2, 3, 4, 4]);
    const filters = linspace(-0.2, 0.3, [3, 3, 4, 4]);
    const out = conv2d(x, filters, { bias: linspace(-0.1, 0.2, [3]), stride: 2, padding: 1 });
    const published = [
      [-0.08759809, -0.10987781, -0.18387192, -0.2109216, 0.21027089, 0.21661097, 0.22847626, 0.23004637],
      [0.50813986, 0.54309974, 0.64082444, 0.67101435, -0.98053589, -1.03143541, -1.19128892, -1.24695841],
      [0.69108355, 0.66880383, 0.59480972, 0.56776003, 2.36270298, 2.36904306, 2.38090835, 2.38247847],
    ];
    close(numbersOf(out), published.flat(), 1e-8);
  });

  test("of its naive max pooling", () => {
    const out = maxPool2d(linspace(-0.3, 0.4, [2, 3, 4, 4]), { kernelSize: 2 });
    const published = [
      [-0.26315789, -0.24842105, -0.20421053, -0.18947368, -0.14526316, -0.13052632, -0.08631579, -0.07157895],
      [-0.02736842, -0.01263158, 0.03157895, 0.04631579, 0.09052632, 0.10526316, 0.14947368, 0.16421053],
      [0.20842105, 0.22315789, 0.26736842, 0.28210526, 0.32631579, 0.34105263, 0.38526316, 0.4],
    ];
    close(numbersOf(out), published.flat(), 1e-8);
  });
});

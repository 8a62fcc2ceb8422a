import { describe, expect, expectTypeOf, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { ConvTranspose2d } from "../../../lib/nn/conv-transpose2d.ts";
import { Sequential } from "../../../lib/nn/sequential.ts";
import { summarize } from "../../../lib/nn/summary.ts";
import { type ConvTranspose2dSettings, convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { cast } from "../../../lib/ops/reshape.ts";
import { Random } from "../../../lib/random.ts";
import { shaped, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

type Double = Tensor<Shape, "float64">;
type Sides = readonly [number, number, number, number];

const both = (value: number | readonly [number, number] = 0) => (typeof value === "number" ? [value, value] : value);

/** By the words of the definition: every pixel lays down its window, and what falls off the output is lost. */
function layDown(x: Double, filters: Double, settings: ConvTranspose2dSettings, shape: readonly number[]) {
  const [n, c, h, w] = x.shape as Sides;
  const [, perGroup, k, l] = filters.shape as Sides;
  const [, f, p, q] = shape as Sides;
  const [strideY, strideX] = both(settings.stride ?? 1) as [number, number];
  const { padding = 0 } = settings;
  if (typeof padding === "string") throw new Error("padding by name has tests of its own");
  const [padTop, padLeft] = (typeof padding === "number" ? [padding, padding] : padding).map(
    (sides) => both(sides)[0]!,
  );
  const [dilationY, dilationX] = both(settings.dilation ?? 1) as [number, number];
  const channels = c / (settings.groups ?? 1);
  const out = new Float64Array(n * f * p * q);
  for (let image = 0; image < n; image++)
    for (let channel = 0; channel < c; channel++)
      for (let one = 0; one < perGroup; one++)
        for (let y = 0; y < h; y++)
          for (let column = 0; column < w; column++)
            for (let i = 0; i < k; i++)
              for (let j = 0; j < l; j++) {
                const to = Math.floor(channel / channels) * perGroup + one;
                const row = y * strideY + i * dilationY - padTop!;
                const at = column * strideX + j * dilationX - padLeft!;
                if (row < 0 || row >= p || at < 0 || at >= q) continue;
                out[((image * f + to) * p + row) * q + at]! +=
                  x.data[((image * c + channel) * h + y) * w + column]! *
                  filters.data[((channel * perGroup + one) * k + i) * l + j]!;
              }
  return out;
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);

// The last three reach where the blocked loops of the convolution see rows that no window of theirs does: behind the last
// window (an output padding beyond the stride), and windows that lie in the padding alone.
const cases: [string, Sides, Sides, ConvTranspose2dSettings, readonly number[]][] = [
  ["plain", [2, 3, 4, 5], [3, 2, 3, 3], {}, [2, 2, 6, 7]],
  ["stride 2, doubled", [2, 3, 5, 4], [3, 4, 4, 4], { stride: 2, padding: 1 }, [2, 4, 10, 8]],
  ["output padding", [1, 2, 3, 3], [2, 3, 3, 3], { stride: 3, padding: 1, outputPadding: [2, 0] }, [1, 3, 9, 7]],
  ["groups", [2, 6, 4, 4], [6, 2, 3, 2], { stride: [2, 1], groups: 3 }, [2, 6, 9, 5]],
  ["depthwise", [1, 4, 5, 5], [4, 1, 2, 2], { stride: 2, groups: 4 }, [1, 4, 10, 10]],
  ["a step wider than the window", [1, 2, 3, 3], [2, 2, 1, 2], { stride: 3 }, [1, 2, 7, 8]],
  ["many images and channels", [9, 20, 7, 7], [20, 10, 5, 5], { padding: 2 }, [9, 10, 7, 7]],
  ["dilated, padded beyond the stride", [2, 2, 4, 4], [2, 3, 3, 3], { dilation: 3, outputPadding: 2 }, [2, 3, 12, 12]],
  ["a 1 × 1 filter whose border is cut off", [1, 3, 5, 5], [3, 2, 1, 1], { padding: 2 }, [1, 2, 1, 1]],
  [
    "another border on each side",
    [2, 2, 3, 4],
    [2, 2, 3, 3],
    {
      stride: 2,
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
    [2, 2, 6, 7],
  ],
  ["all but one pixel cut off", [2, 2, 2, 2], [2, 2, 4, 4], { padding: 2 }, [2, 2, 1, 1]],
];

/** Those whose convolution back has the input's size: beyond its stride, output padding makes room for one window more. */
const there = cases.filter(([name]) => !name.includes("beyond"));

describe("a transposed convolution", () => {
  test.each(cases)("lays down a window a pixel: %s", (_name, xShape, filterShape, settings, shape) => {
    const x = normal(xShape, 1);
    const filters = normal(filterShape, 2);
    const expected = layDown(x, filters, settings, shape);
    const wide = convTranspose2d(x, filters, settings);
    expect(wide.shape).toEqual(shape);
    // The same products in another order: up to 500 sums of size 1 to 10, each rounded at 2⁻⁵³, or at 2⁻²⁴ in float32.
    expect(largest(wide.data.map((v, i) => v - expected[i]!))).toBeLessThan(1e-12 * Math.max(1, largest(expected)));
    const narrow = convTranspose2d(cast(x, "float32"), cast(filters, "float32"), settings);
    expect(largest(narrow.data.map((v, i) => v - expected[i]!))).toBeLessThan(3e-6 * Math.max(1, largest(expected)));
  });

  test.each(there)("is the adjoint of the convolution back: %s", (_name, xShape, filterShape, settings, shape) => {
    const { outputPadding: _, ...sliding } = settings;
    const x = normal(xShape, 3);
    const y = normal(shape as Sides, 4);
    const filters = normal(filterShape, 5);
    const dot = (a: Double, b: Double): number => a.data.reduce((total, value, i) => total + value * b.data[i]!, 0);
    const back = conv2d(y, filters, sliding);
    expect(back.shape).toEqual(xShape);
    const difference = dot(convTranspose2d(x, filters, settings), y) - dot(x, back);
    expect(Math.abs(difference)).toBeLessThan(1e-12 * Math.max(1, dot(x, x), dot(y, y)));
  });

  test("worked by hand: 2 × 2 pixels and 2 × 2 weights give the 3 × 3 of the transposed matrix", () => {
    const x = tensor([1, 2, 3, 4], [1, 1, 2, 2]);
    const filters = tensor([10, 20, 30, 40], [1, 1, 2, 2]);
    expect([...convTranspose2d(x, filters).data]).toEqual([10, 40, 40, 60, 200, 160, 90, 240, 160]);
    const biased = convTranspose2d(x, filters, { bias: tensor([1]), padding: 1 });
    expect([...biased.data]).toEqual([201]);
  });

  test("its gradients in float32 are those in float64", () => {
    const gradients = (dtype: "float32" | "float64") => {
      const inputs = [normal([3, 8, 6, 6], 6, dtype), normal([8, 6, 4, 4], 7, dtype), normal([12], 8, dtype)] as const;
      for (const input of inputs) Object.assign(input, { requiresGrad: true });
      const [x, filters, bias] = inputs as unknown as readonly [Tensor, Tensor, Tensor];
      const out = convTranspose2d(x, filters, { bias, stride: 2, padding: 1, groups: 2 });
      backward(out, normal([3, 12, 12, 12], 9, dtype));
      return inputs.map((input) => input.grad!.data as ArrayLike<number>);
    };
    const expected = gradients("float64");
    gradients("float32").forEach((found, i) => {
      const errors = Array.from(found, (value, j) => value - expected[i]![j]!);
      // sums of at most 3 · 144 products of size 1: √432 · 2⁻²⁴ of rounding, with inputs that were rounded too
      expect(largest(errors)).toBeLessThan(8e-6 * largest(expected[i]!));
    });
  });

  test("batch and output channels are in the layer's type", () => {
    const x = shaped(zeros([2, 8, 5, 5]), ["N", 8, 5, 5]);
    const layer = new ConvTranspose2d({ inChannels: 8, outChannels: 3, kernelSize: 2, stride: 2 });
    expectTypeOf(layer.forward(x)).toEqualTypeOf<Tensor<readonly ["N", 3, 10, 10]>>();
    expect(layer.forward(x).shape).toEqual([2, 3, 10, 10]);
  });

  test("the summary counts a product for each pixel and weight", () => {
    const up = new ConvTranspose2d({ inChannels: 16, outChannels: 8, kernelSize: 4, stride: 2, padding: 1, groups: 2 });
    expect(summarize(new Sequential({ up }), [16, 7, 7])).toMatchObject([
      {
        path: "up",
        kind: "ConvTranspose2d",
        outputShape: [8, 14, 14],
        parameters: 16 * 4 * 16 + 8,
        macs: 16 * 49 * 4 * 16,
      },
    ]);
  });

  test.each([
    [4, 2],
    [5, 3],
    [2, 3],
  ])("first weights keep the signal's size, window %i and stride %i", (kernelSize, stride) => {
    const layer = new ConvTranspose2d({
      inChannels: 64,
      outChannels: 64,
      kernelSize,
      stride,
      padding: Math.max(kernelSize - stride, 0), // the border, where windows overlap less, is cut off
      bias: false,
      random: new Random(1),
    });
    const out = layer.forward(normal([4, 64, 12, 12], 2, "float32"));
    const met = out.data.filter((value) => value !== 0); // a step wider than the window leaves gaps
    const power = met.reduce((total, value) => total + value * value, 0) / met.length;
    // He et al. ask for twice the input's power, half of which a rectifier takes. The powers of 16,384 or more weights
    // and 36,864 inputs have deviations of √(2 / count), below 1.2 %; four times both is below 8 %.
    expect(Math.abs(power / 2 - 1)).toBeLessThan(0.08);
  });
});

const image = zeros([1, 4, 5, 5]);
const refused: [string, () => unknown, RegExp][] = [
  [
    "filters with output channels first",
    () => convTranspose2d(image as Tensor, zeros([8, 4, 3, 3])),
    /input has 4 channels, the filters take 8\n.*\[N=1, C=4, H=5, W=5\]\n.*\[C=8, F=4, K=3, L=3\]\n.*inChannels: 4/,
  ],
  [
    "groups that do not divide",
    () => convTranspose2d(image, zeros([4, 1, 3, 3]), { groups: 3 }),
    /3 groups do not divide the 4 channels\n[\s\S]*fix: choose groups that divide 4/,
  ],
  [
    "a bias of the input's channels",
    () => convTranspose2d(image, zeros([4, 1, 3, 3]), { groups: 2, bias: zeros([4]) }),
    /2 output channels, and 4 biases[\s\S]*give a bias of shape \[2\]/,
  ],
  [
    "an output padding of the stride",
    () => convTranspose2d(image, zeros([4, 1, 3, 3]), { stride: 2, outputPadding: [0, 2] }),
    /outputPadding is 2, with stride 2 and dilation 1\n.*fix: give less than 2/,
  ],
  [
    "padding that leaves nothing",
    () => convTranspose2d(image as Tensor, zeros([4, 1, 2, 2]), { padding: 3 }),
    /height: padding 3 cuts off 6 of 6, and nothing is left[\s\S]*pad by at most 2/,
  ],
  [
    "a single image",
    () => convTranspose2d(zeros([4, 5, 5]) as Tensor, zeros([4, 1, 3, 3])),
    /reshape input to \[1, 4, 5, 5\]/,
  ],
  [
    "an unknown option",
    () => convTranspose2d(image, zeros([4, 1, 3, 3]), { output_padding: 1 } as never),
    /unknown option "output_padding"\n.*outputPadding/,
  ],
  [
    "a layer whose groups do not divide",
    () => new ConvTranspose2d({ inChannels: 4, outChannels: 3, kernelSize: 2, groups: 2 as number }),
    /ConvTranspose2d: 2 groups do not divide 4 input and 3 output channels/,
  ],
  [
    "a layer with too much output padding",
    () => new ConvTranspose2d({ inChannels: 4, outChannels: 3, kernelSize: 2, outputPadding: 1 }),
    /ConvTranspose2d: outputPadding is 1/,
  ],
];
test.each(refused)("%s: an error that says what would fit", (_name, call, message) => {
  expect(call).toThrow(message);
});

test("the padding that an error proposes leaves one row", () => {
  expect(convTranspose2d(image, zeros([4, 1, 2, 2]), { padding: 2 }).shape).toEqual([1, 1, 2, 2]);
});

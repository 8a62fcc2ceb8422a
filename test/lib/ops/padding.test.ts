import { beforeEach, describe, expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import type { Algorithm } from "../../../lib/compute/algorithms.ts";
import { choose } from "../../../lib/compute/algorithms.ts";
import { type Conv2dSettings, conv2d, conv2dRelu } from "../../../lib/ops/conv2d.ts";
import { explainOutputSize, outputSize } from "../../../lib/ops/output-size.ts";
import { pad } from "../../../lib/ops/pad.ts";
import { maxPool2d } from "../../../lib/ops/pool2d.ts";
import { cast } from "../../../lib/ops/reshape.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { normal } from "../random-tensors.ts";

beforeEach(() => spoilFreeMemory());

type Four = readonly [number, number, number, number];
const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((m, v) => Math.max(m, Math.abs(v)), 0);

// One geometry for each way in which a convolution is computed.
const geometries: [Algorithm, x: Four, filters: Four, groups: number, stride: number][] = [
  ["Winograd F(4×4, 3×3)", [2, 16, 17, 18], [16, 16, 3, 3], 1, 1],
  ["Winograd F(2×2, 5×5)", [2, 16, 17, 18], [16, 16, 5, 5], 1, 1],
  ["depthwise", [2, 8, 15, 14], [8, 1, 3, 3], 8, 1],
  ["depthwise", [2, 8, 15, 14], [8, 1, 3, 3], 8, 2],
  ["direct", [2, 6, 15, 14], [8, 3, 4, 3], 2, 2],
];

describe("padding that differs from side to side", () => {
  test.each(geometries)("is that of a padded copy, values and gradients, by %s: %j %j", (algorithm, ...rest) => {
    const [xShape, filterShape, groups, stride] = rest;
    const [top, bottom, left, right] = [1, 3, 2, 0];
    const parameter = <S extends Shape>(t: Tensor<S>) => Object.assign(t, { requiresGrad: true });
    const run = (explicit: boolean) => {
      const x = parameter(normal(xShape, 1, "float32"));
      const filters = parameter(normal(filterShape, 2, "float32"));
      const options = { groups, stride, bias: parameter(normal([filterShape[0]], 3, "float32")) };
      const padding = [
        [top, bottom],
        [left, right],
      ] as const;
      const out = explicit ? conv2d(pad(x, padding), filters, options) : conv2d(x, filters, { ...options, padding });
      backward(out, normal(out.shape, 4, "float32"));
      return [out, x.grad!, filters.grad!, options.bias.grad!];
    };
    const [n, c, h, w] = xShape;
    const [f, , k, l] = filterShape;
    const sizes = { n, c, h, w, f, kernelHeight: k, kernelWidth: l, strideY: stride, strideX: stride };
    const windows = { p: Math.floor((h + 4 - k) / stride) + 1, q: Math.floor((w + 2 - l) / stride) + 1 };
    const g = { ...sizes, ...windows, padTop: top, padLeft: left, dilationY: 1, dilationX: 1, groups };
    expect(["blocked loops", algorithm]).toContain(choose(g, "forward", true).algorithm);
    const [copied, direct] = [run(true), run(false)];
    for (const [i, found] of direct.entries()) {
      const expected = copied[i]!;
      expect(found.shape).toEqual(expected.shape);
      // Winograd's error is some five times that of up to 600 products rounded at 2⁻²⁴ each, relative to the largest.
      const bound = 2e-5 * largest(expected.data);
      expect(largest(found.data.map((v, j) => v - expected.data[j]!))).toBeLessThan(bound);
    }
  });

  test("goes through the pass that rectifies too", () => {
    const x = normal([1, 8, 9, 9], 5, "float32");
    const filters = normal([8, 8, 3, 3], 6, "float32");
    const all: readonly Conv2dSettings[] = [
      { padding: "same", stride: 2 },
      { padding: 1, paddingMode: "reflect" },
      { flip: true },
    ];
    for (const options of all) {
      const plain = conv2d(x, filters, options).data.map((v) => Math.max(v, 0));
      expect(largest(conv2dRelu(x, filters, options).data.map((v, i) => v - plain[i]!))).toBeLessThan(1e-4);
    }
  });
});

describe('padding "same"', () => {
  test("gives ⌈W / stride⌉ windows, for every size, side, stride and dilation", () => {
    for (let size = 1; size <= 9; size++)
      for (let kernelSize = 1; kernelSize <= 5; kernelSize++)
        for (let stride = 1; stride <= 4; stride++)
          for (const dilation of [1, 2]) {
            const options = { kernelSize, stride, dilation, padding: "same" } as const;
            expect(outputSize(size, options)).toBe(Math.ceil(size / stride));
            expect(outputSize(size, { ...options, stridePolicy: "ceil" })).toBe(Math.ceil(size / stride));
          }
  });

  test("puts an odd one more to the end, as TensorFlow does", () => {
    const x = tensor([[[[1, 2, 3, 4]]]]);
    const filters = tensor([[[[1, 10]]]]);
    expect([...conv2d(x, filters, { padding: "same" }).data]).toEqual([21, 32, 43, 4]);
    // Stride 2 on 5 pixels with 4 taps: 3 windows reach over 8, so that 3 are added, 1 before and 2 after.
    expect(explainOutputSize(5, { kernelSize: 4, stride: 2, padding: "same" })).toBe("(5 - 4 + 1 + 2) / 2 + 1 = 3");
  });

  test("pools too, and no window lies in the border alone", () => {
    const x = tensor([[[[-1, -2, -3, -4, -5]]]]);
    expect([...maxPool2d(x, { kernelSize: [1, 2], stride: [1, 2], padding: "same" }).data]).toEqual([-1, -3, -5]);
  });
});

describe("padding that is refused", () => {
  const x = zeros([1, 1, 4, 4]);
  const w = zeros([1, 1, 3, 3]);
  const refused: [string, () => unknown, RegExp][] = [
    [
      "another name",
      () => conv2d(x, w, { padding: "full" as never }),
      /padding is the text "full"[\s\S]*"valid" or "same"/,
    ],
    ["three entries", () => conv2d(x, w, { padding: [1, 2, 3] as never }), /padding has 3 entries/],
    ["below zero", () => conv2d(x, w, { padding: [[0, -1], 0] }), /padding is -1[\s\S]*0 or more/],
    ["no padding at all", () => conv2d(x, w, { padding: null as never }), /padding is null/],
    [
      "another mode",
      () => conv2d(x, w, { padding: 1, paddingMode: "mirror" as never }),
      /paddingMode is the text "mirror"/,
    ],
    [
      "more than there is to reflect",
      () => conv2d(x, w, { padding: 4, paddingMode: "reflect" }),
      /conv2d: axis 2: reflect by 4 needs 5 elements, and there are 4[\s\S]*at most 3/,
    ],
    [
      "more than there is to go around",
      () => pad(x, 5, { mode: "circular" }),
      /pad: axis 2: circular by 5 needs 5 elements, and there are 4[\s\S]*at most 4/,
    ],
    ["flip by a word", () => conv2d(x, w, { flip: "yes" as never }), /flip is the text "yes"/],
    [
      "a window larger than a border that differs",
      () => conv2d(x as Tensor, zeros([1, 1, 9, 3]), { padding: [[1, 2], 0] }),
      /height: a window of 9 does not fit into 4 padded by 1 and 2[\s\S]*pad by at least 5 in all/,
    ],
    [
      "strict, with a border that differs",
      () => outputSize(6, { kernelSize: 3, stride: 2, padding: [0, 2], stridePolicy: "strict" }),
      /stride 2 does not divide \(6 - 3 \+ 0 \+ 2\)[\s\S]*padding \[0, 3\]/,
    ],
    [
      "entries for more axes than there are",
      () => pad(zeros([2]) as Tensor, [1, 1]),
      /padding has 2 entries, and the input 1 axes/,
    ],
    ["a value that is no number", () => pad(x, 1, { value: "0" as never }), /value is the text "0"/],
    ["an unknown mode of pad", () => pad(x, 1, { mode: "zeros" as never }), /mode is the text "zeros"/],
    ["an entry of three", () => pad(x, [[1, 2, 3]] as never), /an entry of padding is a plain array/],
    ["a fraction", () => pad(x, 0.5), /padding is 0\.5[\s\S]*whole numbers/],
    ["all cut off", () => pad(x as Tensor, [[-2, -2]]), /axis 3: \[-2, -2\] leaves nothing of 4/],
    ["no tensor", () => pad([[1]] as never, 1), /pad: the input is a plain array, not a tensor/],
    ["integers", () => pad(cast(x, "int32") as never, 1), /float32 or float64, not int32/],
  ];
  test.each(refused)("%s", (_name, f, message) => {
    expect(f).toThrow(message);
  });
});

test("pad puts mirrors, edges and other ends around, as its docstring says", () => {
  const row = tensor([1, 2, 3], [3]);
  const around = (mode: "constant" | "reflect" | "replicate" | "circular") => [...pad(row, 2, { mode, value: 9 }).data];
  expect(around("constant")).toEqual([9, 9, 1, 2, 3, 9, 9]);
  expect(around("reflect")).toEqual([3, 2, 1, 2, 3, 2, 1]);
  expect(around("replicate")).toEqual([1, 1, 1, 2, 3, 3, 3]);
  expect(around("circular")).toEqual([2, 3, 1, 2, 3, 1, 2]);
  expect(
    pad(zeros([2, 3, 4, 5]), [
      [0, 1],
      [2, 3],
    ]).shape,
  ).toEqual([2, 3, 5, 10]);
  expect(pad(zeros([2, 3, 4, 5]), [1, 0, 2, [0, 3]]).shape).toEqual([4, 3, 8, 8]);
  expect([...pad(tensor([[1]]), [[0, 1]]).data]).toEqual([1, 0]);
  expect([...pad(row, [[-1, 2]], { mode: "replicate" }).data]).toEqual([2, 3, 3, 3]);
});

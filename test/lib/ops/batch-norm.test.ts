import { describe, expect, expectTypeOf, test } from "vitest";
import { noGrad, shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { type BatchNormCallOptions, batchNorm1d, batchNorm2d } from "../../../lib/ops/batch-norm.ts";
import { cast } from "../../../lib/ops/reshape.ts";
import { full, ones, shaped, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

describe("batch normalisation", () => {
  test("worked by hand: two channels of two images", () => {
    // channel 0: 1, 3, 5, 7: mean 4, variance 5; channel 1: 0, 0, 2, 2: mean 1, variance 1
    const x = tensor([1, 3, 0, 0, 5, 7, 2, 2], [2, 2, 1, 2]);
    const options = { weights: tensor([Math.sqrt(5), 10]), bias: tensor([0, 1]), epsilon: 1e-12 };
    const out = batchNorm2d(x, options);
    const expected = [-3, -1, -9, -9, 1, 3, 11, 11];
    // the root of 5 is rounded to float32
    out.data.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6));
  });

  test("training moves the running statistics by a tenth; the variance's share is divided by the count less one", () => {
    const x = tensor([1, 3], [2, 1], "float64"); // mean 2, variance 1, and 2 when divided by the count less one
    const [runningMean, runningVariance] = [full([1], 10, "float64"), full([1], 10, "float64")];
    batchNorm1d(x, { runningMean, runningVariance });
    expect(runningMean.item()).toBeCloseTo(0.9 * 10 + 0.1 * 2, 14);
    expect(runningVariance.item()).toBeCloseTo(0.9 * 10 + 0.1 * 2, 14);
    batchNorm1d(x, { runningMean, runningVariance, momentum: 1 });
    expect([runningMean.item(), runningVariance.item()]).toEqual([2, 2]);
  });

  test("evaluation reads the running statistics and leaves them: an example's output is its own", () => {
    const options = { runningMean: tensor([2, 4]), runningVariance: tensor([4, 16]), epsilon: 1e-12, training: false };
    const alone = batchNorm1d(tensor([[4, 0]]), options);
    expect([...alone.data]).toEqual([1, -1]);
    const accompanied = batchNorm1d(tensor([4, 0, 99, 9], [2, 2]), options);
    expect([...accompanied.data.slice(0, 2)]).toEqual([1, -1]);
    expect([...options.runningMean.data, ...options.runningVariance.data]).toEqual([2, 4, 4, 16]);
  });

  test("shapes without numbers leave the running statistics; a forward pass without gradients moves them", () => {
    const options = { runningMean: zeros([3]), runningVariance: ones([3]) };
    const x = normal([2, 3, 4, 4], 1, "float32");
    expect(shapesOnly(() => batchNorm2d(x, options)).shape).toEqual([2, 3, 4, 4]);
    expect([...options.runningMean.data]).toEqual([0, 0, 0]);
    noGrad(() => batchNorm2d(x, options));
    expect(options.runningMean.data.every((value) => value !== 0)).toBe(true);
  });

  test("a training step between forward and backward does not change an evaluation's gradient", () => {
    const options = { runningMean: zeros([1], "float64"), runningVariance: full([1], 4, "float64"), epsilon: 1e-12 };
    const x = Object.assign(tensor([1, 2], [2, 1], "float64"), { requiresGrad: true });
    const out = batchNorm1d(x, { ...options, training: false });
    noGrad(() => batchNorm1d(tensor([5, 50], [2, 1], "float64"), options));
    backward(out, ones([2, 1], "float64"));
    expect(x.grad!.data[0]).toBeCloseTo(0.5, 11);
  });

  test("its gradients in float32 are those in float64", () => {
    const gradients = (dtype: "float32" | "float64") => {
      const inputs = [normal([4, 6, 5, 5], 2, dtype), normal([6], 3, dtype), normal([6], 4, dtype)] as const;
      for (const input of inputs) Object.assign(input, { requiresGrad: true });
      const [x, weights, bias] = inputs as unknown as readonly [Tensor, Tensor, Tensor];
      backward(batchNorm2d(x, { weights, bias }), normal([4, 6, 5, 5], 5, dtype));
      return inputs.map((input) => input.grad!.data as ArrayLike<number>);
    };
    const expected = gradients("float64");
    gradients("float32").forEach((found, i) => {
      // Sums are in double: what is left are inputs rounded at 2⁻²⁴ = 6e-8, in sums of 100 (√100 of them), and the result.
      for (let j = 0; j < found.length; j++) expect(Math.abs(found[j]! - expected[i]![j]!)).toBeLessThan(4e-6);
    });
  });

  test("shapes stay, also as types", () => {
    const x = shaped(zeros([5, 3, 8, 8]), ["N", 3, 8, 8]);
    expectTypeOf(batchNorm2d(x)).toEqualTypeOf<Tensor<readonly ["N", 3, 8, 8]>>();
    expect(batchNorm2d(x).shape).toEqual([5, 3, 8, 8]);
  });
});

const maps = zeros([2, 3, 4, 4]);
const running = (c: number) => ({ runningMean: zeros([c]), runningVariance: ones([c]) });
const refused: [string, () => unknown, RegExp][] = [
  [
    "weights of another count",
    () => batchNorm2d(maps, { weights: ones([4]) }),
    /input has 3 channels, weights 4\n.*\[N=2, C=3, H=4, W=4\]\n.*weights \[C=4\]\n.*build the layer for 3 channels, or feed it 4/,
  ],
  ["running statistics of another count", () => batchNorm2d(maps, running(2)), /3 channels, runningMean 2/],
  [
    "one statistic without the other",
    () => batchNorm2d(maps, { runningMean: zeros([3]) }),
    /one .* is missing\n.*both/,
  ],
  ["evaluation without any", () => batchNorm2d(maps, { training: false }), /evaluation has no running statistics/],
  [
    "one number a channel in training",
    () => batchNorm1d(zeros([1, 3]), running(3)),
    /batchNorm1d: a channel of this batch has one number, and so no spread\n.*\[N=1, C=3\]\n.*2 examples.*call eval\(\)/,
  ],
  ["rows given to batchNorm2d", () => batchNorm2d(zeros([2, 3])), /2 axes in the input, not the 4 of \[N, C, H, W\]/],
  ["maps given to batchNorm1d", () => batchNorm1d(maps), /flatten it first: \[2, 48\]/],
  ["an empty batch", () => batchNorm2d(zeros([0, 3, 4, 4])), /the batch is empty/],
  ["a momentum above 1", () => batchNorm2d(maps, { momentum: 9 }), /momentum is 9\n.*from 0 to 1/],
  ["an epsilon of zero", () => batchNorm2d(maps, { epsilon: 0 }), /epsilon is 0\n.*positive/],
  ["PyTorch's name of an option", () => batchNorm2d(maps, { eps: 1 } as BatchNormCallOptions), /unknown option "eps"/],
  [
    "two types of number",
    () => batchNorm2d(maps, { bias: cast(zeros([3]), "float64") as never }),
    /one operand is float32, another float64/,
  ],
];
test.each(refused)("%s: an error that says what would fit", (_name, call, message) => {
  expect(call).toThrow(message);
});

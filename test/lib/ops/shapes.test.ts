import { describe, expect, expectTypeOf, test } from "vitest";
import { OptionError, ShapeError } from "../../../lib/errors.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { linear } from "../../../lib/ops/linear.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { matmul } from "../../../lib/ops/matmul.ts";
import { explainOutputSize, outputSize } from "../../../lib/ops/output-size.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { maxPool2d } from "../../../lib/ops/pool2d.ts";
import { mean } from "../../../lib/ops/reduce.ts";
import { cast, flatten, reshape } from "../../../lib/ops/reshape.ts";
import { argmax } from "../../../lib/ops/search.ts";
import { slice } from "../../../lib/ops/slice.ts";
import { shaped, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";

describe("the number of windows along an axis", () => {
  // [W, F, S, P, windows]: the values that lectures work out, and AlexNet's first layer
  test.each([
    [7, 3, 1, 0, 5],
    [7, 3, 2, 0, 3],
    [5, 3, 1, 1, 5],
    [5, 3, 2, 1, 3],
    [227, 11, 4, 0, 55],
    [32, 5, 1, 2, 32],
    [1, 1, 1, 0, 1],
  ])("W=%i F=%i S=%i P=%i gives %i", (size, kernelSize, stride, padding, windows) => {
    expect(outputSize(size, { kernelSize, stride, padding, stridePolicy: "strict" })).toBe(windows);
  });

  test("a stride that does not divide is rounded down, up, or refused", () => {
    expect(outputSize(6, { kernelSize: 3, stride: 2 })).toBe(2);
    expect(outputSize(6, { kernelSize: 3, stride: 2, stridePolicy: "ceil" })).toBe(3);
    const options = { kernelSize: 3, stride: 3, padding: 1 };
    expect(() => outputSize(5, { ...options, stridePolicy: "strict" })).toThrow(
      /stride 3 does not divide \(5 - 3 \+ 2·1\): there would be 2\.33 windows\n\s+fix: use stride 1 or 2 or 4, or padding 2/,
    );
  });

  test("what the refusal proposes is accepted", () => {
    for (const stride of [1, 2, 4]) outputSize(5, { kernelSize: 3, stride, padding: 1, stridePolicy: "strict" });
    outputSize(5, { kernelSize: 3, stride: 3, padding: 2, stridePolicy: "strict" });
  });

  test("under ceil, no window lies in the padding alone", () => {
    // W=5 F=3 S=3 P=1: a third window would begin at padded column 6, where only the right padding is
    expect(outputSize(5, { kernelSize: 3, stride: 3, padding: 1, stridePolicy: "ceil" })).toBe(2);
  });

  test("the formula is shown with the numbers put in", () => {
    expect(explainOutputSize(7, { kernelSize: 3, stride: 2 })).toBe("(7 - 3 + 2·0) / 2 + 1 = 3");
    expect(explainOutputSize(5, { kernelSize: 3, stride: 3, padding: 1 })).toBe(
      "(5 - 3 + 2·1) / 3 + 1 = 2.33, floor 2",
    );
  });

  test("a window larger than the padded axis is refused with the padding that would do", () => {
    expect(() => outputSize(2, { kernelSize: 5, padding: 1 })).toThrow(
      /window of 5 does not fit into 2 padded by 1 on both sides\n\s+fix: pad by at least 2/,
    );
    expect(outputSize(2, { kernelSize: 5, padding: 2 })).toBe(2);
  });
});

describe("shapes as types", () => {
  test("batch and filters carry through convolution and pooling, features through a linear map", () => {
    const x = shaped(zeros([5, 3, 8, 8]), ["N", 3, 8, 8]);
    const maps = conv2d(x, zeros([6, 3, 3, 3]));
    expectTypeOf(maps).toEqualTypeOf<Tensor<readonly ["N", 6, 6, 6]>>();
    const pooled = maxPool2d(maps, { kernelSize: 2 });
    expectTypeOf(pooled).toEqualTypeOf<Tensor<readonly ["N", 6, 3, 3]>>();
    const scores = linear(flatten(pooled), zeros([10, 54]));
    expectTypeOf(scores).toEqualTypeOf<Tensor<readonly ["N", 10]>>();
    expectTypeOf(argmax(scores)).toEqualTypeOf<Tensor<readonly ["N"], "int32">>();
    expect(scores.shape).toEqual([5, 10]);
  });

  test("a tensor of unknown shape goes through everything", () => {
    const x: Tensor = zeros([5, 3, 8, 8]);
    expect(
      linear(flatten(maxPool2d(conv2d(x, zeros([6, 3, 3, 3])), { kernelSize: 2 })), zeros([10, 54])).shape,
    ).toEqual([5, 10]);
  });
});

describe("operands that do not fit", () => {
  test("conv2d shows both operands with their axes, and the change that fits", () => {
    expect(() => conv2d(zeros([1, 3, 28, 28]) as Tensor, zeros([8, 16, 5, 5]))).toThrow(
      [
        "conv2d: the input has 3 channels, the filters 16",
        "  input   [N=1, C=3, H=28, W=28]",
        "  filters [F=8, C=16, K=5, L=5]",
        "  fix: build the layer with inChannels: 3, or feed it 16 channels",
      ].join("\n"),
    );
  });

  const refused: [string, () => unknown, RegExp][] = [
    [
      "a single image",
      () => conv2d(zeros([3, 28, 28]) as Tensor, zeros([8, 3, 5, 5])),
      /a single example, reshape input to \[1, 3, 28, 28\]/,
    ],
    [
      "an empty batch",
      () => conv2d(zeros([0, 3, 9, 9]), zeros([8, 3, 5, 5])),
      /axis N of the input is 0[\s\S]*at least one example/,
    ],
    ["an empty batch of rows", () => linear(zeros([0, 4]), zeros([2, 4])), /the batch is empty/],
    [
      "a window larger than the image",
      () => conv2d(zeros([1, 1, 3, 9]) as Tensor, zeros([1, 1, 5, 5])),
      /height: a window of 5 does not fit into 3/,
    ],
    [
      "groups that do not divide",
      () => conv2d(zeros([1, 3, 9, 9]) as Tensor, zeros([4, 1, 3, 3]), { groups: 2 }),
      /2 groups do not divide/,
    ],
    [
      "a bias of another length",
      () => conv2d(zeros([1, 1, 9, 9]), zeros([4, 1, 3, 3]), { bias: zeros([3]) }),
      /give a bias of shape \[4\]/,
    ],
    [
      "feature maps fed to a linear layer",
      () => linear(zeros([2, 16, 5, 5]) as Tensor, zeros([120, 400])),
      /flatten it first: \[2, 400\]/,
    ],
    ["another number of features", () => linear(zeros([2, 256]) as Tensor, zeros([120, 400])), /inFeatures: 256/],
    ["matrices that do not chain", () => matmul(zeros([2, 3]) as Tensor, zeros([2, 3])), /a has 3 columns, b 2 rows/],
    [
      "labels of another count",
      () => crossEntropy(zeros([2, 10]) as Tensor, tensor([1], [1], "int32")),
      /2 examples and 1 labels/,
    ],
    [
      "targets of another shape",
      () => meanSquaredError(zeros([2, 3]), zeros([3, 2]) as Tensor),
      /reshape the target to \[2, 3\]/,
    ],
    ["a mean of nothing", () => mean(zeros([0])), /axis 0 of the input is 0/],
    ["a reshape to another size", () => reshape(zeros([2, 3]) as Tensor, [4, -1]), /product is 6/],
    ["more rows than there are", () => slice(zeros([2, 3]) as Tensor, 0, 3), /ends at row 3, and there are 2/],
    [
      "padding beyond half a pooling window",
      () => maxPool2d(zeros([1, 1, 4, 4]), { kernelSize: 2, padding: 2 }),
      /pad less/,
    ],
  ];
  test.each(refused)("%s: an error that says what would fit", (_name, f, message) => {
    expect(f).toThrow(message);
  });

  test("options: an unknown name, a fraction, a wrong type of number", () => {
    const x = zeros([1, 1, 9, 9]);
    const w = zeros([1, 1, 3, 3]);
    expect(() => conv2d(x, w, { pading: 1 } as never)).toThrow(
      /unknown option "pading"\n\s+fix: the options are .*padding/,
    );
    expect(() => conv2d(x, w, { stride: 0 })).toThrow(/stride is 0/);
    expect(() => conv2d(x, w, { stride: 1.5 })).toThrow(OptionError);
    expect(() => conv2d(x, w, { stridePolicy: "round" as never })).toThrow(/choose floor, ceil or strict/);
    expect(() => conv2d(cast(x, "int32") as never, w)).toThrow(/float32 or float64, not int32/);
    expect(() => conv2d(cast(x, "float64"), w as never)).toThrow(/one operand is float64, another float32/);
    expect(() => crossEntropy(zeros([1, 3]), tensor([3], [1], "int32"))).toThrow(
      /label 0 is 3, and the scores have classes 0 to 2/,
    );
    expect(() => conv2d(x as Tensor, zeros([1, 2, 3, 3]))).toThrow(ShapeError);
  });
});

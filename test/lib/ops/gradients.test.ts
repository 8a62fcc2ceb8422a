import { describe, expect, test } from "vitest";
import { type Float64Tensor, gradCheck } from "../../../lib/autograd/grad-check.ts";
import { logSoftmax, relu, sigmoid, softmax, tanh } from "../../../lib/ops/activation.ts";
import { add, divide, multiply, subtract } from "../../../lib/ops/arithmetic.ts";
import { batchNorm1d, batchNorm2d } from "../../../lib/ops/batch-norm.ts";
import { convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { dropout, dropout2d } from "../../../lib/ops/dropout.ts";
import { globalAveragePool2d, globalMaxPool2d } from "../../../lib/ops/global-pool2d.ts";
import { groupNorm, instanceNorm2d, layerNorm } from "../../../lib/ops/group-norm.ts";
import { linear, matmul } from "../../../lib/ops/linear.ts";
import { localResponseNorm } from "../../../lib/ops/local-response-norm.ts";
import { crossEntropy, meanSquaredError } from "../../../lib/ops/loss.ts";
import { averagePool2d, maxPool2d } from "../../../lib/ops/pool2d.ts";
import { mean, sum } from "../../../lib/ops/reduce.ts";
import { cast, flatten, reshape, slice } from "../../../lib/ops/reshape.ts";
import { Random } from "../../../lib/random.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { normal } from "../random-tensors.ts";

/** Makes a scalar whose gradient differs from element to element: a sum alone would hide exchanged ones. */
const weigh = (y: Float64Tensor): Float64Tensor => sum(multiply(y, normal(y.shape, 99)));

// Random normal inputs keep clear of the corners of relu and max by far more than the step of 1e-5 (checked by the
// seeds passing). Second derivatives are of order 1, so the truncation error h²/6 ~ 2e-11 and the rounding error
// 2⁻⁵² / h ~ 2e-11 both lie far below the default bound of 1e-6.
const image = normal([2, 4, 6, 5], 1);
const filters = normal([6, 2, 3, 2], 2);
const bias = normal([6], 3);
const running = { runningMean: normal([4], 48), runningVariance: tensor([0.5, 1, 2, 3], [4], "float64") };
const cases: [string, (...x: Float64Tensor[]) => Float64Tensor, Float64Tensor[]][] = [
  [
    "conv2d",
    (x, w, b) => weigh(conv2d(x!, w!, { bias: b! })),
    [normal([2, 3, 5, 5], 4), normal([2, 3, 3, 3], 5), normal([2], 6)],
  ],
  [
    "conv2d, strided, padded, in groups",
    (x, w, b) => weigh(conv2d(x!, w!, { bias: b!, stride: 2, padding: 1, groups: 2 })),
    [image, filters, bias],
  ],
  [
    "conv2d, dilated, unequal sides",
    (x, w) => weigh(conv2d(x!, w!, { dilation: [2, 1], padding: [2, 0], stride: [1, 3], groups: 2 })),
    [image, filters],
  ],
  [
    "conv2d, a window over the edge",
    (x, w) => weigh(conv2d(x!, w!, { stride: 4, stridePolicy: "ceil", groups: 2 })),
    [image, filters],
  ],
  ["maxPool2d", (x) => weigh(maxPool2d(x!, { kernelSize: 2 })), [image]],
  [
    "maxPool2d, overlapping, padded",
    (x) => weigh(maxPool2d(x!, { kernelSize: 3, stride: 2, padding: 1, stridePolicy: "ceil" })),
    [image],
  ],
  ["averagePool2d", (x) => weigh(averagePool2d(x!, { kernelSize: 2 })), [image]],
  [
    "averagePool2d, padding not counted",
    (x) => weigh(averagePool2d(x!, { kernelSize: 3, stride: 2, padding: 1, countIncludePad: false })),
    [image],
  ],
  ["globalAveragePool2d", (x) => weigh(globalAveragePool2d(x!)), [image]],
  ["globalMaxPool2d", (x) => weigh(globalMaxPool2d(x!)), [image]],
  [
    "convTranspose2d",
    (x, w, b) => weigh(convTranspose2d(x!, w!, { bias: b! })),
    [normal([2, 3, 4, 3], 35), normal([3, 2, 3, 2], 36), normal([2], 37)],
  ],
  [
    "convTranspose2d, strided, cut off, padded, dilated, in groups",
    (x, w, b) =>
      weigh(
        convTranspose2d(x!, w!, {
          bias: b!,
          stride: [2, 3],
          padding: 1,
          outputPadding: [1, 0],
          dilation: [1, 2],
          groups: 2,
        }),
      ),
    [normal([2, 4, 3, 2], 38), normal([4, 3, 3, 2], 39), normal([6], 40)],
  ],
  [
    "batchNorm2d",
    (x, weights, bias) => weigh(batchNorm2d(x!, { weights: weights!, bias: bias! })),
    [image, normal([4], 41), normal([4], 42)],
  ],
  ["batchNorm2d, nothing learned", (x) => weigh(batchNorm2d(x!)), [image]],
  ["batchNorm2d, a bias alone", (x, bias) => weigh(batchNorm2d(x!, { bias: bias! })), [image, normal([4], 43)]],
  [
    "batchNorm2d, in evaluation",
    (x, weights, bias) => weigh(batchNorm2d(x!, { ...running, weights: weights!, bias: bias!, training: false })),
    [image, normal([4], 44), normal([4], 45)],
  ],
  ["batchNorm1d", (x, weights) => weigh(batchNorm1d(x!, { weights: weights! })), [normal([5, 3], 46), normal([3], 47)]],
  [
    "layerNorm",
    (x, weights, bias) => weigh(layerNorm(x!, [3, 4], { weights: weights!, bias: bias! })),
    [normal([2, 3, 4], 50), normal([3, 4], 51), normal([3, 4], 52)],
  ],
  [
    "groupNorm",
    (x, weights, bias) => weigh(groupNorm(x!, 2, { weights: weights!, bias: bias! })),
    [image, normal([4], 53), normal([4], 54)],
  ],
  [
    "groupNorm of rows",
    (x, weights) => weigh(groupNorm(x!, 3, { weights: weights! })),
    [normal([4, 6], 55), normal([6], 56)],
  ],
  ["instanceNorm2d", (x, bias) => weigh(instanceNorm2d(x!, { bias: bias! })), [image, normal([4], 57)]],
  ["localResponseNorm", (x) => weigh(localResponseNorm(x!, { size: 3, alpha: 0.3, k: 2 })), [image]],
  ["localResponseNorm, an even size", (x) => weigh(localResponseNorm(x!, { size: 4, alpha: 1, beta: 0.4 })), [image]],
  ["dropout", (x) => weigh(dropout(x!, { random: new Random(58) })), [normal([3, 4], 59)]],
  ["dropout2d", (x) => weigh(dropout2d(x!, { probability: 0.3, random: new Random(60) })), [image]],
  ["linear", (x, w, b) => weigh(linear(x!, w!, b!)), [normal([3, 4], 7), normal([5, 4], 8), normal([5], 9)]],
  ["matmul", (a, b) => weigh(matmul(a!, b!)), [normal([3, 4], 10), normal([4, 2], 11)]],
  ["relu", (x) => weigh(relu(x!)), [normal([3, 4], 12)]],
  ["sigmoid", (x) => weigh(sigmoid(x!)), [normal([3, 4], 13)]],
  ["tanh", (x) => weigh(tanh(x!)), [normal([3, 4], 14)]],
  ["softmax", (x) => weigh(softmax(x!)), [normal([3, 4], 15)]],
  ["logSoftmax", (x) => weigh(logSoftmax(x!)), [normal([3, 4], 16)]],
  ["crossEntropy", (x) => crossEntropy(x!, tensor([2, 0, 3], [3], "int32")), [normal([3, 4], 17)]],
  ["meanSquaredError", (x, t) => meanSquaredError(x!, t!), [normal([3, 4], 18), normal([3, 4], 19)]],
  ["add", (a, b) => weigh(add(a!, b!)), [normal([3, 4], 20), normal([3, 4], 21)]],
  ["subtract", (a, b) => weigh(subtract(a!, b!)), [normal([3, 4], 22), normal([3, 4], 23)]],
  ["multiply", (a, b) => weigh(multiply(a!, b!)), [normal([3, 4], 24), normal([3, 4], 25)]],
  ["divide", (a, b) => weigh(divide(a!, add(multiply(b!, b!), 1))), [normal([3, 4], 26), normal([3, 4], 27)]],
  ["operations with a number", (a) => weigh(divide(subtract(add(multiply(a!, 3), 2), 1), 4)), [normal([3, 4], 28)]],
  ["sum", (x) => sum(x!), [normal([3, 4], 29)]],
  ["mean", (x) => mean(multiply(x!, x!)), [normal([3, 4], 30)]],
  ["reshape", (x) => weigh(reshape(x!, [2, -1])), [normal([3, 4], 31)]],
  ["slice", (x) => weigh(slice(x!, 1, 3)), [normal([4, 3], 32)]],
  ["slice, rows taken twice", (x) => weigh(multiply(slice(x!, 0, 2), slice(x!, 1))), [normal([3, 4], 33)]],
  ["cast, to the same type", (x) => weigh(cast(x!, "float64")), [normal([3, 4], 34)]],
  ["flatten", (x) => weigh(flatten(x!)), [image]],
];

describe("the gradient equals the central difference", () => {
  test.each(cases)("of %s", (_name, f, inputs) => {
    const { passed, worst } = gradCheck(f, inputs);
    expect(passed, JSON.stringify(worst)).toBe(true);
  });
});

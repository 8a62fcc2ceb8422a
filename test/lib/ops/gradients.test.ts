import { describe, expect, test } from "vitest";
import { type Float64Tensor, gradCheck } from "../../../lib/autograd/grad-check.ts";
import { relu, sigmoid, tanh } from "../../../lib/ops/activation.ts";
import { adaptiveAveragePool2d, adaptiveMaxPool2d } from "../../../lib/ops/adaptive-pool2d.ts";
import { add, divide, multiply, subtract } from "../../../lib/ops/arithmetic.ts";
import { batchNorm1d, batchNorm2d } from "../../../lib/ops/batch-norm.ts";
import { convMatrix } from "../../../lib/ops/conv-matrix.ts";
import { convTranspose1d } from "../../../lib/ops/conv-transpose1d.ts";
import { convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv1d } from "../../../lib/ops/conv1d.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { dropout, dropout2d } from "../../../lib/ops/dropout.ts";
import { globalAveragePool2d, globalMaxPool2d } from "../../../lib/ops/global-pool2d.ts";
import { groupNorm, instanceNorm2d, layerNorm } from "../../../lib/ops/group-norm.ts";
import { col2im, im2col } from "../../../lib/ops/im2col.ts";
import { linear } from "../../../lib/ops/linear.ts";
import { localResponseNorm } from "../../../lib/ops/local-response-norm.ts";
import { locallyConnected2d } from "../../../lib/ops/locally-connected2d.ts";
import { crossEntropy } from "../../../lib/ops/loss.ts";
import { maskedConv2d } from "../../../lib/ops/masked-conv2d.ts";
import { matmul } from "../../../lib/ops/matmul.ts";
import { pad } from "../../../lib/ops/pad.ts";
import { pixelMask } from "../../../lib/ops/pixel-mask.ts";
import { meanSquaredError } from "../../../lib/ops/pointwise-loss.ts";
import { averagePool1d, lpPool1d, maxPool1d, minPool1d } from "../../../lib/ops/pool1d.ts";
import { averagePool2d, l2Pool2d, lpPool2d, maxPool2d, minPool2d } from "../../../lib/ops/pool2d.ts";
import { mean, sum } from "../../../lib/ops/reduce.ts";
import { cast, flatten, reshape } from "../../../lib/ops/reshape.ts";
import { depthwiseConv2d, separableConv2d } from "../../../lib/ops/separable-conv2d.ts";
import { slice } from "../../../lib/ops/slice.ts";
import { logSoftmax, softmax } from "../../../lib/ops/softmax.ts";
import { maxPool2dWithIndices, maxUnpool2d } from "../../../lib/ops/unpool2d.ts";
import { upsample } from "../../../lib/ops/upsample.ts";
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
type Case = [string, (...x: Float64Tensor[]) => Float64Tensor, Float64Tensor[]];
const cases: Case[] = [
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
  [
    "conv2d, turned filters, same padding",
    (x, w, b) => weigh(conv2d(x!, w!, { bias: b!, flip: true, padding: "same", stride: [1, 2], groups: 2 })),
    [image, normal([6, 2, 2, 3], 50), bias],
  ],
  ...(["reflect", "replicate", "circular"] as const).map(
    (paddingMode): Case => [
      `conv2d, ${paddingMode} padding`,
      (x, w) => weigh(conv2d(x!, w!, { paddingMode, padding: [2, [0, 1]], groups: 2 })),
      [image, filters],
    ],
  ),
  [
    "conv1d",
    (x, w, b) => weigh(conv1d(x!, w!, { bias: b!, stride: 2, padding: [2, 1], dilation: 2, groups: 2 })),
    [normal([2, 4, 7], 51), normal([6, 2, 3], 52), bias],
  ],
  [
    "convTranspose1d",
    (x, w, b) => weigh(convTranspose1d(x!, w!, { bias: b!, stride: 2, padding: [0, 1], dilation: 2, groups: 2 })),
    [normal([2, 4, 4], 53), normal([4, 3, 3], 54), bias],
  ],
  [
    "convTranspose2d, same padding, a size that is asked for",
    (x, w) => weigh(convTranspose2d(x!, w!, { stride: 3, padding: "same", outputSize: [8, 4] })),
    [normal([2, 2, 3, 2], 55), normal([2, 2, 3, 4], 56)],
  ],
  [
    "depthwiseConv2d",
    (x, w, b) => weigh(depthwiseConv2d(x!, w!, { bias: b!, padding: 1 })),
    [image, normal([8, 1, 3, 3], 57), normal([8], 58)],
  ],
  [
    "separableConv2d",
    (x, depthwise, pointwise, b) => weigh(separableConv2d(x!, depthwise!, pointwise!, { bias: b!, stride: 2 })),
    [image, normal([8, 1, 3, 3], 59), normal([3, 8, 1, 1], 60), normal([3], 61)],
  ],
  [
    "locallyConnected2d",
    (x, w, b) => weigh(locallyConnected2d(x!, w!, { bias: b!, stride: 2, padding: [[1, 0], 1], dilation: [1, 2] })),
    [normal([2, 2, 5, 4], 62), normal([2, 2, 3, 2, 3, 2], 63), normal([3, 2, 2], 64)],
  ],
  [
    "maskedConv2d, on the filters",
    (x, w) => weigh(maskedConv2d(x!, w!, { mask: pixelMask(3, "A"), padding: 1, groups: 2 })),
    [image, normal([4, 2, 3, 3], 65)],
  ],
  [
    "maskedConv2d, on the input",
    (x, w) => weigh(maskedConv2d(x!, w!, { mask: pixelMask([3, 5], "B"), on: "input" })),
    [normal([2, 2, 3, 5], 66), normal([2, 2, 2, 2], 67)],
  ],
  ["pad", (x) => weigh(pad(x!, [1, [0, 2], 1], { value: 3 })), [normal([2, 2, 3, 2], 68)]],
  ...(["reflect", "replicate", "circular"] as const).map(
    (mode): Case => [`pad, ${mode}`, (x) => weigh(pad(x!, [[0, 1], 2, [-1, 2]], { mode })), [normal([2, 2, 3, 3], 69)]],
  ),
  ["minPool2d", (x) => weigh(minPool2d(x!, { kernelSize: 3, stride: 2, padding: 1, dilation: [1, 2] })), [image]],
  ["maxPool2d, same padding", (x) => weigh(maxPool2d(x!, { kernelSize: 3, stride: 2, padding: "same" })), [image]],
  [
    "averagePool2d, another border on each side, a divisor of its own",
    (x) =>
      weigh(
        averagePool2d(x!, {
          kernelSize: 3,
          padding: [
            [1, 0],
            [0, 1],
          ],
          stride: 2,
          divisorOverride: 4,
        }),
      ),
    [image],
  ],
  [
    "averagePool2d, another border on each side, over the edge",
    (x) =>
      weigh(
        averagePool2d(x!, {
          kernelSize: 2,
          padding: [
            [1, 0],
            [0, 1],
          ],
          stride: 2,
          stridePolicy: "ceil",
        }),
      ),
    [image],
  ],
  ["l2Pool2d", (x) => weigh(l2Pool2d(x!, { kernelSize: 3, stride: 2, padding: 1, stridePolicy: "ceil" })), [image]],
  [
    "lpPool2d, of positive numbers",
    (x) => weigh(lpPool2d(multiply(x!, x!), { normType: 1.5, kernelSize: 2 })),
    [image],
  ],
  ["maxPool1d", (x) => weigh(maxPool1d(x!, { kernelSize: 3, stride: 1, dilation: 2 })), [normal([2, 3, 7], 70)]],
  ["minPool1d", (x) => weigh(minPool1d(x!, { kernelSize: 2, padding: [1, 0] })), [normal([2, 3, 7], 71)]],
  ["averagePool1d", (x) => weigh(averagePool1d(x!, { kernelSize: 2, padding: [1, 0] })), [normal([2, 3, 7], 72)]],
  ["lpPool1d", (x) => weigh(lpPool1d(x!, { kernelSize: 3, stride: 2, normType: 2 })), [normal([2, 3, 7], 73)]],
  ["adaptiveAveragePool2d", (x) => weigh(adaptiveAveragePool2d(x!, [4, 3])), [image]],
  ["adaptiveAveragePool2d, even", (x) => weigh(adaptiveAveragePool2d(x!, [3, 5])), [image]],
  ["adaptiveMaxPool2d", (x) => weigh(adaptiveMaxPool2d(x!, [4, 3])), [image]],
  [
    "maxPool2dWithIndices and maxUnpool2d",
    (x) => {
      const { output, indices } = maxPool2dWithIndices(x!, { kernelSize: [2, 3], padding: [0, 1] });
      return weigh(maxUnpool2d(multiply(output, output), indices, { outputSize: [6, 5] }));
    },
    [image],
  ],
  ["im2col", (x) => weigh(im2col(x!, { kernelSize: [3, 2], stride: 2, padding: [[1, 0], 1] })), [image]],
  [
    "col2im",
    (x) => weigh(col2im(x!, { outputSize: [4, 3], kernelSize: 2, dilation: [2, 1], padding: [0, [1, 0]] })),
    [normal([2, 8, 6], 74)],
  ],
  ["convMatrix", (w) => weigh(convMatrix(w!, [4, 3], { padding: "same", stride: [1, 2] })), [normal([3, 2], 75)]],
  ["convMatrix, of a bank", (w) => weigh(convMatrix(w!, [2, 3, 3], { dilation: 2 })), [normal([2, 2, 2, 2], 76)]],
  ...(["nearest", "nearest-exact", "bilinear", "bicubic"] as const).map(
    (mode): Case => [
      `upsample, ${mode}`,
      (x) => weigh(upsample(x!, { mode, scale: [1.6, 2] })),
      [normal([2, 2, 3, 4], 77)],
    ],
  ),
  [
    "upsample, linear",
    (x) => weigh(upsample(x!, { mode: "linear", size: 9, alignCorners: true })),
    [normal([2, 2, 4], 78)],
  ],
];

describe("the gradient equals the central difference", () => {
  test.each(cases)("of %s", (_name, f, inputs) => {
    const { passed, worst } = gradCheck(f, inputs);
    expect(passed, JSON.stringify(worst)).toBe(true);
  });
});

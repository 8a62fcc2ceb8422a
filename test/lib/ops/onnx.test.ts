import { describe, expect, test } from "vitest";
import { batchNorm2d } from "../../../lib/ops/batch-norm.ts";
import { convTranspose1d } from "../../../lib/ops/conv-transpose1d.ts";
import { type ConvTranspose2dCallOptions, convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { conv2d } from "../../../lib/ops/conv2d.ts";
import { globalAveragePool2d, globalMaxPool2d } from "../../../lib/ops/global-pool2d.ts";
import { col2im } from "../../../lib/ops/im2col.ts";
import { pad } from "../../../lib/ops/pad.ts";
import { averagePool1d, lpPool1d } from "../../../lib/ops/pool1d.ts";
import { averagePool2d, l2Pool2d, lpPool2d, maxPool2d } from "../../../lib/ops/pool2d.ts";
import { maxPool2dWithIndices, maxUnpool2d } from "../../../lib/ops/unpool2d.ts";
import { upsample } from "../../../lib/ops/upsample.ts";
import { tensor, wrap } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { onnxFolder, readOnnxTensor } from "../onnx.ts";
import { hasShared } from "../shared.ts";

const here = hasShared(onnxFolder("test_batchnorm_example"));
const read = (name: string, file: string): Tensor => {
  const { data, shape } = readOnnxTensor(name, file);
  return wrap(data, shape);
};

/** "same" as ONNX has it too, with the odd one at the top and left. */
const before = {
  kernelSize: 2,
  stride: 1,
  padding: [
    [1, 0],
    [1, 0],
  ],
} as const;
const places = tensor([5, 7, 13, 15], [1, 1, 2, 2], "int32");

// The values are float32, computed in float32: sums of up to 60 products with inputs of size 1, rounded at 2⁻²⁴ each.
function expectNear(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value)).toBeLessThan(4e-6 * Math.max(1, Math.abs(value)));
  }
}

describe.skipIf(!here)("the values of ONNX's own tests (need them beside the repository)", () => {
  test.each<[string, ConvTranspose2dCallOptions]>([
    ["test_convtranspose", {}],
    ["test_convtranspose_group_2", { groups: 2 }],
    ["test_convtranspose_pad", { stride: [3, 2], outputPadding: 1 }],
    ["test_convtranspose_dilations", { dilation: 2 }],
    ["test_convtranspose_output_shape", { stride: [3, 2], outputSize: [10, 8] }],
    ["test_convtranspose_kernel_shape", { stride: [3, 2], outputSize: [10, 8] }],
  ])("%s", (name, settings) => {
    const out = convTranspose2d(read(name, "input_0"), read(name, "input_1"), settings);
    const expected = read(name, "output_0");
    expect(out.shape).toEqual(expected.shape);
    expectNear(out.data, expected.data);
  });

  test.each([
    ["test_batchnorm_example", false, 1e-5],
    ["test_batchnorm_example_training_mode", true, 1e-5],
    ["test_batchnorm_epsilon_training_mode", true, 0.01],
  ])("%s", (name, training, epsilon) => {
    const x = read(name, "input_0");
    const [weights, bias, runningMean, runningVariance] = [1, 2, 3, 4].map((i) => read(name, `input_${i}`));
    const before = runningVariance!.data.slice();
    const options = { weights: weights!, bias: bias!, runningMean: runningMean!, runningVariance: runningVariance! };
    expectNear(batchNorm2d(x, { ...options, training, epsilon }).data, read(name, "output_0").data);
    if (!training) return;
    expectNear(runningMean!.data, read(name, "output_1").data);
    // ONNX divides the running variance's share by the count, PyTorch and we by the count less one.
    const [n, , h, w] = x.shape as readonly number[] as readonly [number, number, number, number];
    const biased = 1 - 1 / (n * h * w);
    const asOnnx = runningVariance!.data.map((v, i) => (v - 0.9 * before[i]!) * biased + 0.9 * before[i]!);
    expectNear(asOnnx, read(name, "output_2").data);
  });

  test.each([
    ["test_globalaveragepool", globalAveragePool2d],
    ["test_globalmaxpool", globalMaxPool2d],
  ] as const)("%s, with two axes of 1 behind", (name, pool) => {
    const expected = read(name, "output_0");
    const out = pool(read(name, "input_0"));
    expect([...out.shape, 1, 1]).toEqual(expected.shape);
    expectNear(out.data, expected.data);
  });

  type Run = (x: Tensor, second: Tensor) => Tensor;
  const windows: [string, Run][] = [
    ["test_convtranspose_1d", (x, filters) => convTranspose1d(x, filters)],
    ["test_basic_conv_with_padding", (x, filters) => conv2d(x, filters, { padding: 1 })],
    ["test_basic_conv_without_padding", (x, filters) => conv2d(x, filters, { padding: "valid" })],
    ["test_conv_with_autopad_same", (x, filters) => conv2d(x, filters, { stride: 2, padding: "same" })],
    ["test_conv_with_strides_padding", (x, filters) => conv2d(x, filters, { stride: 2, padding: 1 })],
    [
      "test_conv_with_strides_and_asymmetric_padding",
      (x, filters) => conv2d(x, filters, { stride: 2, padding: [1, 0] }),
    ],
    ["test_averagepool_1d_default", (x) => averagePool1d(x, { kernelSize: 2, stride: 1 })],
    ["test_averagepool_2d_default", (x) => averagePool2d(x, { kernelSize: 2, stride: 1 })],
    [
      "test_averagepool_2d_precomputed_pads_count_include_pad",
      (x) => averagePool2d(x, { kernelSize: 5, stride: 1, padding: 2 }),
    ],
    [
      "test_averagepool_2d_same_upper",
      (x) => averagePool2d(x, { kernelSize: 2, stride: 1, padding: "same", countIncludePad: false }),
    ],
    ["test_averagepool_2d_same_lower", (x) => averagePool2d(x, { ...before, countIncludePad: false })],
    ["test_maxpool_2d_default", (x) => maxPool2d(x, { kernelSize: 2, stride: 1 })],
    ["test_maxpool_2d_ceil", (x) => maxPool2d(x, { kernelSize: 3, stride: 2, stridePolicy: "ceil" })],
    [
      "test_maxpool_2d_ceil_output_size_reduce_by_one",
      (x) => maxPool2d(x, { kernelSize: 1, stride: 2, stridePolicy: "ceil" }),
    ],
    ["test_maxpool_2d_dilations", (x) => maxPool2d(x, { kernelSize: 2, stride: 1, dilation: 2 })],
    ["test_maxpool_2d_precomputed_pads", (x) => maxPool2d(x, { kernelSize: 5, stride: 1, padding: 2 })],
    [
      "test_maxpool_with_argmax_2d_precomputed_pads",
      (x) => maxPool2dWithIndices(x, { kernelSize: 5, stride: 1, padding: 2 }).output,
    ],
    // ONNX takes absolute values first, which matters to odd norms alone.
    [
      "test_lppool_1d_default",
      (x) => lpPool1d(tensor(x.data.map(Math.abs), x.shape), { normType: 3, kernelSize: 2, stride: 1 }),
    ],
    ["test_lppool_2d_same_upper", (x) => l2Pool2d(x, { kernelSize: 2, stride: 1, padding: "same" })],
    ["test_lppool_2d_same_lower", (x) => lpPool2d(x, { ...before, normType: 4 })],
    ["test_col2im_strides", (x) => col2im(x, { outputSize: 5, kernelSize: 3, stride: 2 })],
    ["test_col2im_dilations", (x) => col2im(x, { outputSize: 6, kernelSize: 2, dilation: [1, 5] })],
    ["test_maxunpool_export_without_output_shape", (x) => maxUnpool2d(x, places, { kernelSize: 2 })],
    ["test_constant_pad_negative_axes", (x) => pad(x, [[3, 4]], { value: 1.2 })],
    ["test_resize_upsample_scales_nearest", (x) => upsample(x, { scale: [2, 3] })],
    ["test_resize_downsample_scales_nearest", (x) => upsample(x, { scale: 0.6, mode: "nearest-exact" })],
    ["test_resize_upsample_sizes_nearest_axes_2_3", (x) => upsample(x, { size: [7, 8] })],
    ["test_resize_upsample_scales_linear", (x) => upsample(x, { scale: 2, mode: "bilinear" })],
    ["test_resize_downsample_scales_linear", (x) => upsample(x, { scale: 0.6, mode: "bilinear" })],
    [
      "test_resize_upsample_scales_linear_align_corners",
      (x) => upsample(x, { scale: 2, mode: "bilinear", alignCorners: true }),
    ],
  ];
  test.each(windows)("%s", (name, run) => {
    const x = read(name, "input_0");
    const out = run(x, name.includes("conv") ? read(name, "input_1") : x);
    const expected = read(name, "output_0");
    expect(out.shape).toEqual(expected.shape);
    expectNear(out.data, expected.data);
  });
});

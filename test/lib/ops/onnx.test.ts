import { describe, expect, test } from "vitest";
import { batchNorm2d } from "../../../lib/ops/batch-norm.ts";
import { type ConvTranspose2dSettings, convTranspose2d } from "../../../lib/ops/conv-transpose2d.ts";
import { globalAveragePool2d, globalMaxPool2d } from "../../../lib/ops/global-pool2d.ts";
import { wrap } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { onnxFolder, readOnnxTensor } from "../onnx.ts";
import { hasShared } from "../shared.ts";

const here = hasShared(onnxFolder("test_batchnorm_example"));
const read = (name: string, file: string): Tensor => {
  const { data, shape } = readOnnxTensor(name, file);
  return wrap(data, shape);
};

// The values are float32, computed in float32: sums of up to 60 products with inputs of size 1, rounded at 2⁻²⁴ each.
function expectNear(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value)).toBeLessThan(4e-6 * Math.max(1, Math.abs(value)));
  }
}

describe.skipIf(!here)("the values of ONNX's own tests (need them beside the repository)", () => {
  test.each<[string, ConvTranspose2dSettings]>([
    ["test_convtranspose", {}],
    ["test_convtranspose_group_2", { groups: 2 }],
    ["test_convtranspose_pad", { stride: [3, 2], outputPadding: 1 }],
    ["test_convtranspose_dilations", { dilation: 2 }],
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
});

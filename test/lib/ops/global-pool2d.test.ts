import { describe, expect, expectTypeOf, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { GlobalAveragePool2d, GlobalMaxPool2d } from "../../../lib/nn/global-pool2d.ts";
import { globalAveragePool2d, globalMaxPool2d } from "../../../lib/ops/global-pool2d.ts";
import { averagePool2d, maxPool2d } from "../../../lib/ops/pool2d.ts";
import { cast } from "../../../lib/ops/reshape.ts";
import { shaped, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

describe("global pooling", () => {
  test("gives the mean, or the largest, of each map of each image", () => {
    const maps = tensor([1, 2, 3, 6, -4, -3, -2, -3, 0, 0, 0, 9, 5, 5, 5, 5], [2, 2, 2, 2]);
    expect([...globalAveragePool2d(maps).data]).toEqual([3, -3, 2.25, 5]);
    expect([...globalMaxPool2d(maps).data]).toEqual([6, -2, 9, 5]);
  });

  test("is the pooling whose one window is the whole map, without its two axes of 1", () => {
    const maps = normal([3, 5, 7, 4], 1);
    expect(globalAveragePool2d(maps).shape).toEqual([3, 5]);
    expect(globalAveragePool2d(maps).data).toEqual(averagePool2d(maps, { kernelSize: [7, 4] }).data);
    expect(globalMaxPool2d(maps).data).toEqual(maxPool2d(maps, { kernelSize: [7, 4] }).data);
  });

  test("spreads the gradient evenly, or gives it to the first of the largest", () => {
    const maps = Object.assign(tensor([7, 1, 7, 5], [1, 1, 2, 2]), { requiresGrad: true });
    backward(globalAveragePool2d(maps), tensor([[8]]));
    expect([...maps.grad!.data]).toEqual([2, 2, 2, 2]);
    maps.grad = null;
    backward(globalMaxPool2d(maps), tensor([[8]]));
    expect([...maps.grad!.data]).toEqual([8, 0, 0, 0]);
  });

  test("a mean of many equal numbers is that number: sums are kept in double precision", () => {
    const one = Math.fround(0.1);
    expect(globalAveragePool2d(tensor(new Array(90_000).fill(one), [1, 1, 300, 300])).item()).toBe(one);
  });

  test("the layers do the same, and keep batch and channels in the type", () => {
    const maps = shaped(zeros([2, 6, 3, 3]), ["N", 6, 3, 3]);
    expectTypeOf(new GlobalAveragePool2d().forward(maps)).toEqualTypeOf<Tensor<readonly ["N", 6]>>();
    expectTypeOf(new GlobalMaxPool2d().forward(maps)).toEqualTypeOf<Tensor<readonly ["N", 6]>>();
    expect(new GlobalAveragePool2d().forward(maps).shape).toEqual([2, 6]);
    expect(new GlobalMaxPool2d().forward(maps).shape).toEqual([2, 6]);
  });

  test("rows, empty batches and integers are refused", () => {
    expect(() => globalAveragePool2d(zeros([2, 6]) as Tensor)).toThrow(
      /2 axes in the input, not the 4 of \[N, C, H, W\]/,
    );
    expect(() => globalMaxPool2d(zeros([0, 6, 3, 3]))).toThrow(/globalMaxPool2d: axis N of the input is 0/);
    expect(() => globalMaxPool2d(cast(zeros([1, 1, 2, 2]), "int32") as never)).toThrow(/float32 or float64, not int32/);
  });
});

import { describe, expect, test } from "vitest";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../../../lib/compute/conv2d.ts";
import { convolution, expectClose, goldenCases, lengths, uniform64 } from "./support.ts";

test("the lecture's edge filter: left minus right, by hand", () => {
  const g = convolution({ h: 2, w: 4, kernelWidth: 2 });
  const x = Float32Array.of(1, 1, 0, 0, 5, 3, 3, 4);
  const filters = Float32Array.of(1, -1);
  const out = new Float32Array(6);
  conv2dForward(g, x, filters, Float32Array.of(10), out);
  expect([...out]).toEqual([10, 11, 10, 12, 10, 9]);
  const dX = new Float32Array(8);
  conv2dInputGradient(g, Float32Array.of(1, 2, 3, 4, 5, 6), filters, dX);
  expect([...dX]).toEqual([1, 1, 1, -3, 4, 1, 1, -6]);
  const dFilters = new Float32Array(2);
  conv2dFilterGradient(g, Float32Array.of(1, 2, 3, 4, 5, 6), x, dFilters);
  expect([...dFilters]).toEqual([1 + 2 + 20 + 15 + 18, 1 + 12 + 15 + 24]);
});

test.each([
  { c: 3, h: 7, w: 6, f: 4, kernelHeight: 3, kernelWidth: 2, strideX: 2, padTop: 1, padLeft: 2 },
  {
    c: 4,
    h: 9,
    w: 9,
    f: 6,
    kernelHeight: 3,
    kernelWidth: 3,
    dilationY: 2,
    dilationX: 3,
    padTop: 2,
    padLeft: 3,
    groups: 2,
  },
])("the three passes are adjoint: ⟨conv(x, w), d⟩ = ⟨x, dX⟩ = ⟨w, dW⟩ in float64 (%#)", (sizes) => {
  const g = convolution({ n: 2, ...sizes });
  const size = lengths(g);
  const x = uniform64(size.x, 1),
    filters = uniform64(size.filters, 2),
    dOut = uniform64(size.out, 3);
  const out = new Float64Array(size.out),
    dX = new Float64Array(size.x),
    dFilters = new Float64Array(size.filters);
  conv2dForward(g, x, filters, null, out);
  conv2dInputGradient(g, dOut, filters, dX);
  conv2dFilterGradient(g, dOut, x, dFilters);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  // The same few thousand products in three orders, each below 1: rounding stays far under 1e-12.
  expect(Math.abs(dot(out, dOut) - dot(x, dX))).toBeLessThan(1e-12);
  expect(Math.abs(dot(out, dOut) - dot(filters, dFilters))).toBeLessThan(1e-12);
});

const cases = goldenCases("conv2d");
describe.skipIf(cases.length === 0)("PyTorch's values (skipped where the shared golden file is missing)", () => {
  test.each([
    { name: "float64", array: Float64Array, tolerance: 1e-9 },
    { name: "float32", array: Float32Array, tolerance: 1e-5 }, // at most 200 products, rounded operands
  ])("$name", ({ array, tolerance }) => {
    for (const { attr, inputs, gradOut, output, grads } of cases) {
      const [n, c, h, w] = inputs.x!.shape as [number, number, number, number];
      const [f, , kernelHeight, kernelWidth] = inputs.w!.shape as [number, number, number, number];
      const g = convolution({
        n,
        c,
        h,
        w,
        f,
        kernelHeight,
        kernelWidth,
        groups: attr.groups!,
        strideY: attr.stride!,
        strideX: attr.stride!,
        padTop: attr.padding!,
        padLeft: attr.padding!,
        dilationY: attr.dilation!,
        dilationX: attr.dilation!,
      });
      const x = array.from(inputs.x!.data),
        filters = array.from(inputs.w!.data),
        dOut = array.from(gradOut.data);
      const out = new array(lengths(g).out);
      conv2dForward(g, x, filters, array.from(inputs.b!.data), out);
      expectClose(out, output.data, tolerance);
      conv2dInputGradient(g, dOut, filters, x);
      expectClose(x, grads.x!.data, tolerance);
      conv2dFilterGradient(g, dOut, array.from(inputs.x!.data), filters);
      expectClose(filters, grads.w!.data, tolerance);
    }
  });
});

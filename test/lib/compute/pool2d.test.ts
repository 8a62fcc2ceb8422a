import { describe, expect, test } from "vitest";
import {
  averagePool2dForward,
  averagePool2dInputGradient,
  maxPool2dForward,
  maxPool2dInputGradient,
} from "../../../lib/compute/pool2d.ts";
import { expectClose, generator, goldenCases, pooling, uniform64 } from "./support.ts";

const pair = (size: number, stride: number, pad = 0) => ({
  kernelHeight: size,
  kernelWidth: size,
  strideY: stride,
  strideX: stride,
  padTop: pad,
  padLeft: pad,
});

describe("max pooling", () => {
  test("takes the largest of each window and remembers where it was", () => {
    const x = Float32Array.of(1, 5, 2, 0, 3, 4, 8, 7);
    const out = new Float32Array(2);
    const switches = new Int32Array(2);
    maxPool2dForward(pooling({ h: 2, w: 4, ...pair(2, 2) }), x, out, switches);
    expect([...out]).toEqual([5, 8]);
    expect([...switches]).toEqual([1, 6]);
  });

  test("takes the first of equals, and of −Infinity alone", () => {
    const x = Float32Array.of(2, 2, 2, 2, -Infinity, -Infinity, -Infinity, -Infinity);
    const out = new Float32Array(2);
    const switches = new Int32Array(2);
    maxPool2dForward(pooling({ c: 2, h: 2, w: 2, ...pair(2, 2) }), x, out, switches);
    expect([...switches]).toEqual([0, 4]);
  });

  test("gives NaN where a window has one", () => {
    const x = Float32Array.of(9, Number.NaN, 3, 4);
    const out = new Float32Array(1);
    const switches = new Int32Array(1);
    maxPool2dForward(pooling({ h: 2, w: 2, ...pair(2, 2) }), x, out, switches);
    expect([out[0], switches[0]]).toEqual([Number.NaN, 1]);
  });

  test("never takes the padding, even when every number is negative", () => {
    const out = new Float32Array(4);
    maxPool2dForward(
      pooling({ h: 2, w: 2, ...pair(2, 2, 1) }),
      Float32Array.of(-1, -2, -3, -4),
      out,
      new Int32Array(4),
    );
    expect([...out]).toEqual([-1, -2, -3, -4]);
  });

  test("a window that dilation leads past the image gives −Infinity, and no gradient", () => {
    const g = pooling({ h: 1, w: 3, kernelWidth: 2, dilationX: 5, padLeft: 2, strideX: 1 });
    const out = new Float32Array(g.q);
    const switches = new Int32Array(g.q);
    maxPool2dForward(g, Float32Array.of(1, 2, 3), out, switches);
    expect([...out]).toEqual([-Infinity, -Infinity]); // taps −2 and 3, −1 and 4
    const dX = Float32Array.of(7, 7, 7);
    maxPool2dInputGradient(g, Float32Array.of(1, 1), switches, dX);
    expect([...dX]).toEqual([0, 0, 0]);
  });

  test.each([1, 2, 3])("takes of 2×2 windows at stride %i what their numbers say, read in order", (stride) => {
    const g = pooling({ n: 2, c: 3, h: 9, w: 8, ...pair(2, stride) });
    const draw = generator(stride);
    const few = [Number.NaN, -Infinity, -1, -0, 0, 1, 2, Infinity];
    const x = Float32Array.from({ length: g.n * g.c * g.h * g.w }, () => few[Math.floor(draw() * few.length)]!);
    const out = new Float32Array(g.n * g.c * g.p * g.q);
    const switches = new Int32Array(out.length);
    maxPool2dForward(g, x, out, switches);
    for (let o = 0; o < out.length; o++) {
      const [row, column] = [Math.floor(o / g.q) % g.p, o % g.q];
      const corner = (Math.floor(o / (g.p * g.q)) * g.h + row * stride) * g.w + column * stride;
      const window = [corner, corner + 1, corner + g.w, corner + g.w + 1];
      const taken = window.reduce((best, i) => (x[i]! > x[best]! || Number.isNaN(x[i]) ? i : best));
      expect([switches[o], out[o]]).toEqual([taken, x[taken]]);
    }
  });

  test("adds the gradients of overlapping windows that took the same number", () => {
    const g = pooling({ h: 1, w: 4, kernelWidth: 3 });
    const out = new Float32Array(2);
    const switches = new Int32Array(2);
    maxPool2dForward(g, Float32Array.of(0, 1, 9, 2), out, switches);
    const dX = new Float32Array(4);
    maxPool2dInputGradient(g, Float32Array.of(3, 4), switches, dX);
    expect([...dX]).toEqual([0, 0, 7, 0]);
  });
});

describe("average pooling", () => {
  test("divides by the window with its padding, or by what is inside the image", () => {
    const g = pooling({ h: 2, w: 2, ...pair(2, 2, 1) });
    const x = Float32Array.of(4, 8, 12, 16);
    const out = new Float32Array(4);
    averagePool2dForward(g, x, out, true);
    expect([...out]).toEqual([1, 2, 3, 4]);
    averagePool2dForward(g, x, out, false);
    expect([...out]).toEqual([4, 8, 12, 16]);
  });

  test("never counts what lies beyond the padding, where rounding up leads", () => {
    const g = { ...pooling({ h: 1, w: 5, kernelWidth: 2, strideX: 2 }), q: 3 };
    const out = new Float32Array(3);
    averagePool2dForward(g, Float32Array.of(1, 3, 5, 7, 9), out, true);
    expect([...out]).toEqual([2, 6, 9]);
  });

  test("of 2×2 windows by hand, one row and one column left over", () => {
    const x = Float32Array.of(1, 2, 3, 4, 9, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9);
    const out = new Float32Array(2);
    averagePool2dForward(pooling({ h: 3, w: 5, ...pair(2, 2) }), x, out, true);
    expect([...out]).toEqual([3.5, 5.5]);
  });

  const windows = [
    { of: "3×3 windows, rounded up", sizes: { ...pooling({ n: 2, c: 2, h: 7, w: 6, ...pair(3, 2, 1) }), q: 4 } }, // not 3
    { of: "2×2 windows", sizes: pooling({ n: 2, c: 2, h: 7, w: 6, ...pair(2, 2) }) },
    { of: "2×2 windows that overlap", sizes: pooling({ n: 2, c: 2, h: 7, w: 6, ...pair(2, 1) }) },
  ];
  const ways = windows.flatMap((each) => [true, false].map((countIncludePad) => ({ ...each, countIncludePad })));
  test.each(ways)(
    "the gradient is the adjoint: $of, countIncludePad $countIncludePad",
    ({ sizes: g, countIncludePad }) => {
      const x = uniform64(g.n * g.c * g.h * g.w, 1);
      const dOut = uniform64(g.n * g.c * g.p * g.q, 2);
      const out = new Float64Array(dOut.length);
      const dX = new Float64Array(x.length);
      averagePool2dForward(g, x, out, countIncludePad);
      averagePool2dInputGradient(g, dOut, dX, countIncludePad);
      const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      expect(Math.abs(dot(out, dOut) - dot(x, dX))).toBeLessThan(1e-13);
    },
  );
});

const both = [...goldenCases("max_pool2d"), ...goldenCases("avg_pool2d")];
test.skipIf(both.length === 0)("PyTorch's values, ceil mode included (skipped without the shared golden file)", () => {
  for (const { op, attr, inputs, gradOut, output, grads } of both) {
    const [n, c, h, w] = inputs.x!.shape as [number, number, number, number];
    const [, , p, q] = output.shape as [number, number, number, number];
    const dilation = attr.dilation ?? 1;
    const g = {
      ...pooling({
        n,
        c,
        h,
        w,
        ...pair(attr.kernel!, attr.stride!, attr.padding!),
        dilationY: dilation,
        dilationX: dilation,
      }),
      p,
      q,
    };
    const x = Float64Array.from(inputs.x!.data);
    const out = new Float64Array(output.data.length);
    const dX = new Float64Array(x.length);
    if (op === "max_pool2d") {
      const switches = new Int32Array(out.length);
      maxPool2dForward(g, x, out, switches);
      maxPool2dInputGradient(g, Float64Array.from(gradOut.data), switches, dX);
    } else {
      averagePool2dForward(g, x, out, Boolean(attr.count_include_pad));
      averagePool2dInputGradient(g, Float64Array.from(gradOut.data), dX, Boolean(attr.count_include_pad));
    }
    expectClose(out, output.data, 1e-9);
    expectClose(dX, grads.x!.data, 1e-9);
  }
});

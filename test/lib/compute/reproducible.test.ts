/** What `reproducible` promises: the same bits with all instructions, threads and places of arrays. */

import { afterEach, describe, expect, test } from "vitest";
import { reluForward, reluGradient } from "../../../lib/compute/activation.ts";
import { adadeltaUpdate, adagradUpdate, rmsPropUpdate } from "../../../lib/compute/adaptive-update.ts";
import { choices } from "../../../lib/compute/algorithms.ts";
import { batchNormForward, batchNormInputGradient, batchStatistics } from "../../../lib/compute/batch-norm.ts";
import { addBiasRelu, biasReluGradient } from "../../../lib/compute/bias-relu.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../../../lib/compute/conv2d.ts";
import { add, biasGradient, divide, multiply, scale } from "../../../lib/compute/elementwise.ts";
import { gemm } from "../../../lib/compute/gemm.ts";
import type { Conv2dGeometry } from "../../../lib/compute/geometry.ts";
import * as pool from "../../../lib/compute/pool2d.ts";
import { power } from "../../../lib/compute/power.ts";
import { sum } from "../../../lib/compute/reduce.ts";
import { settings } from "../../../lib/compute/settings.ts";
import { adamUpdate, sgdUpdate } from "../../../lib/compute/update.ts";
import { allowFused, bestInstructions } from "../../../lib/wasm/features.ts";
import { expectSameBits, placed, release, withThreads } from "./simd/placed.ts";
import { convolution, generator, lengths, pooling, uniform } from "./support.ts";

allowFused();

const before = { ...settings };
afterEach(() => {
  Object.assign(settings, before);
});

type Numbers = Float32Array | Int32Array;

/** Expects a pass to leave the same bits in all its arrays: made for it each time, or lying where jobs reach them. */
function expectReproducible(make: () => Numbers[], pass: (...arrays: never[]) => void): void {
  settings.reproducible = true;
  settings.instructions = "simd";
  const expected = make();
  pass(...(expected as never[]));
  for (const [instructions, threads] of [["fused", 3] as const, ["typescript", 1] as const]) {
    settings.instructions = instructions;
    const elsewhere = make();
    const near = make().map(placed);
    withThreads(threads, () => {
      pass(...(elsewhere as never[]));
      pass(...(near as never[]));
    });
    for (const [i, array] of expected.entries()) {
      expectSameBits(elsewhere[i]!, array);
      expectSameBits(near[i]!, array);
    }
    near.forEach(release);
  }
}

const square = (size: number, stride = 1, pad = 0) => ({
  kernelHeight: size,
  kernelWidth: size,
  strideY: stride,
  strideX: stride,
  padTop: pad,
  padLeft: pad,
});

function convolves(g: Conv2dGeometry): void {
  const size = lengths(g);
  const make = () => [size.x, size.filters, g.f, size.out, size.out, size.x, size.filters].map((n, i) => uniform(n, i));
  expectReproducible(make, (...[x, filters, bias, dOut, out, dX, dFilters]: Float32Array[]) => {
    conv2dForward(g, x!, filters!, bias!, out!, true);
    conv2dInputGradient(g, dOut!, filters!, dX!);
    conv2dFilterGradient(g, dOut!, x!, dFilters!);
  });
}

describe.skipIf(bestInstructions() === "typescript")("the same bits on every way", () => {
  test.each([
    { n: 2, c: 3, h: 12, w: 13, f: 7, ...square(5) },
    { n: 17, c: 8, h: 8, w: 9, f: 8, ...square(3, 1, 1) }, // Winograd's, were it not for reproducible
    { c: 120, h: 5, w: 6, f: 9, ...square(3, 1, 1) }, // two blocks of the depth
    { n: 2, c: 6, h: 11, w: 9, f: 6, ...square(3, 2, 1), groups: 6 },
    { n: 2, c: 6, h: 9, w: 9, f: 12, ...square(3, 1, 1), groups: 6 },
    { n: 3, c: 20, h: 8, w: 8, f: 12, ...square(1) },
    { n: 2, c: 20, h: 9, w: 11, f: 12, ...square(1, 2) },
    { c: 300, h: 3, w: 5, f: 8, ...square(1) }, // two blocks of the depth
    { n: 2, c: 4, h: 15, w: 14, f: 6, ...square(4, 3, 2), dilationY: 2, groups: 2 },
    { n: 2, c: 2, h: 5, w: 3, f: 3, ...square(2) },
  ])("a convolution and its gradients (%#)", (sizes) => convolves(convolution(sizes)));

  test("a hundred random convolutions", () => {
    const draw = generator(11);
    const whole = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
    for (let checked = 0; checked < 100; ) {
      const groups = whole(1, 3);
      const window = {
        kernelHeight: whole(1, 4),
        kernelWidth: whole(1, 4),
        strideY: whole(1, 3),
        strideX: whole(1, 3),
      };
      const around = { padTop: whole(0, 3), padLeft: whole(0, 3), dilationY: whole(1, 2), dilationX: whole(1, 2) };
      const image = {
        n: whole(1, 3),
        c: groups * whole(1, 5),
        h: whole(1, 10),
        w: whole(1, 13),
        f: groups * whole(1, 7),
      };
      const g = convolution({ ...image, ...window, ...around, groups });
      if (g.p < 1 || g.q < 1) continue;
      convolves(g);
      checked++;
    }
  });

  test.each([
    [13, 17, 300],
    [1, 50, 70],
    [3, 40, 33],
    [64, 10, 84],
    [40, 1, 60],
    [2, 3, 4],
  ])("a product of matrices, %i × %i × %i, either of them transposed", (m, n, k) => {
    const make = () => [uniform(m * k, 1), uniform(k * n, 2), uniform(m * n, 3), uniform(n, 4)];
    for (const [row, column] of [[k, 1] as const, [1, m] as const]) {
      for (const [bRow, bColumn] of [[n, 1] as const, [1, k] as const]) {
        expectReproducible(make, (a: Float32Array, b: Float32Array, c: Float32Array, bias: Float32Array) => {
          gemm(m, n, k, a, row, column, b, bRow, bColumn, c, true, { bias, relu: true });
          gemm(m, n, k, a, row, column, b, bRow, bColumn, c, true);
        });
      }
    }
  });

  test.each([
    pooling({ n: 2, c: 9, h: 12, w: 14, ...square(2, 2) }),
    pooling({ n: 2, c: 5, h: 11, w: 13, ...square(3, 2, 1) }),
    pooling({ n: 2, c: 6, h: 12, w: 11, ...square(3) }),
    pooling({ n: 3, c: 7, h: 7, w: 7, ...square(7) }),
  ])("pooling and its gradients (%#)", (g) => {
    const [pixels, windows] = [g.n * g.c * g.h * g.w, g.n * g.c * g.p * g.q];
    const make = () => [uniform(pixels, 1), uniform(windows, 2), new Int32Array(windows), uniform(pixels, 3)];
    expectReproducible(make, (x: Float32Array, out: Float32Array, switches: Int32Array, dX: Float32Array) => {
      pool.averagePool2dForward(g, x, out, true);
      pool.averagePool2dInputGradient(g, out, dX, true);
      pool.maxPool2dForward(g, dX, out, switches);
      pool.maxPool2dInputGradient(g, out, switches, x);
    });
  });

  // Large enough for jobs where arrays lie near, and done by JavaScript where they do not.
  test("arithmetic, rectifiers, biases and sums", () => {
    const [n, f, plane] = [5, 6, 77];
    const make = () => [...[1, 2, 3, 4].map((seed) => uniform(n * f * plane, seed)), uniform(f, 5)];
    expectReproducible(make, (...[x, y, z, w, bias]: Float32Array[]) => {
      multiply(x!, y!, z!);
      add(z!, x!, z!);
      divide(z!, y!, w!);
      scale(w!, 0.1, w!);
      addBiasRelu(n, f, plane, x!, bias!, y!);
      biasReluGradient(n, f, plane, w!, y!, x!, bias!);
      reluForward(z!, y!);
      reluGradient(x!, y!, z!);
      biasGradient(n * plane, f, 1, z!, bias!);
      y![0] = sum(w!);
    });
  });

  test("batch normalisation", () => {
    const sizes = { n: 5, c: 6, plane: 77 };
    const make = () => [
      ...[1, 2].map((seed) => uniform(5 * 6 * 77, seed)),
      ...[3, 4, 5, 6].map((seed) => uniform(6, seed)),
    ];
    expectReproducible(make, (...[x, out, mean, variance, weights, bias]: Float32Array[]) => {
      batchStatistics(sizes, x!, mean!, variance!);
      const statistics = { mean: mean!, variance: variance!, epsilon: 1e-5 };
      batchNormForward(sizes, x!, statistics, weights!, bias!, out!);
      batchNormInputGradient(sizes, out!, x!, statistics, weights!, bias!, mean!, x!);
    });
  });

  test("steps of all optimisers", () => {
    const make = () =>
      [1, 2, 3, 4].map((seed) => uniform(1000, seed).map((x, i) => (seed > 2 ? Math.abs(x) : x + i / 1e4)));
    expectReproducible(make, (...[parameter, gradient, first, second]: Float32Array[]) => {
      const common = { learningRate: 0.01, weightDecay: 0.001 };
      sgdUpdate(parameter!, gradient!, first!, { ...common, momentum: 0.9, nesterov: true });
      adamUpdate(parameter!, gradient!, first!, second!, 3, {
        ...common,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        decay: 1e-4,
      });
      const adaptive = { ...common, epsilon: 1e-6 };
      rmsPropUpdate(parameter!, gradient!, first!, null, null, { ...adaptive, alpha: 0.9, momentum: 0 });
      rmsPropUpdate(parameter!, gradient!, first!, null, second!, { ...adaptive, alpha: 0.9, momentum: 0.5 });
      adagradUpdate(parameter!, gradient!, second!, adaptive);
      adadeltaUpdate(parameter!, gradient!, first!, second!, { ...adaptive, rho: 0.9 });
    });
  });
});

test("no convolution takes an algorithm whose sums are of other products", () => {
  settings.reproducible = true;
  const chosen = choices(convolution({ n: 4, c: 64, h: 32, w: 32, f: 64, ...square(3, 1, 1) }), true);
  expect(chosen.map(({ algorithm }) => algorithm)).toEqual(["direct", "direct", "direct"]);
});

test("whole powers come from products alone", () => {
  expect([0, 1, 2, 5, 10].map((exponent) => power(3, exponent))).toEqual([1, 3, 9, 243, 59_049]);
  expect(Math.abs(power(0.999, 5000) / Math.exp(5000 * Math.log(0.999)) - 1)).toBeLessThan(1e-11); // 5000 half ulps
});

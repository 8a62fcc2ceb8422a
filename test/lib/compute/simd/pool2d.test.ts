import { describe, expect, test } from "vitest";
import type { Pool2dGeometry } from "../../../../lib/compute/geometry.ts";
import {
  averagePool2dForward,
  averagePool2dInputGradient,
  maxPool2dForward,
  maxPool2dInputGradient,
} from "../../../../lib/compute/pool2d.ts";
import { bestInstructions } from "../../../../lib/wasm/features.ts";
import { expectWithin, generator, pooling, ROUNDING, uniform } from "../support.ts";
import { expectSameBits, inJavaScript, onAnyThreads } from "./placed.ts";

const window = (size: number, stride: number, pad = 0, dilation = 1) => ({
  kernelHeight: size,
  kernelWidth: size,
  strideY: stride,
  strideX: stride,
  padTop: pad,
  padLeft: pad,
  dilationY: dilation,
  dilationX: dilation,
});

/** What networks use, and the edges of vectors, rows and items. */
const usual: readonly (readonly [string, Pool2dGeometry])[] = [
  ["2 × 2, side by side", pooling({ n: 3, c: 5, h: 28, w: 28, ...window(2, 2) })],
  ["2 × 2, five in a row", pooling({ n: 7, c: 16, h: 10, w: 10, ...window(2, 2) })],
  ["2 × 2, four in a row, a row and a column left over", pooling({ n: 9, c: 3, h: 7, w: 9, ...window(2, 2) })],
  ["2 × 2, three in a row", pooling({ n: 20, c: 3, h: 6, w: 6, ...window(2, 2) })],
  ["2 × 2, rounded up", { ...pooling({ n: 2, c: 3, h: 15, w: 15, ...window(2, 2) }), p: 8, q: 8 }],
  ["3 × 3, every other", pooling({ n: 2, c: 4, h: 55, w: 55, ...window(3, 2) })],
  ["3 × 3, every other, padded", pooling({ n: 2, c: 4, h: 31, w: 30, ...window(3, 2, 1) })],
  ["3 × 3, each, padded", pooling({ n: 2, c: 5, h: 14, w: 14, ...window(3, 1, 1) })],
  ["4 × 4, every third", pooling({ n: 2, c: 3, h: 30, w: 31, ...window(4, 3, 2) })],
  ["3 × 3, dilated", pooling({ n: 2, c: 3, h: 20, w: 21, ...window(3, 1, 2, 3) })],
  ["one window on all", pooling({ n: 3, c: 40, h: 7, w: 7, kernelHeight: 7, kernelWidth: 7 })],
  ["planes larger than an item", pooling({ n: 1, c: 3, h: 120, w: 111, ...window(2, 2) })],
];

/** Any geometry, ceil mode included: rows and columns of windows that begin inside the padded image. */
function random(seed: number): Pool2dGeometry {
  const draw = generator(seed);
  const upTo = (most: number) => 1 + Math.floor(draw() * most);
  const given = {
    n: upTo(3),
    c: upTo(9),
    h: 22 + upTo(9),
    w: 23 + upTo(15),
    kernelHeight: upTo(4),
    kernelWidth: upTo(6),
    strideY: upTo(4),
    strideX: upTo(4),
    dilationY: upTo(2),
    dilationX: upTo(3),
  };
  const padTop = Math.floor(draw() * (given.kernelHeight / 2 + 1) * given.dilationY * 0.99);
  const padLeft = Math.floor((draw() * given.kernelWidth) / 2);
  const g = pooling({ ...given, padTop, padLeft });
  const more = { p: g.p + upTo(2) - 1, q: g.q + upTo(2) - 1 };
  const begins = (count: number, stride: number, pad: number, size: number) => (count - 1) * stride - pad < size;
  return {
    ...g,
    p: begins(more.p, g.strideY, g.padTop, g.h) ? more.p : g.p,
    q: begins(more.q, g.strideX, g.padLeft, g.w) ? more.q : g.q,
  };
}

const cases = [...usual, ...Array.from({ length: 40 }, (_, i) => [`drawn ${i}`, random(i)] as const)];

/** Many equal numbers, some NaN, and windows of −Infinity alone. */
function withTies(length: number, seed: number): Float32Array {
  const draw = generator(seed);
  const values = uniform(length, seed + 1).map((value) => Math.round(4 * value));
  for (let i = 0; i < length; i++) {
    const kind = draw();
    if (kind < 0.02) values[i] = Number.NaN;
    if (kind > 0.8 || (i >> 7) % 5 === 0) values[i] = Number.NEGATIVE_INFINITY;
  }
  return values;
}

describe.skipIf(bestInstructions() === "typescript")("pooling in SIMD", () => {
  test.each(cases)("max pooling as in JavaScript, to the bit: %s", (_name, g) => {
    const x = withTies(g.n * g.c * g.h * g.w, 1);
    expect(x.length).toBeGreaterThanOrEqual(512);
    const out = new Float32Array(g.n * g.c * g.p * g.q);
    const switches = new Int32Array(out.length);
    const dOut = uniform(out.length, 3);
    const dX = new Float32Array(x.length);
    inJavaScript(() => {
      maxPool2dForward(g, x, out, switches);
      maxPool2dInputGradient(g, dOut, switches, dX);
    });
    const arrays = { x, out: out.map(() => 7), switches: switches.map(() => 7), dOut, dX: dX.map(() => 7) };
    const after = onAnyThreads(arrays, (placed) => {
      maxPool2dForward(g, placed.x, placed.out, placed.switches);
      maxPool2dInputGradient(g, placed.dOut, placed.switches, placed.dX);
    });
    expectSameBits(after.switches, switches);
    expectSameBits(after.out, out);
    expectSameBits(after.dX, dX);

    const elsewhere = { out: new Float32Array(out.length), switches: new Int32Array(out.length) };
    maxPool2dForward(g, x, elsewhere.out, elsewhere.switches); // copied in and out
    expectSameBits(elsewhere.switches, switches);
  });

  test.each(cases)("average pooling as in double precision: %s", (_name, g) => {
    const x = uniform(g.n * g.c * g.h * g.w, 1);
    const dOut = uniform(g.n * g.c * g.p * g.q, 2);
    for (const countIncludePad of [true, false]) {
      const out = new Float64Array(dOut.length);
      const dX = new Float64Array(x.length);
      averagePool2dForward(g, Float64Array.from(x), out, countIncludePad);
      averagePool2dInputGradient(g, Float64Array.from(dOut), dX, countIncludePad);
      const arrays = { x, out: dOut.map(() => 7), dOut, dX: x.map(() => 7) };
      const after = onAnyThreads(arrays, (placed) => {
        averagePool2dForward(g, placed.x, placed.out, countIncludePad);
        averagePool2dInputGradient(g, placed.dOut, placed.dX, countIncludePad);
      });
      // The mean of K numbers below 1 is off by K roundings of sums, at the worst, and one; so is a gradient, as no more
      // windows than K meet at a pixel.
      const tolerance = (g.kernelHeight * g.kernelWidth + 2) * ROUNDING;
      expectWithin(after.out, out, tolerance, new Float64Array(out.length).fill(1));
      expectWithin(after.dX, dX, tolerance, new Float64Array(dX.length).fill(1));
    }
  });

  test("NaN and infinity reach the means of their windows, and no others", () => {
    for (const size of [2, 3]) {
      const g = pooling({ n: 2, c: 3, h: 18, w: 18, ...window(size, size) });
      const x = uniform(g.n * g.c * g.h * g.w, 5);
      x[0] = Number.NaN;
      x[x.length - 1] = Infinity;
      const { out } = onAnyThreads({ x, out: new Float32Array(g.n * g.c * g.p * g.q) }, (placed) =>
        averagePool2dForward(g, placed.x, placed.out, true),
      );
      expect(out[0]).toBeNaN();
      expect(out.at(-1)).toBe(Infinity);
      expect([...out].filter(Number.isFinite)).toHaveLength(out.length - 2);
    }
  });
});

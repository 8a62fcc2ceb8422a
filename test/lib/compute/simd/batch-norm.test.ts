import { describe, expect, test } from "vitest";
import * as norm from "../../../../lib/compute/batch-norm.ts";
import { bestInstructions } from "../../../../lib/wasm/features.ts";
import { expectWithin, ROUNDING, uniform } from "../support.ts";
import { onAnyThreads } from "./placed.ts";

/** Rows, more rows and channels than an item; planes of less than a vector, of uneven lengths, larger than an item. */
const batches = [
  { n: 70, c: 10, plane: 1 },
  { n: 600, c: 33, plane: 1 },
  { n: 90, c: 3, plane: 3 },
  { n: 5, c: 7, plane: 25 },
  { n: 40, c: 6, plane: 784 },
  { n: 2, c: 3, plane: 9001 },
];

const epsilon = 1e-5;

/** Numbers of [0, 2) about a channel's own mean, up to `far`. */
function withMeans({ n, c, plane }: norm.BatchNormSizes, far: number): Float32Array {
  return uniform(n * c * plane, 1).map((value, i) => value + far * (Math.floor(i / plane) % c));
}

const filled = (length: number, value: number) => new Float64Array(length).fill(value);

describe.skipIf(bestInstructions() === "typescript")("batch normalisation in SIMD", () => {
  test.each(batches)(
    "statistics of [$n, $c, $plane] are those of double precision, with means far off too",
    (sizes) => {
      for (const far of [0, 1, 1000]) {
        const x = withMeans(sizes, far);
        const exact = [new Float64Array(sizes.c), new Float64Array(sizes.c)] as const;
        norm.batchStatistics(sizes, Float64Array.from(x), ...exact);
        const found = [new Float64Array(sizes.c), new Float64Array(sizes.c)] as const;
        onAnyThreads({ x }, (placed) => norm.batchStatistics(sizes, placed.x, ...found));
        // Sums of double precision in another order: of n · plane numbers below 1000 · c + 1.
        expectWithin(found[0], exact[0], 1e-12, filled(sizes.c, 1 + far * sizes.c));
        // Distances are off by two roundings, their squares by five; all of them are positive.
        expectWithin(found[1], exact[1], 6 * ROUNDING, exact[1]);
      }
    },
  );

  test.each(batches)("the results and gradients of [$n, $c, $plane] are those of double precision", (sizes) => {
    const { n, c, plane } = sizes;
    const count = n * plane;
    const x = withMeans(sizes, 100);
    const dOut = uniform(x.length, 2);
    const weights = uniform(c, 3).map((value) => value + 2);
    const bias = uniform(c, 4);
    const [mean, variance] = [new Float64Array(c), new Float64Array(c)];
    norm.batchStatistics(sizes, Float64Array.from(x), mean, variance);
    const statistics = { mean, variance, epsilon };

    const results = () => ({
      out: new Float64Array(x.length),
      sums: new Float64Array(c),
      products: new Float64Array(c),
      moving: new Float64Array(x.length),
      given: new Float64Array(x.length),
    });
    const exact = results();
    const exactX = Float64Array.from(x);
    const exactOut = Float64Array.from(dOut);
    norm.batchNormForward(sizes, exactX, statistics, weights, bias, exact.out);
    norm.batchNormSums(sizes, exactOut, exactX, statistics, exact.sums, exact.products);
    const { sums, products } = exact;
    norm.batchNormInputGradient(sizes, exactOut, exactX, statistics, weights, sums, products, exact.moving);
    norm.givenNormInputGradient(sizes, exactOut, statistics, null, exact.given);

    const found = results();
    const arrays = { x, dOut, out: dOut.map(() => 7), moving: dOut.map(() => 7), given: dOut.map(() => 7) };
    const after = onAnyThreads(arrays, (placed) => {
      norm.batchNormForward(sizes, placed.x, statistics, weights, bias, placed.out);
      norm.batchNormSums(sizes, placed.dOut, placed.x, statistics, found.sums, found.products);
      const { sums, products } = found;
      norm.batchNormInputGradient(sizes, placed.dOut, placed.x, statistics, weights, sums, products, placed.moving);
      norm.givenNormInputGradient(sizes, placed.dOut, statistics, null, placed.given);
    });
    // Normalised numbers are below 4 here, weights below 3; each result takes half a dozen roundings of such.
    expectWithin(after.out, exact.out, 6 * 12 * ROUNDING, filled(x.length, 1));
    expectWithin(after.moving, exact.moving, 6 * 12 * ROUNDING, filled(x.length, 1));
    expectWithin(after.given, exact.given, 6 * 4 * ROUNDING, filled(x.length, 1));
    expectWithin(found.sums, exact.sums, 1e-12, filled(c, count));
    // Three roundings of each product, of random signs: as a part of the sum of their sizes.
    expectWithin(found.products, exact.products, 3 * 4 * ROUNDING, filled(c, count));

    const own = onAnyThreads({ x }, (placed) =>
      norm.batchNormForward(sizes, placed.x, statistics, null, null, placed.x),
    );
    norm.batchNormForward(sizes, exactX, statistics, null, null, exact.out);
    expectWithin(own.x, exact.out, 6 * 4 * ROUNDING, filled(x.length, 1));
  });

  test("NaN and infinity spoil their own channel alone", () => {
    for (const sizes of [batches[0]!, batches[3]!]) {
      const { c, plane } = sizes;
      const x = withMeans(sizes, 1);
      x[c * plane + 2 * plane] = Number.NaN;
      x[c * plane + 4 * plane] = Infinity;
      const [mean, variance] = [new Float64Array(c), new Float64Array(c)];
      const { out } = onAnyThreads({ x, out: x }, (placed) => {
        norm.batchStatistics(sizes, placed.x, mean, variance);
        norm.batchNormForward(sizes, placed.x, { mean, variance, epsilon }, null, null, placed.out);
      });
      const spoilt = new Set(
        [...out].flatMap((value, i) => (Number.isFinite(value) ? [] : [Math.floor(i / plane) % c])),
      );
      expect(spoilt).toEqual(new Set([2, 4]));
    }
  });
});

import { expect, test } from "vitest";
import { applyEpilogue, type Epilogue, noEpilogue } from "../../../../lib/compute/epilogue.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { gemm, gemmBlocks } from "../../../../lib/compute/simd/gemm.ts";
import type { Instructions } from "../../../../lib/wasm/features.ts";
import { expectWithin, generator, ROUNDING, uniform } from "../support.ts";
import { describeInstructions, expectSameBits, withThreads } from "./variants.ts";

type Sizes = readonly [m: number, n: number, k: number];

/** How an operand lies in memory: its row and column strides. */
type Strides = readonly [row: number, column: number];

interface Product {
  readonly sizes: Sizes;
  readonly a: Strides;
  readonly b: Strides;
  readonly accumulate: boolean;
  readonly epilogue: Epilogue;
}

const plain = (sizes: Sizes): Product => {
  const [, n, k] = sizes;
  return { sizes, a: [k, 1], b: [n, 1], accumulate: false, epilogue: noEpilogue };
};

/** As many numbers as operands of these strides reach. */
const reach = (rows: number, columns: number, [row, column]: Strides) => (rows - 1) * row + (columns - 1) * column + 1;

function compute({ sizes: [m, n, k], a, b, accumulate, epilogue }: Product, instructions: Instructions, threads = 1) {
  const c = uniform(m * n, 3);
  const [left, right] = [uniform(reach(m, k, a), 1), uniform(reach(k, n, b), 2)];
  withThreads(instructions, threads, () => gemm(m, n, k, left, ...a, right, ...b, c, accumulate, epilogue));
  return c;
}

/** The definition in double precision, and the sums of absolute values that errors are relative to. */
function define({ sizes: [m, n, k], a, b, accumulate, epilogue }: Product) {
  const [left, right] = [uniform(reach(m, k, a), 1), uniform(reach(k, n, b), 2)];
  const expected = Float64Array.from(uniform(m * n, 3));
  const scale = expected.map(Math.abs);
  reference.gemm(m, n, k, left, ...a, right, ...b, expected, accumulate);
  reference.gemm(m, n, k, left.map(Math.abs), ...a, right.map(Math.abs), ...b, scale, accumulate);
  applyEpilogue(epilogue, m, n, 1, expected);
  const bias = epilogue.bias?.map(Math.abs) ?? null;
  applyEpilogue({ bias, relu: false }, m, n, 1, scale);
  return { expected, scale };
}

/** A sum of k products, c and a bias, in any order, each rounded: at most k + 2 roundings of the sum of absolutes. */
function expectDefinition(product: Product, instructions: Instructions, threads = 1) {
  const { expected, scale } = define(product);
  expectWithin(compute(product, instructions, threads), expected, (product.sizes[2] + 3) * ROUNDING, scale);
}

// One less, equal and one more than the tiles' 4 or 6 rows and 8 columns, the vector's 4 numbers, each block's edge.
const around = (edge: number) => [edge - 1, edge, edge + 1];
const edges: Sizes[] = [
  ...[1, ...around(4), ...around(6), ...around(12)].flatMap((m) => around(8).map((n): Sizes => [m, n, 5])),
  ...around(4).map((k): Sizes => [7, 9, k]),
  ...around(gemmBlocks.depth).map((k): Sizes => [5, 9, k]),
  ...around(gemmBlocks.rows).map((m): Sizes => [m, 9, 7]),
  ...around(2 * gemmBlocks.leastRows).map((m): Sizes => [m, 17, 7]),
  ...around(16 * gemmBlocks.columns).map((n): Sizes => [7, n, 6]),
  [5, 6, 3 * gemmBlocks.depth + 1],
];

// Rows where B is read unpacked: 1 to 3; in parts of 64 to 8192 columns and eight rows at a time.
const fewRows: Sizes[] = [1, 2, 3].flatMap((m): Sizes[] => [
  [m, 1, 1],
  [m, 3, 5],
  [m, 4, 4],
  [m, 63, 9],
  [m, 65, 8],
  [m, 1025, 3],
  [m, 9, 4095],
  [m, 4 * 8192 + 1, 4],
  [m, 65, 7],
  [m, 67, 17],
]);

describeInstructions((instructions) => {
  test.each([...edges, ...fewRows])("equals the definition at %i×%i×%i in all transpositions", (m, n, k) => {
    for (const a of [[k, 1] as const, [1, m] as const]) {
      for (const b of [[n, 1] as const, [1, k] as const]) {
        for (const accumulate of [false, true]) {
          expectDefinition({ ...plain([m, n, k]), a, b, accumulate }, instructions);
        }
      }
    }
  });

  test("equals the definition at random sizes, strides and epilogues", () => {
    const draw = generator(11);
    const upTo = (most: number) => 1 + Math.floor(most * draw());
    for (let i = 0; i < 60; i++) {
      const [m, n, k] = [upTo(40), upTo(80), upTo(300)];
      // Rows or columns side by side, or gaps between both.
      const strides = (rows: number, columns: number): Strides =>
        (
          [
            [columns, 1],
            [1, rows],
            [2 * columns + 1, 2],
          ] as const
        )[Math.floor(3 * draw())]!;
      const epilogue = { bias: draw() < 0.5 ? uniform(n, 4) : null, relu: draw() < 0.5 };
      const product = {
        sizes: [m, n, k],
        a: strides(m, k),
        b: strides(k, n),
        accumulate: draw() < 0.5,
        epilogue,
      } as const;
      expectDefinition(product, instructions, 1 + (i % 3));
    }
  });

  test("A that is packed in several panels gives the same as in one", () => {
    const k = 2 ** 16; // panels of 60 rows
    const [m, n] = [125, 4];
    expect(gemmBlocks.packed / k).toBeLessThan(m);
    const product: Product = { ...plain([m, n, k]), epilogue: { bias: uniform(n, 4), relu: true } };
    const { expected, scale } = define(product);
    // Bounded by k roundings; of random signs √k of them are typical, and 8√k are never reached.
    expectWithin(compute(product, instructions), expected, 8 * Math.sqrt(k) * ROUNDING, scale);
  });

  test.each<Sizes>([
    [130, 130, 130],
    [64, 120, 400],
    [120, 400, 64],
    [1, 1000, 600],
    [3, 70, 5000],
  ])("one, two and three threads give the same bits at %i×%i×%i", (m, n, k) => {
    for (const b of [[n, 1] as const, [1, k] as const]) {
      const product = { ...plain([m, n, k]), b, epilogue: { bias: uniform(n, 4), relu: true } };
      const alone = compute(product, instructions, 1);
      // Five times each: who takes which block, and whether a thread is awake at all, is different every time.
      for (let i = 0; i < 10; i++) expectSameBits(compute(product, instructions, 2 + (i % 2)), alone);
    }
  });

  test("NaN and infinity stay in the rows and columns they are in", () => {
    for (const [m, n, k] of [
      [9, 13, 6],
      [2, 13, 6],
      [3, 9, 7],
    ] as Sizes[]) {
      for (const b of [
        [n, 1],
        [1, k],
      ] as Strides[]) {
        const left = uniform(m * k, 1);
        const right = uniform(k * n, 2);
        left[k + 2] = Number.NaN;
        right[2 * b[0] + 3 * b[1]] = Number.POSITIVE_INFINITY;
        const [actual, expected] = [new Float32Array(m * n), new Float32Array(m * n)];
        for (const relu of [false, true]) {
          const epilogue = { bias: new Float32Array(n), relu };
          withThreads(instructions, 1, () => gemm(m, n, k, left, k, 1, right, ...b, actual, false, epilogue));
          reference.gemm(m, n, k, left, k, 1, right, ...b, expected, false);
          applyEpilogue(epilogue, m, n, 1, expected);
          const kinds = (c: Float32Array) => Array.from(c, (value) => (Number.isFinite(value) ? "finite" : value));
          expect(kinds(actual)).toEqual(kinds(expected));
        }
      }
    }
  });

  test("c is not read unless it is added to, and nothing beyond it is written", () => {
    for (const [m, n, k] of [
      [9, 13, 6],
      [2, 13, 6],
    ] as Sizes[]) {
      for (const b of [
        [n, 1],
        [1, k],
      ] as Strides[]) {
        const c = new Float32Array(m * n + 20).fill(Number.NaN);
        withThreads(instructions, 1, () =>
          gemm(m, n, k, uniform(m * k, 1), k, 1, uniform(k * n, 2), ...b, c, false, noEpilogue),
        );
        expect(c.subarray(0, m * n).some(Number.isNaN)).toBe(false);
        expect(c.subarray(m * n).every(Number.isNaN)).toBe(true);
      }
    }
  });
});

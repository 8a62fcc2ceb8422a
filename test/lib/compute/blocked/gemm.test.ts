import { expect, test } from "vitest";
import { BLOCK_COLUMNS, BLOCK_ROWS, DEPTH } from "../../../../lib/compute/blocked/blocking.ts";
import { gemm } from "../../../../lib/compute/blocked/gemm.ts";
import * as reference from "../../../../lib/compute/reference.ts";
import { expectWithin, ROUNDING, uniform } from "../support.ts";

// One less, equal and one more than each block edge: the tile's 4, rows, columns and depth of the blocks.
const edges: [number, number, number][] = [
  [1, 1, 1],
  [3, 4, 5],
  [4, 5, 3],
  [5, 3, 4],
  [8, 8, 8],
  [BLOCK_ROWS - 1, 5, 7],
  [BLOCK_ROWS, 5, 7],
  [BLOCK_ROWS + 1, 5, 7],
  [5, BLOCK_COLUMNS - 1, 3],
  [5, BLOCK_COLUMNS, 3],
  [5, BLOCK_COLUMNS + 1, 3],
  [5, 6, DEPTH - 1],
  [5, 6, DEPTH],
  [5, 6, DEPTH + 1],
  [3, 2, 3 * DEPTH + 1],
];

test.each(edges)("equals the definition at %i×%i×%i, in all four transpositions, added or not", (m, n, k) => {
  const a = uniform(m * k, 1);
  const b = uniform(k * n, 2);
  for (const [aRow, aColumn] of [
    [k, 1],
    [1, m],
  ] as [number, number][]) {
    for (const [bRow, bColumn] of [
      [n, 1],
      [1, k],
    ] as [number, number][]) {
      for (const accumulate of [false, true]) {
        const actual = uniform(m * n, 3);
        const expected = actual.slice();
        const scale = actual.map(Math.abs);
        gemm(m, n, k, a, aRow, aColumn, b, bRow, bColumn, actual, accumulate);
        reference.gemm(m, n, k, a, aRow, aColumn, b, bRow, bColumn, expected, accumulate);
        reference.gemm(m, n, k, a.map(Math.abs), aRow, aColumn, b.map(Math.abs), bRow, bColumn, scale, accumulate);
        // Exact to double precision inside a block of the depth, rounded once per block; the definition rounds once.
        expectWithin(actual, expected, (Math.ceil(k / DEPTH) + 1) * ROUNDING, scale);
      }
    }
  }
});

test("NaN and infinity stay in the rows and columns they are in", () => {
  const a = uniform(5 * 6, 1);
  const b = uniform(6 * 7, 2);
  a[6 + 2] = Number.NaN;
  b[2 * 7 + 3] = Number.POSITIVE_INFINITY;
  const actual = new Float32Array(35);
  const expected = new Float32Array(35);
  gemm(5, 7, 6, a, 6, 1, b, 7, 1, actual, false);
  reference.gemm(5, 7, 6, a, 6, 1, b, 7, 1, expected, false);
  const kinds = (numbers: Float32Array) => Array.from(numbers, (value) => (Number.isFinite(value) ? "finite" : value));
  expect(kinds(actual)).toEqual(kinds(expected));
});

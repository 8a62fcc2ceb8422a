/**
 * Winograd's minimal filtering with six points (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
 * 2016, section 4.1; the points 0, 1, −1, 2, −2, ∞ as there): `m` outputs of a filter of `7 − m` taps come from six
 * inputs by six products, in two dimensions from 6 × 6 by 36. `Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A`, where
 *
 * - `Bᵀ` has in row j the coefficients of `Π_{k≠j} (t − p_k)`, for ∞ of the product of all: the same for every m;
 * - `G` has in row j the powers `p_j^i` over `Π_{k≠j} (p_j − p_k)`, for ∞ the last unit vector;
 * - `Aᵀ` has in column j the powers `p_j^i`, for ∞ the last unit vector.
 *
 * Points of opposite sign share their even and odd parts: what the functions below do, a lane a tile.
 */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";

/** Inputs of a window, and products, along one axis. */
export const points = 6;

/** Columns of the micro-kernel's tile, two vectors: tiles, or in a filter gradient channels, side by side. */
export const panel = 8;

/** Bytes between the numbers of two points: else their distance is often whole pages, and all share one set of a cache. */
export const apart = 64;

/** The one-dimensional transforms. */
export interface Transforms {
  /** `Bᵀ d`, six from six. */
  readonly inputs: (d: readonly LocalF32x4[]) => LocalF32x4[];
  /** `G g`, six from two to five taps. */
  readonly filters: (g: readonly LocalF32x4[]) => LocalF32x4[];
  /** `Aᵀ`, `count` from six. */
  readonly outputs: (products: readonly LocalF32x4[], count: number) => LocalF32x4[];
}

/** Writes the transforms' code. Their constants are locals from here on: one constant would be made anew at each use. */
export function transforms(code: Code, fused: boolean): Transforms {
  const kept = new Map<number, LocalF32x4>();
  for (const value of [-5, -4, -2, 2, 4, 8, 16, 1 / 4, -1 / 6, 1 / 24]) kept.set(value, code.f32x4(value));
  const constant = (value: number) => kept.get(value)!;
  /** `a · factor + b`. */
  const plus = (a: LocalF32x4, factor: number, b: LocalF32x4) =>
    code.f32x4(factor === 1 ? a.plus(b) : a.timesPlus(constant(factor), b, fused));
  const minus = (a: LocalF32x4, b: LocalF32x4) => code.f32x4(a.minus(b));
  const times = (a: LocalF32x4, factor: number) => code.f32x4(a.times(constant(factor)));
  /** The sum of `taps[i] · factors[i]`, of those that there are. */
  const combined = (taps: readonly (LocalF32x4 | undefined)[], factors: readonly number[]): LocalF32x4 => {
    const there = taps.flatMap((tap, i) => (tap ? [{ tap, factor: factors[i]! }] : []));
    return there
      .slice(1)
      .reduce(
        (sum, { tap, factor }) => plus(tap, factor, sum),
        there[0]!.factor === 1 ? there[0]!.tap : times(there[0]!.tap, there[0]!.factor),
      );
  };
  return {
    inputs: ([d0, d1, d2, d3, d4, d5]) => {
      const even1 = plus(d2!, -4, d4!);
      const odd1 = plus(d1!, -4, d3!);
      const even2 = minus(d4!, d2!);
      const odd2 = minus(d3!, d1!);
      return [
        plus(d0!, 4, plus(d2!, -5, d4!)),
        plus(even1, 1, odd1),
        minus(even1, odd1),
        plus(odd2, 2, even2),
        plus(odd2, -2, even2),
        plus(d1!, 4, plus(d3!, -5, d5!)),
      ];
    },
    filters: (g) => {
      const even1 = combined([g[0], g[2], g[4]], [1, 1, 1]);
      const odd1 = combined([g[1], g[3]], [1, 1]);
      const even2 = combined([g[0], g[2], g[4]], [1, 4, 16]);
      const odd2 = combined([g[1], g[3]], [2, 8]);
      return [
        times(g[0]!, 1 / 4),
        times(plus(even1, 1, odd1), -1 / 6),
        times(minus(even1, odd1), -1 / 6),
        times(plus(even2, 1, odd2), 1 / 24),
        times(minus(even2, odd2), 1 / 24),
        g.at(-1)!,
      ];
    },
    outputs: ([m0, m1, m2, m3, m4, m5], count) => {
      const even1 = plus(m1!, 1, m2!);
      const odd1 = minus(m1!, m2!);
      const even2 = plus(m3!, 1, m4!);
      const odd2 = minus(m3!, m4!);
      return Array.from({ length: count }, (_, i) => {
        const sum = i % 2 === 0 ? plus(even2, 2 ** i, even1) : plus(odd2, 2 ** i, odd1);
        if (i === 0) return plus(sum, 1, m0!);
        return i === count - 1 ? plus(sum, 1, m5!) : sum;
      });
    },
  };
}

/**
 * One of them along both axes: of each row, then of each column of what that gives. The 36 points are kept in the order
 * that this stores them in, column by column.
 *
 * @param row writes the code that loads a row
 * @param store takes the result's element of row i and column j, column by column
 */
export function alongBothAxes(
  rows: number,
  row: (index: number) => readonly LocalF32x4[],
  transform: (values: readonly LocalF32x4[]) => readonly LocalF32x4[],
  store: (i: number, j: number, value: LocalF32x4) => void,
): void {
  const transformed = Array.from({ length: rows }, (_, i) => transform(row(i)));
  transformed[0]!.forEach((_, j) => {
    transform(transformed.map((each) => each[j]!)).forEach((value, i) => {
      store(i, j, value);
    });
  });
}

/** Four vectors as the columns of a 4 × 4 matrix, of which the first `count` rows are wanted. */
export function transposed(code: Code, vectors: readonly LocalF32x4[], count = 4): LocalF32x4[] {
  const [a, b, c, d] = vectors as [LocalF32x4, LocalF32x4, LocalF32x4, LocalF32x4];
  const rows: LocalF32x4[] = [];
  for (const lanes of [[0, 4, 1, 5] as const, [2, 6, 3, 7] as const].slice(0, Math.ceil(count / 2))) {
    const ab = code.f32x4(a.shuffled(b, lanes));
    const cd = code.f32x4(c.shuffled(d, lanes));
    rows.push(code.f32x4(ab.shuffled(cd, [0, 1, 4, 5])));
    if (rows.length < count) rows.push(code.f32x4(ab.shuffled(cd, [2, 3, 6, 7])));
  }
  return rows;
}

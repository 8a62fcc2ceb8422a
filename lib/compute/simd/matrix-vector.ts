/**
 * Products with one to three rows, as a layer sees them that is asked about single examples: each number of B is used so
 * few times that memory is the limit. So B is read where it lies, once, front to back.
 */

import type { Code, LocalF32x4 } from "../../wasm/code.ts";
import { Job } from "../../wasm/jobs.ts";
import { F32x4, type I32 } from "../../wasm/values.ts";
import { instructions } from "../settings.ts";
import type { GemmOperands } from "./gemm.ts";
import { transposed } from "./packing.ts";

/** More rows than these are faster in tiles. */
const mostRows = 3;

/** Numbers of B in an item: 64 KB last some 6 µs. */
const itemNumbers = 2 ** 14;

/**
 * Columns of an item where B runs along its rows: the longer a part of a row, the better it is fetched ahead. 8192 of C are
 * 32 KB. A memory's bandwidth is used up by few threads, so few items are enough.
 */
const columns = { least: 64, most: 8192, count: 4 } as const;

/** Rows of B that are added at a time, so that C is read and written once for them. Measured against 4, 6 and 16. */
const rowsAtOnce = 8;

const parameters = {
  a: "i32",
  aRowStride: "i32",
  aColumnStride: "i32",
  b: "i32",
  bRowStride: "i32",
  bColumnStride: "i32",
  c: "i32",
  n: "i32",
  k: "i32",
  accumulate: "i32",
  bias: "i32",
  relu: "i32",
  columns: "i32",
} as const;

type VectorJob = Job<typeof parameters>;
type VectorCode = ConstructorParameters<typeof Job<typeof parameters>>[1];

const jobs = new Map<number, VectorJob>();

/** Whether a product has few rows, and an operand whose numbers lie side by side. */
export function suitsMatrixVector({ m, aColumnStride, bRowStride, bColumnStride }: GemmOperands): boolean {
  return m <= mostRows && (bColumnStride === 4 || (bRowStride === 4 && aColumnStride === 4));
}

/** Multiplies where {@link suitsMatrixVector}. */
export function matrixVector(o: GemmOperands): void {
  const { m, n, k, a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, accumulate, bias, relu } = o;
  const alongRows = bColumnStride === 4;
  const wished = alongRows
    ? Math.max(columns.least, Math.min(columns.most, n / columns.count))
    : Math.max(4, itemNumbers / k);
  const perItem = Math.ceil(wished / 4) * 4;
  const fused = instructions() === "fused";
  const key = 4 * m + 2 * Number(alongRows) + Number(fused);
  let job = jobs.get(key);
  if (!job) {
    job = new Job(parameters, alongRows ? addRows(m, fused) : dotProducts(m, fused));
    jobs.set(key, job);
  }
  // biome-ignore format: one property a line would be thirteen
  const values = { a, aRowStride, aColumnStride, b, bRowStride, bColumnStride, c, n, k, accumulate, bias, relu, columns: perItem };
  job.run(values, Math.ceil(n / perItem), m * n * k);
}

/** C's numbers as sums along rows of A and columns of B, four columns at a time. */
function dotProducts(m: number, fused: boolean): VectorCode {
  return (code, p, item) => {
    const first = code.i32(item.times(p.columns));
    const end = code.i32(first.plus(p.columns).min(p.n));
    const whole = code.i32(p.k.dividedBy(4).times(16));
    const rows = Array.from({ length: m }, (_, r) => code.i32(p.a.plus(p.aRowStride.times(r))));
    code.count(first, end, 4, (j) => {
      const four = [0, 1, 2, 3].map((s) => code.i32(p.b.plus(j.plus(s).min(p.n.minus(1)).times(p.bColumnStride))));
      const sums = rows.map(() => four.map(() => code.f32x4(0)));
      const vectors = four.map(() => code.f32x4(0));
      const addStep = (offset: I32, masked: (numbers: F32x4) => F32x4) => {
        for (const [s, vector] of vectors.entries()) code.set(vector, masked(four[s]!.plus(offset).loadF32x4()));
        for (const [r, row] of rows.entries()) {
          const factor = code.f32x4(masked(row.plus(offset).loadF32x4()));
          for (const [s, sum] of sums[r]!.entries()) code.set(sum, vectors[s]!.timesPlus(factor, sum, fused));
        }
      };
      code.count(0, whole, 16, (offset) => addStep(offset, (numbers) => numbers));
      code.when(p.k.modulo(4), () => {
        const left = code.f32x4(p.k.modulo(4).toF32().splat());
        const inside = code.f32x4(left.isGreater(F32x4.lanes(0, 1, 2, 3)));
        addStep(whole, (numbers) => numbers.and(inside));
      });
      sums.forEach((ofRow, r) => {
        const [s0, s1, s2, s3] = transposed(code, ofRow) as [F32x4, F32x4, F32x4, F32x4];
        const sum = code.f32x4(s0.plus(s1).plus(s2.plus(s3)));
        const at = code.i32(p.c.plus(p.n.times(r).plus(j).times(4)));
        code.when(p.accumulate, () => code.set(sum, sum.plus(at.loadF32x4())));
        finish(code, sum, p.bias, p.relu, j);
        code.when(
          j.plus(4).isLess(p.n.plus(1)),
          () => code.storeF32x4(at, sum),
          () => {
            for (const s of [0, 1, 2]) code.when(j.plus(s).isLess(p.n), () => code.storeF32(at, sum.lane(s), 4 * s));
          },
        );
      });
    });
  };
}

/** C's rows as sums of rows of B times numbers of A, over a part of C that stays close. */
function addRows(m: number, fused: boolean): VectorCode {
  return (code, p, item) => {
    const first = code.i32(item.times(p.columns));
    const count = code.i32(p.columns.min(p.n.minus(first)));
    const whole = code.i32(count.dividedBy(4).times(16));
    const bytes = code.i32(count.times(4));
    const targets = Array.from({ length: m }, (_, r) => code.i32(p.c.plus(first.plus(p.n.times(r)).times(4))));
    for (const target of targets) code.when(p.accumulate.equals(0), () => code.clear(target, bytes));
    const a = code.i32(p.a);
    const b = code.i32(p.b.plus(first.times(4)));
    const addSteps = (steps: number) => {
      const from = Array.from({ length: steps }, (_, d) => code.i32(b.plus(p.bRowStride.times(d))));
      const factors = targets.map((_, r) =>
        from.map((_, d) => code.f32x4(a.plus(p.aRowStride.times(r)).plus(p.aColumnStride.times(d)).loadSplat())),
      );
      code.count(0, whole, 16, (offset) => {
        const vectors = from.map((row) => code.f32x4(row.plus(offset).loadF32x4()));
        for (const [r, target] of targets.entries()) {
          const sum = code.f32x4(target.plus(offset).loadF32x4());
          for (const [d, vector] of vectors.entries()) code.set(sum, vector.timesPlus(factors[r]![d]!, sum, fused));
          code.storeF32x4(target.plus(offset), sum);
        }
      });
      code.count(whole, bytes, 4, (offset) => {
        for (const [r, target] of targets.entries()) {
          const sum = code.f32x4(target.plus(offset).loadSplat());
          for (const [d, row] of from.entries()) {
            code.set(sum, row.plus(offset).loadSplat().timesPlus(factors[r]![d]!, sum, fused));
          }
          code.storeF32(target.plus(offset), sum.lane(0));
        }
      });
      code.advance(a, p.aColumnStride.times(steps));
      code.advance(b, p.bRowStride.times(steps));
    };
    const left = code.i32(p.k);
    code.during(left.isAtLeast(rowsAtOnce), () => {
      addSteps(rowsAtOnce);
      code.advance(left, -rowsAtOnce);
    });
    code.during(left.isAtLeast(1), () => {
      addSteps(1);
      code.advance(left, -1);
    });
    code.when(p.bias.max(p.relu), () => {
      for (const target of targets) {
        const numbers = code.f32x4(0);
        code.count(0, bytes, 4, (offset) => {
          code.set(numbers, target.plus(offset).loadSplat());
          finish(code, numbers, p.bias, p.relu, first.plus(offset.dividedBy(4)));
          code.storeF32(target.plus(offset), numbers.lane(0));
        });
      }
    });
  };
}

/** The epilogue of the columns from `j` on. */
function finish(code: Code, sums: LocalF32x4, bias: I32, relu: I32, j: I32): void {
  code.when(bias, () => code.set(sums, sums.plus(bias.plus(j.times(4)).loadF32x4())));
  code.when(relu, () => code.set(sums, sums.max(0)));
}

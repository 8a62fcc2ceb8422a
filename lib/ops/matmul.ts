import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import { gemm } from "../compute/gemm.ts";
import { gather } from "../compute/strided.ts";
import { ShapeError } from "../errors.ts";
import { together } from "../shapes/algebra.ts";
import type { Multiplied } from "../shapes/broadcast.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { spread } from "./broadcast.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";

/**
 * The product of two matrices; of batches of matrices, one by one, where there are more axes. The axes before the last two
 * are broadcast as `add` does, so one matrix goes with a whole batch. A vector `[K]` on the left is a row, on the right a
 * column, and leaves no axis: two of them give their dot product.
 *
 * @param a `[..., M, K]` or `[K]`
 * @param b `[..., K, N]` or `[K]`
 * @returns `[..., M, N]`
 * @throws ShapeError if `a` has not as many columns as `b` has rows, or the batches do not fit each other
 * @example matmul(zeros([2, 3]), zeros([3, 5])).shape // [2, 5]
 * @example matmul(zeros([8, 1, 2, 3]), zeros([4, 3, 5])).shape // [8, 4, 2, 5]
 */
export function matmul<A extends Shape, B extends Shape, D extends FloatDType = "float32">(
  a: Tensor<A, D>,
  b: Tensor<B, D> & Fits<Multiplied<A, B>>,
): Tensor<Known<Multiplied<A, B>>, D> {
  const left = matrices("a", a, "M K");
  const right = matrices("b", b, "K N");
  const operands = [left.operand, right.operand];
  checkNotEmpty("matmul", operands);
  checkSameDtype("matmul", [a, b]);
  const [m, k] = left.shape.slice(-2) as [number, number];
  const [rows, n] = right.shape.slice(-2) as [number, number];
  if (k !== rows) {
    const fix = `give a ${rows} columns, or b ${k} rows; transposing one of them may be what is meant`;
    throw new ShapeError("matmul", `a has ${k} columns, b ${rows} rows`, operands, fix);
  }
  const ofA = left.shape.slice(0, -2);
  const ofB = right.shape.slice(0, -2);
  const batch = together([ofA, ofB]);
  if ("behind" in batch) {
    const fix = "give both the same sizes before the last two axes, or 1";
    throw new ShapeError("matmul", "the batches do not fit each other", operands, fix);
  }
  const count = elementCount(batch);
  // A batch of rows with one and the same matrix is one large product.
  const folded = elementCount(ofB) === 1 && elementCount(ofA) === count;
  const g = folded ? { count: 1, m: count * m, n, k } : { count, m, n, k };
  const at = folded ? { a: [0], b: [0] } : { a: places(ofA, batch), b: places(ofB, batch) };
  return apply<Known<Multiplied<A, B>>, D>({
    name: "matmul",
    inputs: [a, b],
    shape: [...batch, ...left.rows.map(() => m), ...right.columns.map(() => n)] as never,
    dtype: a.dtype,
    macs: count * m * n * k,
    forward: (out) => {
      const [x, y] = [numbers(a), numbers(b)];
      for (let i = 0; i < g.count; i++) {
        const c = part(out, i, g.m * n, g.count);
        const [p, q] = [part(x, at.a[i]!, g.m * k, g.count), part(y, at.b[i]!, k * n, g.count)];
        gemm(g.m, n, k, p, k, 1, q, n, 1, c, false);
      }
    },
    backward: (dOut, [needsA, needsB]) => {
      const dA = needsA ? roomForGradient(a.dtype, a.size) : null;
      const dB = needsB ? roomForGradient(a.dtype, b.size) : null;
      const addsA = a.size < g.count * g.m * k;
      const addsB = b.size < g.count * k * n;
      if (addsA) dA?.fill(0);
      if (addsB) dB?.fill(0);
      const [x, y] = [numbers(a), numbers(b)];
      for (let i = 0; i < g.count; i++) {
        const c = part(dOut, i, g.m * n, g.count);
        const [p, q] = [part(x, at.a[i]!, g.m * k, g.count), part(y, at.b[i]!, k * n, g.count)];
        if (dA) gemm(g.m, k, n, c, n, 1, q, 1, n, part(dA, at.a[i]!, g.m * k, g.count), addsA);
        if (dB) gemm(k, n, g.m, p, 1, k, c, n, 1, part(dB, at.b[i]!, k * n, g.count), addsB);
      }
      return [dA, dB];
    },
  });
}

/** An operand as matrices: a vector is one row, or one column. */
function matrices(name: "a" | "b", x: AnyTensor, letters: "M K" | "K N") {
  const plain = operand("matmul", name, x);
  const rank = plain.shape.length;
  if (rank === 0) throw new ShapeError("matmul", `${name} is a scalar`, [plain], "scale with multiply");
  if (rank === 1) {
    const shape = name === "a" ? [1, plain.shape[0]!] : [plain.shape[0]!, 1];
    return { operand: { ...plain, axes: "K" }, shape, rows: [], columns: [] };
  }
  const axes = `${"B ".repeat(rank - 2)}${letters}`;
  return { operand: { ...plain, axes }, shape: plain.shape, rows: [0], columns: [0] };
}

/** Which of its own matrices each of a batch is, where the shape of a batch is spread to another. */
function places(from: readonly number[], to: readonly number[]): Int32Array {
  const own = Int32Array.from({ length: elementCount(from) }, (_, i) => i);
  const out = new Int32Array(elementCount(to));
  gather(spread(from, to), own, out);
  return out;
}

function part(numbers: Floats, index: number, length: number, count: number): Floats {
  return count === 1 ? numbers : numbers.subarray(index * length, (index + 1) * length);
}

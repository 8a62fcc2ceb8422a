import { rowMajorSteps } from "../../compute/strided.ts";
import { add, multiply } from "../../ops/arithmetic.ts";
import { linear } from "../../ops/linear.ts";
import { matmul } from "../../ops/matmul.ts";
import { sum } from "../../ops/reduce.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { placesOf } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { isFloat, Value } from "../values/value.ts";
import { transposed } from "./shapes.ts";

/** NumPy's matrix product: a vector is a row on the left and a column on the right. */
export function product(a: Value, b: Value): Value {
  const [row, column] = [a.shape.length === 1, b.shape.length === 1];
  const left = row ? a.as([1, a.size]) : a;
  const right = column ? b.as([b.size, 1]) : b;
  const out = Value.ofTensor(matmul(left.tensor, right.tensor) as Tensor);
  const last = out.shape.length - 1;
  return out.as(out.shape.filter((_, axis) => !(row && axis === last - 1) && !(column && axis === last)));
}

/** Integers are multiplied in double precision, exactly up to 2^53. */
function matmulNode(call: Call): Value {
  const [a, b] = [call.value(0), call.value(1)];
  if (isFloat(a.type)) return call.like(product(Value.ofTensor(a.tensor), Value.ofTensor(b.tensor)).tensor);
  return convert(product(convert(a, "float64"), convert(b, "float64")), a.type);
}

/** `alpha · A · B + beta · C`; where that is a fully connected layer, it is computed as one. */
function gemm(call: Call): Value {
  const [a, b] = [call.value(0), call.value(1)];
  if (!isFloat(a.type)) {
    const wide = new Map([a, b, call.maybe(2)].map((each) => [each, each && convert(each, "float64")]));
    return convert(gemmOf(call, wide.get(a)!, wide.get(b)!, wide.get(call.maybe(2)) ?? null), a.type);
  }
  const c = call.maybe(2);
  return Value.rounded(
    a.type,
    gemmOf(call, Value.ofTensor(a.tensor), Value.ofTensor(b.tensor), c && Value.ofTensor(c.tensor)).tensor,
  );
}

function gemmOf(call: Call, a: Value, b: Value, c: Value | null): Value {
  const [alpha, beta] = [call.float("alpha", 1), call.float("beta", 1)];
  const [turnA, turnB] = [call.flag("transA"), call.flag("transB")];
  const left = turnA ? transposed(a, [1, 0]) : a;
  const outputs = b.shape[turnB ? 0 : 1];
  const isBias = c === null || (c.size === outputs && c.shape.at(-1) === outputs);
  if (turnB && alpha === 1 && beta === 1 && isBias) {
    return Value.ofTensor(linear(left.tensor, b.tensor, c?.as([c.size]).tensor ?? null) as Tensor);
  }
  const plain = matmul(left.tensor, turnB ? transposed(b, [1, 0]).tensor : b.tensor) as Tensor;
  const scaled = alpha === 1 ? plain : (multiply(plain, alpha) as Tensor);
  if (c === null || beta === 0) return Value.ofTensor(scaled);
  return Value.ofTensor(add(scaled, beta === 1 ? c.tensor : multiply(c.tensor, beta)) as Tensor);
}

/** An equation `ij,jk->ik`: a letter an axis, those of the result behind the arrow, an ellipsis for axes without names. */
function einsum(call: Call): Value {
  const equation = call.text("equation", "").replaceAll(" ", "");
  const [before = "", behind] = equation.split("->");
  const rank = (terms: string, shape: readonly number[]): number => shape.length - terms.replace("...", "").length;
  const unnamed = Math.max(
    0,
    ...before.split(",").map((terms, i) => (terms.includes("...") ? rank(terms, call.value(i).shape) : 0)),
  );
  // axes without names are aligned at the last one, as in broadcasting
  const labelsOf = (terms: string, count: number): string[] => {
    const dots = Array.from({ length: count }, (_, i) => `.${unnamed - count + i}`);
    const [front = "", rear = ""] = terms.split("...");
    return terms.includes("...") ? [...front, ...dots, ...rear] : [...terms];
  };
  const operands = before.split(",").map((terms, i) => {
    const value = call.value(i);
    return { value, labels: labelsOf(terms, terms.includes("...") ? rank(terms, value.shape) : 0) };
  });
  const all = [...new Set(operands.flatMap(({ labels }) => labels))];
  const implied = all.filter(
    (label) =>
      label.startsWith(".") || operands.flatMap(({ labels }) => labels).filter((each) => each === label).length === 1,
  );
  const sorted = [
    ...implied.filter((label) => label.startsWith(".")),
    ...implied.filter((label) => !label.startsWith(".")).sort(),
  ];
  const results = behind === undefined ? sorted : labelsOf(behind, unnamed);
  const order = [...results, ...all.filter((label) => !results.includes(label))];
  const factors = operands.map(({ value, labels }) => aligned(value, labels, order).tensor);
  const products = factors.reduce((a, b) => multiply(a, b) as Tensor);
  const summed = order.map((_, axis) => axis).slice(results.length);
  return call.like(summed.length === 0 ? products : (sum(products, { axis: summed }) as Tensor));
}

/** A tensor with an axis for each label, of size 1 where it has none; a label that it has twice means the diagonal. */
function aligned(x: Value, labels: readonly string[], order: readonly string[]): Value {
  const steps = rowMajorSteps(x.shape);
  const sizeOf = (label: string): number => x.shape[labels.indexOf(label)] ?? 1;
  const stepOf = (label: string): number =>
    labels.reduce((total, each, axis) => total + (each === label ? steps[axis]! : 0), 0);
  const places = placesOf({ start: 0, sizes: order.map(sizeOf), steps: order.map(stepOf) });
  const fractions = isFloat(x.type) ? Value.ofTensor(x.tensor) : convert(x, "float64");
  return pick("align", fractions, order.map(sizeOf), places);
}

/** Gaussian elimination with the largest pivot. */
function determinants(call: Call): Value {
  const x = call.value(0);
  const n = x.shape.at(-1) ?? 0;
  const from = convert(x, "float64").elements as unknown as Float64Array;
  const count = n === 0 ? 0 : x.size / (n * n);
  const out = Float64Array.from({ length: count }, (_, i) => determinant(from.slice(i * n * n, (i + 1) * n * n), n));
  return convert(Value.of("float64", x.shape.slice(0, -2), out), x.type);
}

function determinant(a: Float64Array, n: number): number {
  let result = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[pivot * n + k]!)) pivot = i;
    const head = a[pivot * n + k]!;
    if (head === 0) return 0;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j]!, a[k * n + j]!];
      result = -result;
    }
    result *= head;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / head;
      for (let j = k; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return result;
}

/** Products of matrices, and what follows from them. */
export const matrices: Readonly<Record<string, Operator>> = {
  Det: { since: 11, run: determinants },
  Einsum: { since: 12, run: einsum },
  Gemm: { learned: [1, 2], run: gemm },
  MatMul: { learned: [0, 1], run: matmulNode },
};

import { rowMajorSteps } from "../../compute/strided.ts";
import { multiply } from "../../ops/arithmetic.ts";
import { matmul } from "../../ops/matmul.ts";
import { sum } from "../../ops/reduce.ts";
import { elementCount, sameShape } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call } from "../call.ts";
import { placesOf } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { isFloat, Value } from "../values/value.ts";
import { transposed } from "./shapes.ts";

/** An equation's letters for one operand, or the result: one an axis, and `.0`, `.1`, ... for axes without names. */
type Labels = readonly string[];

/**
 * Sums of products by an equation, `ij,jk->ik`: a letter an axis, those of the result behind the arrow, an ellipsis for axes
 * without names. Without an arrow the result has the letters that occur once, in the order of the alphabet.
 */
export function einsum(call: Call): Value {
  const [before = "", behind] = call.text("equation", "").replaceAll(" ", "").split("->");
  const terms = before.split(",");
  const values = terms.map((_, i) => call.value(i));
  const unnamed = terms.map((term, i) => (term.includes("...") ? values[i]!.shape.length - named(term).length : 0));
  const most = Math.max(...unnamed);
  const operands = terms.map((term, i) => labelsOf(term, unnamed[i]!, most));
  const results = behind === undefined ? impliedBy(operands) : labelsOf(behind, most, most);
  const total = productOfMatrices(values, operands, results) ?? sumOfProducts(values, operands, results);
  const [{ type }] = values as [Value];
  return isFloat(type) ? Value.rounded(type, total) : convert(Value.ofTensor(total), type);
}

/** What the equation says: all products, one for each place along all labels together, then their sums. */
function sumOfProducts(values: readonly Value[], operands: readonly Labels[], results: Labels): Tensor {
  const order = [...new Set([...results, ...operands.flat()])];
  const factors = values.map((value, i) => aligned(value, operands[i]!, order).tensor);
  const products = factors.reduce((a, b) => multiply(a, b) as Tensor);
  const summed = order.map((_, axis) => axis).slice(results.length);
  return summed.length === 0 ? products : (sum(products, { axis: summed }) as Tensor);
}

/**
 * The same by the library's product of matrices, which has no room for all products: where there are two operands, and all
 * labels that are summed over are those of both. Else null.
 */
function productOfMatrices(values: readonly Value[], operands: readonly Labels[], results: Labels): Tensor | null {
  const [a, b, more] = values;
  const [left, right] = operands as [Labels, Labels];
  if (a === undefined || b === undefined || more !== undefined) return null;
  const summed = [...new Set([...left, ...right])].filter((label) => !results.includes(label));
  const isCommon = (label: string): boolean => left.includes(label) && right.includes(label);
  if (summed.length === 0 || !summed.every(isCommon)) return null;
  const sizesOf = (x: Value, own: Labels, labels: Labels): number[] =>
    labels.map((label) => x.shape[own.indexOf(label)]!);
  const common = [...results.filter(isCommon), ...summed];
  // sizes of axes without names may be 1 on one side
  if (!sameShape(sizesOf(a, left, common), sizesOf(b, right, common)) || a.size === 0 || b.size === 0) return null;
  const batch = results.filter(isCommon);
  const rows = results.filter((label) => left.includes(label) && !right.includes(label));
  const columns = results.filter((label) => right.includes(label) && !left.includes(label));
  const order = [...batch, ...rows, ...columns];
  if (order.length < results.length) return null;
  const sizes = [...sizesOf(a, left, [...batch, ...rows]), ...sizesOf(b, right, columns)];
  const [n, m, k] = [batch, rows, summed].map((labels) => elementCount(sizesOf(a, left, labels))) as [
    number,
    number,
    number,
  ];
  const product = matmul(
    aligned(a, left, [...batch, ...rows, ...summed]).as([n, m, k]).tensor,
    aligned(b, right, [...batch, ...summed, ...columns]).as([n, k, elementCount(sizesOf(b, right, columns))]).tensor,
  );
  const places = results.map((label) => order.indexOf(label));
  return transposed(Value.ofTensor(product as Tensor).as(sizes), places).tensor;
}

function named(term: string): string {
  return term.replace("...", "");
}

/** Axes without names are aligned at the last one, as in broadcasting. @param most how many any operand has */
function labelsOf(term: string, unnamed: number, most: number): Labels {
  if (!term.includes("...")) return [...term];
  const [front = "", rear = ""] = term.split("...");
  return [...front, ...Array.from({ length: unnamed }, (_, i) => `.${most - unnamed + i}`), ...rear];
}

function impliedBy(operands: readonly Labels[]): Labels {
  const all = operands.flat();
  const once = [...new Set(all)].filter(
    (label) => label.startsWith(".") || all.indexOf(label) === all.lastIndexOf(label),
  );
  return once.sort(); // a point comes before all letters
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

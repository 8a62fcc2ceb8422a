import { abs, log, sqrt, square } from "../../ops/functions.ts";
import { flip } from "../../ops/permute.ts";
import { logSumExp, max, mean, min, product, sum } from "../../ops/reduce.ts";
import { cumulativeSum } from "../../ops/softmax.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { rowsAlong } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { bitsOf, isFloat, isUnsigned, isWide, room, Value, type ValueType } from "../values/value.ts";
import { cut, padded } from "./movement.ts";

interface Options {
  readonly axis: readonly number[];
  readonly keepDims: boolean;
}

/** One reduction: of fractions as a tensor operation, of a list of integers, and what it is of nothing. */
interface Reduction {
  readonly floats: (x: Tensor, options: Options) => Tensor;
  readonly integers: (row: readonly number[]) => number;
  readonly wide?: (row: readonly bigint[]) => bigint;
  readonly nothing: (type: ValueType) => number;
  /** The version from which the axes are an input; default 18. */
  readonly inputSince?: number;
}

function reduction(what: Reduction): Operator {
  return { run: (call) => reduced(call, what) };
}

function reduced(call: Call, what: Reduction): Value {
  const x = call.value(0);
  const rank = x.shape.length;
  const listed = call.opset >= (what.inputSince ?? 18) ? call.maybe(1)?.list : call.ints("axes");
  const none = listed === undefined || listed === null || listed.length === 0;
  if (none && call.flag("noop_with_empty_axes")) return x;
  const axes = none ? x.shape.map((_, axis) => axis) : listed.map((axis) => call.axis(axis, rank));
  const keepDims = call.flag("keepdims", true);
  if (isFloat(x.type) && x.size > 0) return call.like(what.floats(x.tensor, { axis: axes, keepDims }));
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
  const { starts, offsets } = rowsAlong(x.shape, axes);
  const out = room(x.type, starts.length);
  const from = x.elements;
  for (const [i, start] of starts.entries()) {
    if (offsets.length === 0)
      out[i] = convert(Value.of("float64", [1], Float64Array.of(what.nothing(x.type))), x.type).elements[0]!;
    else if (isWide(x.type) && what.wide)
      out[i] = what.wide(Array.from(offsets, (offset) => from[start + offset] as bigint));
    else {
      const total = what.integers(Array.from(offsets, (offset) => Number(from[start + offset])));
      out[i] = isWide(x.type) ? BigInt(Math.trunc(total)) : total;
    }
  }
  return Value.of(x.type, shape, out);
}

/** The least, or the greatest, that a type holds: what the greatest, or the least, of nothing is. */
function endOf(type: ValueType, greatest: boolean): number {
  if (isFloat(type)) return greatest ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const bits = bitsOf(type);
  if (isUnsigned(type)) return greatest ? 2 ** bits - 1 : 0;
  return greatest ? 2 ** (bits - 1) - 1 : -(2 ** (bits - 1));
}

const total = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
const zero = (): number => 0;

/** Where the greatest, or the least, along an axis is: of equals the first, or the last. */
function searched(better: (a: Value["elements"][number], b: Value["elements"][number]) => boolean): Operator {
  return {
    run(call) {
      const x = call.value(0);
      const axis = call.axis(call.int("axis", 0), x.shape.length);
      const last = call.flag("select_last_index");
      const { starts, offsets } = rowsAlong(x.shape, [axis]);
      const from = x.elements;
      const found = BigInt64Array.from(starts, (start) => {
        let best = 0;
        for (const [i, offset] of offsets.entries()) {
          const [a, b] = [from[start + offset]!, from[start + offsets[best]!]!];
          if (better(a, b) || (last && a === b)) best = i;
        }
        return BigInt(best);
      });
      const keep = call.flag("keepdims", true);
      return Value.of(
        "int64",
        x.shape.flatMap((size, i) => (i === axis ? (keep ? [1] : []) : [size])),
        found,
      );
    },
  };
}

/** Sums, or products, of all elements up to each along an axis. */
function running(call: Call): Value {
  const x = call.value(0);
  const axis = call.axis(call.value(1).first, x.shape.length);
  const [reverse, exclusive] = [call.flag("reverse"), call.flag("exclusive")];
  if (isFloat(x.type)) {
    const turned = reverse ? flip(x.tensor, axis) : x.tensor;
    const sums = Value.ofTensor(cumulativeSum(turned as Tensor, { axis }) as Tensor);
    const shifted = exclusive ? behind(sums, axis) : sums;
    return call.like(reverse ? (flip(shifted.tensor, axis) as Tensor) : shifted.tensor);
  }
  const { starts, offsets } = rowsAlong(x.shape, [axis]);
  const order = reverse ? [...offsets].reverse() : [...offsets];
  const from = x.elements;
  const out = room(x.type, from.length);
  const nothing = room(x.type, 1)[0] as number;
  for (const start of starts) {
    let sums = nothing;
    for (const offset of order) {
      const next = sums + (from[start + offset] as number);
      out[start + offset] = exclusive ? sums : next;
      sums = next;
    }
  }
  return Value.of(x.type, x.shape, out);
}

/** Each element one place further along an axis, and 0 in front. */
function behind(x: Value, axis: number): Value {
  const kept = x.shape.map((size, i) => ({ start: 0, count: i === axis ? size - 1 : size, step: 1 }));
  return padded(
    cut(x, kept),
    x.shape.map((_, i) => (i === axis ? [1, 0] : [0, 0])),
    "constant",
  );
}

/** What makes one element of many. */
export const reductions: Readonly<Record<string, Operator>> = {
  ArgMax: searched((a, b) => a > b),
  ArgMin: searched((a, b) => a < b),
  CumSum: { since: 11, run: running },
  ReduceL1: reduction({
    floats: (x, options) => sum(abs(x), options) as Tensor,
    integers: (row) => total(row.map(Math.abs)),
    nothing: zero,
  }),
  ReduceL2: reduction({
    floats: (x, options) => sqrt(sum(square(x), options)) as Tensor,
    integers: (row) => Math.sqrt(total(row.map((each) => each * each))),
    nothing: zero,
  }),
  ReduceLogSum: reduction({
    floats: (x, options) => log(sum(x, options)) as Tensor,
    integers: (row) => Math.log(total(row)),
    nothing: () => Number.NEGATIVE_INFINITY,
  }),
  ReduceLogSumExp: reduction({
    floats: (x, options) => logSumExp(x, options) as Tensor,
    integers: (row) => Math.log(total(row.map(Math.exp))),
    nothing: () => Number.NEGATIVE_INFINITY,
  }),
  ReduceMax: reduction({
    floats: (x, options) => max(x, options) as Tensor,
    integers: (row) => row.reduce((a, b) => Math.max(a, b)),
    wide: (row) => row.reduce((a, b) => (a > b ? a : b)),
    nothing: (type) => endOf(type, false),
  }),
  ReduceMean: reduction({
    floats: (x, options) => mean(x, options) as Tensor,
    integers: (row) => total(row) / row.length,
    nothing: () => Number.NaN,
  }),
  ReduceMin: reduction({
    floats: (x, options) => min(x, options) as Tensor,
    integers: (row) => row.reduce((a, b) => Math.min(a, b)),
    wide: (row) => row.reduce((a, b) => (a < b ? a : b)),
    nothing: (type) => endOf(type, true),
  }),
  ReduceProd: reduction({
    floats: (x, options) => product(x, options) as Tensor,
    integers: (row) => row.reduce((a, b) => a * b),
    wide: (row) => row.reduce((a, b) => a * b),
    nothing: () => 1,
  }),
  ReduceSum: reduction({
    floats: (x, options) => sum(x, options) as Tensor,
    integers: total,
    wide: (row) => row.reduce((a, b) => a + b),
    nothing: zero,
    inputSince: 13,
  }),
  ReduceSumSquare: reduction({
    floats: (x, options) => sum(square(x), options) as Tensor,
    integers: (row) => total(row.map((each) => each * each)),
    nothing: zero,
  }),
};

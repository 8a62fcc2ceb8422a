import { where } from "../../ops/compare.ts";
import { freshTensor, type Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { map, spreadTo, together, zip } from "../values/broadcast.ts";
import { bitsOf, type Elements, isFloat, isWide, room, Value } from "../values/value.ts";
import { operandsOf } from "./arithmetic.ts";

type Element = Elements[number];

const bool = (f: (a: number, b: number) => boolean): Operator => ({
  run: (call) => zip<number>(call.name, "bool", ...operandsOf(call), (a, b) => (f(a, b) ? 1 : 0)),
});

const comparison = (f: (a: Element, b: Element) => boolean): Operator => ({
  run: (call) => zip(call.name, "bool", ...operandsOf(call), (a, b) => (f(a, b) ? 1 : 0)),
});

/** Bit by bit; JavaScript has such operators for integers of 32 bits and for bigints. */
const bits = (narrow: (a: number, b: number) => number, wide: (a: bigint, b: bigint) => bigint): Operator => ({
  since: 18,
  run(call) {
    const [a, b] = [call.value(0), call.value(1)];
    if (isFloat(a.type)) throw call.unknownType(a.type);
    return isWide(a.type) ? zip<bigint>(call.name, a.type, a, b, wide) : zip<number>(call.name, a.type, a, b, narrow);
  },
});

function shifted(call: Call): Value {
  const [a, b] = [call.value(0), call.value(1)];
  const left = call.text("direction", "") === "LEFT";
  if (isFloat(a.type)) throw call.unknownType(a.type);
  const size = bitsOf(a.type);
  // beyond the width nothing is left, where JavaScript's own shift begins anew
  if (isWide(a.type)) return zip<bigint>(call.name, a.type, a, b, (x, n) => (n >= 64n ? 0n : left ? x << n : x >> n));
  return zip<number>(call.name, a.type, a, b, (x, n) => (n >= size ? 0 : left ? x << n : x >>> n));
}

/** Of each place the first operand's element where the condition holds, else the second's. */
function chosen(call: Call): Value {
  const [condition, a, b] = [call.value(0), call.value(1), call.value(2)];
  if (a.type !== b.type) throw call.wrong(`the inputs are ${a.type} and ${b.type}`, "give both the same type");
  if (isFloat(a.type)) return Value.rounded(a.type, where(asBytes(condition), a.tensor, b.tensor) as Tensor);
  const shape = together(call.name, [condition, a, b]);
  const [holds, yes, no] = [spreadTo(condition, shape), spreadTo(a, shape), spreadTo(b, shape)];
  const out = room(a.type, holds.length);
  for (let i = 0; i < holds.length; i++) out[i] = (holds[i] ? yes[i] : no[i])!;
  return Value.of(a.type, shape, out);
}

function asBytes(condition: Value): Tensor {
  return freshTensor(
    Uint8Array.from(condition.elements as ArrayLike<number>),
    condition.shape as never,
    "uint8",
  ) as never;
}

const infinite: Operator = {
  since: 10,
  run(call) {
    const [up, down] = [call.flag("detect_positive", true), call.flag("detect_negative", true)];
    const found = (x: number): boolean =>
      (up && x === Number.POSITIVE_INFINITY) || (down && x === Number.NEGATIVE_INFINITY);
    return map<number>("bool", call.value(0), (x) => (found(x) ? 1 : 0));
  },
};

/** Comparisons, and what is done to truth values and to bits. */
export const logic: Readonly<Record<string, Operator>> = {
  And: bool((a, b) => a !== 0 && b !== 0),
  Or: bool((a, b) => a !== 0 || b !== 0),
  Xor: bool((a, b) => (a !== 0) !== (b !== 0)),
  Not: { run: (call) => map<number>("bool", call.value(0), (x) => (x === 0 ? 1 : 0)) },
  Equal: comparison((a, b) => a === b),
  Greater: comparison((a, b) => a > b),
  Less: comparison((a, b) => a < b),
  GreaterOrEqual: { ...comparison((a, b) => a >= b), since: 12 },
  LessOrEqual: { ...comparison((a, b) => a <= b), since: 12 },
  BitShift: { since: 11, run: shifted },
  BitwiseAnd: bits(
    (a, b) => a & b,
    (a, b) => a & b,
  ),
  BitwiseOr: bits(
    (a, b) => a | b,
    (a, b) => a | b,
  ),
  BitwiseXor: bits(
    (a, b) => a ^ b,
    (a, b) => a ^ b,
  ),
  BitwiseNot: {
    since: 18,
    run(call) {
      const x = call.value(0);
      return isWide(x.type) ? map<bigint>(x.type, x, (b) => ~b) : map<number>(x.type, x, (b) => ~b);
    },
  },
  IsInf: infinite,
  IsNaN: { since: 9, run: (call) => map<number>("bool", call.value(0), (x) => (Number.isNaN(x) ? 1 : 0)) },
  Where: { since: 9, run: chosen },
};

import { halfToEven, isSmallFloat, roundToPower, roundToSmallFloat } from "./small-floats.ts";
import { bitsOf, type Elements, isFloat, isUnsigned, isWide, room, Value, type ValueType } from "./value.ts";

/** How fractions that a type does not hold become ones that it does. */
export interface Rounding {
  /** Whether what is beyond the largest number becomes it, in types of 8 bits; default true. */
  readonly saturate?: boolean;
  /** How a number becomes a power of two, `up`, `down` or `nearest`; default `up`. */
  readonly powers?: string;
}

/**
 * The same elements in another type, as ONNX's Cast defines it: fractions are cut off, integers keep their lowest bits, what is
 * not 0 is true, texts are read and written as numbers.
 */
export function convert(x: Value, type: ValueType, rounding: Rounding = {}): Value {
  if (type === x.type) return x;
  const from = x.elements;
  const to = room(type, from.length);
  const put = writerOf(x.type, type, rounding);
  for (let i = 0; i < from.length; i++) to[i] = put(from[i]!);
  return Value.of(type, x.shape, to);
}

type Element = Elements[number];

function writerOf(from: ValueType, type: ValueType, rounding: Rounding): (element: Element) => Element {
  if (type === "string") {
    if (isFloat(from)) return (x) => textOf(x as number);
    return from === "bool" ? (x) => (x ? "True" : "False") : String;
  }
  if (type === "bool") return from === "string" ? (x) => (x === "" ? 0 : 1) : (x) => (Number(x) === 0 ? 0 : 1);
  if (type === "float32" || type === "float64") return from === "string" ? (x) => numberOf(x as string) : Number;
  if (isSmallFloat(type)) {
    const { saturate = true, powers = "up" } = rounding;
    const narrow = type !== "float16" && type !== "bfloat16";
    const round = (x: number): number =>
      type === "float8e8m0" ? roundToPower(x, powers, saturate) : roundToSmallFloat(type, x, saturate && narrow);
    return from === "string" ? (x) => round(numberOf(x as string)) : (x) => round(Number(x));
  }
  return integerWriter(from, type);
}

function integerWriter(from: ValueType, type: ValueType): (element: Element) => Element {
  const bits = bitsOf(type);
  const wrap = isUnsigned(type) ? BigInt.asUintN : BigInt.asIntN;
  const wide = isWide(type);
  const integer = (x: bigint): Element => (wide ? wrap(bits, x) : Number(wrap(bits, x)));
  if (from === "string") return (x) => integer(BigInt((x as string).trim()));
  if (isWide(from)) return (x) => integer(x as bigint);
  if (isFloat(from)) return (x) => integer(Number.isFinite(x) ? BigInt(Math.trunc(x as number)) : 0n);
  return (x) => integer(BigInt(x));
}

/** A number as Python's and C's libraries read it. */
function numberOf(text: string): number {
  const word = text.trim().toLowerCase();
  if (/^[+-]?inf(inity)?$/.test(word))
    return word.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word === "nan" ? Number.NaN : Number(word);
}

/** A number in the fewest digits that tell it from others of float32, as ONNX's own text has it: `0.5`, `1.0`, `-INF`. */
function textOf(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x < 0 ? "-INF" : "INF";
  for (let digits = 1; digits < 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(x)) return plain(Number(text));
  }
  return plain(x);
}

function plain(x: number): string {
  const text = String(x);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A number rounded to the nearest integer that a type holds, ties to even, and no further than its ends: as quantised values are. */
export function saturated(type: ValueType, x: number): number {
  const bits = bitsOf(type);
  const [least, most] = isUnsigned(type) ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return Math.min(most, Math.max(least, Number.isNaN(x) ? 0 : halfToEven(x)));
}

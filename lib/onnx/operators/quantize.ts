import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { map, zip } from "../values/broadcast.ts";
import { convert, saturated } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { isSmallFloat, roundToSmallFloat } from "../values/small-floats.ts";
import { isFloat, Value, type ValueType } from "../values/value.ts";
import { convolve } from "./conv.ts";
import { product } from "./matrix.ts";
import { typeNamed } from "./shapes.ts";
import { windowsOf } from "./windows.ts";

/**
 * Scales or zero points in the shape of what they are for: one for all, one for each place along an axis, or one for each block
 * of so many places.
 */
function spreadAlong(call: Call, x: Value, each: Value): Value {
  if (each.size === 1) return each.as(each.shape.length === 0 ? [] : [1]);
  const axis = call.axis(call.int("axis", 1), x.shape.length);
  const block = call.int("block_size", 0);
  if (block === 0) return each.as(x.shape.map((size, i) => (i === axis ? size : 1)));
  const inner = elementCount(x.shape.slice(axis + 1));
  const size = x.shape[axis]!;
  const blocks = each.shape[axis]!;
  const places = Int32Array.from({ length: x.size }, (_, i) => {
    const at = Math.floor((Math.floor(i / inner) % size) / block);
    return (Math.floor(i / inner / size) * blocks + at) * inner + (i % inner);
  });
  return pick("blocks", each, x.shape, places);
}

/** `round(x / scale) + zero point`, no further than the ends of the type. */
function quantized(call: Call): Value {
  const x = call.value(0);
  const scale = spreadAlong(call, x, call.value(1));
  const zero = call.maybe(2);
  const named = call.int("output_dtype", 0);
  const type = zero?.type ?? (named === 0 ? "uint8" : typeNamed(call, named));
  return quantize(call, x, scale, zero && spreadAlong(call, x, zero), type);
}

function quantize(call: Call, x: Value, scale: Value, zero: Value | null, type: ValueType): Value {
  const wide = (value: Value): Value => (isFloat(value.type) ? value : convert(value, "float32"));
  const quotients = zip<number>(call.name, "float32", wide(x), wide(scale), (a, b) => Math.fround(a / b));
  const narrow = (q: number, z: number): number => {
    if (isSmallFloat(type)) return roundToSmallFloat(type, q + z, call.flag("saturate", true));
    return saturated(type, evenly(q) + z);
  };
  if (zero === null) return map<number>(type, quotients, (q) => narrow(q, 0));
  return zip<number>(call.name, type, quotients, convert(zero, "float32"), narrow);
}

function evenly(x: number): number {
  return saturated("int32", x);
}

/** `(x - zero point) · scale`. */
function dequantized(call: Call): Value {
  const x = call.value(0);
  const scale = spreadAlong(call, x, call.value(1));
  const zero = call.maybe(2);
  const named = call.int("output_dtype", 0);
  const type = named === 0 ? scale.type : typeNamed(call, named);
  const differences = zero === null ? convert(x, "float64") : difference(call, x, spreadAlong(call, x, zero));
  const products = zip<number>(call.name, "float64", differences, convert(scale, "float64"), (a, b) => a * b);
  return convert(products, type);
}

/** Exactly, in double precision. */
function difference(call: Call, a: Value, b: Value): Value {
  return zip<number>(call.name, "float64", convert(a, "float64"), convert(b, "float64"), (x, y) => x - y);
}

/** Scale and zero point from the least and the greatest number, and 0. */
function dynamicallyQuantized(call: Call): Value[] {
  const x = call.value(0);
  const list = x.elements as unknown as Float32Array;
  const [least, most] = [list.reduce((a, b) => Math.min(a, b), 0), list.reduce((a, b) => Math.max(a, b), 0)];
  const scale = Math.fround((most - least) / 255);
  const zero = scale === 0 ? 0 : saturated("uint8", -least / scale);
  const scaleValue = Value.of("float32", [], Float32Array.of(scale));
  const zeroValue = Value.of("uint8", [], Uint8Array.of(zero));
  return [quantize(call, x, scaleValue, zeroValue, "uint8"), scaleValue, zeroValue];
}

/** A zero point of each row of a matrix, or of each column. */
function alongMatrix(zero: Value, rows: boolean): Value {
  if (zero.size === 1) return zero.as([]);
  return rows && zero.shape.length === 1 ? zero.as([zero.size, 1]) : zero;
}

function centred(call: Call, index: number, zero: Value | null, rows: boolean): Value {
  const x = call.value(index);
  return zero === null ? convert(x, "float64") : difference(call, x, alongMatrix(zero, rows));
}

function matmulIntegers(call: Call): Value {
  return convert(product(centred(call, 0, call.maybe(2), true), centred(call, 1, call.maybe(3), false)), "int32");
}

/** A product of what is quantised, quantised again: scales and zero points of both and of the result. */
function matmulQuantized(call: Call): Value {
  const sums = product(centred(call, 0, call.value(2), true), centred(call, 3, call.value(5), false));
  const scales = zip<number>(
    call.name,
    "float64",
    convert(alongMatrix(call.value(1), true), "float64"),
    convert(alongMatrix(call.value(4), false), "float64"),
    (a, b) => a * b,
  );
  return requantized(call, sums, scales, 6);
}

function requantized(call: Call, sums: Value, scales: Value, index: number): Value {
  const factors = zip<number>(call.name, "float64", scales, convert(call.value(index), "float64"), (a, b) => a / b);
  const real = zip<number>(call.name, "float32", sums, factors, (a, b) => a * b);
  const one = Value.of("float32", [], Float32Array.of(1));
  return quantize(call, real, one, call.value(index + 1), call.value(index + 1).type);
}

/** Sums of products of integers, in double precision: exact. */
function convolveIntegers(call: Call, x: Value, filters: Value): Value {
  const windows = windowsOf(call, x.shape.slice(2), filters.shape.slice(2));
  return Value.ofTensor(convolve(x, filters, null, windows, call.int("group", 1)));
}

/** A zero point, or a scale, of each filter. */
function perFilter(each: Value, rank: number): Value {
  return each.size === 1 ? each.as([]) : each.as([each.size, ...new Array<number>(rank - 1).fill(1)]);
}

function convIntegers(call: Call): Value {
  const [x, filters] = [call.value(0), call.value(1)];
  const [zeroX, zeroF] = [call.maybe(2), call.maybe(3)];
  const input = zeroX === null ? convert(x, "float64") : difference(call, x, zeroX.as([]));
  const rank = filters.shape.length;
  const bank = zeroF === null ? convert(filters, "float64") : difference(call, filters, perFilter(zeroF, rank));
  return convert(convolveIntegers(call, input, bank), "int32");
}

function convQuantized(call: Call): Value {
  const [x, filters] = [call.value(0), call.value(3)];
  const rank = filters.shape.length;
  const input = difference(call, x, call.value(2).as([]));
  const bank = difference(call, filters, perFilter(call.value(5), rank));
  let sums = convolveIntegers(call, input, bank);
  const bias = call.maybe(8);
  if (bias !== null)
    sums = zip<number>(call.name, "float64", sums, perFilter(convert(bias, "float64"), rank - 1), (a, b) => a + b);
  const scale = perFilter(convert(call.value(4), "float64"), rank - 1);
  const scales = zip<number>(call.name, "float64", convert(call.value(1).as([]), "float64"), scale, (a, b) => a * b);
  return requantized(call, sums, scales, 6);
}

/** What computes with few bits. */
export const quantization: Readonly<Record<string, Operator>> = {
  ConvInteger: { since: 10, run: convIntegers },
  DequantizeLinear: { since: 10, run: dequantized },
  DynamicQuantizeLinear: { since: 11, run: dynamicallyQuantized },
  MatMulInteger: { since: 10, run: matmulIntegers },
  QLinearConv: { since: 10, run: convQuantized },
  QLinearMatMul: {
    since: 10,
    run: matmulQuantized,
    refuses: (_, type) =>
      type(7) === "int8"
        ? "a result of int8 ends at -128 and 127 by ONNX's text, and wraps around in its own implementation"
        : null,
  },
  QuantizeLinear: { since: 10, run: quantized },
};

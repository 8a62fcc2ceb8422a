import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { convert } from "../values/convert.ts";
import { isFloat, isWide, room, Value, type ValueType } from "../values/value.ts";
import { typeNamed } from "./shapes.ts";

/** The one attribute that says what a constant is. */
export function constant(call: Call): Value {
  const value = call.constant("value");
  if (value !== null) return value;
  if (call.has("value_float")) return Value.of("float32", [], Float32Array.of(call.float("value_float", 0)));
  if (call.has("value_int")) return Value.of("int64", [], BigInt64Array.of(BigInt(call.int("value_int", 0))));
  if (call.has("value_string")) return Value.of("string", [], [call.text("value_string", "")]);
  const floats = call.floats("value_floats");
  if (floats !== null) return Value.of("float32", [floats.length], Float32Array.from(floats));
  const ints = call.ints("value_ints");
  if (ints !== null) return Value.integers(ints);
  const texts = call.texts("value_strings");
  if (texts !== null) return Value.of("string", [texts.length], texts);
  throw call.wrong("it has no value", "sparse tensors are not read");
}

function filled(call: Call): Value {
  const shape = call.value(0).list;
  const value = call.constant("value") ?? Value.of("float32", [1], new Float32Array(1));
  const out = room(value.type, elementCount(shape));
  const [each] = [value.elements[0]!];
  for (let i = 0; i < out.length; i++) out[i] = each;
  return Value.of(value.type, shape, out);
}

function range(call: Call): Value {
  const [start, limit, delta] = [call.value(0), call.value(1), call.value(2)];
  const count = Math.max(0, Math.ceil((limit.first - start.first) / delta.first));
  const out = room(start.type, count);
  for (let i = 0; i < count; i++) {
    out[i] = isWide(start.type)
      ? (start.elements[0] as bigint) + BigInt(i) * (delta.elements[0] as bigint)
      : start.first + i * delta.first;
  }
  return Value.of(start.type, [count], out);
}

function eye(call: Call): Value {
  const { shape, type } = call.value(0);
  const [, columns = 0] = shape;
  const k = call.int("k", 0);
  const ones = Float32Array.from({ length: elementCount(shape) }, (_, i) =>
    (i % columns) - Math.floor(i / columns) === k ? 1 : 0,
  );
  const into = call.has("dtype") ? typeNamed(call, call.int("dtype", 1)) : type;
  return convert(Value.of("float32", shape, ones), into);
}

/** A sum of cosines, as windows of signals are (Harris, 1978), of a period, or symmetric. */
const window = (weights: readonly number[]): Operator => ({
  since: 17,
  run(call) {
    const size = call.value(0).first;
    const period = call.flag("periodic", true) ? size : size - 1;
    const out = Float64Array.from({ length: size }, (_, i) =>
      weights.reduce(
        (sum, weight, k) => sum + (k % 2 ? -weight : weight) * Math.cos((2 * Math.PI * k * i) / period),
        0,
      ),
    );
    return convert(Value.of("float64", [size], out), outputType(call));
  },
});

function outputType(call: Call, name = "output_datatype"): ValueType {
  const type = typeNamed(call, call.int(name, 1));
  if (isFloat(type) || type.includes("int")) return type;
  throw call.unknownType(type);
}

/** Tensors that attributes or sizes say all of. */
export const constants: Readonly<Record<string, Operator>> = {
  BlackmanWindow: window([0.42, 0.5, 0.08]),
  Constant: { run: constant },
  ConstantOfShape: { since: 9, run: filled },
  EyeLike: { since: 9, run: eye },
  HammingWindow: window([25 / 46, 1 - 25 / 46]),
  HannWindow: window([0.5, 0.5]),
  Range: { since: 11, run: range },
};

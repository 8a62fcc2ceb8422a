import { rowMajorSteps } from "../../compute/strided.ts";
import { transpose } from "../../ops/permute.ts";
import { broadcastTo } from "../../ops/repeat.ts";
import { cast } from "../../ops/reshape.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { elementType } from "../element-types.ts";
import { placesOf, together } from "../values/broadcast.ts";
import { convert } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { isFloat, isValueType, Value, type ValueType } from "../values/value.ts";

/** The shape that `Reshape` is told: 0 keeps a size, unless `allowzero` takes it at its word, and -1 is what is left. */
function reshaped(call: Call): Value {
  const x = call.value(0);
  const wanted = call.listed("shape", 1) ?? [];
  const zeros = call.flag("allowzero");
  const sizes = wanted.map((size, axis) => (size === 0 && !zeros ? (x.shape[axis] ?? 0) : size));
  const rest = sizes.filter((size) => size !== -1);
  const known = elementCount(rest);
  const shape = sizes.map((size) => (size === -1 ? (known === 0 ? 0 : x.size / known) : size));
  if (sizes.length - rest.length > 1 || elementCount(shape) !== x.size || !shape.every(Number.isInteger)) {
    throw call.wrong(
      `[${x.shape.join(", ")}] does not become [${wanted.join(", ")}]`,
      `name ${x.size} elements in all`,
    );
  }
  return x.as(shape);
}

function flattened(call: Call): Value {
  const x = call.value(0);
  const rank = x.shape.length;
  const given = call.int("axis", 1);
  const axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis > rank)
    throw call.wrong(`axis ${given} of a tensor with ${rank} axes`, `give ${-rank} to ${rank}`);
  return x.as([elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))]);
}

function squeezed(call: Call): Value {
  const x = call.value(0);
  const axes = call.listed("axes", 1)?.map((axis) => call.axis(axis, x.shape.length));
  const gone = axes ?? x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const wide = gone.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) throw call.wrong(`axis ${wide} has size ${x.shape[wide]}, not 1`, "name axes of size 1");
  return x.as(x.shape.filter((_, axis) => !gone.includes(axis)));
}

function unsqueezed(call: Call): Value {
  const x = call.value(0);
  const given = call.listed("axes", 1) ?? [];
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => call.axis(axis, rank));
  const sizes = [...x.shape];
  return x.as(Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (sizes.shift() ?? 1))));
}

/** The axes in another order; by default the other way round. */
export function transposed(x: Value, order: readonly number[]): Value {
  if (isFloat(x.type)) return Value.rounded(x.type, transpose(x.tensor, order) as Tensor);
  const steps = rowMajorSteps(x.shape);
  const sizes = order.map((axis) => x.shape[axis]!);
  return pick("transpose", x, sizes, placesOf({ start: 0, sizes, steps: order.map((axis) => steps[axis]!) }));
}

function expanded(call: Call): Value {
  const x = call.value(0);
  const shape = together(call.name, [x, { shape: call.value(1).list }]);
  if (isFloat(x.type)) return call.like(broadcastTo(x.tensor, shape as number[]) as Tensor);
  return repeated(x, shape);
}

/** Elements along axes again and again: every size is a multiple of what it was. */
function repeated(x: Value, shape: readonly number[]): Value {
  const own = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const steps = rowMajorSteps(own);
  // each axis as two: which repetition it is, and the place in it
  const sizes = own.flatMap((size, axis) => [size === 0 ? 0 : shape[axis]! / size, size]);
  return pick("repeat", x, shape, placesOf({ start: 0, sizes, steps: steps.flatMap((step) => [0, step]) }));
}

function tiled(call: Call): Value {
  const x = call.value(0);
  if (call.opset < 6) {
    const axis = call.axis(call.value(2).first, x.shape.length);
    return repeated(
      x,
      x.shape.map((size, i) => (i === axis ? size * call.value(1).first : size)),
    );
  }
  const times = call.value(1).list;
  if (times.length !== x.shape.length) {
    throw call.wrong(`${times.length} repetitions for ${x.shape.length} axes`, "give one an axis");
  }
  return repeated(
    x,
    x.shape.map((size, axis) => size * times[axis]!),
  );
}

/** Blocks of channels as squares of pixels, and back. The names of the axes are those of ONNX's description. */
function spaceFromDepth(call: Call): Value {
  const [n = 0, c = 0, h = 0, w = 0] = call.value(0).shape;
  const block = call.int("blocksize", 1);
  const left = c / (block * block);
  const rowsFirst = call.text("mode", "DCR") === "DCR";
  const split = rowsFirst ? [n, block, block, left, h, w] : [n, left, block, block, h, w];
  const order = rowsFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  return transposed(call.value(0).as(split), order).as([n, left, h * block, w * block]);
}

function depthFromSpace(call: Call): Value {
  const [n = 0, c = 0, h = 0, w = 0] = call.value(0).shape;
  const block = call.int("blocksize", 1);
  const split = call.value(0).as([n, c, h / block, block, w / block, block]);
  return transposed(split, [0, 3, 5, 1, 2, 4]).as([n, c * block * block, h / block, w / block]);
}

/** The type that an attribute names by its code. */
export function typeNamed(call: Call, code: number): ValueType {
  const type = elementType(code);
  if (type !== undefined && isValueType(type)) return type;
  throw call.wrong(`the type is ${type ?? code}`, "choose one that is not complex");
}

function castTo(call: Call, type: ValueType): Value {
  const x = call.value(0);
  // between the two types that tensors have, gradients flow
  if ((type === "float32" || type === "float64") && (x.type === "float32" || x.type === "float64")) {
    return Value.ofTensor(cast(x.tensor, type as "float32"));
  }
  return convert(x, type, { saturate: call.flag("saturate", true), powers: call.text("round_mode", "up") });
}

/** Before version 6 of the operators, types are named by texts. */
function castTarget(call: Call): ValueType {
  if (call.opset >= 6) return typeNamed(call, call.int("to", 0));
  const name = call.text("to", "").toLowerCase();
  const type = name === "float" ? "float32" : name === "double" ? "float64" : name;
  if (isValueType(type as ValueType)) return type as ValueType;
  throw call.wrong(`the type is ${name}`, "name a type as onnx.proto does: FLOAT");
}

/** What changes the shape of a tensor, the order of its axes, or the type of its elements. */
export const shapes: Readonly<Record<string, Operator>> = {
  Cast: { run: (call) => castTo(call, castTarget(call)) },
  CastLike: { since: 15, run: (call) => castTo(call, call.value(1).type) },
  DepthToSpace: { run: spaceFromDepth },
  Expand: { since: 8, run: expanded },
  Flatten: { run: flattened },
  Identity: { run: (call) => [call.inputs[0]] },
  Reshape: { run: reshaped },
  Shape: {
    run(call) {
      const { shape } = call.value(0);
      const bound = (name: string, otherwise: number): number => {
        const at = call.int(name, otherwise);
        return Math.min(shape.length, Math.max(0, at < 0 ? at + shape.length : at));
      };
      return Value.integers(shape.slice(bound("start", 0), bound("end", shape.length)));
    },
  },
  Size: { run: (call) => Value.of("int64", [], BigInt64Array.of(BigInt(call.value(0).size))) },
  SpaceToDepth: { run: depthFromSpace },
  Squeeze: { run: squeezed },
  Tile: { run: tiled },
  Transpose: {
    run(call) {
      const x = call.value(0);
      const reversed = x.shape.map((_, axis) => x.shape.length - 1 - axis);
      return transposed(x, call.ints("perm") ?? reversed);
    },
  },
  Unsqueeze: { run: unsqueezed },
};

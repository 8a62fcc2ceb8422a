import { describe, OptionError, ShapeError } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import { type AnyTensor, freshTensor, Tensor } from "../tensor/tensor.ts";
import type { Held } from "./call.ts";
import { type ElementType, elementType } from "./element-types.ts";
import type { ValueInfoProto } from "./protobuf/messages.ts";
import { convert } from "./values/convert.ts";
import { isFloat, isUnsigned, isValueType, Value, type ValueType } from "./values/value.ts";

/** An input or an output of an imported network. */
export interface OnnxPort {
  readonly name: string;
  /** The type of its elements in the file, `float32`, `int64`, ...; null where it is no tensor, or not said. */
  readonly type: ElementType | null;
  /** The size of each axis: a number, a name, or null where it is not known; null for any shape. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** What a file says of an input or an output. */
export function portOf({ name, type }: ValueInfoProto): OnnxPort {
  const tensor = type?.tensorType;
  const shape = tensor?.shape?.dim.map(({ dimValue, dimParam }) => dimValue ?? (dimParam || null)) ?? null;
  return { name, type: elementType(tensor?.elemType ?? 0) ?? null, shape };
}

/**
 * What a tensor is to an input: converted to its type, if that holds its numbers.
 *
 * @throws OptionError for what is no tensor, or numbers that the type does not hold; ShapeError if a size is stated and
 *   another one is given. The first axis, the batch, may have any size
 */
export function valueFor(operation: string, port: OnnxPort, tensor: AnyTensor): Value {
  if (!(tensor instanceof Tensor)) {
    throw new OptionError(operation, `input "${port.name}" is ${describe(tensor)}`, "give a tensor");
  }
  checkShapeOf(operation, port, tensor);
  const type = port.type ?? tensor.dtype;
  if (!isValueType(type))
    throw new OptionError(operation, `input "${port.name}" is ${type}`, "such networks are not run");
  const fractions = tensor.dtype === "float32" || tensor.dtype === "float64";
  // a network that `to` made float64 computes in it
  if (fractions && (type === "float32" || type === "float64")) return Value.ofTensor(tensor as unknown as Tensor);
  const given = fractions
    ? Value.ofTensor(tensor as unknown as Tensor)
    : Value.of(tensor.dtype, tensor.shape, peek(tensor).slice());
  const value = convert(given, type);
  if (!isFloat(type) && type !== "bool") {
    const back = convert(value, given.type).elements;
    const lost = Array.from(given.elements as ArrayLike<number>).find((x, i) => x !== back[i]);
    if (lost !== undefined)
      throw new OptionError(
        operation,
        `input "${port.name}" is ${type}, and ${lost} is none`,
        `give numbers of ${type}`,
      );
  }
  return value;
}

function checkShapeOf(operation: string, { name, shape }: OnnxPort, tensor: AnyTensor): void {
  if (shape === null) return;
  const given = tensor.shape;
  const fits = (size: number | string | null, axis: number): boolean =>
    typeof size !== "number" || axis === 0 || size === given[axis];
  if (shape.length === given.length && shape.every(fits)) return;
  const wanted = `[${shape.map((size) => size ?? "?").join(", ")}]`;
  throw new ShapeError(
    operation,
    `input "${name}" is ${wanted}`,
    [{ name: "given", shape: given }],
    `give a tensor ${wanted}`,
  );
}

/** The tensor that an output is: types that tensors do not have become wider ones. @throws OptionError where none holds it */
export function tensorOf(operation: string, name: string, held: Held): AnyTensor {
  const refuse = (what: string): OptionError =>
    new OptionError(operation, `output "${name}" is ${what}, which no tensor holds`, "take the other outputs");
  if (!(held instanceof Value)) throw refuse(held === null ? "missing" : "a sequence");
  if (isFloat(held.type)) return held.tensor as unknown as AnyTensor;
  if (held.type === "string") throw refuse("texts");
  const narrow = isUnsigned(held.type) && !["uint16", "uint32", "uint64"].includes(held.type);
  const type: ValueType = narrow ? "uint8" : "int32";
  const elements = convert(held, type).elements as unknown as Int32Array;
  const lost = Array.from(held.elements as ArrayLike<number | bigint>).find((x, i) => Number(x) !== elements[i]);
  if (lost !== undefined) throw refuse(`${held.type} with ${lost} in it`);
  const array = narrow ? Uint8Array.from(elements) : Int32Array.from(elements);
  return freshTensor(array as never, held.shape as unknown as Sizes<Shape>, type as never) as AnyTensor;
}

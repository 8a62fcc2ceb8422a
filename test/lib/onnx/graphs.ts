import { type ElementType, elementTypes } from "../../../lib/onnx/element-types.ts";
import {
  type AttributeProto,
  attributeTypes,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "../../../lib/onnx/protobuf/messages.ts";
import type { Draft } from "../../../lib/onnx/protobuf/schema.ts";
import { modelSchema } from "../../../lib/onnx/protobuf/schemas.ts";
import { writeMessage } from "../../../lib/onnx/protobuf/write.ts";

/** An attribute of the type that its value has; a number is an int where it is whole and the name is not in `floats`. */
export function attribute(
  name: string,
  value: number | string | readonly number[] | Draft<GraphProto>,
): Draft<AttributeProto> {
  if (typeof value === "string") return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? { name, type: attributeTypes.int, i: BigInt(value) }
      : { name, type: attributeTypes.float, f: value };
  }
  if (Array.isArray(value)) return { name, type: attributeTypes.ints, ints: (value as number[]).map(BigInt) };
  return { name, type: attributeTypes.graph, g: value as Draft<GraphProto> };
}

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, number | string | readonly number[] | Draft<GraphProto>>> = {},
  more: Draft<NodeProto> = {},
): Draft<NodeProto> {
  return {
    opType,
    input,
    output,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ...more,
  };
}

/** An input or an output; names stand for sizes that are not known. */
export function port(
  name: string,
  shape?: readonly (number | string)[],
  type: ElementType = "float32",
): Draft<ValueInfoProto> {
  const dim = shape?.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementTypes[type], ...(dim && { shape: { dim } }) } } };
}

/** A tensor of float32. */
export function floats(name: string, dims: readonly number[], numbers: readonly number[]): Draft<TensorProto> {
  const rawData = new Uint8Array(Float32Array.from(numbers).buffer);
  return { name, dims: [...dims], dataType: elementTypes.float32, rawData };
}

/** A tensor of int64. */
export function integers(name: string, dims: readonly number[], numbers: readonly number[]): Draft<TensorProto> {
  return { name, dims: [...dims], dataType: elementTypes.int64, int64Data: numbers.map(BigInt) };
}

/** The bytes of a file with this graph. */
export function file(graph: Draft<GraphProto>, opset = 17, more: Draft<ModelProto> = {}): Uint8Array {
  return writeMessage({ irVersion: 8, opsetImport: [{ domain: "", version: opset }], graph, ...more }, modelSchema);
}

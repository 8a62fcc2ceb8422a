import { readFileSync } from "node:fs";
import type { Held } from "../../lib/onnx/call.ts";
import type { TypeProto } from "../../lib/onnx/protobuf/messages.ts";
import { readMessage } from "../../lib/onnx/protobuf/read.ts";
import { optionalSchema, sequenceSchema, tensorSchema } from "../../lib/onnx/protobuf/schemas.ts";
import { readTensor } from "../../lib/onnx/values/tensor-proto.ts";

/** Why a value of this type cannot be read; null for tensors, sequences of them, and optional ones. */
export function unreadable(type: TypeProto | undefined): string | null {
  if (type === undefined) return "a value whose type is not said";
  if (type.mapType !== undefined) return "a map";
  if (type.sparseTensorType !== undefined) return "a sparse tensor";
  if (type.sequenceType !== undefined) {
    return type.sequenceType.elemType?.tensorType === undefined ? "a sequence of other things than tensors" : null;
  }
  if (type.optionalType !== undefined) return unreadable(type.optionalType.elemType);
  const complex = type.tensorType?.elemType === 14 || type.tensorType?.elemType === 15;
  return complex ? "complex numbers" : null;
}

/** The value of a type in a file of ONNX's test data. */
export function readHeld(path: string, type: TypeProto): Held {
  const bytes = readFileSync(path);
  if (type.optionalType !== undefined) {
    const { elemType, tensorValue, sequenceValue } = readMessage(bytes, optionalSchema, path);
    if (elemType === 0) return null;
    if (tensorValue !== undefined) return readTensor(tensorValue, path);
    return sequenceValue?.tensorValues.map((tensor) => readTensor(tensor, path)) ?? null;
  }
  if (type.sequenceType === undefined) return readTensor(readMessage(bytes, tensorSchema, path), path);
  return readMessage(bytes, sequenceSchema, path).tensorValues.map((tensor) => readTensor(tensor, path));
}

/** The name that a tensor of the test data bears; empty for other values, and for tensors without one. */
export function nameIn(path: string): string {
  try {
    return readMessage(readFileSync(path), tensorSchema, path).name;
  } catch {
    return "";
  }
}

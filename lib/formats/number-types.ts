import type { DataTypes, DType } from "../tensor/storage.ts";

/** How a type of number in a file becomes one of a tensor. */
export interface NumberType {
  /** Bytes a number in the file. */
  readonly bytes: number;
  readonly dtype: DType;
  /** From a copy of the file's bytes. @throws RangeError for a number that the tensor's type does not hold */
  decode(bytes: ArrayBuffer): DataTypes[DType];
}

/** The types of the safetensors format that a tensor can hold without loss: as themselves, or in a wider type. */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  F64: { bytes: 8, dtype: "float64", decode: (bytes) => new Float64Array(bytes) },
  F32: { bytes: 4, dtype: "float32", decode: (bytes) => new Float32Array(bytes) },
  F16: { bytes: 2, dtype: "float32", decode: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToSingle) },
  BF16: { bytes: 2, dtype: "float32", decode: (bytes) => brainToSingle(new Uint16Array(bytes)) },
  I64: { bytes: 8, dtype: "int32", decode: (bytes) => Int32Array.from(new BigInt64Array(bytes), toInt32) },
  U64: { bytes: 8, dtype: "int32", decode: (bytes) => Int32Array.from(new BigUint64Array(bytes), toInt32) },
  I32: { bytes: 4, dtype: "int32", decode: (bytes) => new Int32Array(bytes) },
  U32: { bytes: 4, dtype: "int32", decode: (bytes) => Int32Array.from(new Uint32Array(bytes), toInt32) },
  I16: { bytes: 2, dtype: "int32", decode: (bytes) => Int32Array.from(new Int16Array(bytes)) },
  U16: { bytes: 2, dtype: "int32", decode: (bytes) => Int32Array.from(new Uint16Array(bytes)) },
  I8: { bytes: 1, dtype: "int32", decode: (bytes) => Int32Array.from(new Int8Array(bytes)) },
  U8: { bytes: 1, dtype: "uint8", decode: (bytes) => new Uint8Array(bytes) },
  BOOL: { bytes: 1, dtype: "uint8", decode: (bytes) => Uint8Array.from(new Uint8Array(bytes), toBool) },
};

/** What the tensor types are called there. */
export const nameOf: Readonly<Record<DType, string>> = { float32: "F32", float64: "F64", int32: "I32", uint8: "U8" };

function toInt32(value: bigint | number): number {
  const number = Number(value);
  if (number === (number | 0)) return number;
  throw new RangeError(`the number ${value}, which int32 does not hold`);
}

function toBool(value: number): number {
  if (value <= 1) return value;
  throw new RangeError(`the byte ${value}, neither true nor false`);
}

/** IEEE 754's 16-bit numbers: a sign, 5 bits of exponent, 10 of fraction. Single precision holds them all. */
function halfToSingle(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of single precision's bits. */
function brainToSingle(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

import { DataError } from "../errors.ts";
import type { DataTypes, DType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor } from "../tensor/tensor.ts";
import { toSingle } from "./small-floats.ts";

/** How a type of number in a file becomes one of a tensor. */
export interface NumberType {
  /** Bytes a number in the file. */
  readonly bytes: number;
  readonly dtype: DType;
  /** From a copy of the file's bytes, little end first. @throws UnheldNumber */
  decode(bytes: ArrayBuffer): DataTypes[DType];
}

/** A number that the tensor's type does not hold. */
class UnheldNumber extends Error {
  readonly value: bigint | number;
  readonly index: number;
  readonly wanted: string;
  readonly fix: string;

  constructor(value: bigint | number, index: number, wanted: string, fix: string) {
    super(`${value} at index ${index}`);
    this.value = value;
    this.index = index;
    this.wanted = wanted;
    this.fix = fix;
  }
}

/**
 * The types that a tensor can hold without loss, under the names that safetensors has for them: as themselves, or in a
 * wider type. Whole numbers stay whole: those of 32 and 64 bits become int32, and must each be held by it, as labels,
 * indices and counts are.
 */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  F64: { bytes: 8, dtype: "float64", decode: (bytes) => new Float64Array(bytes) },
  F32: { bytes: 4, dtype: "float32", decode: (bytes) => new Float32Array(bytes) },
  F16: { bytes: 2, dtype: "float32", decode: (bytes) => toSingle("float16", new Uint16Array(bytes)) },
  BF16: { bytes: 2, dtype: "float32", decode: (bytes) => toSingle("bfloat16", new Uint16Array(bytes)) },
  F8_E4M3: { bytes: 1, dtype: "float32", decode: (bytes) => toSingle("float8e4m3fn", new Uint8Array(bytes)) },
  F8_E5M2: { bytes: 1, dtype: "float32", decode: (bytes) => toSingle("float8e5m2", new Uint8Array(bytes)) },
  F8_E4M3FNUZ: { bytes: 1, dtype: "float32", decode: (bytes) => toSingle("float8e4m3fnuz", new Uint8Array(bytes)) },
  F8_E5M2FNUZ: { bytes: 1, dtype: "float32", decode: (bytes) => toSingle("float8e5m2fnuz", new Uint8Array(bytes)) },
  F8_E8M0: { bytes: 1, dtype: "float32", decode: (bytes) => toSingle("float8e8m0", new Uint8Array(bytes)) },
  I64: { bytes: 8, dtype: "int32", decode: (bytes) => lowerHalves(bytes, BigInt64Array) },
  U64: { bytes: 8, dtype: "int32", decode: (bytes) => lowerHalves(bytes, BigUint64Array) },
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

/** Where numbers are, for errors. */
export interface NumbersPlace {
  readonly file: string;
  /** Whose they are: `tensor "a"`. */
  readonly owner: string;
  /** At which byte of the file they begin. */
  readonly begin: number;
}

/**
 * Numbers of a file as an array.
 *
 * @param bytes a copy of them, little end first, as many as a whole number of numbers takes
 * @throws DataError for a number that the type does not hold, and where there is no room
 */
export function decodeNumbers(type: NumberType, bytes: ArrayBuffer, place: NumbersPlace): DataTypes[DType] {
  const { file, owner, begin } = place;
  try {
    return type.decode(bytes);
  } catch (error) {
    if (error instanceof UnheldNumber) {
      const found = `${error.value} at index ${error.index}, byte ${begin + error.index * type.bytes}`;
      throw new DataError(file, `${error.wanted} in ${owner}`, found, error.fix);
    }
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(file, `numbers that the memory has room for in ${owner}`, `${bytes.byteLength} bytes`);
  }
}

/** Numbers of a file as a tensor; as `decodeNumbers`. */
export function decodeTensor(
  type: NumberType,
  bytes: ArrayBuffer,
  shape: readonly number[],
  place: NumbersPlace,
): AnyTensor {
  return freshTensor(decodeNumbers(type, bytes, place), shape, type.dtype) as AnyTensor;
}

const unheld = (value: bigint | number, index: number): UnheldNumber =>
  new UnheldNumber(
    value,
    index,
    "whole numbers that int32 holds",
    'convert them in Python, where they are large: array.astype("float64") keeps each up to 2^53',
  );

/** Whole numbers of 64 bits, of which the lower 32 must say all. */
function lowerHalves(bytes: ArrayBuffer, Wide: typeof BigInt64Array | typeof BigUint64Array): Int32Array {
  const halves = new Int32Array(bytes); // little end first: each number's lower half, then its upper one
  const numbers = new Int32Array(halves.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const low = halves[2 * i]!;
    const high = halves[2 * i + 1]!;
    const held = Wide === BigInt64Array ? high === low >> 31 : high === 0 && low >= 0;
    if (!held) throw unheld(new Wide(bytes)[i]!, i);
    numbers[i] = low;
  }
  return numbers;
}

function toInt32(value: number, index: number): number {
  if (value === (value | 0)) return value;
  throw unheld(value, index);
}

function toBool(value: number, index: number): number {
  if (value <= 1) return value;
  throw new UnheldNumber(value, index, "bytes that are 0 or 1", "write them as uint8 if they are more than yes and no");
}

import { DataError, quoted } from "../../errors.ts";
import { bitsOfSmallFloat, smallFloatOf, toSingle } from "../../formats/small-floats.ts";
import { elementCount } from "../../tensor/shape.ts";
import { elementType } from "../element-types.ts";
import type { TensorProto } from "../protobuf/messages.ts";
import { offsetOf } from "../protobuf/read.ts";
import { isSmallFloat } from "./small-floats.ts";
import { bitsOf, type Elements, isUnsigned, isValueType, isWide, room, Value, type ValueType } from "./value.ts";

/** The bytes of a tensor that lie in another file; asked for by what the tensor says of it. */
export type ExternalBytes = (location: string, offset: number, length: number, what: string) => Uint8Array;

/** The most elements that a tensor of a file may have: more have no bytes in it. */
const mostElements = 2 ** 40;

/**
 * The value that a tensor of a file holds. Sizes are checked against the bytes that are there before room is made.
 *
 * @param file the file's name, for errors
 * @param external what reads other files; null refuses
 * @throws DataError naming the tensor, what is wrong, and where the tensor begins
 */
export function readTensor(tensor: TensorProto, file: string, external: ExternalBytes | null = null): Value {
  const what = `tensor ${quoted(tensor.name)}`;
  const wrong = (expected: string, found: string): DataError =>
    new DataError(file, `${expected} in ${what}`, `${found}, at byte ${offsetOf(tensor)}`);
  const { dims: shape, dataType } = tensor;
  const type = elementType(dataType);
  if (type === undefined) throw wrong("a type of element that ONNX has", `type ${dataType}`);
  if (!isValueType(type)) throw wrong("elements that can be computed with", type);
  const shown = `[${shape.slice(0, 20).join(", ")}]`;
  const negative = shape.find((size) => size < 0);
  if (negative !== undefined) throw wrong("sizes of 0 and more", `${negative}`);
  const count = elementCount(shape);
  if (count > mostElements) throw wrong(`at most ${mostElements} elements`, shown);
  if (tensor.segment !== undefined) throw wrong("a whole tensor", "a segment of one");
  const lists = [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData, tensor.uint64Data];
  const given = [...lists, tensor.stringData].reduce((sum, { length }) => sum + length, 0);
  const elsewhere = tensor.dataLocation === 1;
  if (tensor.dataLocation !== 0 && !elsewhere) throw wrong("data location 0 or 1", `${tensor.dataLocation}`);
  if (elsewhere || tensor.rawData !== undefined) {
    if (given > 0) throw wrong("numbers in one place", "raw or external bytes and a list of numbers");
    if (type === "string") throw wrong("texts in a list", "raw bytes");
    const length = Math.ceil((count * bitsInFile(type)) / 8);
    if (elsewhere && (tensor.rawData?.length ?? 0) > 0) throw wrong("numbers in one place", "raw and external bytes");
    const bytes = elsewhere ? externalBytes(tensor, length, external, what, wrong) : tensor.rawData!;
    if (bytes.length !== length) {
      throw wrong(`${length} bytes for ${type} ${shown}`, `${bytes.length} bytes`);
    }
    return Value.of(type, shape, decoded(type, count, bytes));
  }
  const list = listOf(tensor, type);
  const packed = bitsInFile(type) < 8 ? 8 / bitsInFile(type) : 1; // narrow ones come several in a number
  if (list.length !== Math.ceil(count / packed) || given !== list.length) {
    throw wrong(`${Math.ceil(count / packed)} numbers for ${type} ${shown}`, `${list.length} of ${given}`);
  }
  return Value.of(type, shape, fromList(type, count, list));
}

function externalBytes(
  tensor: TensorProto,
  length: number,
  external: ExternalBytes | null,
  what: string,
  wrong: (expected: string, found: string) => DataError,
): Uint8Array {
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location");
  if (location === undefined) throw wrong("the name of a file", "none");
  const [offset, stated] = ["offset", "length"].map((key) => {
    const text = entries.get(key);
    if (text === undefined) return null;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw wrong(`a whole number as the ${key} of external data`, quoted(text));
  });
  if (external === null) throw wrong("its numbers", `that they are in the file ${quoted(location)}: use readOnnx`);
  if (typeof stated === "number" && stated !== length) throw wrong(`${length} bytes`, `${stated} of external data`);
  return external(location, offset ?? 0, length, what);
}

function bitsInFile(type: ValueType): number {
  if (type === "float32") return 32;
  if (type === "float64") return 64;
  if (isSmallFloat(type)) return bitsOfSmallFloat(type);
  return type === "bool" || type === "string" ? 8 : bitsOf(type);
}

/** Elements from little-endian bytes, of which there are as many as it takes. */
function decoded(type: ValueType, count: number, bytes: Uint8Array): Elements {
  const bits = bitsInFile(type);
  const aligned = bytes.byteOffset % (bits / 8) === 0 ? bytes : bytes.slice();
  if (bits < 8) return narrow(type, count, (i) => bytes[i]!);
  if (isSmallFloat(type) && type !== "float4e2m1") {
    return toSingle(type, bits === 8 ? bytes : new Uint16Array(aligned.buffer, aligned.byteOffset, count));
  }
  if (type === "bool") return Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
  const Kind = room(type, 0).constructor as new (buffer: ArrayBufferLike, at: number, count: number) => Elements;
  // a copy: a tensor's numbers are written to, and the file may be anybody's
  return (new Kind(aligned.buffer, aligned.byteOffset, count) as unknown as Float32Array).slice();
}

/** Elements of 4 or 2 bits, the first in the lowest bits of a byte. */
function narrow(type: ValueType, count: number, byteAt: (i: number) => number): Elements {
  const bits = bitsInFile(type);
  const per = 8 / bits;
  const out = room(type, count);
  for (let i = 0; i < count; i++) {
    const code = (byteAt(Math.floor(i / per)) >> (bits * (i % per))) & (2 ** bits - 1);
    if (isSmallFloat(type)) out[i] = smallFloatOf(type, code);
    else out[i] = !isUnsigned(type) && code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
  }
  return out;
}

function listOf(tensor: TensorProto, type: ValueType): ArrayLike<number | bigint | Uint8Array> {
  if (type === "float32") return tensor.floatData;
  if (type === "float64") return tensor.doubleData;
  if (type === "int64") return tensor.int64Data;
  if (type === "uint64" || type === "uint32") return tensor.uint64Data;
  return type === "string" ? tensor.stringData : tensor.int32Data;
}

function fromList(type: ValueType, count: number, list: ArrayLike<number | bigint | Uint8Array>): Elements {
  if (type === "string") {
    const decoder = new TextDecoder();
    return Array.from(list as ArrayLike<Uint8Array>, (bytes) => decoder.decode(bytes));
  }
  if (bitsInFile(type) < 8) return narrow(type, count, (i) => Number(list[i]));
  const out = room(type, count);
  const codes = isSmallFloat(type);
  for (let i = 0; i < count; i++) {
    const item = list[i] as number | bigint;
    out[i] = codes
      ? smallFloatOf(type, Number(item))
      : isWide(type)
        ? item
        : type === "bool"
          ? Number(item !== 0)
          : Number(item);
  }
  return out;
}

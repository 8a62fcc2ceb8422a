/**
 * The safetensors format (Hugging Face, 2022): the length of a header in eight bytes, little end first; the header, JSON
 * that names each tensor with its type, shape and place; the numbers, row-major and little-endian, without gaps.
 */
import { DataError, describe, OptionError } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import { bytesPerNumber, type DType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor, Tensor } from "../tensor/tensor.ts";
import { type NumberType, nameOf, numberTypes } from "./number-types.ts";
import { parseStrictJson } from "./strict-json.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by their names. */
  readonly tensors: Readonly<Record<string, AnyTensor>>;
  /** Texts by their names, such as where the tensors come from. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor's place, as a header gives it. */
interface Place {
  readonly name: string;
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The most bytes of a header that the format's description allows. */
const mostHeader = 100_000_000;

const METADATA = "__metadata__";

/** The order in which the format's own library writes types: so that numbers lie at multiples of their size. */
const widestFirst: readonly DType[] = ["float64", "float32", "int32", "uint8"];

/**
 * The bytes of a safetensors file, which PyTorch, Keras and others read: types in the order of the format's own library, wider
 * numbers first, by name within a type, the header filled up with spaces to a multiple of eight bytes.
 *
 * @param tensors by their names: float32, float64, int32, uint8
 * @param metadata texts by their names
 * @throws OptionError for a name that the format keeps for itself, a tensor that is none, or metadata other than texts
 * @example formatSafetensors({ weights: zeros([2, 3]) }, { author: "me" }).length // 128
 */
export function formatSafetensors(
  tensors: Readonly<Record<string, AnyTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, tensor }));
  for (const { name, tensor } of entries) checkEntry(name, tensor);
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text === "string" && name !== "__proto__") continue;
    throw new OptionError(
      "formatSafetensors",
      `metadata "${name}" is ${describe(text)}`,
      "give texts: JSON.stringify(...)",
    );
  }
  const rank = ({ tensor }: { tensor: AnyTensor }): number => widestFirst.indexOf(tensor.dtype);
  entries.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  let end = 0;
  const places = entries.map(({ name, tensor: { dtype, shape, size } }) => {
    const begin = end;
    end += size * bytesPerNumber(dtype);
    return [name, { dtype: nameOf[dtype], shape, data_offsets: [begin, end] }] as const;
  });
  const named = Object.keys(metadata).length === 0 ? places : [[METADATA, metadata] as const, ...places];
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(named)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let at = 8 + headerLength;
  for (const { tensor } of entries) {
    const { buffer, byteOffset, byteLength } = peek(tensor);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

function checkEntry(name: string, tensor: AnyTensor): void {
  if (name === METADATA || name === "__proto__") {
    throw new OptionError("formatSafetensors", `a tensor is called ${name}`, "give it another name");
  }
  if (tensor instanceof Tensor) return;
  throw new OptionError("formatSafetensors", `"${name}" is ${describe(tensor)}, not a tensor`, "give tensors by name");
}

/**
 * Reads the bytes of a safetensors file. Everything is checked before room is made for numbers: a damaged or hostile file
 * is refused, and never costs more memory than its own size, four times at most where narrow types become wider.
 *
 * Types that tensors do not have become wider ones: F16 and BF16 float32, BOOL uint8, other integers int32.
 *
 * @param name the file's name, for errors
 * @throws DataError saying what is wrong: sizes that do not fit, gaps, overlaps, keys twice, unknown types, integers that
 *   int32 does not hold
 * @example parseSafetensors(formatSafetensors({ weights: zeros([2, 3]) })).tensors.weights!.shape // [2, 3]
 */
export function parseSafetensors(bytes: Uint8Array, name = "the safetensors bytes"): Safetensors {
  if (!(bytes instanceof Uint8Array)) {
    throw new OptionError("parseSafetensors", `it is given ${describe(bytes)}`, "give the file's bytes, a Uint8Array");
  }
  const { header, dataAt } = headerOf(bytes, name);
  const places = Object.entries(header)
    .filter(([key]) => key !== METADATA)
    .map(([key, value]) => placeOf(key, value, name));
  checkPlaces(places, bytes.length - dataAt, name);
  const metadata = metadataOf(header[METADATA], name);
  const tensors = places.map(({ name: key, type, shape, begin, end }) => {
    const copy = new Uint8Array(bytes.subarray(dataAt + begin, dataAt + end)).buffer; // slice of a Buffer copies nothing
    try {
      return [key, freshTensor(type.decode(copy), shape, type.dtype) as AnyTensor] as const;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new DataError(name, `numbers of its type in tensor "${key}"`, error.message);
    }
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

function headerOf(bytes: Uint8Array, name: string): { header: Record<string, unknown>; dataAt: number } {
  if (bytes.length < 8) throw new DataError(name, "the length of a header, 8 bytes", `${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(mostHeader, bytes.length - 8);
  if (length > BigInt(most)) throw new DataError(name, `a header of at most ${most} bytes`, `one of ${length} bytes`);
  const dataAt = 8 + Number(length);
  const packed = bytes.subarray(8, dataAt);
  if (packed[0] !== 0x7b) throw new DataError(name, "a header that begins with {", "another beginning");
  try {
    const header = parseStrictJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(packed));
    return { header: header as Record<string, unknown>, dataAt };
  } catch (error) {
    throw new DataError(name, "a header in JSON", error instanceof Error ? error.message : String(error));
  }
}

function placeOf(key: string, value: unknown, name: string): Place {
  const what = `tensor ${JSON.stringify(key)}`;
  const { dtype, shape, data_offsets: offsets } = (isObject(value) ? value : {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new DataError(name, `the dtype, shape and two data_offsets of ${what}`, JSON.stringify(value).slice(0, 200));
  }
  const type = Object.hasOwn(numberTypes, dtype) ? numberTypes[dtype] : undefined;
  if (type === undefined) {
    throw new DataError(name, `one of ${Object.keys(numberTypes).join(", ")} as the dtype of ${what}`, dtype);
  }
  const [begin, end] = offsets as unknown as [number, number];
  // Beyond 2^53 a product is not exact; but then it is no number of bytes in a file either.
  const size = shape.reduce((product, axis) => product * axis, type.bytes);
  if (begin > end || end - begin !== size) {
    throw new DataError(name, `${size} bytes for ${what}, ${dtype} [${shape.join(", ")}]`, `bytes ${begin} to ${end}`);
  }
  return { name: key, type, shape, begin, end };
}

/** Refuses places that leave gaps, overlap, or do not end with the file. */
function checkPlaces(places: readonly Place[], length: number, name: string): void {
  let at = 0;
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin !== at) {
      throw new DataError(name, `tensor ${JSON.stringify(place.name)} at byte ${at}`, `it at byte ${place.begin}`);
    }
    at = place.end;
  }
  if (at !== length) throw new DataError(name, `${at} bytes of numbers, as its header says`, `${length} bytes`);
}

function metadataOf(value: unknown, name: string): Record<string, string> {
  if (value === undefined) return {};
  if (isObject(value) && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw new DataError(name, `texts in ${METADATA}`, JSON.stringify(value).slice(0, 200));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

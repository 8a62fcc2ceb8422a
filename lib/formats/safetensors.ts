/**
 * The safetensors format (Hugging Face, 2022): the length of a header in eight bytes, little end first; the header, JSON
 * that names each tensor with its type, shape and place; the numbers, row-major and little-endian, without gaps.
 */
import { describe, OptionError, quoted } from "../errors.ts";
import { peek } from "../tensor/numbers.ts";
import { bytesPerNumber, type DType } from "../tensor/storage.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { checkBytes, checkTensors } from "./check.ts";
import { refuseForeign } from "./foreign.ts";
import { decodeTensor, nameOf } from "./number-types.ts";
import { headerAt, headerLength, METADATA, parseHeader, type TensorPlace } from "./safetensors-header.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by their names. */
  readonly tensors: Readonly<Record<string, AnyTensor>>;
  /** Texts by their names, such as where the tensors come from. */
  readonly metadata: Readonly<Record<string, string>>;
}

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
  const entries = checkTensors("formatSafetensors", tensors, [METADATA, "__proto__"]);
  checkMetadata(metadata);
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

function checkMetadata(metadata: unknown): void {
  const refuse = (what: string, value: unknown): never => {
    const fix = "give texts by names: JSON.stringify(...)";
    throw new OptionError("formatSafetensors", `${what} is ${describe(value)}`, fix);
  };
  if (typeof metadata !== "object" || metadata === null) refuse("metadata", metadata);
  for (const [name, text] of Object.entries(metadata as object) as [string, unknown][]) {
    const whole = typeof text === "string" && !/\p{Surrogate}/u.test(name + text);
    if (!whole || name === "__proto__") refuse(`metadata "${name}"`, text);
  }
}

/**
 * Reads the bytes of a safetensors file. Everything is checked before room is made for numbers: a damaged or hostile file
 * is refused, and its numbers never take more than four times its own size, where narrow types become wider.
 *
 * Types that tensors do not have become wider ones: F16, BF16 and the F8 kinds float32, BOOL uint8, and I8, I16, I32, I64,
 * U16, U32 and U64 int32, which must hold each of their numbers. C64, F6 and F4 are refused.
 *
 * @param name the file's name, for errors
 * @throws DataError saying what is wrong, and at which byte: sizes that do not fit, gaps, overlaps, keys twice, unknown
 *   types, whole numbers that int32 does not hold; or that it is a file of another kind, and what to do with that
 * @example parseSafetensors(formatSafetensors({ weights: zeros([2, 3]) })).tensors.weights!.shape // [2, 3]
 */
export function parseSafetensors(bytes: Uint8Array, name = "the safetensors bytes"): Safetensors {
  checkBytes("parseSafetensors", bytes);
  refuseOthers(bytes, name);
  const dataAt = headerAt + headerLength(bytes, bytes.length, name);
  const { places, metadata } = parseHeader(bytes.subarray(headerAt, dataAt), bytes.length, name);
  const tensors = places.map((place) => {
    const copy = new Uint8Array(bytes.subarray(place.begin, place.end)); // slice of a Buffer copies nothing
    return [place.name, tensorAt(place, copy, name)] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** Refuses files of other kinds that are known. @param first bytes of a file, or all of them */
export function refuseOthers(first: Uint8Array, name: string): void {
  if (first[headerAt] !== 0x7b) refuseForeign(first, "safetensors", name);
}

/** The tensor of these bytes. @param bytes nobody else's, all of their memory */
export function tensorAt({ name, type, shape, begin }: TensorPlace, bytes: Uint8Array, file: string): AnyTensor {
  return decodeTensor(type, bytes.buffer as ArrayBuffer, shape, { file, owner: `tensor ${quoted(name)}`, begin });
}

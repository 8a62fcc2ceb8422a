import { DataError, quoted } from "../errors.ts";
import { type NumberType, numberTypes } from "./number-types.ts";
import { parseStrictJson, type StrictJson, StrictJsonError } from "./strict-json.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What the header of a safetensors file says, all of it checked. */
export interface SafetensorsHeader {
  readonly places: readonly TensorPlace[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor's place, as a header gives it. */
export interface TensorPlace {
  readonly name: string;
  readonly type: NumberType;
  readonly shape: readonly number[];
  /** At which byte of the file its numbers begin, and where they end. */
  readonly begin: number;
  readonly end: number;
}

/** The name under which a header has texts in place of a tensor. */
export const METADATA = "__metadata__";

/** Where the header begins: behind its own length. */
export const headerAt = 8;

/** The most bytes of a header that the format's description allows. */
const mostHeader = 100_000_000;

/** Types that the format has and tensors have not, and what becomes of their numbers. */
const strangers: Readonly<Record<string, string>> = {
  C64: "complex numbers: save their real and imaginary parts",
  F4: "numbers of four bits: convert them to float32 before saving",
  F6_E2M3: "numbers of six bits: convert them to float32 before saving",
  F6_E3M2: "numbers of six bits: convert them to float32 before saving",
};

/**
 * How long the header is.
 *
 * @param first the first eight bytes of the file
 * @param size of the whole file
 * @throws DataError if the file is shorter than that, or the header longer than the format allows
 */
export function headerLength(first: Uint8Array, size: number, file: string): number {
  if (size < headerAt) throw new DataError(file, "the length of a header, 8 bytes at byte 0", `${size} bytes`);
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  const most = Math.min(mostHeader, size - headerAt);
  if (length <= BigInt(most)) return Number(length);
  throw new DataError(file, `a header of at most ${most} bytes, its length at byte 0`, `one of ${length} bytes`);
}

/**
 * What a header says.
 *
 * @param packed its bytes
 * @param size of the whole file
 * @throws DataError for what is no strict JSON, and for tensors that do not fill the rest of the file without gaps
 */
export function parseHeader(packed: Uint8Array, size: number, file: string): SafetensorsHeader {
  const text = textOf(packed, file);
  const byteAt = (index: number): number => headerAt + new TextEncoder().encode(text.slice(0, index)).length;
  const { value, keys } = jsonOf(text, byteAt, file);
  const dataAt = headerAt + packed.length;
  const places: TensorPlace[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [key, index] of keys) {
    const where = (): string => `named at byte ${byteAt(index)}`; // asked for by errors alone: it costs a pass
    const entry = (value as { readonly [key: string]: StrictJson })[key]!;
    if (key === METADATA) metadata = metadataOf(entry, where, file);
    else places.push(placeOf(key, entry, dataAt, where, file));
  }
  checkPlaces(places, dataAt, size, file);
  return { places, metadata };
}

function textOf(packed: Uint8Array, file: string): string {
  if (packed[0] !== 0x7b) {
    const found = packed.length === 0 ? "an empty header" : `the byte 0x${packed[0]!.toString(16).padStart(2, "0")}`;
    throw new DataError(file, `a header that begins with {, at byte ${headerAt}`, found);
  }
  const text = decodeUtf8(packed);
  if (typeof text === "string") return text;
  throw new DataError(
    file,
    `a header in UTF-8 from byte ${headerAt} on`,
    `a byte that is none, byte ${headerAt + text}`,
  );
}

function jsonOf(text: string, byteAt: (index: number) => number, file: string): ReturnType<typeof parseStrictJson> {
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    throw new DataError(
      file,
      `a header in JSON: ${error.expected}`,
      `${error.found}, at byte ${byteAt(error.index)}`,
      "the file is damaged, or no safetensors file",
    );
  }
}

function placeOf(key: string, entry: StrictJson, dataAt: number, where: () => string, file: string): TensorPlace {
  const owner = `tensor ${quoted(key)}`;
  const { dtype, shape, data_offsets: offsets } = (isObject(entry) ? entry : {}) as { [key: string]: StrictJson };
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    const found = JSON.stringify(entry).slice(0, 200);
    throw new DataError(file, `the dtype, shape and two data_offsets of ${owner}, ${where()}`, found);
  }
  const type = Object.hasOwn(numberTypes, dtype) ? numberTypes[dtype] : undefined;
  if (type === undefined) {
    const names = Object.keys(numberTypes).join(", ");
    const reason = Object.hasOwn(strangers, dtype) ? `, ${strangers[dtype]}` : "";
    throw new DataError(file, `one of ${names} as the dtype of ${owner}, ${where()}`, `${dtype.slice(0, 40)}${reason}`);
  }
  const [begin, end] = offsets as unknown as [number, number];
  // Beyond 2^53 a product is not exact; but then it is no number of bytes in a file either.
  const size = shape.reduce((product, axis) => product * axis, type.bytes);
  if (begin > end || end - begin !== size) {
    const expected = `${size} bytes for ${owner}, ${dtype} [${shape.slice(0, 20).join(", ")}], ${where()}`;
    throw new DataError(file, expected, `data_offsets ${begin} to ${end}`);
  }
  return { name: key, type, shape, begin: dataAt + begin, end: dataAt + end };
}

/** Refuses places that leave gaps, overlap, or do not end with the file. */
function checkPlaces(places: readonly TensorPlace[], dataAt: number, size: number, file: string): void {
  let at = dataAt;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw new DataError(file, `tensor ${quoted(name)} at byte ${at}`, `it at byte ${begin}`);
    at = end;
  }
  if (at === size) return;
  throw new DataError(file, `${at} bytes: ${at - dataAt} of numbers behind the header`, `${size} bytes`);
}

function metadataOf(value: StrictJson, where: () => string, file: string): Record<string, string> {
  if (isObject(value) && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw new DataError(file, `texts in ${METADATA}, ${where()}`, JSON.stringify(value).slice(0, 200));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => typeof size === "number");
}

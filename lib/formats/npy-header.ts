import { DataError } from "../errors.ts";
import { conversions, magic } from "./foreign.ts";
import { type NumberType, numberTypes } from "./number-types.ts";
import { LiteralError, PythonList, type PythonLiteral, parseLiteral } from "./python-literal.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What the header of an npy file says, all of it checked. */
export interface NpyHeader {
  readonly type: NumberType;
  /** Whether the most significant byte of a number comes first. */
  readonly bigEndian: boolean;
  /** Whether the first axis lies together in memory, as in Fortran, and not the last. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** At which byte the numbers begin. */
  readonly begin: number;
  /** How many bytes the whole file takes. */
  readonly end: number;
}

/** The longest header that is read: with its three entries one of more axes than NumPy has would be shorter. */
const mostHeader = 2 ** 16;

/** More bytes than the longest header ends at. */
export const headerWithin = mostHeader + 12;

/** NumPy's letters for kinds of numbers with their sizes, and the names of `numberTypes`. */
const types: Readonly<Record<string, string>> = {
  f8: "F64",
  f4: "F32",
  f2: "F16",
  i8: "I64",
  u8: "U64",
  i4: "I32",
  u4: "U32",
  i2: "I16",
  u2: "U16",
  i1: "I8",
  u1: "U8",
  b1: "BOOL",
};

/** Kinds that tensors have not, by NumPy's letter, and what to do with them in Python. */
const strangers: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  O: ["Python objects, pickled, which is code that would run", conversions.objects],
  c: ["complex numbers", "save their real and imaginary parts: array.real, array.imag"],
  S: ["texts", "save numbers that stand for them: np.unique(array, return_inverse=True)[1]"],
  U: ["texts", "save numbers that stand for them: np.unique(array, return_inverse=True)[1]"],
  V: ["raw bytes, as NumPy writes bfloat16 and the like too", 'convert them before saving: array.astype("float32")'],
  M: ["dates", 'convert them before saving: array.astype("int64")'],
  m: ["durations", 'convert them before saving: array.astype("int64")'],
  f: ["floating-point numbers of another size", 'convert them before saving: array.astype("float64")'],
};

/**
 * Reads the header of an npy file (NumPy's NEP 1, and `numpy.lib.format`): six bytes of magic, a version of two, the length
 * of the rest, in two bytes or from version 2.0 on four, and a Python dictionary of three entries.
 *
 * @param bytes as many of the file as there are, at least its first `headerWithin`
 * @throws DataError saying what is wrong, and at which byte
 */
export function parseNpyHeader(bytes: Uint8Array, file: string): NpyHeader {
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    const found = [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new DataError(file, "an npy file, which begins with 93 4e 55 4d 50 59", found === "" ? "no bytes" : found);
  }
  const { text, textAt, begin } = textOf(bytes, file);
  const { descr, fortran_order: fortran, shape } = entriesOf(text, textAt, file);
  const where = `in the header at byte ${textAt}`;
  if (typeof fortran !== "boolean")
    throw new DataError(file, `True or False as fortran_order, ${where}`, show(fortran));
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size))) {
    throw new DataError(file, `a tuple of whole numbers up to 2^53 as shape, ${where}`, show(shape));
  }
  const { type, bigEndian } = typeOf(descr, where, file);
  const size = shape.reduce((product: number, axis: number) => product * axis, type.bytes);
  return { type, bigEndian, fortran, shape, begin, end: begin + size };
}

function textOf(bytes: Uint8Array, file: string): { text: string; textAt: number; begin: number } {
  const [major, minor] = [bytes[6], bytes[7]];
  if (major === undefined || minor === undefined) throw new DataError(file, "a version, 2 bytes at byte 6", "the end");
  if (major < 1 || major > 3 || minor !== 0) {
    throw new DataError(file, "version 1.0, 2.0 or 3.0 of the format, at byte 6", `${major}.${minor}`);
  }
  const textAt = major === 1 ? 10 : 12;
  if (bytes.length < textAt)
    throw new DataError(file, `a header's length at byte 8`, `the end at byte ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const most = Math.min(mostHeader, bytes.length - textAt);
  if (length > most) {
    throw new DataError(file, `a header of at most ${most} bytes, its length at byte 8`, `one of ${length} bytes`);
  }
  const packed = bytes.subarray(textAt, textAt + length);
  // It is Latin-1 before version 3.0, but without names of fields, which tensors have not, ASCII alone.
  const text = decodeUtf8(packed);
  if (typeof text === "string") return { text, textAt, begin: textAt + length };
  throw new DataError(file, `a header in ASCII from byte ${textAt} on`, `another byte, byte ${textAt + text}`);
}

function entriesOf(text: string, textAt: number, file: string): { readonly [key: string]: PythonLiteral | undefined } {
  try {
    const entries = parseLiteral(text);
    const keys = typeof entries === "object" ? Object.keys(entries).sort() : [];
    if (keys.join() === "descr,fortran_order,shape") return entries as { readonly [key: string]: PythonLiteral };
    throw new LiteralError("a dictionary of descr, fortran_order and shape", keys.join(", ") || show(entries), 0);
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    const byte = textAt + new TextEncoder().encode(text.slice(0, error.index)).length;
    throw new DataError(file, `${error.expected} in the header`, `${error.found}, at byte ${byte}`);
  }
}

function typeOf(
  descr: PythonLiteral | undefined,
  where: string,
  file: string,
): { type: NumberType; bigEndian: boolean } {
  const expected = `a type of number as descr, one of ${Object.keys(types).join(", ")}, ${where}`;
  if (descr instanceof PythonList) {
    const fix = 'save each field as an array of its own: np.savez("fields.npz", **{f: a[f] for f in a.dtype.names})';
    throw new DataError(file, expected, `a structured type: ${show(descr.list)}`, fix);
  }
  const [, order = "", kind = "", size = ""] =
    (typeof descr === "string" && /^([<>|])([a-zA-Z])(.*)$/.exec(descr)) || [];
  const name = Object.hasOwn(types, kind + size) ? types[kind + size] : undefined;
  const type = name === undefined ? undefined : numberTypes[name];
  // Numbers of one byte have no order, and others need one.
  if (type !== undefined && (type.bytes === 1 || order !== "|")) return { type, bigEndian: order === ">" };
  const [what, fix] = (type === undefined && Object.hasOwn(strangers, kind) && strangers[kind]) || [];
  throw new DataError(file, expected, what === undefined ? show(descr) : `${show(descr)}, ${what}`, fix);
}

const show = (value: PythonLiteral | undefined): string => (JSON.stringify(value) ?? "nothing").slice(0, 200);

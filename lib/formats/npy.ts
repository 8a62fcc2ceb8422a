/** The npy format (NumPy Enhancement Proposal 1, Kern, 2007): one array, its type, order and shape before it. */
import { gather } from "../compute/strided.ts";
import { DataError, OptionError } from "../errors.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import { allocate, type DataTypes, type DType } from "../tensor/storage.ts";
import { type AnyTensor, freshTensor } from "../tensor/tensor.ts";
import { checkBytes } from "./check.ts";
import { magic, refuseForeign } from "./foreign.ts";
import { type NpyHeader, parseNpyHeader } from "./npy-header.ts";
import { decodeNumbers } from "./number-types.ts";

/** What NumPy calls the types of tensors, little end first. */
const descrOf: Readonly<Record<DType, string>> = { float32: "<f4", float64: "<f8", int32: "<i4", uint8: "|u1" };

/** Axes that NumPy reads at most. */
const mostAxes = 64;

/** Headers are filled up so that the numbers begin at a multiple of this. */
const ALIGNMENT = 64;

/** NumPy leaves room behind its entries, so that the first size can grow to as many digits in place. */
const roomForDigits = 21;

/**
 * The bytes of an npy file, which NumPy reads: the very bytes that its `save` writes, version 1.0, in C order.
 *
 * @param x float32, float64, int32 or uint8
 * @throws OptionError for what is no tensor, or has more than 64 axes
 * @example formatNpy(zeros([2, 3])).length // 152: a header of 128 bytes, six numbers
 */
export function formatNpy(x: AnyTensor): Uint8Array {
  checkTensor("formatNpy", "the first argument", x);
  const shape = x.shape as readonly number[];
  if (shape.length > mostAxes) {
    throw new OptionError("formatNpy", `the tensor has ${shape.length} axes`, `reshape it: NumPy reads ${mostAxes}`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const room = shape.length === 0 ? 0 : roomForDigits - `${shape[0]}`.length;
  const entries = `{'descr': '${descrOf[x.dtype]}', 'fortran_order': False, 'shape': ${tuple}, }${" ".repeat(room)}`;
  const textAt = magic.length + 4;
  const begin = (Math.floor((textAt + entries.length + 1) / ALIGNMENT) + 1) * ALIGNMENT;
  const numbers = peek(x);
  const bytes = new Uint8Array(begin + numbers.byteLength);
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(textAt - 2, begin - textAt, true);
  bytes.set(new TextEncoder().encode(`${entries.padEnd(begin - textAt - 1)}\n`), textAt);
  bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), begin);
  return bytes;
}

/**
 * Reads the bytes of an npy file, of version 1.0, 2.0 or 3.0, in either order of bytes and of axes. Everything is checked
 * before room is made for numbers.
 *
 * Types that tensors do not have become wider ones: float16 float32, bool uint8, and int8, int16, int64, uint16, uint32 and
 * uint64 int32, which must hold each of their numbers. Texts, dates, complex numbers, structured types and Python objects,
 * which are pickled, are refused; the error says how Python converts them.
 *
 * @param name the file's name, for errors
 * @throws DataError saying what is wrong, and at which byte; or that it is a file of another kind, and what to do with that
 * @example parseNpy(formatNpy(tensor([1, 2, 3]))).data // [1, 2, 3]
 */
export function parseNpy(bytes: Uint8Array, name = "the npy bytes"): AnyTensor {
  checkBytes("parseNpy", bytes);
  refuseForeign(bytes, "npy", name);
  const header = parseNpyHeader(bytes, name);
  if (header.end === bytes.length) return tensorOf(header, bytes, name);
  const { begin, end, shape } = header;
  const expected = `${end - begin} bytes of numbers behind byte ${begin}, of shape [${shape.slice(0, 20).join(", ")}]`;
  throw new DataError(name, expected, `${bytes.length - begin}`);
}

/** The array of a file whose size is right. */
export function tensorOf(
  { type, bigEndian, fortran, shape, begin }: NpyHeader,
  bytes: Uint8Array,
  file: string,
): AnyTensor {
  const copy = new Uint8Array(bytes.subarray(begin)); // slice of a Buffer copies nothing
  if (bigEndian) turnBytes(copy, type.bytes);
  const numbers = decodeNumbers(type, copy.buffer, { file, owner: "the array", begin });
  const inOrder = fortran && shape.length > 1 ? rowMajor(numbers, shape, type.dtype) : numbers;
  return freshTensor(inOrder, shape, type.dtype) as AnyTensor;
}

/** Numbers whose first axis lies together, put in order: as words, since a NaN that is read and written loses its bits. */
function rowMajor(numbers: DataTypes[DType], shape: readonly number[], dtype: DType): DataTypes[DType] {
  const wordsOf = ({ buffer, byteOffset, byteLength }: DataTypes[DType]): Uint8Array | Int32Array =>
    dtype === "uint8" ? new Uint8Array(buffer, byteOffset) : new Int32Array(buffer, byteOffset, byteLength / 4);
  const words = dtype === "float64" ? 2 : 1;
  const steps: number[] = [];
  let step = words;
  for (const size of shape) {
    steps.push(step);
    step *= size;
  }
  const ordered = allocate(dtype, numbers.length);
  gather({ start: 0, sizes: [...shape, words], steps: [...steps, 1] }, wordsOf(numbers), wordsOf(ordered));
  return ordered;
}

/** Turns the bytes of each number around, in place. */
function turnBytes(bytes: Uint8Array, width: number): void {
  if (width === 1) return;
  for (let first = 0; first < bytes.length; first += width) bytes.subarray(first, first + width).reverse();
}

/** Numbers of files read one by one, by DataView: slow, plain, and nothing of the library's. */

/** How a number is read, and as which type of tensor, by a name for it: its letter, its bits. */
export const kinds = {
  f64: [8, "float64", (view, at, little) => view.getFloat64(at, little)],
  f32: [4, "float32", (view, at, little) => view.getFloat32(at, little)],
  f16: [2, "float32", (view, at, little) => half(view.getUint16(at, little), 5, 10)],
  bf16: [2, "float32", (view, at, little) => half(view.getUint16(at, little), 8, 7)],
  i64: [8, "int32", (view, at, little) => Number(view.getBigInt64(at, little))],
  u64: [8, "int32", (view, at, little) => Number(view.getBigUint64(at, little))],
  i32: [4, "int32", (view, at, little) => view.getInt32(at, little)],
  u32: [4, "int32", (view, at, little) => view.getUint32(at, little)],
  i16: [2, "int32", (view, at, little) => view.getInt16(at, little)],
  u16: [2, "int32", (view, at, little) => view.getUint16(at, little)],
  i8: [1, "int32", (view, at) => view.getInt8(at)],
  u8: [1, "uint8", (view, at) => view.getUint8(at)],
  bool: [1, "uint8", (view, at) => view.getUint8(at)],
};

function half(bits, exponentBits, fractionBits) {
  const most = 2 ** exponentBits - 1;
  const sign = bits >> (exponentBits + fractionBits) ? -1 : 1;
  const exponent = (bits >> fractionBits) & most;
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = most >> 1;
  if (exponent === most) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}

/**
 * Throws unless a tensor holds these numbers.
 * @param {{ shape: readonly number[], dtype: string, data: ArrayLike<number> }} tensor
 * @param {{ kind: string, shape: readonly number[], bytes: Uint8Array, little?: boolean, fortran?: boolean }} source
 */
export function expectNumbers(tensor, { kind, shape, bytes, little = true, fortran = false }) {
  const [width, dtype, read] = kinds[kind];
  const count = shape.reduce((product, size) => product * size, 1);
  if (tensor.dtype !== dtype) throw new Error(`${tensor.dtype} for ${kind}`);
  if (tensor.shape.join() !== shape.join()) throw new Error(`shape [${tensor.shape}] for [${shape}]`);
  if (bytes.length !== count * width || tensor.data.length !== count) {
    throw new Error(`${tensor.data.length} numbers of ${bytes.length} bytes for [${shape}]`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    const expected = read(view, width * (fortran ? columnMajor(i, shape) : i), little);
    if (!Object.is(tensor.data[i], expected)) throw new Error(`number ${i} is ${tensor.data[i]}, in the file ${expected}`);
  }
}

/** Where the element lies whose place is `i` if the last axis lies together, where the first one does. */
function columnMajor(i, shape) {
  let [rest, at] = [i, 0];
  const steps = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at += (rest % shape[axis]) * steps[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

/** Throws unless two tensors are the same, bit for bit. */
export function expectSame(a, b) {
  const bits = (tensor) => Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  const same = a.dtype === b.dtype && a.shape.join() === b.shape.join() && bits(a).equals(bits(b));
  if (!same) throw new Error(`${a.dtype} [${a.shape}] is written and read as ${b.dtype} [${b.shape}], or other numbers`);
}

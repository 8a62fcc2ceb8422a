/** The types of number that tensors hold, and ordinary arrays of them. Where a tensor's numbers live: `home.ts`. */

/** The types of number a tensor can hold. */
export interface DataTypes {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  uint8: Uint8Array;
}

/** The name of a type of number. */
export type DType = keyof DataTypes;

/**
 * `D` as an argument said it, never guessed from where a result goes: else `labels: Tensor<Shape, "int32"> = zeros([3])`
 * would compile, and hold float32. (`NoInfer` of TypeScript 5.4, in terms that 5.0 has.)
 */
export type Stated<D extends DType> = [D][D extends DType ? 0 : never];

/** The types that gradients exist for. */
export type FloatDType = "float32" | "float64";

const constructors = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array };

/** The names of all types of number, for checks and messages. */
export const dtypes = Object.keys(constructors) as readonly DType[];

/** How many bytes a number of this type is. */
export function bytesPerNumber(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/** An ordinary array of `count` zeros. @throws RangeError saying how much was asked for, where there is not enough */
export function allocate<D extends DType>(dtype: D, count: number): DataTypes[D] {
  try {
    return new constructors[dtype](count) as DataTypes[D];
  } catch (error) {
    const gibibytes = ((count * constructors[dtype].BYTES_PER_ELEMENT) / 2 ** 30).toFixed(1);
    throw new RangeError(`no room for ${count} numbers of type ${dtype}, ${gibibytes} GiB`, { cause: error });
  }
}

/** Node's way to memory that is not cleared first, which would take a third of the time of a large copy. */
const uncleared = (globalThis as { Buffer?: { allocUnsafeSlow(bytes: number): Uint8Array } }).Buffer?.allocUnsafeSlow;

/** The same numbers in an array of their own. */
export function ordinaryCopy<D extends DType>(numbers: DataTypes[D]): DataTypes[D] {
  if (uncleared === undefined) return numbers.slice() as DataTypes[D];
  const { buffer } = uncleared(numbers.byteLength);
  const copy = new (numbers.constructor as new (memory: ArrayBufferLike) => DataTypes[D])(buffer);
  copy.set(numbers);
  return copy;
}

/** Whether the array is of this type, so that a tensor can take it over without a copy. */
export function isArrayOf<D extends DType>(dtype: D, values: unknown): values is DataTypes[D] {
  return values instanceof constructors[dtype];
}

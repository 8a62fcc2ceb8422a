import type { Values } from "./format.ts";

/** A type of number, and how far its results may be from PyTorch's in float64. */
export interface Precision {
  readonly dtype: "float64" | "float32";
  /** Relative to the expected number. */
  readonly relative: number;
  /** Relative to the largest number of the tensor, or to 1: where a sum cancels, its own size says nothing. */
  readonly cancelled: number;
}

// Reference values are written to 12 digits. float32: some hundred products, each rounded to 2⁻²⁴ of its size.
export const precisions: readonly Precision[] = [
  { dtype: "float64", relative: 1e-9, cancelled: 1e-11 },
  { dtype: "float32", relative: 1e-4, cancelled: 1e-5 },
];

/** Where two tensors differ most, in words; `null` where they agree. */
export function difference(
  shape: readonly number[],
  found: ArrayLike<number>,
  expected: Values,
  { relative, cancelled }: Precision,
): string | null {
  if (shape.join() !== expected.shape.join()) {
    return `has shape [${shape.join(", ")}], expected [${expected.shape.join(", ")}]`;
  }
  const finite = expected.data.filter(Number.isFinite).map(Math.abs);
  const size = finite.reduce((largest, value) => Math.max(largest, value), 1);
  let [worst, most, wrong] = [-1, 0, 0];
  for (const [i, value] of expected.data.entries()) {
    if (Object.is(value, found[i]) || value === found[i]) continue;
    const excess = Math.abs(value - found[i]!) / (relative * Math.abs(value) + cancelled * size);
    if (excess <= 1) continue;
    wrong++;
    // A difference that is no number is worse than any: NaN or infinity on one side alone.
    if (worst >= 0 && !(excess > most) && !Number.isNaN(excess)) continue;
    [worst, most] = [i, Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess];
  }
  if (worst < 0) return null;
  const place = indices(worst, expected.shape).join(", ");
  return `[${place}] is ${found[worst]}, expected ${expected.data[worst]} (${wrong} of ${expected.data.length} differ)`;
}

/** The index along each axis of the number at a place of the flat array. */
function indices(place: number, shape: readonly number[]): number[] {
  const found: number[] = [];
  for (const size of shape.toReversed()) {
    found.unshift(place % size);
    place = Math.floor(place / size);
  }
  return found;
}

import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";

/** An example as planes of numbers, one a channel. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: ArrayLike<number>;
}

/** One example as planes of pixels. */
export function planesAt(x: AnyTensor, n: number): Planes {
  const sizes = x.shape.slice(1) as readonly number[];
  const size = sizes.reduce((product, one) => product * one, 1);
  const data = peek(x).subarray(n * size, (n + 1) * size);
  if (sizes.length === 3) return { channels: sizes[0]!, height: sizes[1]!, width: sizes[2]!, data };
  // Channels of a sequence lie below each other; a map that has one for all of them stands as high.
  return { channels: 1, height: sizes.length === 2 ? sizes[0]! : 1, width: sizes.at(-1)!, data };
}

/** The planes as one: their sum, or the largest of each place. */
export function combined(
  { channels, height, width, data }: Planes,
  combine: "sum" | "largest",
): Planes & { data: Float64Array } {
  const plane = height * width;
  const one = new Float64Array(plane);
  for (let i = 0; i < plane; i++) {
    let value = data[i]!;
    for (let c = 1; c < channels; c++) {
      const next = data[c * plane + i]!;
      value = combine === "sum" ? value + next : Math.max(value, next);
    }
    one[i] = value;
  }
  return { channels: 1, height, width, data: one };
}

/** Planes of fewer pixels, each the mean of `side` × `side`, at the lower and right edge of what there is. */
export function pooled<P extends Planes>(planes: P, side: number): Planes & { readonly data: Float64Array } {
  const { channels, height, width, data } = planes;
  const [rows, columns] = [Math.ceil(height / side), Math.ceil(width / side)];
  const means = new Float64Array(channels * rows * columns);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const [bottom, right] = [Math.min((y + 1) * side, height), Math.min((x + 1) * side, width)];
        let sum = 0;
        for (let row = y * side; row < bottom; row++) {
          for (let column = x * side; column < right; column++)
            sum += data[(c * height + row) * width + column] as number;
        }
        means[(c * rows + y) * columns + x] = sum / ((bottom - y * side) * (right - x * side));
      }
    }
  }
  return { channels, height: rows, width: columns, data: means };
}

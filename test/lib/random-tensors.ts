import { Random } from "../../lib/random.ts";
import { allocate, type FloatDType } from "../../lib/tensor/storage.ts";
import { Tensor } from "../../lib/tensor/tensor.ts";

/** Standard normal numbers, the same for the same seed. */
export function normal<const S extends readonly number[], D extends FloatDType = "float64">(
  shape: S,
  seed: number,
  dtype: D = "float64" as D,
): Tensor<S, D> {
  const random = new Random(seed);
  const data = allocate(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  for (let i = 0; i < data.length; i++) data[i] = random.normal();
  return new Tensor<S, D>(data, shape as never, dtype);
}

import { describe, OptionError, ShapeError } from "../errors.ts";
import { checkDtype, checkShape, checkTensor } from "./check.ts";
import { flatNumbers, flatten, type Nested, type NestedShape } from "./nested.ts";
import { type Dimension, elementCount, type Shape, type Sizes } from "./shape.ts";
import { allocate, type DataTypes, type DType, isArrayOf, type Stated } from "./storage.ts";
import { type AnyTensor, freshTensor, Tensor } from "./tensor.ts";

/**
 * A tensor of given numbers: nested arrays, or flat numbers and a shape. The numbers are copied.
 *
 * @param values nested arrays, e.g. `[[1, 2], [3, 4]]`; or any array of numbers in row-major order, with `shape`
 * @param shape the size of each axis; found from nested arrays where it is left out
 * @param dtype the type of number, default `float32`
 * @throws ShapeError if rows differ in length or the shape does not hold as many numbers as there are
 */
export function tensor<const S extends readonly number[], D extends DType = "float32">(
  values: ArrayLike<number>,
  shape: S,
  dtype?: D,
): Tensor<S, Stated<D>>;
export function tensor<V extends Nested, D extends DType = "float32">(
  values: V,
  shape?: undefined,
  dtype?: D,
): Tensor<NestedShape<V>, Stated<D>>;
export function tensor(
  values: Nested | ArrayLike<number>,
  shape?: readonly number[],
  dtype: DType = "float32",
): AnyTensor {
  checkDtype("tensor", dtype);
  if (shape !== undefined) checkShape("tensor", shape);
  const source =
    shape === undefined
      ? flatten("tensor", ArrayBuffer.isView(values) ? Array.from(values as Float32Array) : (values as Nested))
      : { flat: flatNumbers("tensor", values), shape };
  if (source.flat.length !== elementCount(source.shape)) {
    const count = source.flat.length;
    throw new ShapeError(
      "tensor",
      `${count} numbers do not fill the shape, which holds ${elementCount(source.shape)}`,
      [{ name: "shape", shape: source.shape }],
      `give ${elementCount(source.shape)} numbers, or a shape that holds ${count}`,
    );
  }
  const data = allocate(dtype, source.flat.length);
  data.set(source.flat);
  return freshTensor(data, [...source.shape], dtype) as AnyTensor;
}

/**
 * A tensor around an array that already has the right type: nothing is copied, both share their numbers.
 *
 * @throws ShapeError if the array does not fill the shape; OptionError if it is not of that type
 */
export function wrap<const S extends readonly number[], D extends DType = "float32">(
  data: DataTypes[D],
  shape: S,
  dtype: D = "float32" as D,
): Tensor<S, D> {
  checkDtype("wrap", dtype);
  checkShape("wrap", shape);
  if (!isArrayOf(dtype, data))
    throw new OptionError("wrap", `the array is no ${dtype} array`, "use tensor(), which copies");
  if (data.length !== elementCount(shape)) {
    const fix = `the shape must hold ${data.length} numbers`;
    throw new ShapeError("wrap", `the array has ${data.length} numbers`, [{ name: "shape", shape }], fix);
  }
  return new Tensor<S, D>(data, shape as unknown as Sizes<S>, dtype);
}

/** A tensor of one number everywhere. @param dtype default `float32` */
export function full<const S extends readonly number[], D extends DType = "float32">(
  shape: S,
  value: number,
  dtype?: D,
): Tensor<S, Stated<D>> {
  if (typeof value !== "number") throw new OptionError("full", `the value is ${describe(value)}`, "give a number");
  return filled("full", shape, value, dtype) as Tensor<S, Stated<D>>;
}

function filled<const S extends readonly number[], D extends DType>(
  operation: string,
  shape: S,
  value: number,
  dtype: D = "float32" as D,
): Tensor<S, D> {
  checkShape(operation, shape);
  checkDtype(operation, dtype);
  const data = allocate(dtype, elementCount(shape));
  if (value !== 0) data.fill(value);
  return freshTensor<S, D>(data, shape as unknown as Sizes<S>, dtype);
}

/** A tensor of zeros. @param dtype default `float32` */
export function zeros<const S extends readonly number[], D extends DType = "float32">(
  shape: S,
  dtype?: D,
): Tensor<S, Stated<D>> {
  return filled("zeros", shape, 0, dtype) as Tensor<S, Stated<D>>;
}

/** A tensor of ones. @param dtype default `float32` */
export function ones<const S extends readonly number[], D extends DType = "float32">(
  shape: S,
  dtype?: D,
): Tensor<S, Stated<D>> {
  return filled("ones", shape, 1, dtype) as Tensor<S, Stated<D>>;
}

/**
 * The same tensor under a shape type that names unknown sizes: `shaped(x, ["N", 1, 28, 28])`. Checked at run time:
 * numbers must be equal, and one name stands for one size.
 *
 * @throws ShapeError if the tensor has another shape
 */
export function shaped<const S extends Shape, D extends DType>(x: Tensor<Shape, D>, shape: S): Tensor<S, D> {
  checkTensor("shaped", "the first argument", x);
  const bound = new Map<Dimension, number>();
  const fits = shape.every((wanted, axis) => {
    const found = x.shape[axis] as number;
    if (typeof wanted === "number") return wanted === found;
    if (!bound.has(wanted)) bound.set(wanted, found);
    return bound.get(wanted) === found;
  });
  if (fits && shape.length === x.shape.length) return x as unknown as Tensor<S, D>;
  const operands = [{ name: "tensor", shape: x.shape }];
  throw new ShapeError(
    "shaped",
    `the tensor is not [${shape.join(", ")}]`,
    operands,
    "reshape it, or change the shape",
  );
}

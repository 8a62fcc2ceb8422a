import { describe, OptionError, ShapeError } from "../errors.ts";

/** Numbers in nested arrays: `[1, 2]`, `[[1, 2], [3, 4]]`, ... to any depth. */
export type Nested = number | readonly Nested[];

/** The shape that nested arrays of a type have: as many axes as there are levels. */
export type NestedShape<V> = Levels<V> extends infer S extends readonly number[] ? S : never;
type Levels<V> = V extends readonly (infer Item)[] ? readonly [number, ...Levels<Item>] : readonly [];

/** Walks nested arrays once: finds the shape from the first of each level and refuses rows of another length. */
export function flatten(operation: string, values: Nested): { flat: number[]; shape: number[] } {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0] as Nested) shape.push(level.length);
  const flat: number[] = [];
  const visit = (value: Nested, axis: number, path: string): void => {
    if (typeof value === "number" && axis === shape.length) return void flat.push(value);
    if (Array.isArray(value) && axis < shape.length && value.length === shape[axis]) {
      for (const [i, item] of value.entries()) visit(item as Nested, axis + 1, `${path}[${i}]`);
      return;
    }
    const found = Array.isArray(value) ? `has ${value.length} entries` : `is ${describe(value)}`;
    const wanted = axis < shape.length ? `an array of ${shape[axis]}` : "a number";
    const problem = `values${path} ${found}, not ${wanted}`;
    if (typeof value !== "number" && !Array.isArray(value)) {
      throw new OptionError(operation, problem, "give numbers, in arrays of arrays or flat with a shape");
    }
    const operands = [{ name: "shape of the first entries", shape }];
    throw new ShapeError(operation, problem, operands, "make all rows equally long");
  };
  visit(values, 0, "");
  return { flat, shape };
}

/** The values that come with a shape, as they are. @throws OptionError if they are not flat, or not numbers */
export function flatNumbers(operation: string, values: Nested | ArrayLike<number>): ArrayLike<number> {
  if (ArrayBuffer.isView(values)) return values as Float32Array;
  if (!Array.isArray(values)) {
    throw new OptionError(operation, `the values are ${describe(values)}`, "give an array of numbers beside the shape");
  }
  const wrong = values.findIndex((value) => typeof value !== "number");
  if (wrong < 0) return values;
  const fix = "give flat numbers in row-major order, or nested arrays and no shape";
  throw new OptionError(operation, `values[${wrong}] is ${describe(values[wrong])}, not a number`, fix);
}

import { describe, OptionError, ShapeError } from "../errors.ts";
import { type DType, dtypes } from "./storage.ts";
import { Tensor } from "./tensor.ts";

/**
 * Refuses what is no tensor. The compiler refuses it too, but not in JavaScript, nor behind `any`.
 *
 * @param name what the value is to the operation, `the input`
 * @throws OptionError saying what was given
 */
export function checkTensor(operation: string, name: string, value: unknown): void {
  if (value instanceof Tensor) return;
  const fix =
    value === undefined
      ? "pass one; a forward or a function that lacks its return gives undefined"
      : typeof value === "number" || Array.isArray(value) || ArrayBuffer.isView(value)
        ? "make one of it: tensor(...)"
        : "pass a tensor";
  throw new OptionError(operation, `${name} is ${describe(value)}, not a tensor`, fix);
}

/** @throws OptionError if it is no array; ShapeError if a size is not a whole number of at least 0 */
export function checkShape(operation: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) {
    throw new OptionError(operation, `the shape is ${describe(shape)}`, "give an array of sizes, e.g. [2, 3]");
  }
  if (shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  const fix = "every size is a whole number, 0 or more";
  throw new ShapeError(operation, "this is not a shape", [{ name: "shape", shape }], fix);
}

/** @throws OptionError if there is no such type of number */
export function checkDtype(operation: string, dtype: DType): void {
  if (dtypes.includes(dtype)) return;
  throw new OptionError(operation, `there is no dtype ${describe(dtype)}`, `choose one of ${dtypes.join(", ")}`);
}

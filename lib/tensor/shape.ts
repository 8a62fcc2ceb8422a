import type { Dimension, Shape } from "../shapes/shape.ts";

export type { Dimension, Shape };

/** A shape as it is at run time, when every size is a number. */
export type Sizes<S extends Shape = Shape> = { readonly [Axis in keyof S]: S[Axis] extends number ? S[Axis] : number };

/** How many elements a shape holds; 1 for a scalar's `[]`. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes have the same sizes in the same order. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

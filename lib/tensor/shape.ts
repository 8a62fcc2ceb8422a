/** The size of an axis: a number, or a name for a size not known when the program is written (`"N"`). */
export type Dimension = number | string;

/** The shape of a tensor as a type: `readonly [64, 1, 28, 28]`, `readonly ["N", 10]`. */
export type Shape = readonly Dimension[];

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

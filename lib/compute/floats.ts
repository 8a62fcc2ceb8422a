/** The numbers of a tensor. Float32Array is what networks run on; Float64Array is for gradient checks. */
export type Floats = Float32Array | Float64Array;

/**
 * Whether the blocked loops serve an array. They see Float32Array alone: V8 compiles a loop for the array types it has
 * met, and one that has met two checks the type at every access. Passes that touch each number once take both types;
 * there the check costs up to a third, and only in a process that has used both.
 *
 * Asks the element's size, because `instanceof` is false for an array made in another context, as notebook cells are.
 */
export function isFloat32(numbers: Floats): numbers is Float32Array {
  return numbers.BYTES_PER_ELEMENT === 4;
}

/** The numbers of any tensor: passes that move numbers without computing take all types. */
export type Numbers = Floats | Int32Array | Uint8Array;

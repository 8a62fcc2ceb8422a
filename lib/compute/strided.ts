/**
 * Elements that do not lie side by side: what permuting, slicing, flipping, joining, broadcasting and summing over axes
 * have in common. A box says where the elements are, and everything goes row by row of it.
 */

import type { Floats, Numbers } from "./floats.ts";
import { DoubleWorkspace } from "./workspace.ts";

/**
 * Elements of an array: at `start`, plus each index times the step of its axis. They are taken in row-major order. A step
 * of 0 meets one element again and again, a negative one runs backwards.
 */
export interface Box {
  readonly start: number;
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

/** The steps of an array that holds a box of these sizes row by row, without gaps. */
export function rowMajorSteps(sizes: readonly number[]): number[] {
  const steps = new Array<number>(sizes.length).fill(1);
  for (let axis = sizes.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * sizes[axis + 1]!;
  return steps;
}

/** The same elements in the same order with as few axes as can be, so that rows are long. At least one axis is left. */
function joined({ start, sizes, steps }: Box): Box {
  const longer: number[] = [];
  const their: number[] = [];
  for (const [axis, size] of sizes.entries()) {
    if (size === 1) continue;
    const step = steps[axis]!;
    const last = longer.length - 1;
    if (last >= 0 && their[last] === size * step) {
      longer[last]! *= size;
      their[last] = step;
    } else {
      longer.push(size);
      their.push(step);
    }
  }
  return longer.length === 0 ? { start, sizes: [1], steps: [1] } : { start, sizes: longer, steps: their };
}

/** Visits the rows of a box: `first` is the number of elements before, the row's lie at `at`, `at + step`, ... */
function eachRow(box: Box, visit: (first: number, at: number, step: number, length: number) => void): void {
  const { start, sizes, steps } = joined(box);
  const inner = sizes.length - 1;
  const length = sizes[inner]!;
  const step = steps[inner]!;
  const count = sizes.reduce((product, size) => product * size, 1);
  const index = new Array<number>(inner).fill(0);
  let at = start;
  for (let first = 0; first < count; first += length) {
    visit(first, at, step, length);
    for (let axis = inner - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < sizes[axis]!) break;
      at -= sizes[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
}

/** Numbers from which a row is copied by the engine's own loop: less than a view costs. */
const longRow = 128;

/** `out`, row by row, is the box of `x`. */
export function gather(box: Box, x: Numbers, out: Numbers): void {
  eachRow(box, (first, at, step, length) => {
    if (step === 0) out.fill(x[at]!, first, first + length);
    else if (step === 1 && length >= longRow) out.set(x.subarray(at, at + length), first);
    else for (let i = 0; i < length; i++) out[first + i] = x[at + i * step]!;
  });
}

/** The box of `out` is `x`, row by row; the rest of `out` stays. No element of the box is met twice. */
export function scatter(box: Box, x: Numbers, out: Numbers): void {
  eachRow(box, (first, at, step, length) => {
    if (step === 1 && length >= longRow) out.set(x.subarray(first, first + length), at);
    else for (let i = 0; i < length; i++) out[at + i * step] = x[first + i]!;
  });
}

const workspace = new DoubleWorkspace();

/**
 * Adds `x`, row by row, to the box of an array of zeros, and divides: with steps of 0, the sums or means over axes. In
 * double precision.
 *
 * @param out overwritten
 */
export function sumInto(box: Box, x: Floats, divisor: number, out: Floats): void {
  const sums = workspace.atLeast(out.length);
  sums.fill(0, 0, out.length);
  eachRow(box, (first, at, step, length) => {
    if (step === 0) {
      let sum = 0;
      for (let i = first; i < first + length; i++) sum += x[i]!;
      sums[at]! += sum;
    } else for (let i = 0; i < length; i++) sums[at + i * step]! += x[first + i]!;
  });
  for (let i = 0; i < out.length; i++) out[i] = sums[i]! / divisor;
}

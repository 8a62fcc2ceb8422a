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

/** Rows of a box that lie at equal distances: all that its last two axes make up. */
interface Plane {
  /** How many elements of the box come before. */
  first: number;
  /** Where the first element lies. */
  at: number;
  readonly rows: number;
  readonly rowStep: number;
  readonly length: number;
  readonly step: number;
}

/** Visits the planes of a box. One object serves all visits. */
function eachPlane(box: Box, visit: (plane: Plane) => void): void {
  const { start, sizes, steps } = joined(box);
  const count = sizes.reduce((product, size) => product * size, 1);
  const outer = Math.max(0, sizes.length - 2);
  const [rows, length] = sizes.length > 1 ? [sizes[outer]!, sizes[outer + 1]!] : [1, sizes[0]!];
  const [rowStep, step] = sizes.length > 1 ? [steps[outer]!, steps[outer + 1]!] : [0, steps[0]!];
  const plane: Plane = { first: 0, at: start, rows, rowStep, length, step };
  const index = new Array<number>(outer).fill(0);
  for (; plane.first < count; plane.first += rows * length) {
    visit(plane);
    for (let axis = outer - 1; axis >= 0; axis--) {
      plane.at += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < sizes[axis]!) break;
      plane.at -= sizes[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
}

/** Numbers from which a row is copied by the engine's own loop: less than a view costs. */
const longRow = 128;

/** `out`, row by row, is the box of `x`. */
export function gather(box: Box, x: Numbers, out: Numbers): void {
  eachPlane(box, ({ first, at, rows, rowStep, length, step }) => {
    let to = first;
    for (let row = 0; row < rows; row++) {
      const from = at + row * rowStep;
      if (step === 0) out.fill(x[from]!, to, to + length);
      else if (step === 1 && length >= longRow) out.set(x.subarray(from, from + length), to);
      else for (let i = 0; i < length; i++) out[to + i] = x[from + i * step]!;
      to += length;
    }
  });
}

/** The box of `out` is `x`, row by row; the rest of `out` stays. No element of the box is met twice. */
export function scatter(box: Box, x: Numbers, out: Numbers): void {
  eachPlane(box, ({ first, at, rows, rowStep, length, step }) => {
    let from = first;
    for (let row = 0; row < rows; row++) {
      const to = at + row * rowStep;
      if (step === 1 && length >= longRow) out.set(x.subarray(from, from + length), to);
      else for (let i = 0; i < length; i++) out[to + i * step] = x[from + i]!;
      from += length;
    }
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
  eachPlane(box, ({ first, at, rows, rowStep, length, step }) => {
    let from = first;
    for (let row = 0; row < rows; row++) {
      const to = at + row * rowStep;
      if (step === 0) {
        let sum = 0;
        for (let i = from; i < from + length; i++) sum += x[i]!;
        sums[to]! += sum;
      } else for (let i = 0; i < length; i++) sums[to + i * step]! += x[from + i]!;
      from += length;
    }
  });
  for (let i = 0; i < out.length; i++) out[i] = sums[i]! / divisor;
}

/**
 * Which sizes depend on the number of examples. A network is followed with a few numbers of examples; what is the same
 * each time is a plain number, what is not becomes one of these.
 */

/** A number that is another for each number of examples N: in arithmetic it is NaN, so that nothing is made of it unnoticed. */
export class Varying {
  /** It is `times · N + plus`; both null where it is no such sum. */
  readonly times: number | null;
  readonly plus: number | null;

  constructor(times: number | null, plus: number | null) {
    this.times = times;
    this.plus = plus;
  }

  /** Whether it is the number of examples itself. */
  get isBatch(): boolean {
    return this.times === 1 && this.plus === 0;
  }

  valueOf(): number {
    return Number.NaN;
  }
}

/** The size of an axis. */
export type Size = number | Varying;

/** What a number is that was `found[i]` for `batches[i]` examples. */
export function sizeOf(found: readonly number[], batches: readonly number[]): Size {
  const [first, second] = found as readonly [number, number];
  if (found.every((each) => Object.is(each, first))) return first;
  const times = (second - first) / (batches[1]! - batches[0]!);
  const plus = first - times * batches[0]!;
  const straight = Number.isInteger(times) && found.every((each, i) => each === times * batches[i]! + plus);
  return straight ? new Varying(times, plus) : new Varying(null, null);
}

/** The shape of a tensor that had these shapes. */
export function shapeOf(found: readonly (readonly number[])[], batches: readonly number[]): readonly Size[] {
  const rank = found[0]!.length;
  if (found.some((shape) => shape.length !== rank)) return Array.from({ length: rank }, () => new Varying(null, null));
  return found[0]!.map((_, axis) =>
    sizeOf(
      found.map((shape) => shape[axis]!),
      batches,
    ),
  );
}

/** Whether two sizes are the same for every number of examples. */
export function sameSize(a: Size, b: Size): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a.times !== null && a.times === b.times && a.plus === b.plus;
}

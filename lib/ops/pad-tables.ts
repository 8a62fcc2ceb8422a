import type { PadTables } from "../compute/pad.ts";
import { elementCount } from "../tensor/shape.ts";

/**
 * What is put around a tensor: `constant`, one number; `reflect`, its mirror image at the edge, which is not repeated;
 * `replicate`, its edge; `circular`, its other end.
 */
export type PadMode = "constant" | "reflect" | "replicate" | "circular";

/** The two ends of an axis, `[before, after]`. */
export type Ends = readonly [before: number, after: number];

/** Where every element of the result comes from. */
export function tablesOf(
  from: readonly number[],
  to: readonly number[],
  ends: readonly Ends[],
  mode: PadMode,
): PadTables {
  const sources = from.map((size, axis) =>
    Int32Array.from({ length: to[axis]! }, (_, i) => sourceOf(i - ends[axis]![0], size, mode)),
  );
  const columns = sources.at(-1) ?? new Int32Array(1); // a scalar is a row of one
  let rows = new Int32Array(1);
  for (const [axis, source] of sources.slice(0, -1).entries()) {
    const pitch = elementCount(from.slice(axis + 1));
    const finer = new Int32Array(rows.length * source.length);
    for (let r = 0, o = 0; r < rows.length; r++) {
      for (let i = 0; i < source.length; i++, o++) {
        finer[o] = rows[r]! < 0 || source[i]! < 0 ? -1 : rows[r]! + source[i]! * pitch;
      }
    }
    rows = finer;
  }
  return { rows, columns };
}

/** The element of an axis that stands at place `i`, which may lie outside; −1 for none. */
function sourceOf(i: number, size: number, mode: PadMode): number {
  if (i >= 0 && i < size) return i;
  if (mode === "constant") return -1;
  if (mode === "replicate") return i < 0 ? 0 : size - 1;
  if (mode === "circular") return i < 0 ? i + size : i - size;
  return i < 0 ? -i : 2 * (size - 1) - i;
}

import { type Rgb, tint } from "./colours.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { formatShare, plural } from "./format.ts";

/** The accuracy in words. */
export function headline(matrix: ConfusionMatrix): string {
  const { data } = matrix.counts;
  const all = data.reduce((sum, count) => sum + count, 0);
  if (all === 0) return "No examples";
  return `Accuracy ${(100 * matrix.accuracy).toFixed(2)} % of ${plural(all, "example")}`;
}

/** A class's recall in words; `-` for a class without examples. */
export function recallOf(matrix: ConfusionMatrix, row: number): string {
  const total = matrix.total(row);
  return formatShare(Math.round(matrix.recall(row) * total) || 0, total);
}

/**
 * The ground of each cell: blue on the diagonal, orange beside it. Errors are rare: the most frequent one is darkest,
 * or none would be seen beside the right answers.
 */
export function shades(matrix: ConfusionMatrix): (row: number, column: number) => Rgb {
  const k = matrix.classes.length;
  const totals = matrix.classes.map((_, row) => matrix.total(row));
  const share = (row: number, column: number) =>
    (matrix.counts.data[row * k + column] as number) / Math.max(1, totals[row] as number);
  let worst = 0;
  for (let row = 0; row < k; row++) {
    for (let column = 0; column < k; column++) if (row !== column) worst = Math.max(worst, share(row, column));
  }
  return (row, column) =>
    row === column
      ? tint("#185a9d", share(row, column))
      : tint("#d55e00", worst === 0 ? 0 : share(row, column) / worst);
}

/** A count of zero stands back behind the others, and is still there. */
export const zeroInk = "#9aa0a8";

import type { ColourScale } from "./colour-bar.ts";
import { type Rgb, tint } from "./colours.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { formatNumber, formatShare, plural } from "./format.ts";

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

const right = (share: number): Rgb => tint("#185a9d", share);
const wrong = (share: number): Rgb => tint("#d55e00", share);

/**
 * The ground of each cell: blue on the diagonal, orange beside it. Errors are rare: the most frequent one is darkest,
 * or none would be seen beside the right answers.
 */
export function shades(matrix: ConfusionMatrix): (row: number, column: number) => Rgb {
  const share = sharesOf(matrix);
  const worst = worstOf(matrix);
  return (row, column) =>
    row === column ? right(share(row, column)) : wrong(worst === 0 ? 0 : share(row, column) / worst);
}

/** What the two colours stand for: shares of a row. */
export function confusionScales(matrix: ConfusionMatrix): ColourScale[] {
  const worst = worstOf(matrix);
  const percent = (share: number) => `${formatNumber(Math.round(1000 * share) / 10)} %`;
  const blue = { colourAt: right, ticks: ["0", "50 %", "100 %"], name: "of the class, right" };
  if (worst === 0) return [blue];
  return [blue, { colourAt: wrong, ticks: ["0", percent(worst / 2), percent(worst)], name: "of the class, wrong" }];
}

/** The share of a row's examples that a cell has. */
function sharesOf(matrix: ConfusionMatrix): (row: number, column: number) => number {
  const k = matrix.classes.length;
  const totals = matrix.classes.map((_, row) => Math.max(1, matrix.total(row)));
  return (row, column) => (matrix.counts.data[row * k + column] as number) / (totals[row] as number);
}

/** The share of the most frequent error; 0 where there is none. */
function worstOf(matrix: ConfusionMatrix): number {
  const k = matrix.classes.length;
  const share = sharesOf(matrix);
  let worst = 0;
  for (let row = 0; row < k; row++) {
    for (let column = 0; column < k; column++) if (row !== column) worst = Math.max(worst, share(row, column));
  }
  return worst;
}

/** A count of zero stands back behind the others, and is still there. */
export const zeroInk = "#9aa0a8";

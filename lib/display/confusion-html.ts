import { escapeHtml } from "../mime.ts";
import { hex, inkOn } from "./colours.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { recallOf, shades, zeroInk } from "./confusion-shades.ts";
import { formatCount } from "./format.ts";

/** The counts as a coloured table. */
export function confusionHtml(matrix: ConfusionMatrix): string {
  const { classes, counts } = matrix;
  const k = classes.length;
  const shadeOf = shades(matrix);
  const box = "padding: 0.3em 0.6em; font-variant-numeric: tabular-nums";
  const cut = "max-width: 9em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap";
  const head = (name: string, scope: string, more: string) =>
    `<th scope="${scope}" dir="auto" title="${escapeHtml(name)}" style="${box}; font-weight: 600; ${cut}; ${more}">${escapeHtml(name)}</th>`;
  const lines = classes.map((name, row) => {
    const cells = classes.map((_, column) => {
      const count = counts.data[row * k + column] as number;
      const shade = shadeOf(row, column);
      const colours = `background: ${hex(shade)}; color: ${count === 0 ? zeroInk : inkOn(shade)}`;
      return `<td style="${box}; text-align: center; ${colours}">${formatCount(count)}</td>`;
    });
    const recall = `<td style="${box}; text-align: right; opacity: 0.8">${recallOf(matrix, row)}</td>`;
    return `<tr>${head(name, "row", "text-align: right")}${cells.join("")}${recall}</tr>`;
  });
  const names = classes.map((name) => head(name, "col", "text-align: center")).join("");
  const corner = `<td style="${box}; opacity: 0.7; text-align: right">true \\ predicted</td>`;
  const recall = `<td style="${box}; opacity: 0.7; text-align: right">recall</td>`;
  return `<table style="border-collapse: separate; border-spacing: 1px"><thead><tr>${corner}${names}${recall}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}

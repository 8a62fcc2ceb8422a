import { beginning, count, cut, escapeHtml, plural } from "./html.ts";
import { isUnfoldable, leafText, previewOf } from "./preview.ts";
import type { Cell, Grid } from "./records.ts";

const line = "1px solid rgba(128, 128, 128, 0.35)";
const padding = "padding: 0.25em 0.8em";

/** Characters of a column's name. */
const longestName = 100;

/** A grid as a table with a row of names, a column of row numbers, and how much of the whole it is. */
export function tableHtml(grid: Grid): string {
  const aligned = grid.columns.map((_, i) => (isNumeric(grid, i) ? "right" : "left"));
  const heads = grid.columns.map(
    (name, i) =>
      `<th style="text-align: ${aligned[i]}; ${padding}; border-bottom: ${line}" dir="auto">${escapeHtml(cut(name, longestName))}</th>`,
  );
  const more = grid.hidden > 0 ? `<th style="${padding}; border-bottom: ${line}">…</th>` : "";
  const corner = `<th style="${padding}; border-bottom: ${line}"></th>`;
  const rows = grid.rows.map((row, i) => {
    const cells = row.map((cell, column) => cellHtml(cell, aligned[column] as string));
    return `<tr><td style="text-align: right; ${padding}; opacity: 0.7">${i}</td>${cells.join("")}${grid.hidden > 0 ? "<td></td>" : ""}</tr>`;
  });
  const style = `border-collapse: collapse; font-size: 0.9em; font-variant-numeric: tabular-nums; margin: 0`;
  const table = `<table style="${style}"><thead><tr>${corner}${heads.join("")}${more}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return `<div style="overflow-x: auto">${table}</div><div style="opacity: 0.7; font-size: 0.85em; margin-top: 0.3em">${extentOf(grid)}</div>`;
}

function cellHtml(cell: Cell, align: string): string {
  const style = `text-align: ${align}; ${padding}`;
  if (cell === undefined) return `<td style="${style}"></td>`;
  const { value } = cell;
  if (value === null || value === undefined) return `<td style="${style}; opacity: 0.6">${String(value)}</td>`;
  const text = cellText(cell);
  const full = typeof value === "number" && text !== String(value) ? ` title="${value}"` : "";
  const whole = align === "right" || (typeof value !== "string" && text.length < 32) ? "; white-space: nowrap" : "";
  return `<td style="${style}${whole}" dir="auto"${full}>${escapeHtml(text)}</td>`;
}

/** A grid as lines of text in columns. */
export function tableText(grid: Grid): string {
  if (grid.columns.length === 0) return `(${extentOf(grid)})`;
  const names = grid.columns.map((name) => cut(name, longestName));
  const texts = [names, ...grid.rows.map((row) => row.map(cellText))];
  const columns = names.map((_, i) => ({
    width: texts.reduce((most, row) => Math.max(most, lengthOf(row[i])), 0),
    pad: isNumeric(grid, i) ? padStart : padEnd,
  }));
  const lines = texts.map((row) =>
    columns
      .map(({ width, pad }, i) => pad(row[i] ?? "", width))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, `(${extentOf(grid)})`].join("\n");
}

const lengthOf = (text = ""): number => [...text].length;
const gap = (text: string, width: number): string => " ".repeat(Math.max(0, width - lengthOf(text)));
const padStart = (text: string, width: number): string => gap(text, width) + text;
const padEnd = (text: string, width: number): string => text + gap(text, width);

/** A string as it is, without quotes; a number with six digits where it has more. */
function cellText(cell: Cell): string {
  if (cell === undefined) return "";
  const { value } = cell;
  if (typeof value === "string") return value.length > 200 ? `${beginning(value, 200)}…` : value;
  if (typeof value === "number") return numberText(value);
  return isUnfoldable(value) ? previewOf(value, 48) : leafText(value);
}

function numberText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  if (Number.isInteger(value) || !Number.isFinite(value) || text.length <= 8) return text;
  return String(Number(value.toPrecision(6)));
}

/** Whether every value that a column shows is a number. */
function isNumeric({ rows }: Grid, column: number): boolean {
  const values = rows.flatMap((row) => (row[column] === undefined ? [] : [row[column].value]));
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length > 0 && known.every((value) => typeof value === "number" || typeof value === "bigint");
}

/** `3 rows`, `50 of 1,200 rows`, `20 of 31 columns`. */
function extentOf({ rows, total, columns, hidden }: Grid): string {
  const of = (shown: number, all: number, noun: string) =>
    shown === all ? plural(all, noun) : `${count(shown)} of ${plural(all, noun)}`;
  return `${of(rows.length, total, "row")}, ${of(columns.length, columns.length + hidden, "column")}`;
}

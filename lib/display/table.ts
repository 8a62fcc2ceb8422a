import { checkInteger, checkOptions, OptionError } from "../errors.ts";
import { escapeHtml } from "../mime.ts";
import { formatCount, formatNumber, joinSentences, plural } from "./format.ts";
import { Picture, wrapFigure } from "./picture.ts";

/** What stands in a table: numbers are written with four significant digits and right-aligned. */
export type Cell = string | number;

/** How a table is written; every option may be left out. */
export interface TableOptions {
  readonly title?: string;
  readonly caption?: string;
  /** A last row that is set apart, such as a total. */
  readonly total?: readonly Cell[];
  /** Rows beyond this many are not written, which is said; default 200. */
  readonly limit?: number;
}

/**
 * A table with heads, in HTML and in text with aligned columns.
 *
 * @param rows each as long as `columns`
 * @param columns the heads
 * @throws OptionError if a row has another number of cells, or for an unknown option
 */
export function table(
  rows: readonly (readonly Cell[])[],
  columns: readonly string[],
  options: TableOptions = {},
): Picture {
  checkOptions("table", options, ["title", "caption", "total", "limit"]);
  const { title, total, limit = 200 } = options;
  checkInteger("table", "limit", limit, 1);
  for (const [i, row] of [...rows, ...(total ? [total] : [])].entries()) {
    if (row.length === columns.length) continue;
    const which = i < rows.length ? `row ${i}` : "the total";
    const problem = `${which} has ${plural(row.length, "cell")}, there are ${plural(columns.length, "column")}`;
    throw new OptionError("table", problem, "give every row one cell a column");
  }
  const shown = rows.slice(0, limit);
  const caption = joinSentences(
    options.caption,
    rows.length === 0 && "No rows",
    rows.length > limit && `The first ${formatCount(limit)} of ${formatCount(rows.length)} rows`,
  );
  return new Picture({
    "text/html": wrapFigure(tableHtml(shown, columns, total), { title, caption }),
    "text/plain": [title, tableText(shown, columns, total), caption].filter(Boolean).join("\n"),
  });
}

const line = "1px solid rgba(128, 128, 128, 0.45)";

/** Cells of fewer characters, such as a shape, stay on one line where there is little room; sentences do not. */
const SHORT = 24;
/** In ems: beside each cell, and about how wide a character is. */
const PADDING = 0.6;
const CHARACTER = 0.6;

/**
 * The table as HTML, without title and caption. Where the page has less room than it would take it is written smaller, as small as
 * can be read; then one scrolls.
 */
export function tableHtml(
  rows: readonly (readonly Cell[])[],
  columns: readonly string[],
  total?: readonly Cell[],
): string {
  const body = [...rows, ...(total ? [total] : [])];
  const numeric = columns.map((_, column) => body.some((row) => typeof row[column] === "number"));
  const style = (column: number, more: string) =>
    `style="text-align: ${numeric[column] ? "right" : "left"}; padding: 0.25em ${PADDING}em; ${more}"`;
  const head = columns.map(
    (name, i) => `<th scope="col" dir="auto" ${style(i, `border-bottom: ${line}`)}>${escapeHtml(name)}</th>`,
  );
  const write = (row: readonly Cell[], more: string) =>
    `<tr>${row.map((cell, i) => writeCell(cell, i, more)).join("")}</tr>`;
  const writeCell = (cell: Cell, column: number, more: string) => {
    const text = cellText(cell);
    const whole = text.length < SHORT && text.includes(" ") ? `${more}; white-space: nowrap` : more;
    return `<td dir="auto" ${style(column, whole)}>${escapeHtml(text)}</td>`;
  };
  const lines = rows.map((row) => write(row, "font-variant-numeric: tabular-nums")).join("");
  const foot = total ? `<tfoot>${write(total, `font-weight: 600; border-top: ${line}`)}</tfoot>` : "";
  const parts = `<thead><tr>${head.join("")}</tr></thead><tbody>${lines}</tbody>${foot}`;
  const size = `clamp(0.62em, ${(100 / widthOf(columns, body)).toFixed(2)}cqi, 0.93em)`;
  return `<div style="overflow-x: auto; container-type: inline-size"><table style="border-collapse: collapse; font-size: ${size}">${parts}</table></div>`;
}

/** About how wide a table is, in ems: long texts are broken, heads between their words. */
function widthOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): number {
  const widths = columns.map((name, i) => {
    const words = name.split(" ").map((word) => word.length);
    const longest = Math.max(1, ...words, ...rows.map((row) => cellText(row[i] as Cell).length));
    return Math.min(longest, SHORT) * CHARACTER + 2 * PADDING;
  });
  return widths.reduce((sum, width) => sum + width, 0);
}

/** Cells in columns: numbers to the right, text to the left, a rule under the heads and above the total. */
export function tableText(
  rows: readonly (readonly Cell[])[],
  columns: readonly string[],
  total?: readonly Cell[],
): string {
  const body = [...rows, ...(total ? [total] : [])];
  const widths = columns.map((name, i) => Math.max(name.length, ...body.map((row) => cellText(row[i] as Cell).length)));
  const numeric = columns.map((_, i) => body.some((row) => typeof row[i] === "number"));
  const write = (row: readonly Cell[]) =>
    row
      .map((cell, i) =>
        numeric[i] ? cellText(cell).padStart(widths[i] as number) : cellText(cell).padEnd(widths[i] as number),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [write(columns), rule, ...rows.map(write), ...(total ? [rule, write(total)] : [])].join("\n");
}

/** A cell on one line. */
function cellText(cell: Cell): string {
  return typeof cell === "number" ? formatNumber(cell) : cell.replace(/\s+/g, " ");
}

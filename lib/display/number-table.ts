import { checkOptions, ShapeError } from "../errors.ts";
import { escapeHtml } from "../mime.ts";
import { checkTensor } from "../tensor/check.ts";
import { peek } from "../tensor/numbers.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import { formatNumber, joinSentences } from "./format.ts";
import { checkComputed } from "./images.ts";
import { Picture, wrapFigure } from "./picture.ts";

/** Rows and columns beyond this many are left out, which is said. */
export const TABLE_SIDE = 12;

/** How a table of numbers is written; every option may be left out. */
export interface NumberTableOptions {
  readonly title?: string;
  readonly caption?: string;
}

/**
 * A small tensor as a table: rows and columns with their index, all numbers with as many decimals. Of a large one the
 * first 12 rows and columns.
 *
 * @param x `[]`, `[columns]` or `[rows, columns]`
 * @throws ShapeError if it has more than two axes
 */
export function numberTable(x: AnyTensor, options: NumberTableOptions = {}): Picture {
  checkOptions("numberTable", options, ["title", "caption"]);
  checkTensor("numberTable", "the picture's subject", x);
  const shape = x.shape as readonly number[];
  if (shape.length > 2) {
    const fix = "choose one matrix of it, or reshape it";
    throw new ShapeError(
      "numberTable",
      `a table has 2 axes, this tensor ${shape.length}`,
      [{ name: "tensor", shape }],
      fix,
    );
  }
  checkComputed("numberTable", x);
  const [rows, columns] = [shape.length === 2 ? (shape[0] as number) : 1, shape.at(-1) ?? 1];
  const [shownRows, shownColumns] = [Math.min(rows, TABLE_SIDE), Math.min(columns, TABLE_SIDE)];
  const cells = Array.from({ length: shownRows }, (_, row) =>
    Array.from(peek(x).subarray(row * columns, row * columns + shownColumns)),
  );
  const caption = joinSentences(
    options.caption,
    x.size === 0 && "No values",
    (rows > shownRows || columns > shownColumns) &&
      `The first ${shownRows} of ${rows} rows and ${shownColumns} of ${columns} columns`,
  );
  const heads = { rows: shape.length === 2, columns: shape.length >= 1 };
  return new Picture({
    "text/html": wrapFigure(x.size === 0 ? "" : html(cells, heads), { title: options.title, caption }),
    "text/plain": joinLines(options.title, x.toString(), caption),
  });
}

function html(cells: readonly (readonly number[])[], heads: { rows: boolean; columns: boolean }): string {
  const write = formatAlike(cells.flat());
  const box = "padding: 0.25em 0.7em; text-align: right";
  const pale = `${box}; font-weight: 400; opacity: 0.65`;
  const cell = `${box}; border: 1px solid rgba(128, 128, 128, 0.45); font-variant-numeric: tabular-nums`;
  const indices = (cells[0] ?? []).map((_, i) => `<th scope="col" style="${pale}">${i}</th>`).join("");
  const head = heads.columns ? `<thead><tr>${heads.rows ? "<td></td>" : ""}${indices}</tr></thead>` : "";
  const lines = cells.map((row, i) => {
    const index = heads.rows ? `<th scope="row" style="${pale}">${i}</th>` : "";
    return `<tr>${index}${row.map((value) => `<td style="${cell}">${escapeHtml(write(value))}</td>`).join("")}</tr>`;
  });
  return `<table style="border-collapse: collapse">${head}<tbody>${lines.join("")}</tbody></table>`;
}

/** Four significant digits for the largest number, and as many decimals for all; what would round to 0 keeps its digits. */
function formatAlike(values: readonly number[]): (value: number) => string {
  const finite = values.filter(Number.isFinite);
  const largest = Math.max(0, ...finite.map(Math.abs));
  if (finite.every(Number.isInteger) || largest >= 1e5 || largest < 1e-3) return formatNumber;
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(largest)));
  return (value) => {
    const fixed = value.toFixed(decimals);
    return !Number.isFinite(value) || (value !== 0 && Number(fixed) === 0) ? formatNumber(value) : fixed;
  };
}

function joinLines(...lines: readonly (string | undefined)[]): string {
  return lines.filter(Boolean).join("\n");
}

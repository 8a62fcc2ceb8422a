import { type Displayable, displaySymbol } from "../display/mime.ts";
import { leafText } from "../display/preview.ts";
import { columnNames, gridOf } from "../display/records.ts";
import { tableHtml, tableText } from "../display/table.ts";

/** What of the records `table` shows. */
export interface TableOptions {
  /** The properties to show, in this order; default all that the first 1,000 records have. */
  readonly columns?: readonly string[];
  /** Rows at most, the first ones; default 100. What is left out is counted below the table. */
  readonly rows?: number;
}

/**
 * Records as a table: a row each, their properties as columns, numbers at the right. A getter is not run: its cells
 * stay empty.
 *
 * @throws TypeError if it is given no list of records, or one with something else in it, RangeError if no record has one
 * of the columns
 */
export function table(records: Iterable<object>, { columns, rows = 100 }: TableOptions = {}): Displayable {
  if (typeof (records as { [Symbol.iterator]?: unknown } | null | undefined)?.[Symbol.iterator] !== "function") {
    throw new TypeError(`table: it was given ${leafText(records)}; give it records: table([{ x: 1, y: 2 }])`);
  }
  const all = Array.from(records);
  const stranger = all.findIndex((record) => typeof record !== "object" || record === null);
  if (stranger >= 0)
    throw new TypeError(`table: row ${stranger} is ${leafText(all[stranger])}; every row is an object`);
  const missing = columns?.find((name) => all.length > 0 && !all.some((record) => Object.hasOwn(record, name)));
  if (missing !== undefined) {
    throw new RangeError(`table: no record has "${missing}"; there are ${columnNames(all).join(", ")}`);
  }
  const grid = gridOf(all, { columns, rows, widest: Number.POSITIVE_INFINITY });
  return { [displaySymbol]: () => ({ "text/plain": tableText(grid), "text/html": tableHtml(grid) }) };
}

/**
 * A value as JSON, which JupyterLab and VS Code show as a tree to unfold and to search.
 *
 * @throws TypeError for what JSON cannot hold: a circle, a bigint, `undefined`
 */
export function json(value: unknown): Displayable {
  const text = JSON.stringify(value, undefined, 2) as string | undefined;
  if (text === undefined) throw new TypeError(`json: JSON has no ${leafText(value)}`);
  const data: unknown = JSON.parse(text);
  return { [displaySymbol]: () => ({ "text/plain": text, "application/json": data }) };
}

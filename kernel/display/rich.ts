import { inspect, types } from "node:util";
import { errorHtml } from "./error.ts";
import { hasMethod, membersOf } from "./inside.ts";
import { pictureBundle } from "./picture-bundle.ts";
import { isUnfoldable } from "./preview.ts";
import { areRecords, gridOf } from "./records.ts";
import { tableHtml } from "./table.ts";
import { isShort, treeHtml } from "./tree.ts";

/** Rows and columns of a table that nobody asked to be longer. */
export const defaultGrid = { rows: 20, widest: 20 } as const;

/**
 * What a value without a method of its own is shown as beside its text: pictures, tables, trees, errors. Empty where
 * the text says it best: numbers, strings, lists of them, whatever fits on a line, and what inspects itself.
 *
 * @param text the value as text, which front ends show where they know nothing richer
 */
export function richFormats(value: unknown, text: string): Record<string, unknown> {
  if (types.isUint8Array(value)) {
    const picture = pictureBundle(value);
    if (picture !== undefined) return picture;
  }
  if (types.isNativeError(value)) return { "text/html": errorHtml(value) };
  if (!isUnfoldable(value) || hasMethod(value, inspect.custom)) return {};
  if (areRecords(value)) return { "text/html": tableHtml(gridOf(value, defaultGrid)) };
  // Numbers and words: their text stands in columns.
  if ((Array.isArray(value) || types.isSet(value)) && membersOf(value, 100, String).first.every(isShort)) return {};
  const fitsOnALine = !text.includes("\n") && text.length <= 100 && !/\[(Object|Array|Map|Set)\]/.test(text);
  return fitsOnALine ? {} : { "text/html": treeHtml(value) };
}

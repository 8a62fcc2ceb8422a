import { inspect, types } from "node:util";
import { hasMethod, membersOf, sizeOf } from "./inside.ts";
import { displaySymbol } from "./mime.ts";
import { isUnfoldable } from "./preview.ts";

/** Records as rows and columns; a cell is undefined where the record has no such property. */
export interface Grid {
  readonly columns: readonly string[];
  /** Columns left out at the right. */
  readonly hidden: number;
  readonly rows: readonly (readonly Cell[])[];
  /** Of how many records the rows are the first. */
  readonly total: number;
}

export type Cell = { readonly value: unknown } | undefined;

/** Columns whose names are collected, and records whose names are looked at. */
const mostNames = 1000;

export interface GridOptions {
  /** The properties to show, in this order; default all that the first records have. */
  readonly columns?: readonly string[] | undefined;
  /** Rows at most. */
  readonly rows: number;
  /** Columns at most, where they are not named. */
  readonly widest: number;
}

/** The first records as a grid, without running a getter: a property that has one is an empty cell. */
export function gridOf(records: readonly object[], { columns, rows, widest }: GridOptions): Grid {
  const names = columns ?? columnNames(records);
  const shown = columns === undefined ? names.slice(0, widest) : names;
  const first = firstOf(records, rows).map((record) => shown.map((name) => cellOf(record, name)));
  return { columns: shown, hidden: names.length - shown.length, rows: first, total: records.length };
}

/** Every property name of the first records, in the order in which they appear. */
export function columnNames(records: readonly object[]): string[] {
  const names = new Set<string>();
  for (const record of firstOf(records, mostNames)) {
    for (const { label } of propertiesOf(record)) if (names.size < mostNames) names.add(label);
  }
  return [...names];
}

const propertiesOf = (record: object): { label: string }[] =>
  membersOf(record, mostNames, String).first.flatMap((member) =>
    member.kind === "value" && member.label !== undefined ? [{ label: member.label }] : [],
  );

/** By index and descriptor, as an array's own methods may be anybody's. What is no object has no properties. */
function firstOf(records: readonly object[], limit: number): object[] {
  return Array.from({ length: Math.min(records.length, limit) }, (_, i) => {
    const record: unknown = Object.getOwnPropertyDescriptor(records, i)?.value;
    return isUnfoldable(record) ? record : {};
  });
}

function cellOf(record: object, name: string): Cell {
  const own = Object.getOwnPropertyDescriptor(record, name);
  return own === undefined || own.get !== undefined ? undefined : { value: own.value };
}

/** Records that are looked at to tell whether an array is a table. */
const sample = 100;

/** Whether a table says more of an array than a tree: objects without a look of their own, with properties in common. */
export function areRecords(value: unknown): value is readonly object[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  const first = Array.from(
    { length: Math.min(value.length, sample) },
    (_, i): unknown => Object.getOwnPropertyDescriptor(value, i)?.value,
  );
  if (!first.every(isRecord)) return false;
  const names = columnNames(first).length;
  const filled = first.reduce((sum, record) => sum + propertiesOf(record).length, 0);
  return names > 0 && filled * 3 >= names * first.length; // at least a third of the cells
}

const isRecord = (value: unknown): value is object =>
  isUnfoldable(value) &&
  sizeOf(value) === undefined &&
  !types.isNativeError(value) &&
  !hasMethod(value, displaySymbol) &&
  !hasMethod(value, inspect.custom);

import { types } from "node:util";
import { leafText } from "../preview.ts";

/** One of a figure's traces as plain data. */
export type Trace = Readonly<Record<string, unknown>>;

/** A plotly figure as JSON can hold it. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A copy of a figure's parts that JSON can hold: typed arrays and other collections of numbers become arrays. */
export function figureOf(data: readonly unknown[], layout: unknown, config?: unknown): Figure {
  const stranger = data.findIndex((trace) => !isObject(trace));
  if (stranger >= 0) {
    throw new TypeError(
      `plot: trace ${stranger} is ${leafText(data[stranger])}; a trace is an object: { x: […], y: […] }`,
    );
  }
  return {
    data: data.map((trace, i) => plain(trace, `data[${i}]`, []) as Trace),
    layout: withTitles(plain(layout ?? {}, "layout", []) as Figure["layout"]),
    ...(config === undefined ? {} : { config: plain(config, "config", []) as Figure["layout"] }),
  };
}

/** `title: "x"` was right for long and still is in most examples; plotly 4 wants `title: { text: "x" }`. */
function withTitles(layout: Figure["layout"]): Figure["layout"] {
  const titled = Object.entries(layout).map(([key, value]) => {
    if (key === "title" && typeof value === "string") return [key, { text: value }];
    if (!/^[xy]axis\d*$/.test(key) || !isObject(value)) return [key, value];
    const { title } = value as { title?: unknown };
    return [key, typeof title === "string" ? { ...value, title: { text: title } } : value];
  });
  return Object.fromEntries(titled) as Figure["layout"];
}

/** Whether a value is evidently meant as a figure: `data` and `layout`, and traces with data of their own. */
export function isFigure(value: unknown): value is { data: object[]; layout: object; config?: object } {
  if (!isObject(value) || types.isProxy(value)) return false;
  const own = (key: string): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
  const [data, layout] = [own("data"), own("layout")];
  if (!Array.isArray(data) || types.isProxy(data) || data.length === 0 || !isObject(layout)) return false;
  if (!Object.keys(value).every((key) => ["data", "layout", "config", "frames"].includes(key))) return false;
  return data.every(
    (trace) => isObject(trace) && !types.isProxy(trace) && dataKeys.some((key) => Object.hasOwn(trace, key)),
  );
}

/** What traces of every type keep their numbers under. */
const dataKeys = ["x", "y", "z", "values", "r", "lat", "locations", "value", "link", "dimensions", "cells"];

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** @param within what the value lies in, for circles */
function plain(value: unknown, path: string, within: readonly object[]): unknown {
  if (typeof value === "bigint") return Number(value);
  if (!isObject(value)) return typeof value === "function" || typeof value === "symbol" ? undefined : value;
  if (within.includes(value)) throw new TypeError(`plot: ${path} contains itself; a figure is plain data`);
  const inside = [...within, value];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (types.isTypedArray(value)) return Array.from(value as Iterable<unknown>, Number);
  if (isIterable(value)) return Array.from(value, (each, i) => plain(each, `${path}[${i}]`, inside));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, `${path}.${key}`, inside)]));
}

const isIterable = (value: object): value is Iterable<unknown> =>
  typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === "function";

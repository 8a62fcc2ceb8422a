import { types } from "node:util";
import { sizeOf } from "../display/inside.ts";
import { lineOf } from "../display/line.ts";
import { shortText } from "../display/preview.ts";
import { describeThrown } from "../display/text.ts";
import { type DebugView, debugViewName, type RanFile } from "../protocol/debug.ts";
import { bundleOf } from "./bundle.ts";

/**
 * Puts on `globalThis` what a debugger calls to see the values of cells, also while it holds this thread in the middle of one.
 *
 * @param cells the values of all cells by name
 * @returns takes it away
 */
export function installDebugView(cells: Record<string, unknown>, files: () => RanFile[]): () => void {
  const reached = new Map<string, number>();
  const view: DebugView = {
    cells,
    names: () => Object.keys(cells),
    files,
    values: () => valuesOf(cells),
    lines: (...values) => values.map(lineOf),
    size: (value) => (typeof value === "object" && value !== null ? sizeOf(value) : undefined),
    elements: elementsOf,
    bundle: bundleOf,
    holds,
    reached(key) {
      const times = (reached.get(key) ?? 0) + 1;
      reached.set(key, times);
      return times;
    },
    log(texts, ...values) {
      console.log(texts.map((text, i) => text + (i < values.length ? printed(values[i]!) : "")).join(""));
      return false;
    },
  };
  Object.defineProperty(globalThis, debugViewName, { value: view, configurable: true });
  return () => void Reflect.deleteProperty(globalThis, debugViewName);
}

function holds(condition: string, test: () => unknown): boolean {
  try {
    return Boolean(test());
  } catch (error) {
    console.error(`The condition ${JSON.stringify(condition)} of a breakpoint failed: ${describeThrown(error)}`);
    return true; // so that somebody sees it
  }
}

function printed(read: () => unknown): string {
  try {
    const value = read();
    return typeof value === "string" ? value : lineOf(value);
  } catch (error) {
    return `(${describeThrown(error)})`;
  }
}

/** A snapshot, since variables that cells share are accessors, and one that is yet to be initialised throws. */
function valuesOf(cells: Record<string, unknown>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(cells)) {
    try {
      values[name] = cells[name];
    } catch {
      // Nothing can be said of it yet.
    }
  }
  return values;
}

/** No code of the collection's own runs: a subclass may have methods of these names. */
function elementsOf(collection: object, start: number, end: number): unknown[] {
  if (types.isMap(collection)) {
    const entries = within(Map.prototype.entries.call(collection), start, end);
    return entries.flatMap(([key, value]) => [shortText(key), value]);
  }
  if (types.isSet(collection)) {
    return within(Set.prototype.values.call(collection), start, end).flatMap((value, i) => [String(start + i), value]);
  }
  const elements: unknown[] = [];
  for (let i = start; i < Math.min(end, sizeOf(collection) ?? 0); i++) {
    const own = Object.getOwnPropertyDescriptor(collection, i);
    if (own !== undefined) elements.push(String(i), own.value);
  }
  return elements;
}

function within<T>(all: Iterator<T>, start: number, end: number): T[] {
  const found: T[] = [];
  for (let i = 0; i < end; i++) {
    const next = all.next();
    if (next.done === true) break;
    if (i >= start) found.push(next.value);
  }
  return found;
}

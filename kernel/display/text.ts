import { inspect, types } from "node:util";
import { count } from "./html.ts";
import { membersOf, sizeOf } from "./inside.ts";
import { isUnfoldable, previewOf } from "./preview.ts";

/** How much of a value its text shows, from generous to least: the first that stays in bounds is taken. */
const views = [
  { depth: 4, items: 100 },
  { depth: 4, items: 20 },
  { depth: 3, items: 20 },
  { depth: 2, items: 20 },
  { depth: 2, items: 6 },
  { depth: 1, items: 6 },
  { depth: 0, items: 20 },
] as const;

/** Values within a value that its text may show: a few screens of them. */
const mostValues = 5000;

/** Characters: one string, and the text as a whole, which a front end keeps in the page. */
const longestString = 100_000;
const longestText = 500_000;

/** Readable text for any value: four levels deep and a hundred items long, or less where that would be endless. */
export function textOf(value: unknown): string {
  try {
    const counts = new Map<object, number>();
    const view = views.find(({ depth, items }) => valuesWithin(value, depth, items, mostValues, counts) < mostValues);
    const { depth, items } = view ?? { depth: 0, items: 20 };
    const shown = view === undefined ? firstProperties(value) : value;
    const text = inspect(shown, { depth, maxArrayLength: items, maxStringLength: longestString });
    if (view === undefined) return `${text}\n(the first of ${count(Object.keys(value as object).length)} properties)`;
    if (text.length <= longestText) return text;
    return `${text.slice(0, longestText)}\n… ${count(text.length - longestText)} more characters`;
  } catch (error) {
    return `${lookOf(value)} (a value that cannot be inspected: ${describeThrown(error)})`;
  }
}

/** What was thrown, in words; a thrown object may lack, or break, `toString`. */
export function describeThrown(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "an error that cannot be shown";
  }
}

function lookOf(value: unknown): string {
  try {
    return isUnfoldable(value) ? previewOf(value) : typeof value;
  } catch {
    return "object"; // its prototype is a proxy that breaks
  }
}

/**
 * Counts as far as `most`: what lies `depth` levels inside, `items` from each collection, every property.
 *
 * @param counts of the properties of objects seen before: there may be many, and they are asked for once a view
 */
function valuesWithin(value: unknown, depth: number, items: number, most: number, counts: Map<object, number>): number {
  if (typeof value === "string") return 1 + Math.min(value.length, longestString) / 100;
  if (typeof value !== "object" || value === null || types.isProxy(value)) return 1;
  if (inspect.custom in value) return 10; // says its own text, of which this knows nothing
  const isCollection = sizeOf(value) !== undefined;
  if (!isCollection && (counts.get(value) ?? 0) >= most) return most;
  const { total, first } = membersOf(value, isCollection ? items : most, () => "");
  if (!isCollection) counts.set(value, total);
  if (!isCollection && total >= most) return most;
  let counted = 1 + first.length;
  for (const member of first) {
    if (depth === 0 || counted >= most) break;
    if (member.kind === "value") counted += valuesWithin(member.value, depth - 1, items, most - counted, counts);
  }
  return counted;
}

/** An object's text has no limit of its own. Of the same class, so that the text begins with its name. */
function firstProperties(value: unknown): unknown {
  const object = value as Record<string, unknown>;
  const some = Object.create(Object.getPrototypeOf(object) as object | null) as object;
  for (const key of Object.keys(object).slice(0, 100)) {
    Object.defineProperty(some, key, Object.getOwnPropertyDescriptor(object, key) ?? {});
  }
  return some;
}

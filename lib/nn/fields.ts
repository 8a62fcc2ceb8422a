import type { Module } from "./module.ts";

/**
 * What a module's own fields hold, with the path to it: `conv`, `blocks.0`, `heads.left`. Looks into arrays, plain objects,
 * Maps and Sets at any depth, and into nothing else, so that a part put into one is never forgotten.
 */
export function inFields(owner: object, wanted: (value: unknown) => boolean): [path: string, value: unknown][] {
  const found: [string, unknown][] = [];
  const within = new Set<object>(); // containers that the current path leads through: one may hold itself
  const look = (value: unknown, path: string): void => {
    if (wanted(value)) {
      found.push([path, value]);
      return;
    }
    const items = typeof value === "object" && value !== null && !within.has(value) ? itemsOf(value) : null;
    if (items === null) return;
    within.add(value as object);
    for (const [key, item] of items) look(item, `${path}.${key}`);
    within.delete(value as object);
  };
  for (const [name, value] of Object.entries(owner)) look(value, name);
  return found;
}

/** The items of a container with their keys; null for what is none. */
function itemsOf(value: object): Iterable<[unknown, unknown]> | null {
  if (Array.isArray(value)) return value.entries();
  // by their tags: each context, such as a notebook's cells, has a Map and a Set of its own
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Map]") return (value as Map<unknown, unknown>).entries();
  if (tag === "[object Set]") return [...(value as Set<unknown>)].entries();
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain ? Object.entries(value) : null;
}

/** What the fields of a module and of all its parts hold, each occurrence with its path, also where it is the same again. */
export function occurrences<T>(
  module: Module,
  wanted: (value: unknown) => value is T,
  path = "",
): [path: string, value: T][] {
  const own = inFields(module, wanted).map(([name, value]): [string, T] => [`${path}${name}`, value as T]);
  return [...own, ...module.children().flatMap(([name, child]) => occurrences(child, wanted, `${path}${name}.`))];
}

/** The same, but each value once, under its first path. */
export function named<T>(module: Module, wanted: (value: unknown) => value is T): [path: string, value: T][] {
  const found = new Map<T, string>();
  for (const [path, value] of occurrences(module, wanted)) if (!found.has(value)) found.set(value, path);
  return [...found].map(([value, path]) => [path, value]);
}

import { types } from "node:util";

/**
 * What can be said of a value without running any of its code: no getter, no trap of a proxy, no `toString`.
 */
export function constructorName(value: object): string | undefined {
  for (let at = value, depth = 0; depth < 100; depth++) {
    if (types.isProxy(at)) return undefined;
    const constructed: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof constructed === "function" && !types.isProxy(constructed)) {
      const name: unknown = Object.getOwnPropertyDescriptor(constructed, "name")?.value;
      if (typeof name === "string" && name !== "") return name;
    }
    const next = Object.getPrototypeOf(at) as object | null;
    if (next === null) return undefined;
    at = next;
  }
  return undefined;
}

/** Whether some method of this name waits on the value or its prototypes; a proxy is not asked. */
export function hasMethod(value: object, name: symbol): boolean {
  for (let at: object | null = value, depth = 0; at !== null && depth < 100; depth++) {
    if (types.isProxy(at)) return false;
    const own = Object.getOwnPropertyDescriptor(at, name);
    if (own !== undefined) return own.get !== undefined || typeof own.value === "function";
    at = Object.getPrototypeOf(at) as object | null;
  }
  return false;
}

/** A place inside a value. */
export type Member =
  | { kind: "value"; label?: string; value: unknown }
  /** An accessor, which is named rather than run. */
  | { kind: "accessor"; label: string; text: "getter" | "setter" | "getter and setter" }
  /** Elements of an array that do not exist. */
  | { kind: "holes"; length: number };

export interface Members {
  /** How many there are. */
  readonly total: number;
  /** How many of them `first` stands for. */
  readonly shown: number;
  readonly first: Member[];
}

const lengthOfTyped = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length");
const sizeOfMap = Object.getOwnPropertyDescriptor(Map.prototype, "size");
const sizeOfSet = Object.getOwnPropertyDescriptor(Set.prototype, "size");

/** The length of a typed array, even where a subclass has hidden it. */
export const typedLength = (value: object): number => lengthOfTyped?.get?.call(value) as number;

/** Keys of a map, elements of a set or an array: how many; undefined for an object that is not a collection. */
export function sizeOf(value: object): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (types.isTypedArray(value)) return typedLength(value);
  if (types.isMap(value)) return sizeOfMap?.get?.call(value) as number;
  if (types.isSet(value)) return sizeOfSet?.get?.call(value) as number;
  return undefined;
}

/** The first `limit` places inside a value, at a cost that depends on the limit for everything but an object's keys. */
export function membersOf(value: object, limit: number, nameKey: (key: unknown) => string): Members {
  const total = sizeOf(value);
  if (total === undefined) return propertiesOf(value, limit);
  const first: Member[] = [];
  const shown = Math.min(total, limit);
  if (types.isMap(value)) {
    for (const [key, each] of take(Map.prototype.entries.call(value), shown)) {
      first.push({ kind: "value", label: `${nameKey(key)} →`, value: each });
    }
  } else if (types.isSet(value)) {
    for (const each of take(Set.prototype.values.call(value), shown)) first.push({ kind: "value", value: each });
  } else {
    for (let i = 0; i < shown; i++) first.push(elementOf(value, i));
  }
  return { total, shown, first: joinHoles(first) };
}

function* take<T>(from: Iterator<T>, limit: number): Generator<T> {
  for (let i = 0; i < limit; i++) {
    const next = from.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function elementOf(array: object, index: number): Member {
  const own = Object.getOwnPropertyDescriptor(array, index);
  return own === undefined ? { kind: "holes", length: 1 } : memberOf(String(index), own);
}

function joinHoles(members: Member[]): Member[] {
  const joined: Member[] = [];
  for (const member of members) {
    const last = joined.at(-1);
    if (member.kind === "holes" && last?.kind === "holes") last.length++;
    else joined.push(member);
  }
  return joined;
}

function propertiesOf(value: object, limit: number): Members {
  const keys = keysOf(value);
  const first = keys.slice(0, limit).map((key): Member => {
    const label = typeof key === "symbol" ? `[${String(key)}]` : key;
    try {
      const own = Object.getOwnPropertyDescriptor(value, key);
      return own === undefined ? { kind: "holes", length: 1 } : memberOf(label, own);
    } catch {
      return { kind: "accessor", label, text: "getter" };
    }
  });
  return { total: keys.length, shown: first.length, first };
}

/** The enumerable ones, in order. */
export function keysOf(value: object): (string | symbol)[] {
  try {
    const isEnumerable = (key: symbol) => Object.prototype.propertyIsEnumerable.call(value, key);
    const symbols = Object.getOwnPropertySymbols(value).filter(isEnumerable);
    return symbols.length === 0 ? Object.keys(value) : [...Object.keys(value), ...symbols];
  } catch {
    return Reflect.ownKeys(value); // a module one of whose exports has no value yet
  }
}

function memberOf(label: string, { get, set, value }: PropertyDescriptor): Member {
  if (get === undefined && set === undefined) return { kind: "value", label, value };
  const text = get === undefined ? "setter" : set === undefined ? "getter" : "getter and setter";
  return { kind: "accessor", label, text };
}

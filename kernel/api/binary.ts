/** Where a value lies within another: names and positions, from the outside in. */
export type ValuePath = readonly (string | number)[];

/** A value as the widget protocol sends it: JSON, and beside it the bytes that were in it. */
export interface Separated {
  readonly json: unknown;
  readonly paths: ValuePath[];
  readonly buffers: (ArrayBuffer | ArrayBufferView)[];
}

type Binary = ArrayBuffer | ArrayBufferView;

/**
 * Takes bytes out of a value, wherever they lie in its lists and plain objects: null stays in their place.
 *
 * @throws TypeError if JSON cannot express the rest; `name` says in it what the value is
 */
export function separated(value: unknown, name: string): Separated {
  const [paths, buffers]: [ValuePath[], Binary[]] = [[], []];
  const within = new Set<object>();
  const walk = (inner: unknown, path: ValuePath): unknown => {
    if (isBinary(inner)) {
      paths.push(path);
      buffers.push(inner);
      return null;
    }
    if (!isNest(inner)) return inner;
    if (within.has(inner)) throw new TypeError(`${name} contains itself; JSON cannot express that`);
    within.add(inner);
    const copy = Array.isArray(inner)
      ? Array.from(inner, (item, i) => walk(item, [...path, i]))
      : Object.fromEntries(Object.entries(inner).map(([key, item]) => [key, walk(item, [...path, key])]));
    within.delete(inner);
    return copy;
  };
  const walked = walk(value, []);
  if (walked === undefined) return { json: null, paths, buffers };
  let text: string | undefined;
  try {
    text = JSON.stringify(walked) as string | undefined;
  } catch (error) {
    throw new TypeError(`${name} cannot be sent: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text === undefined) throw new TypeError(`${name} is a ${typeof walked}; JSON knows none`);
  return { json: JSON.parse(text), paths, buffers };
}

/**
 * Puts bytes back into a value that came from the other end, each where its path says. A path that leads nowhere is
 * passed over: what a page sends is nobody's promise.
 */
export function putBack(value: Record<string, unknown>, paths: unknown, buffers: readonly Uint8Array[]): void {
  if (!Array.isArray(paths)) return;
  for (const [i, bytes] of buffers.entries()) {
    const path: unknown = paths[i];
    if (!Array.isArray(path) || path.length === 0) continue;
    let holder: unknown = value;
    for (const key of path.slice(0, -1)) {
      holder =
        isNest(holder) && Object.hasOwn(holder, key as PropertyKey) ? Reflect.get(holder, key as string) : undefined;
    }
    const last: unknown = path.at(-1);
    const fits = Array.isArray(holder)
      ? Number.isInteger(last) && (last as number) >= 0 && (last as number) < holder.length
      : isNest(holder) && typeof last === "string" && last !== "__proto__";
    if (fits) Reflect.set(holder as object, last as string, bytes);
  }
}

const kinds = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];

/** Bytes as the kind of array that stood there before, so that a `Float32Array` stays one; else as they are. */
export function ofKind(bytes: unknown, before: unknown, name: string): unknown {
  if (!(bytes instanceof Uint8Array)) return bytes;
  if (before instanceof ArrayBuffer) return bytes.buffer;
  const kind = kinds.find((each) => before instanceof each);
  if (kind === undefined) return bytes;
  if (bytes.byteLength % kind.BYTES_PER_ELEMENT !== 0) {
    throw new TypeError(`${name}: ${bytes.byteLength} bytes are no whole number of ${kind.name}'s elements`);
  }
  return new kind(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength / kind.BYTES_PER_ELEMENT);
}

const isBinary = (value: unknown): value is Binary =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;

/** Lists and plain objects, which JSON keeps as they are. */
function isNest(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

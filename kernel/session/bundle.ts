import { inspect } from "node:util";
import type { MimeBundle } from "../protocol/contents.ts";

/**
 * How a value draws itself: a method of this name returns a MIME bundle, or a promise of one. The convention is Deno's
 * and anywidget's, so values of any library work, and a library needs to know nothing of this kernel.
 */
export const display = Symbol.for("Jupyter.display");

/**
 * A value as a MIME bundle that always has text/plain, or is empty for a value that says it shows nothing. Without a
 * promise from the value's own method the answer is immediate, so that a live display can draw from within a loop that
 * never yields.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const text = textOf(value);
  const complete = (drawn: unknown) => {
    const bundle = normalise(drawn);
    return Object.keys(bundle).length === 0 ? bundle : { "text/plain": text, ...bundle };
  };
  const degrade = (error: unknown) => ({ "text/plain": `${text}\n(display hook failed: ${describe(error)})` });
  try {
    const draw = (value as { [display]?: unknown } | null | undefined)?.[display];
    if (typeof draw !== "function") return { "text/plain": text };
    const drawn: unknown = draw.call(value);
    if (!isThenable(drawn)) return complete(drawn);
    return Promise.resolve(drawn).then(complete).catch(degrade);
  } catch (error) {
    return degrade(error); // a broken picture never loses a result
  }
}

/** A value that is a bundle already, as the wire carries it. */
export function rawBundle(value: unknown): MimeBundle {
  try {
    return normalise(value);
  } catch (error) {
    return { "text/plain": `(not a MIME bundle: ${describe(error)})` };
  }
}

/** Readable text for any value: four levels deep, a hundred items long. */
export function textOf(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 100_000 });
  } catch (error) {
    return `(a value that cannot be inspected: ${describe(error)})`;
  }
}

/** Bytes as base64 and JSON as JSON, which is what the wire carries. */
function normalise(bundle: unknown): MimeBundle {
  if (typeof bundle !== "object" || bundle === null) {
    throw new TypeError(`it is ${textOf(bundle)}; a MIME bundle is an object such as { "text/html": "…" }`);
  }
  const normalised: MimeBundle = {};
  for (const [mime, data] of Object.entries(bundle)) {
    const carried = typeof data === "string" ? data : data instanceof Uint8Array ? base64(data) : plain(data);
    if (carried !== undefined) normalised[mime] = carried;
  }
  return normalised;
}

/** Undefined for what JSON does not know, such as a function. */
function plain(data: unknown): unknown {
  const text = JSON.stringify(data) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return "an error that cannot be shown"; // a thrown object may lack, or break, toString
  }
}

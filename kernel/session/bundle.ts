import { inspect } from "node:util";
import type { MimeBundle } from "../protocol/contents.ts";

/**
 * How a value draws itself: a method of this name returns a MIME bundle, or a promise of one. The convention is Deno's
 * and anywidget's, so values of any library work, and a library needs to know nothing of this kernel.
 */
export const display = Symbol.for("Jupyter.display");

/**
 * A value as a MIME bundle that always has text/plain. Without a promise from the value's own method the answer is
 * immediate, so that a live display can draw from within a loop that never yields.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const text = textOf(value);
  const complete = (drawn: unknown) => ({ "text/plain": text, ...normalise(drawn) });
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
    throw new TypeError(`it returned ${textOf(bundle)}; a MIME bundle is an object such as { "text/html": "…" }`);
  }
  const normalised: MimeBundle = {};
  for (const [mime, data] of Object.entries(bundle)) {
    if (data === undefined) continue;
    normalised[mime] = typeof data === "string" ? data : data instanceof Uint8Array ? base64(data) : plain(data);
  }
  return normalised;
}

const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

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

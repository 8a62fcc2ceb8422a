import { types } from "node:util";
import { plot } from "../api/plot.ts";
import { withFigureHtml } from "../display/figure/complete.ts";
import { isFigure } from "../display/figure/figure.ts";
import { base64, displaySymbol } from "../display/mime.ts";
import { richFormats } from "../display/rich.ts";
import { describeThrown, textOf } from "../display/text.ts";
import type { MimeBundle } from "../protocol/contents.ts";

/**
 * A value as a MIME bundle that always has text/plain, or is empty for a value that says it shows nothing: what its own
 * method `Symbol.for("Jupyter.display")` gives, or text with a table, a tree or a picture where that says more. Without
 * a promise from the method the answer is immediate, so that a live display can draw from within a loop that never
 * yields.
 *
 * @param passing whether another drawing soon takes its place: then a figure is its still picture alone, and the forms for
 *   who shows no HTML are not asked for
 */
export function bundleOf(value: unknown, passing = false): MimeBundle | Promise<MimeBundle> {
  const complete = (drawn: unknown) => {
    const bundle = withFigureHtml(normalise(drawn, passing), passing);
    const isWhole = "text/plain" in bundle || Object.keys(bundle).length === 0;
    return isWhole ? bundle : { "text/plain": textOf(value), ...bundle };
  };
  const degrade = (error: unknown) => ({
    "text/plain": `${textOf(value)}\n(display hook failed: ${describeThrown(error)})`,
  });
  try {
    const draw = drawingMethod(value);
    if (draw === undefined) return ownBundle(value);
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
    return { "text/plain": `(not a MIME bundle: ${describeThrown(error)})` };
  }
}

function drawingMethod(value: unknown): ((this: unknown) => unknown) | undefined {
  if (value === undefined || value === null) return undefined;
  // Some proxies answer with a function whatever they are asked, but do not claim to have it.
  if (types.isProxy(value) && !claims(value)) return undefined;
  const draw = (value as { [displaySymbol]?: unknown })[displaySymbol];
  return typeof draw === "function" ? (draw as () => unknown) : undefined;
}

function claims(proxy: object): boolean {
  try {
    return displaySymbol in proxy;
  } catch {
    return false; // revoked, or broken
  }
}

/** What this kernel makes of a value without a method. */
function ownBundle(value: unknown): MimeBundle {
  const text = textOf(value);
  try {
    if (isFigure(value)) return normalise(plot(value)[displaySymbol]());
    return normalise({ "text/plain": text, ...richFormats(value, text) });
  } catch {
    return { "text/plain": text }; // a value that breaks even when it is only looked at
  }
}

/** What only who shows no HTML looks at; values may draw it when it is read. */
const beside = ["image/png", "image/jpeg"];

/** Bytes as base64 and JSON as JSON, which is what the wire carries. @param passing as for `bundleOf` */
function normalise(bundle: unknown, passing = false): MimeBundle {
  if (typeof bundle !== "object" || bundle === null) {
    throw new TypeError(`it is ${textOf(bundle)}; a MIME bundle is an object such as { "text/html": "…" }`);
  }
  const normalised: MimeBundle = {};
  const left = passing && "text/html" in bundle ? beside : [];
  for (const mime of Object.keys(bundle)) {
    if (left.includes(mime)) continue;
    const data = (bundle as Record<string, unknown>)[mime];
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

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

import { escapeHtml } from "../display/html.ts";
import { base64, type Displayable, displaySymbol, type MimeBundle } from "../display/mime.ts";
import { textOf } from "../display/text.ts";

export type MaybePromise<T> = T | Promise<T>;

export const isDisplayable = (value: unknown): value is Displayable =>
  typeof (value as { [displaySymbol]?: unknown } | null | undefined)?.[displaySymbol] === "function";

/** A value as a piece of HTML or Markdown: what it draws if it draws itself, else its text, which stays text. */
export function fragment(value: unknown, within: "text/html" | "text/markdown"): MaybePromise<string> {
  if (!isDisplayable(value)) return escapeHtml(wordsOf(value));
  const bundle = value[displaySymbol]();
  if (!isPromise(bundle)) return pieceOf(bundle, within);
  return Promise.resolve(bundle).then((drawn) => pieceOf(drawn, within));
}

/** Pieces as one text, at once if none of them takes time. */
export function joined(pieces: readonly MaybePromise<string>[]): MaybePromise<string> {
  const ready = pieces.filter((piece) => typeof piece === "string");
  if (ready.length === pieces.length) return ready.join("");
  return Promise.all(pieces.map((piece) => Promise.resolve(piece))).then((texts) => texts.join(""));
}

/** The richest format that can stand within. */
function pieceOf(bundle: MimeBundle, within: "text/html" | "text/markdown"): string {
  for (const mime of new Set([within, "text/html", "image/svg+xml"])) {
    const source = bundle[mime];
    if (typeof source === "string") return source;
  }
  for (const mime of ["image/png", "image/jpeg"]) {
    const data = bundle[mime];
    const text = data instanceof Uint8Array ? base64(data) : data;
    if (typeof text !== "string") continue;
    const alt = escapeHtml(wordsOf(bundle["text/plain"] ?? "")); // a picture's text says what it shows
    return `<img src="data:${mime};base64,${text.replace(/\s/g, "")}" alt="${alt}">`;
  }
  return escapeHtml(wordsOf(bundle["text/markdown"] ?? bundle["text/latex"] ?? bundle["text/plain"] ?? ""));
}

/** A value in a sentence: itself where that says something, else what a cell would show. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return String(value);
  const says = (value as { toString?: unknown }).toString;
  if (typeof says !== "function" || says === Object.prototype.toString) return textOf(value);
  const words: unknown = says.call(value);
  return typeof words === "string" ? words : textOf(value);
}

const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as { then?: unknown }).then === "function";

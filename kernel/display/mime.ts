/**
 * How a value draws itself: a method of this name returns a MIME bundle, or a promise of one. It is
 * `Symbol.for("Jupyter.display")`, which Deno and anywidget know too, so a class needs no import to have the method.
 */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/**
 * One value in several formats, each under its media type; a front end takes the richest that it knows. Text formats
 * are strings, binary ones bytes or base64, JSON ones objects. An empty bundle shows nothing.
 */
export interface MimeBundle {
  readonly [type: string]: unknown;
}

/** A value that draws itself. */
export interface Displayable {
  /** Its forms, asked for each time it is shown. */
  [displaySymbol](): MimeBundle | PromiseLike<MimeBundle>;
}

/** Bytes as the wire carries them in binary formats. */
export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

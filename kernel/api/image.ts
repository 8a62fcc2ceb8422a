import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { count } from "../display/html.ts";
import { type Displayable, displaySymbol } from "../display/mime.ts";
import { type PictureOptions, pictureBundle } from "../display/picture-bundle.ts";

/** How a picture is shown; sizes in pixels of the page. */
export interface ImageOptions {
  /** What a reader hears who cannot see the picture; default its format and size. */
  readonly alt?: string;
  /** Default: the picture's own; with only one of both, the other follows. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * A picture as a value: the path of a file, from the notebook's folder, or a file's bytes. What it is, PNG, JPEG, GIF,
 * WebP or SVG, is seen from its first bytes.
 *
 * @throws Error if there is no such file, TypeError if it is no picture
 */
export function image(source: string | ArrayBuffer | ArrayBufferView, options: ImageOptions = {}): Displayable {
  const bytes = typeof source === "string" ? read(source) : bytesOf(source);
  const bundle = pictureBundle(bytes, options satisfies PictureOptions);
  if (bundle === undefined) {
    const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const what = typeof source === "string" ? `the file "${source}" is` : `these ${count(bytes.length)} bytes are`;
    const first = start === "" ? "it is empty" : `the first bytes are ${start}`;
    throw new TypeError(`image: ${what} no PNG, JPEG, GIF, WebP or SVG: ${first}`);
  }
  return { [displaySymbol]: () => bundle };
}

function read(path: string): Uint8Array {
  if (/^https?:/.test(path)) {
    throw new Error(`image: "${path}" is an address; fetch it first: image(await (await fetch("…")).arrayBuffer())`);
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`image: cannot read "${path}", which is ${resolve(path)}`, { cause: error });
  }
}

function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  return new Uint8Array(source);
}

import { convertIndexedToRgb, decode } from "fast-png";
import { expect } from "vitest";
import type { MimeBundle } from "../../../lib/mime.ts";

/** A decoded PNG by its pixels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  at(x: number, y: number): number[];
}

/** One of a bundle's forms, which has to be text. */
export function formOf(bundle: MimeBundle, type: string): string {
  const form = bundle[type];
  if (typeof form !== "string") throw new Error(`${type} is ${typeof form}, not text`);
  return form;
}

/** Decodes a PNG as any viewer would, whether it has a palette or not. */
export function pixelsOf(base64: string): Pixels {
  const png = decode(Buffer.from(base64, "base64"));
  const data = png.palette ? convertIndexedToRgb(png) : png.data;
  const channels = data.length / (png.width * png.height);
  const at = (x: number, y: number) => Array.from(data.subarray((y * png.width + x) * channels).subarray(0, channels));
  return { width: png.width, height: png.height, at };
}

/** The pixels of a bundle's PNG. */
export function pngOf(bundle: MimeBundle): Pixels {
  return pixelsOf(formOf(bundle, "image/png"));
}

/** The data address of the only image in a bundle's HTML, decoded to what lies in it. */
export function sourceOf(bundle: MimeBundle): string {
  const [, address] = /src="([^"]*)"/.exec(formOf(bundle, "text/html")) ?? [];
  return decodeURIComponent(address ?? "");
}

/**
 * Checks what every XML parser demands: tags close in order, attributes are quoted and unique, no bare `&` or `<`, and
 * none of the characters that XML 1.0 forbids.
 */
export function expectWellFormed(xml: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|\p{Surrogate}/u);
  expect(xml.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
  const open: string[] = [];
  const tag = /<(\/?)([a-zA-Z]+)((?: [a-zA-Z][a-zA-Z0-9:-]*="[^"<]*")*)(\/?)>/g;
  for (const [, closing, name, attributes, empty] of xml.matchAll(tag)) {
    const names = [...(attributes ?? "").matchAll(/ ([a-zA-Z][a-zA-Z0-9:-]*)="/g)].map(([, key]) => key);
    expect(new Set(names).size, `attributes of ${name}`).toBe(names.length);
    if (closing) expect(open.pop()).toBe(name);
    else if (!empty) open.push(name as string);
  }
  expect(open).toEqual([]);
  expect(xml.replace(tag, "")).not.toContain("<");
}

/** A name that would run a script, break an attribute, or break XML, if it were not escaped. */
export const hostile = `<img src=x onerror="alert(1)">'&\u0000\ud800`;

/** Checks that `hostile` is there and dead: no tag of its, no attribute broken. */
export function expectHarmless(markup: string): void {
  expect(markup).not.toMatch(/<img src=x/);
  expect(markup).not.toContain('onerror="alert');
  expect(markup).toContain("&lt;img src=x");
}

/** The pixels of the sprite that an SVG encloses. */
export function spriteIn(svg: string): Pixels {
  return pixelsOf(/base64,([^"]*)/.exec(svg)?.[1] ?? "");
}

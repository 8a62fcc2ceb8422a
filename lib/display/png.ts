import { convertIndexedToRgb, decode, encode } from "fast-png";
import type { Rgb } from "./colours.ts";

/** Pixels, row by row from the top left: one byte a channel. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1: grey, or an index into the palette; 3: red, green, blue; 4: with opacity. */
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
  /** At most 256 colours; makes a coloured map a third of the size. */
  readonly palette?: readonly Rgb[];
}

/** A raster as the bytes of a PNG file. */
export function encodePng({ width, height, channels, data, palette }: Raster): Uint8Array {
  const colours = palette && { palette: palette.map((colour) => [...colour]) };
  return encode({ width, height, channels, depth: 8, data, ...colours }, { zlib: { level: 9 } });
}

/** Each pixel as a square of `factor` by `factor` pixels: enlarged without inventing anything in between. */
export function enlarge(raster: Raster, factor: number): Raster {
  const { width, height, channels, data } = raster;
  const line = width * factor * channels;
  const enlarged = new Uint8Array(line * height * factor);
  for (let y = 0; y < height; y++) {
    const start = y * factor * line;
    for (let x = 0; x < width * factor; x++) {
      const from = (y * width + Math.floor(x / factor)) * channels;
      for (let c = 0; c < channels; c++) enlarged[start + x * channels + c] = data[from + c] as number;
    }
    for (let copy = 1; copy < factor; copy++) enlarged.copyWithin(start + copy * line, start, start + line);
  }
  return { ...raster, width: width * factor, height: height * factor, data: enlarged };
}

/** Bytes as base64, by what browsers and Node both have. */
export function toBase64(bytes: Uint8Array): string {
  const slice = 0x8000; // a function takes only so many arguments
  let binary = "";
  for (let i = 0; i < bytes.length; i += slice) binary += String.fromCharCode(...bytes.subarray(i, i + slice));
  return btoa(binary);
}

/** Base64 of several PNG files below each other; the last ones are left out where more than `most` characters would come of it. */
export function stackPngs(files: readonly string[], most: number): string {
  const rasters = files.map((file) => {
    const png = decode(Uint8Array.from(atob(file), (character) => character.charCodeAt(0)));
    const data = png.palette ? convertIndexedToRgb(png) : png.data;
    return { width: png.width, height: png.height, data, channels: data.length / (png.width * png.height) };
  });
  for (let count = rasters.length; count > 1; count--) {
    const whole = toBase64(encodePng(below(rasters.slice(0, count))));
    if (whole.length <= most) return whole;
  }
  return files[0] as string;
}

/** Rows of white between two rasters. */
const BETWEEN = 12;

function below(
  rasters: readonly { width: number; height: number; channels: number; data: ArrayLike<number> }[],
): Raster {
  const width = Math.max(...rasters.map((one) => one.width));
  const height = rasters.reduce((sum, one) => sum + one.height + BETWEEN, -BETWEEN);
  const data = new Uint8Array(3 * width * height).fill(255);
  let top = 0;
  for (const one of rasters) {
    for (let i = 0; i < one.width * one.height; i++) {
      const to = 3 * ((top + Math.floor(i / one.width)) * width + (i % one.width));
      for (let c = 0; c < 3; c++) data[to + c] = one.data[i * one.channels + (one.channels < 3 ? 0 : c)] as number;
    }
    top += one.height + BETWEEN;
  }
  return { width, height, channels: 3, data };
}

/** The address of a PNG that lies in the page itself. @param png the file in base64 */
export function pngUri(png: string): string {
  return `data:image/png;base64,${png}`;
}

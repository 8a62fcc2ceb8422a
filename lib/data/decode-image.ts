import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import { DataError } from "../errors.ts";
import { inflatesTo } from "./files.ts";
import { isJpeg, jpegHeader } from "./jpeg-header.ts";
import { essentialPng, isPng } from "./png-chunks.ts";

/** A picture as its file has it, upright. */
export interface DecodedImage {
  readonly height: number;
  readonly width: number;
  /** 1: grey; 2: grey with opacity; 3: red, green, blue; 4: with opacity. */
  readonly channels: 1 | 2 | 3 | 4;
  /** `[channels, height, width]`, 0 black or clear .. 1. */
  readonly data: Float32Array;
}

/** The most pixels that are unpacked: far more than photographs have, and less than 2 GiB of numbers. */
const MOST_PIXELS = 100e6;

/**
 * Unpacks a PNG or JPEG file, told by its content. What a file says of its size is believed only as far as its size is
 * bearable, and nothing larger is ever unpacked.
 *
 * @throws DataError if it is neither, too large or damaged
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  if (isPng(bytes)) return unpackPng(bytes, name);
  if (isJpeg(bytes)) return unpackJpeg(bytes, name);
  const first = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const found = bytes.length === 0 ? "an empty file" : `a file that begins with ${first}`;
  throw new DataError(name, "a PNG or JPEG file", found, "convert it to one of them");
}

async function unpackPng(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const png = essentialPng(bytes, name);
  checkSize(png.width, png.height, name);
  if (!(await inflatesTo(png.packed, png.unpackedLimit))) {
    throw new DataError(
      name,
      `intact pixels of ${png.height} × ${png.width}`,
      "damaged ones, or more",
      "fetch it anew",
    );
  }
  const decoded = guarded(name, "PNG", () => decodePng(png.bytes));
  const { width, height, palette, depth } = decoded;
  if (palette !== undefined) {
    const channels = palette[0]?.length === 4 ? 4 : 3;
    const colours = guarded(name, "PNG", () => convertIndexedToRgb(decoded));
    return { width, height, channels, data: planes(colours, channels, width * height, 255) };
  }
  const channels = decoded.channels as DecodedImage["channels"];
  const samples = depth < 8 ? unpackBits(decoded.data, depth, width, height) : decoded.data;
  return { width, height, channels, data: planes(samples, channels, width * height, 2 ** depth - 1) };
}

async function unpackJpeg(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  const { width, height, components, orientation } = jpegHeader(bytes, name);
  checkSize(width, height, name);
  const { default: jpeg } = await import("jpeg-js");
  const options = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const;
  const limits = { maxResolutionInMP: MOST_PIXELS / 1e6, maxMemoryUsageInMB: 2048 };
  const decoded = guarded(name, "JPEG", () => jpeg.decode(bytes, { ...options, ...limits }));
  const size = decoded.width * decoded.height;
  const all = planes(decoded.data, 3, size, 255);
  const channels = components === 1 ? 1 : 3;
  const data = channels === 1 ? all.slice(0, size) : all; // grey comes as three equal ones
  return upright({ width: decoded.width, height: decoded.height, channels, data }, orientation);
}

function checkSize(width: number, height: number, name: string): void {
  if (width > 0 && height > 0 && width * height <= MOST_PIXELS) return;
  const expected = `an image of 1 to ${MOST_PIXELS / 1e6} million pixels`;
  throw new DataError(name, expected, `${height} × ${width}`, "make it smaller first");
}

function guarded<Result>(name: string, kind: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(name, `an intact ${kind} file`, reason, "fetch the file anew, or convert it");
  }
}

/** `[H, W, C]` samples as `[C, H, W]` numbers 0 .. 1. */
function planes(samples: ArrayLike<number>, channels: number, size: number, most: number): Float32Array {
  const result = new Float32Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < size; i++) result[channel * size + i] = samples[i * channels + channel]! / most;
  }
  return result;
}

/** Grey samples of 1, 2 or 4 bits, each row beginning at a byte, as one number each. */
function unpackBits(bytes: ArrayLike<number>, depth: number, width: number, height: number): Uint8Array {
  const samples = new Uint8Array(width * height);
  const line = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  for (let i = 0; i < samples.length; i++) {
    const bit = (i % width) * depth;
    const byte = bytes[Math.floor(i / width) * line + (bit >> 3)]!;
    samples[i] = (byte >> (8 - depth - (bit & 7))) & mask;
  }
  return samples;
}

/** Turns a picture as its Exif orientation says: mirrored for 2, 4, 5, 7; lying on a side for 5 .. 8. */
function upright(image: DecodedImage, orientation: number): DecodedImage {
  if (orientation === 1) return image;
  const { width: columns, height: rows, channels, data } = image;
  const [width, height] = orientation >= 5 ? [rows, columns] : [columns, rows];
  const result = new Float32Array(data.length);
  const fromRight = [2, 3, 6, 7].includes(orientation);
  const fromBottom = [3, 4, 7, 8].includes(orientation);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [a, b] = [fromBottom ? height - 1 - y : y, fromRight ? width - 1 - x : x];
      const from = orientation >= 5 ? b * columns + a : a * columns + b;
      for (let channel = 0; channel < channels; channel++) {
        result[(channel * height + y) * width + x] = data[channel * rows * columns + from]!;
      }
    }
  }
  return { width, height, channels, data: result };
}

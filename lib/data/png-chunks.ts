import { DataError } from "../errors.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The chunks that pixels are made of; all others may hold compressed data of any size. */
const KEPT = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** Samples a pixel by PNG's colour type. */
const SAMPLES: { readonly [type: number]: number } = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** A PNG file without what its pixels do not need. */
export interface EssentialPng {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  /** The compressed pixels, and the most bytes that they may become. */
  readonly packed: Uint8Array;
  readonly unpackedLimit: number;
}

/**
 * Walks through a PNG file (ISO/IEC 15948) and keeps the chunks that pixels are made of, so that a decoder meets nothing
 * that could grow without end. Sizes are known before anything is unpacked.
 *
 * @throws DataError if it is cut short, or does not begin with its header
 */
export function essentialPng(bytes: Uint8Array, name: string): EssentialPng {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE.length)];
  const data: Uint8Array[] = [];
  let header: { width: number; height: number; depth: number; type: number } | undefined;
  for (let at = SIGNATURE.length; ; ) {
    if (at + 12 > bytes.length)
      throw new DataError(name, "a PNG file that ends with IEND", "its end before", "fetch it anew");
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) {
      throw new DataError(name, `${length} bytes of ${type}`, `${bytes.length - at - 12}`, "fetch the file anew");
    }
    if (header === undefined) {
      if (type !== "IHDR" || length !== 13)
        throw new DataError(name, "a PNG header (IHDR of 13 bytes)", `${type} of ${length}`);
      const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      header = { width, height, depth: bytes[at + 16]!, type: bytes[at + 17]! };
    }
    if (KEPT.includes(type)) kept.push(bytes.subarray(at, at + 12 + length));
    if (type === "IDAT") data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
    if (type === "IEND") break;
  }
  const { width, height, depth, type } = header;
  // A filter byte a row; interlaced, seven passes have up to twice as many rows, and end within a byte.
  const unpackedLimit = height * Math.ceil((width * depth * (SAMPLES[type] ?? 4)) / 8) + 16 * height + 16 * width + 64;
  return { width, height, bytes: joined(kept), packed: joined(data), unpackedLimit };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

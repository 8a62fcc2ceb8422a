/** What a picture's own bytes say of it. */
export interface PictureFormat {
  readonly mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/svg+xml";
  /** In pixels; undefined where the file does not say it up front, as an SVG need not. */
  readonly width?: number;
  readonly height?: number;
}

/** The format that the first bytes announce, or undefined if they are no picture's. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n") && bytes.length >= 24) {
    return { mime: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if ((startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a")) && bytes.length >= 10) {
    return { mime: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (startsWith(bytes, "\xff\xd8\xff")) return { mime: "image/jpeg", ...jpegSize(view) };
  if (startsWith(bytes, "RIFF") && startsWith(bytes.subarray(8), "WEBP")) {
    return { mime: "image/webp", ...webpSize(bytes, view) };
  }
  return isSvg(bytes) ? { mime: "image/svg+xml" } : undefined;
}

const startsWith = (bytes: Uint8Array, magic: string): boolean =>
  bytes.length >= magic.length && Array.from(magic).every((character, i) => bytes[i] === character.charCodeAt(0));

/** The first frame header (ITU T.81, B.2.2) behind the segments before it. */
function jpegSize(view: DataView): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2); // a marker may be padded with further 0xff
  }
  return undefined;
}

/** By the kind of the first chunk (RFC 9649): lossy, lossless or extended. */
function webpSize(bytes: Uint8Array, view: DataView): { width: number; height: number } | undefined {
  if (bytes.length < 30) return undefined;
  const chunk = bytes.subarray(12);
  if (startsWith(chunk, "VP8 ")) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (startsWith(chunk, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  return startsWith(chunk, "VP8X") ? { width: three(24) + 1, height: three(27) + 1 } : undefined;
}

/** Whether the bytes begin as an SVG document does: perhaps a declaration, a document type, comments, then `<svg`. */
function isSvg(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x3c && bytes[0] !== 0xef && bytes[0] !== 0x20 && bytes[0] !== 0x0a) return false; // "<", mark, space
  const opening = new TextDecoder().decode(bytes.subarray(0, 4096));
  return /^\s*(?:<\?xml[^>]*>\s*|<!DOCTYPE svg[^>]*>\s*|<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(opening);
}

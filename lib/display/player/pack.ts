import { toBase64 } from "../png.ts";
import type { Played } from "./played.ts";

/**
 * What is played as text for a page: JSON, its arrays of numbers as base64 of their bytes, so that every bit arrives. No
 * `<` occurs in it, which could end the element that it stands in.
 */
export function pack(played: Played): string {
  const text = JSON.stringify(played, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { [value.constructor.name]: toBase64(bytes) };
  });
  return text.replaceAll("<", "\\u003c");
}

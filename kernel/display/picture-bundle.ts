import { byteSize, escapeHtml } from "./html.ts";
import { base64, type MimeBundle } from "./mime.ts";
import { pictureFormat } from "./picture.ts";

export interface PictureOptions {
  /** What a reader hears who cannot see the picture; default its format and size. */
  readonly alt?: string | undefined;
  /** In pixels of the page; default the picture's own. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A picture's bytes as what front ends show, or undefined if they are no picture's. */
export function pictureBundle(bytes: Uint8Array, options: PictureOptions = {}): MimeBundle | undefined {
  const format = pictureFormat(bytes);
  if (format === undefined) return undefined;
  const { mime, width, height } = format;
  const extent = width === undefined ? "" : `, ${width} × ${height} pixels`;
  const alt = options.alt ?? `${mime}${extent}, ${byteSize(bytes.length)}`;
  const sized = options.width !== undefined || options.height !== undefined;
  if (mime === "image/svg+xml" && !sized) return { "text/plain": alt, [mime]: new TextDecoder().decode(bytes) };
  // Exporters know PNG and JPEG by themselves; the rest, and a size, need an element.
  if (!sized && (mime === "image/png" || mime === "image/jpeg")) return { "text/plain": alt, [mime]: base64(bytes) };
  const size = (["width", "height"] as const).flatMap((side) =>
    options[side] === undefined ? [] : [` ${side}="${Number(options[side])}"`],
  );
  const source = `data:${mime};base64,${base64(bytes)}`;
  return { "text/plain": alt, "text/html": `<img src="${source}" alt="${escapeHtml(alt)}"${size.join("")}>` };
}

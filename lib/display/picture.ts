import { display, escapeHtml, type MimeBundle } from "../mime.ts";
import { stackPngs } from "./png.ts";

/** A picture as a value: a notebook draws it where it is a cell's last value, a terminal prints its text. */
export class Picture {
  readonly bundle: MimeBundle;

  constructor(bundle: MimeBundle) {
    this.bundle = bundle;
  }

  /** What a notebook shows. */
  [display](): MimeBundle {
    return this.bundle;
  }

  /** The picture in words. */
  toString(): string {
    return this.bundle["text/plain"];
  }
}

/** An image in a page, with what is said above, below and instead of it. */
export interface Figure {
  readonly title?: string | undefined;
  readonly caption?: string | undefined;
  /** What a reader hears who cannot see it. */
  readonly alt: string;
  /** A data address: the page needs nothing else. */
  readonly source: string;
  /** In pixels; shown smaller where the page is narrower. */
  readonly width: number;
  readonly height: number;
  /** Whether pixels stay squares when the page scales them. */
  readonly pixelated?: boolean;
}

/** HTML without scripts and style sheets, so that front ends show it in notebooks they do not trust, too. */
export function figureHtml({ title, caption, alt, source, width, height, pixelated }: Figure): string {
  const style = `max-width: 100%; height: auto${pixelated ? "; image-rendering: pixelated" : ""}`;
  return wrapFigure(
    `<img src="${source}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" style="${style}">`,
    { title, caption },
  );
}

/** HTML content as a figure with its title above and its caption below; either may be missing. */
export function wrapFigure(content: string, { title, caption }: Pick<Figure, "title" | "caption">): string {
  const head = title ? `<div style="font-weight: 600; margin-bottom: 0.4em" dir="auto">${escapeHtml(title)}</div>` : "";
  const foot = caption
    ? `<figcaption style="opacity: 0.8; margin-top: 0.3em; max-width: 60em" dir="auto">${escapeHtml(caption)}</figcaption>`
    : "";
  return `<figure style="margin: 0.5em 0">${head}${content}${foot}</figure>`;
}

/** No more characters than this become of the PNG of several pictures: more is little to look at, and makes notebooks large. */
const STACKED = 48_000;

/** Pictures below each other, their pixels in one PNG where a front end shows no HTML. @param text all in words */
export function stacked(pictures: readonly Picture[], text: string): Picture {
  const html = pictures.map(({ bundle }) => `${bundle["text/html"] as string}`).join("\n");
  const drawn = pictures.filter(({ bundle }) => "image/png" in bundle);
  if (drawn.length === 0) return new Picture({ "text/html": html, "text/plain": text });
  let png: string | undefined;
  return new Picture({
    "text/html": html,
    get "image/png"() {
      const files = () => drawn.map(({ bundle }) => bundle["image/png"] as string);
      png ??= stackPngs(files(), STACKED);
      return png;
    },
    "text/plain": text,
  });
}

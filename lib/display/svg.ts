import { escapeHtml } from "../mime.ts";

/** Every picture stands on its own ground, so that it reads the same in light and dark front ends. */
export const ground = "#ffffff";
/** Text, and lines that carry meaning; contrast to the ground at least 10 to 1. */
export const ink = "#2b2f36";
/** Secondary text; contrast to the ground at least 5 to 1. */
export const paleInk = "#5a616b";
/** Lines that only guide the eye. */
export const gridInk = "#e3e6ea";

const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An SVG element; values are escaped, numbers rounded to a hundredth of a pixel, undefined ones left out. */
export function element(name: string, attributes: Attributes, content = ""): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${typeof value === "number" ? round(value) : escapeHtml(value)}"`],
  );
  return `<${name}${written.join("")}${content === "" ? "/>" : `>${content}</${name}>`}`;
}

/** A line of text; `size` in pixels, `x` and `y` where it is anchored on its base line. */
export function label(text: string, x: number, y: number, size: number, more: Attributes = {}): string {
  return element("text", { x, y, "font-size": size, fill: ink, ...more }, escapeHtml(text) || " ");
}

/** About how wide a text is in the fonts above, in pixels: they average 0.6 of their size a character. */
export function textWidth(text: string, size: number): number {
  return [...text].length * size * 0.6;
}

/** A whole picture on its ground. @param description what a reader hears who cannot see it */
export function svgDocument(width: number, height: number, description: string, parts: readonly string[]): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width: w,
    height: h,
    viewBox: `0 0 ${w} ${h}`,
    role: "img",
    "aria-label": description,
    "font-family": fontFamily,
    style: "max-width: 100%; height: auto",
  };
  return element("svg", attributes, [element("rect", { width: w, height: h, rx: 4, fill: ground }), ...parts].join(""));
}

/** The size in pixels that `svgDocument` gave a picture. */
export function svgSize(svg: string): { readonly width: number; readonly height: number } {
  const [width, height] = ["width", "height"].map((side) => Number(new RegExp(` ${side}="(\\d+)"`).exec(svg)?.[1]));
  return { width: width as number, height: height as number };
}

/** The address of an SVG that lies in the page itself; safe inside a double-quoted attribute. */
export function svgUri(svg: string): string {
  return `data:image/svg+xml,${svg.replace(/[^ -~]|["#%<>&]/gu, encodeURIComponent)}`;
}

export function round(value: number): string {
  return `${Math.round(value * 100) / 100}`;
}

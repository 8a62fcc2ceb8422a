import { hex, marked, type Rgb } from "./colours.ts";
import { element, gridInk, label, paleInk, textWidth } from "./svg.ts";

/** The colours of a picture, and which of them stands for what. */
export interface ColourScale {
  readonly colourAt: (share: number) => Rgb;
  /** The numbers at evenly spaced places from the first colour to the last; an empty one is not written. */
  readonly ticks: readonly string[];
  /** What is measured, and in what. */
  readonly name?: string | undefined;
  /** Whether some numbers are NaN or infinite, whose colour has to be explained. */
  readonly hasMarked?: boolean;
}

const BAR = { width: 220, height: 14 };
const TEXT = 15;
const MARK = 5;

/** The height of every colour bar, its numbers included. */
export const COLOUR_BAR_HEIGHT = BAR.height + MARK + TEXT + 2;

/** A colour bar with its numbers below it, and to its right what they are. @param x left edge @param y upper edge */
export function colourBar(scale: ColourScale, x: number, y: number): { readonly svg: string; readonly right: number } {
  const { colourAt, ticks, name, hasMarked = false } = scale;
  const id = `scale-${Math.round(x)}-${Math.round(y)}`;
  const stops = Array.from({ length: 21 }, (_, i) =>
    element("stop", { offset: i / 20, "stop-color": hex(colourAt(i / 20)) }),
  );
  const bar = { x, y, width: BAR.width, height: BAR.height, fill: `url(#${id})`, stroke: gridInk };
  const parts = [element("linearGradient", { id }, stops.join("")), element("rect", bar)];
  const bottom = y + BAR.height;
  for (const [i, text] of ticks.entries()) {
    if (text === "") continue;
    const at = x + (ticks.length === 1 ? 0 : (i / (ticks.length - 1)) * BAR.width);
    const anchor = i === 0 ? "start" : i === ticks.length - 1 ? "end" : "middle";
    parts.push(element("line", { x1: at, x2: at, y1: bottom, y2: bottom + MARK, stroke: paleInk }));
    parts.push(label(text, at, bottom + MARK + TEXT - 2, TEXT, { "text-anchor": anchor }));
  }
  let right = x + BAR.width;
  const write = (text: string) => {
    parts.push(label(text, right + 10, bottom, TEXT));
    right += 10 + textWidth(text, TEXT);
  };
  if (name) write(name);
  if (hasMarked) {
    parts.push(element("rect", { ...bar, x: right + 16, width: BAR.height, fill: hex(marked) }));
    right += 16 + BAR.height;
    write("NaN or infinite");
  }
  return { svg: parts.join(""), right };
}

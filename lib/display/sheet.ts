import { type ColourMap, colourAt, hex, marked } from "./colours.ts";
import { shorten } from "./format.ts";
import { type Layout, placeOf } from "./layout.ts";
import { element, gridInk, label, svgDocument, textWidth } from "./svg.ts";

const MARGIN = 10;
const TEXT = 13;
const LABEL_HEIGHT = 18;
const BAR = { width: 180, height: 12, space: 12 };

/** What stands around a sprite: a label under each image, and the scale of its colours below. */
export interface Sheet {
  readonly labels?: readonly string[] | undefined;
  readonly scale?: { readonly map: ColourMap; readonly low: string; readonly high: string } | undefined;
  /** Whether the sprite has numbers that are NaN or infinite, whose colour has to be explained. */
  readonly hasMarked?: boolean;
}

export interface SheetPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A sprite with its labels and colour scale as one SVG, which is sharp at every size. @param source address of the PNG */
export function sheetOf(layout: Layout, source: string, description: string, sheet: Sheet): SheetPicture {
  const between = sheet.labels ? LABEL_HEIGHT : 0;
  const gridHeight = layout.height + between * layout.rows;
  const parts: string[] = [];
  const image = { id: "sprite", href: source, width: layout.width, height: layout.height };
  parts.push(element("defs", {}, element("image", { ...image, style: "image-rendering: pixelated" })));
  for (let row = 0; row < layout.rows; row++) parts.push(rowOf(layout, row, between));
  for (const [i, text] of (sheet.labels ?? []).entries()) parts.push(labelOf(layout, text, i));
  const below = MARGIN + gridHeight;
  const bar = sheet.scale ? barOf(sheet.scale, below + (sheet.labels ? 4 : BAR.space), sheet.hasMarked ?? false) : null;
  if (bar) parts.push(bar.svg);
  const width = MARGIN + Math.max(layout.width, bar?.width ?? 0) + MARGIN;
  const height = (bar?.bottom ?? below) + MARGIN;
  return { svg: svgDocument(width, height, description, parts), width, height };
}

/** The sprite has no room between its rows for labels: each row is a window of its own on it. */
function rowOf(layout: Layout, row: number, between: number): string {
  const { width, frame } = layout;
  const y = placeOf(layout, row * layout.columns).y - frame;
  const height = layout.cellHeight + 2 * frame;
  const window = { x: MARGIN, y: MARGIN + y + row * between, width, height, viewBox: `0 ${y} ${width} ${height}` };
  return element("svg", window, element("use", { href: "#sprite" }));
}

function labelOf(layout: Layout, text: string, index: number): string {
  const { x, y } = placeOf(layout, index);
  const row = Math.floor(index / layout.columns);
  const fitting = shorten(text, Math.floor(layout.cellWidth / (TEXT * 0.6)));
  const bottom = MARGIN + y + layout.cellHeight + layout.frame + row * LABEL_HEIGHT + TEXT;
  return label(fitting, MARGIN + x + layout.cellWidth / 2, bottom, TEXT, { "text-anchor": "middle" });
}

/** The colours of a map between the numbers at its ends, and beside it the colour of what is no number. */
function barOf({ map, low, high }: NonNullable<Sheet["scale"]>, top: number, hasMarked: boolean) {
  const stops = Array.from({ length: 21 }, (_, i) =>
    element("stop", { offset: i / 20, "stop-color": hex(colourAt(map, i / 20)) }),
  );
  const base = top + BAR.height - 1;
  const frame = { y: top, height: BAR.height, stroke: gridInk };
  const parts = [element("linearGradient", { id: "scale" }, stops.join(""))];
  let right = MARGIN; // where the next piece begins
  const write = (text: string) => {
    parts.push(label(text, right, base, TEXT));
    right += textWidth(text, TEXT) + 8;
  };
  write(low);
  parts.push(element("rect", { ...frame, x: right, width: BAR.width, fill: "url(#scale)" }));
  right += BAR.width + 8;
  write(high);
  if (hasMarked) {
    parts.push(element("rect", { ...frame, x: right + 16, width: BAR.height, fill: hex(marked) }));
    right += 16 + BAR.height + 6;
    write("NaN or infinite");
  }
  return { svg: parts.join(""), width: right - MARGIN, bottom: top + BAR.height };
}

import { COLOUR_BAR_HEIGHT, type ColourScale, colourBar } from "./colour-bar.ts";
import { shorten } from "./format.ts";
import { type Layout, placeOf } from "./layout.ts";
import { type MapAxes, mapAxes, roomForAxes } from "./map-axes.ts";
import { element, label, svgDocument } from "./svg.ts";

const MARGIN = 10;
const TEXT = 13;
const LABEL_HEIGHT = 18;
const SPACE = 12;

/** What stands around a sprite: a label under each image, and the scale of its colours below. */
export interface Sheet {
  readonly labels?: readonly string[] | undefined;
  readonly scale?: ColourScale | undefined;
  /** Of a single image, which has so many rows and columns. */
  readonly axes?: (MapAxes & { readonly size: readonly [rows: number, columns: number] }) | undefined;
}

export interface SheetPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** A sprite with what stands around it as one SVG, which is sharp at every size. @param source address of the PNG */
export function sheetOf(layout: Layout, source: string, description: string, sheet: Sheet): SheetPicture {
  const { labels, scale, axes } = sheet;
  const between = labels ? LABEL_HEIGHT : 0;
  const room = axes ? roomForAxes(axes.size[0]) : { left: 0, below: 0 };
  const grid: string[] = [];
  for (let row = 0; row < layout.rows; row++) grid.push(rowOf(layout, row, between));
  for (const [i, text] of (labels ?? []).entries()) grid.push(labelOf(layout, text, i));
  if (axes) {
    const [rows, columns] = axes.size;
    const { x, y } = placeOf(layout, 0);
    const place = { x: MARGIN + x, y: MARGIN + y, width: layout.cellWidth, height: layout.cellHeight, rows, columns };
    grid.push(mapAxes(axes, place));
  }
  const image = { id: "sprite", href: source, width: layout.width, height: layout.height };
  const below = MARGIN + layout.height + between * layout.rows + room.below;
  const top = below + (labels ? 4 : SPACE);
  const bar = scale && colourBar(scale, MARGIN + room.left, top);
  const parts = [
    element("defs", {}, element("image", { ...image, style: "image-rendering: pixelated" })),
    room.left > 0 ? element("g", { transform: `translate(${room.left} 0)` }, grid.join("")) : grid.join(""),
    bar?.svg ?? "",
  ];
  const width = Math.max(MARGIN + room.left + layout.width, bar?.right ?? 0) + MARGIN;
  const height = (bar ? top + COLOUR_BAR_HEIGHT : below) + MARGIN;
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

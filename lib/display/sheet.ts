import { escapeHtml } from "../mime.ts";
import { COLOUR_BAR_HEIGHT, type ColourScale, colourBar } from "./colour-bar.ts";
import { hex, lineColour } from "./colours.ts";
import { shorten } from "./format.ts";
import { type Layout, placeOf } from "./layout.ts";
import { type MapAxes, mapAxes, roomForAxes } from "./map-axes.ts";
import { element, ink, svgDocument } from "./svg.ts";

const MARGIN = 10;
const TEXT = 13;
const LABEL_HEIGHT = 18;
const SPACE = 12;

/** What stands around a sprite: a label under each image, and the scale of its colours below. */
export interface Sheet {
  /** How many images there are. */
  readonly count: number;
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

/**
 * A sprite with what stands around it as one SVG, which is sharp at every size.
 *
 * @param source address of the PNG
 * @param sprite how the images lie in the PNG, at the size of the page, where that is not as they are shown
 */
export function sheetOf(
  layout: Layout,
  source: string,
  description: string,
  sheet: Sheet,
  sprite: Layout = layout,
): SheetPicture {
  const { count, labels, scale, axes } = sheet;
  const between = labels ? LABEL_HEIGHT : 0;
  const room = axes ? roomForAxes(axes.size[0]) : { left: 0, below: 0 };
  const grid: string[] = [];
  if (sprite === layout) for (let row = 0; row < layout.rows; row++) grid.push(rowOf(layout, row, between));
  else for (let i = 0; i < count; i++) grid.push(imageOf(layout, sprite, i, between));
  if (layout.framed && sprite.frame === 0) grid.push(framesOf(layout, count, between));
  const texts = (labels ?? []).map((text, i) => labelOf(layout, text, i));
  grid.push(element("g", { "font-size": TEXT, fill: ink, "text-anchor": "middle" }, texts.join("")));
  if (axes) {
    const [rows, columns] = axes.size;
    const { x, y } = placeOf(layout, 0);
    const place = { x: MARGIN + x, y: MARGIN + y, width: layout.cellWidth, height: layout.cellHeight, rows, columns };
    grid.push(mapAxes(axes, place));
  }
  const image = { id: "sprite", href: source, width: sprite.width, height: sprite.height };
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

/** One image as a window of its own on the sprite. */
function imageOf(layout: Layout, sprite: Layout, index: number, between: number): string {
  const [at, from] = [placeOf(layout, index), placeOf(sprite, index)];
  const [width, height] = [layout.cellWidth, layout.cellHeight];
  const y = MARGIN + at.y + Math.floor(index / layout.columns) * between;
  const window = { x: MARGIN + at.x, y, width, height, viewBox: `${from.x} ${from.y} ${width} ${height}` };
  return element("svg", window, element("use", { href: "#sprite" }));
}

/** Lines around images whose sprite has none. */
function framesOf(layout: Layout, count: number, between: number): string {
  const { cellWidth, cellHeight, columns } = layout;
  const frames = Array.from({ length: count }, (_, i) => {
    const { x, y } = placeOf(layout, i);
    const top = MARGIN + y + Math.floor(i / columns) * between;
    return `M${MARGIN + x - 0.5} ${top - 0.5}h${cellWidth + 1}v${cellHeight + 1}h${-cellWidth - 1}z`;
  });
  return element("path", { d: frames.join(""), fill: "none", stroke: hex(lineColour) });
}

function labelOf(layout: Layout, text: string, index: number): string {
  const { x, y } = placeOf(layout, index);
  const row = Math.floor(index / layout.columns);
  const fitting = shorten(text, Math.floor(layout.cellWidth / (TEXT * 0.6)));
  const bottom = MARGIN + y + layout.cellHeight + layout.frame + row * LABEL_HEIGHT + TEXT;
  return element("text", { x: MARGIN + x + layout.cellWidth / 2, y: bottom }, escapeHtml(fitting) || " ");
}

import { colourAt, hex, inkOn, marked, type Rgb } from "../colours.ts";
import { element, ground, paleInk } from "../svg.ts";
import type { Area } from "./played.ts";

/** One number of a grid. */
export interface Cell {
  /** Null where there is no number: around a pooling's input. */
  readonly value: number | null;
  /** Whether it is padding: around the image. */
  readonly padding?: boolean;
  /** Whether a mask took it away. */
  readonly struck?: boolean;
  /** Whether it is yet to come. */
  readonly pale?: boolean;
}

/** Numbers in rows and columns, as coloured squares that bear their numbers where these are legible. */
export interface Grid {
  readonly area: Area;
  /** Side of a square, pixels. */
  readonly cell: number;
  /** The number that has the strongest colour. */
  readonly largest: number;
  at(row: number, column: number): Cell;
}

/** What is marked in a grid. */
export interface Mark {
  readonly places: readonly { readonly row: number; readonly column: number }[];
  /** `window`: what is computed now; `touched`: what has to do with what is pointed at. */
  readonly kind: "window" | "touched";
}

/** Below this, in pixels, figures cannot be told apart. */
const LEAST_TEXT = 9;
/** Okabe and Ito's bluish green and reddish purple: neither is near the colours of numbers. */
const markColours = { window: "#009e73", touched: "#a8327f" } as const;

/** The size of a grid, pixels; a line of half a pixel stands around it, and marks a little further out. */
export function gridSize({ area, cell }: Grid): { readonly width: number; readonly height: number } {
  return { width: area.width * cell + 2 * MARGIN, height: area.height * cell + 2 * MARGIN };
}

/** Room for marks at the edge. */
export const MARGIN = 3;

/** A grid as the content of an SVG, its upper left corner at 0, 0. */
export function drawGrid(grid: Grid): string {
  const squares = new Map<string, string>();
  const numbers: { x: number; y: number; text: string; ink: string; pale: boolean }[] = [];
  const strikes: string[] = [];
  const { area, cell } = grid;
  for (let row = area.top; row < area.top + area.height; row++) {
    for (let column = area.left; column < area.left + area.width; column++) {
      const { value, padding = false, struck = false, pale = false } = grid.at(row, column);
      const { x, y } = boxAt(grid, { top: row, left: column, height: 1, width: 1 });
      const colour = shadeOf(value, grid.largest);
      const fill = padding && !value ? "#eceef1" : hex(colour);
      const look = attributes({ fill, ...(padding && paddingLine), ...(pale && { opacity: PALE }) });
      squares.set(look, `${squares.get(look) ?? ""}M${x} ${y}h${cell}v${cell}h-${cell}z`);
      if (struck && cell >= 4) strikes.push(strike(x, y, cell));
      if (value === null) continue;
      const ink = padding ? paleInk : inkOn(colour);
      numbers.push({ x: x + cell / 2, y, text: shortNumber(value), ink, pale });
    }
  }
  const paths = [...squares].map(([look, d]) => `<path${look} d="${d}"/>`);
  const drawn = element("g", { stroke: "#c4c9d0", "stroke-width": 0.5 }, paths.join(""));
  const size = Math.min(16, cell * 0.5, (cell - 3) / (0.6 * Math.max(1, ...numbers.map(({ text }) => text.length))));
  if (size < LEAST_TEXT) return drawn + strikes.join("");
  const texts = numbers.map(({ x, y, text, ink, pale }) => {
    const look = { x, y: y + cell / 2 + size * 0.36, fill: ink === "#000000" ? undefined : ink };
    return element("text", { ...look, opacity: pale ? PALE : undefined }, text);
  });
  const written = element("g", { "font-size": size, "text-anchor": "middle" }, texts.join(""));
  return drawn + written + strikes.join("");
}

const PALE = 0.22;
const paddingLine = { stroke: "#8b929b", "stroke-dasharray": "2 2" };

/** What is marked in a grid, as content to lie on it. */
export function drawMarks(grid: Grid, marks: readonly Mark[]): string {
  const parts: string[] = [];
  for (const { places, kind } of marks) {
    const inside = places.filter(({ row, column }) => within(grid.area, row, column));
    if (inside.length === 0) continue;
    // A white line below sets the mark off from dark squares.
    for (const [stroke, width] of [[ground, 5] as const, [markColours[kind], 3] as const]) {
      const line = attributes({ fill: "none", stroke, "stroke-width": Math.min(width, 1 + grid.cell / 4) });
      const boxes = boxesOf(inside).map((box) => boxAt(grid, box));
      parts.push(
        `<path${line} d="${boxes.map(({ x, y, width: w, height: h }) => `M${x} ${y}h${w}v${h}h-${w}z`).join("")}"/>`,
      );
    }
  }
  return parts.join("");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${value}"`)
    .join("");
}

/** Drawn over what a mask took away. */
function strike(x: number, y: number, cell: number): string {
  const [near, far] = [cell * 0.2, cell * 0.8];
  const d = `M${x + near} ${y + near}L${x + far} ${y + far}M${x + far} ${y + near}L${x + near} ${y + far}`;
  return element("path", { d, stroke: paleInk, "stroke-width": 1, fill: "none" });
}

/** White is zero, orange above, blue below. */
function shadeOf(value: number | null, largest: number): Rgb {
  if (value === null) return [255, 255, 255];
  if (!Number.isFinite(value)) return marked;
  // Full colours would drown the figures: three quarters of them tell signs and sizes apart as well.
  return colourAt("diverging", 0.5 + (largest === 0 ? 0 : (0.375 * value) / largest));
}

/** Two significant digits of fractions: more do not fit into a square, and the sum beside it has them. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude < 1e4) return `${value}`;
  if (magnitude >= 1e4 || magnitude < 0.005) return value.toExponential(0).replace("e+", "e");
  return `${Number(value.toPrecision(2))}`.replace(/^(-?)0\./, "$1.");
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** One box where places fill it, or else a box each, as of dilated windows. */
function boxesOf(places: Mark["places"]): Box[] {
  const [rows, columns] = [places.map(({ row }) => row), places.map(({ column }) => column)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [height, width] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  if (height * width === places.length) return [{ top, left, height, width }];
  return places.map(({ row, column }) => ({ top: row, left: column, height: 1, width: 1 }));
}

function boxAt({ area, cell }: Grid, { top, left, height, width }: Box) {
  const [x, y] = [MARGIN + (left - area.left) * cell, MARGIN + (top - area.top) * cell];
  return { x, y, width: width * cell, height: height * cell };
}

function within({ top, left, height, width }: Area, row: number, column: number): boolean {
  return row >= top && row < top + height && column >= left && column < left + width;
}

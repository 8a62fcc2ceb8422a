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
  /** `window`: what is computed now; `touched`: what has to do with what is pointed at; `later`: what is yet to come. */
  readonly kind: "window" | "touched" | "later";
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
  const { cell } = grid;
  const write = writerOf(grid);
  const squares = new Map<string, string>();
  const numbers: { x: number; y: number; text: string; ink: string }[] = [];
  const strikes: string[] = [];
  for (const { row, column, value, padding = false, struck = false } of cellsOf(grid)) {
    const { x, y } = boxAt(grid, { top: row, left: column, height: 1, width: 1 });
    const colour = colourOf(grid, { value, padding });
    const look = attributes({ fill: hex(colour), ...(padding && paddingLine) });
    squares.set(look, `${squares.get(look) ?? ""}${square(x, y, cell, cell)}`);
    if (struck && cell >= 4) strikes.push(strike(x, y, cell));
    if (value !== null) numbers.push({ x, y, text: write(value), ink: padding ? paleInk : inkOn(colour) });
  }
  const paths = [...squares].map(([look, d]) => `<path${look} d="${d}"/>`);
  const drawn = element("g", { stroke: "#c4c9d0", "stroke-width": 0.5 }, paths.join(""));
  const size = textSize(grid);
  if (size === 0) return drawn + strikes.join("");
  const texts = numbers.map(({ x, y, text, ink }) => {
    const fill = ink === "#000000" ? undefined : ink;
    return element("text", { x: x + cell / 2, y: y + cell / 2 + size * 0.36, fill }, text);
  });
  const written = element("g", { "font-size": size, "text-anchor": "middle" }, texts.join(""));
  return drawn + written + strikes.join("");
}

/** The cells in the order they are read, with where they lie. */
export function* cellsOf({ area, at }: Grid): Generator<Cell & { readonly row: number; readonly column: number }> {
  for (let row = area.top; row < area.top + area.height; row++) {
    for (let column = area.left; column < area.left + area.width; column++) {
      yield { ...at(row, column), row, column };
    }
  }
}

/** One size for all numbers of a grid, that of the longest; 0 where they would be too small to read. */
export function textSize(grid: Grid): number {
  const { cell } = grid;
  if (cell * 0.5 < LEAST_TEXT) return 0;
  const write = writerOf(grid);
  const lengths = [...cellsOf(grid)].map(({ value }) => (value === null ? 0 : write(value).length));
  const size = Math.min(16, cell * 0.5, (cell - 3) / (0.6 * Math.max(1, ...lengths)));
  return size < LEAST_TEXT ? 0 : size;
}

/** White is zero, orange above, blue below; padding without a number of its own is grey. */
export function colourOf({ largest }: Grid, { value, padding = false }: Cell): Rgb {
  if (padding && !value) return [236, 238, 241];
  if (value === null) return [255, 255, 255];
  if (!Number.isFinite(value)) return marked;
  // Full colours would drown the figures: three quarters of them tell signs and sizes apart as well.
  return colourAt("diverging", 0.5 + (largest === 0 ? 0 : (0.375 * value) / largest));
}

const paddingLine = { stroke: "#8b929b", "stroke-dasharray": "2 2" };

function square(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h-${width}z`;
}

/** What is marked in a grid, as content to lie on it. */
export function drawMarks(grid: Grid, marks: readonly Mark[]): string {
  return marks.map((mark) => drawMark(grid, mark)).join("");
}

function drawMark(grid: Grid, { places, kind }: Mark): string {
  const inside = places.filter(({ row, column }) => within(grid.area, row, column));
  if (inside.length === 0) return "";
  const boxes = boxesOf(inside).map((box) => boxAt(grid, box));
  const d = boxes.map(({ x, y, width, height }) => square(x, y, width, height)).join("");
  if (kind === "later") return element("path", { d, fill: ground, opacity: 0.75 });
  // A white line below sets the mark off from dark squares.
  return [[ground, 5] as const, [markColours[kind], 3] as const]
    .map(([stroke, width]) => {
      return element("path", { d, fill: "none", stroke, "stroke-width": Math.min(width, 1 + grid.cell / 4) });
    })
    .join("");
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

/**
 * How the numbers of a grid are written: whole ones as they are, fractions with as many decimals as all squares have room
 * for. The sum beside it has more of them.
 */
export function writerOf({ largest }: Pick<Grid, "largest">): (value: number) => string {
  const decimals = largest >= 100 ? 0 : largest >= 2 ? 1 : 2;
  const tiny = largest < 0.05 || largest >= 1e4;
  return (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
    if (Number.isInteger(value) && Math.abs(value) < 1e4) return `${value}`;
    return tiny ? value.toExponential(0).replace("e+", "e") : value.toFixed(decimals).replace(/^(-?)0\./, "$1.");
  };
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

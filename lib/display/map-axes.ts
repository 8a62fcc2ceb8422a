import { axisFor } from "./axis.ts";
import { element, label, paleInk, textWidth } from "./svg.ts";

/** What is counted along the sides of a map: its rows downwards, its columns to the right. */
export interface MapAxes {
  readonly rows: string;
  readonly columns: string;
}

/** A map's place in a picture, in pixels, and how many numbers it has each way. */
export interface MapPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
}

const TICK = 13;
const NAME = 14;
const MARK = 5;

/** The room that axes take to the left of a map, and below it. */
export function roomForAxes(rows: number): { readonly left: number; readonly below: number } {
  return { left: NAME + 8 + textWidth(`${rows - 1}`, TICK) + MARK + 4, below: MARK + TICK + 6 + NAME + 4 };
}

/** Numbers along the left and lower side of a map, each at the middle of its row or column, and what they count. */
export function mapAxes(names: MapAxes, { x, y, width, height, rows, columns }: MapPlace): string {
  const right = { "text-anchor": "end", fill: paleInk };
  const middle = { "text-anchor": "middle", fill: paleInk };
  const parts: string[] = [];
  for (const i of marksOf(rows, height)) {
    const at = y + ((i + 0.5) * height) / rows;
    parts.push(element("line", { x1: x - MARK, x2: x, y1: at, y2: at, stroke: paleInk }));
    parts.push(label(`${i}`, x - MARK - 4, at + TICK * 0.35, TICK, right));
  }
  const bottom = y + height;
  for (const i of marksOf(columns, width)) {
    const at = x + ((i + 0.5) * width) / columns;
    parts.push(element("line", { x1: at, x2: at, y1: bottom, y2: bottom + MARK, stroke: paleInk }));
    parts.push(label(`${i}`, at, bottom + MARK + TICK + 1, TICK, middle));
  }
  const { left, below } = roomForAxes(rows);
  const turned = { ...middle, transform: `translate(${x - left + NAME} ${y + height / 2}) rotate(-90)` };
  parts.push(label(names.rows, 0, 0, NAME, turned));
  parts.push(label(names.columns, x + width / 2, bottom + below - 4, NAME, middle));
  return parts.join("");
}

/** Whole numbers from 0 on, as many as are told apart on so many pixels. */
function marksOf(count: number, pixels: number): number[] {
  const { ticks } = axisFor([0, count - 1], "linear", true, Math.min(8, Math.max(1, pixels / 50)));
  return ticks.map(({ value }) => value).filter((value) => value >= 0 && value < count);
}

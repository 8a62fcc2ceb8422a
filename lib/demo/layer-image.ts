import type { Activation } from "./answer.ts";

/** Shades of a colour map; an odd number, so that zero has one of its own. */
export const LEVELS = 253;
/** What stands where there is no number, or an infinite one. */
export const NO_NUMBER = 255;

/** Maps of a layer beyond this many are not drawn, which is said. */
const MOST = 64;
/** Numbers of a layer beyond so many are not drawn: every second or third row and column is. */
const NUMBERS = 2 ** 16;

/** What a layer came to, as bytes to draw: few enough to be sent while somebody draws. */
export interface LayerImage {
  readonly name: string;
  /** The layer's own, without the batch. */
  readonly shape: readonly number[];
  /** What is drawn of it: maps, and their rows and columns, every `step`th of its own. */
  readonly count: number;
  readonly step: number;
  readonly height: number;
  readonly width: number;
  /** Whether there are negative numbers: then the middle level is zero, else the lowest. */
  readonly signed: boolean;
  /** A level a number, of the largest magnitude among them; `NO_NUMBER` for none. */
  readonly levels: Uint8Array;
}

/** Numbers of `[C, H, W]` as so many maps, all else as one row. */
export function layerImage({ name, shape, values }: Activation): LayerImage {
  const [all, rows, columns] = shape.length === 3 ? (shape as [number, number, number]) : [1, 1, values.length];
  const count = Math.min(all, MOST);
  let step = 1;
  while (count * Math.ceil(rows / step) * Math.ceil(columns / step) > NUMBERS) step++;
  const [height, width] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const length = count * height * width;
  const at = (i: number): number => {
    const plane = Math.floor(i / (height * width));
    const row = step * (Math.floor(i / width) % height);
    return values[(plane * rows + row) * columns + step * (i % width)]!;
  };
  let [largest, signed] = [0, false];
  for (let i = 0; i < length; i++) {
    const value = at(i);
    if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
    signed ||= value < 0;
  }
  const levels = Uint8Array.from({ length }, (_, i) => {
    const value = at(i);
    if (!Number.isFinite(value)) return NO_NUMBER;
    const share = largest === 0 ? 0 : value / largest;
    return Math.round((signed ? (share + 1) / 2 : share) * (LEVELS - 1));
  });
  return { name, shape, count, step, height, width, signed, levels };
}

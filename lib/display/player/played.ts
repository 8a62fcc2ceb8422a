import type { Floats } from "../../compute/floats.ts";
import type { Axis } from "./axis.ts";

/** How the numbers of a window become one; `place`: by where each of them goes. */
export type Rule = "sum" | "max" | "min" | "mean" | "norm" | "place";

/** A rectangle of numbers, by the coordinates of its upper left corner. */
export interface Area {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A layer with windows on one example, as a player plays it: what it reads, what it computes with, and what came out, as
 * the layer itself computed it. It is the same for every kind of layer: the axes say where windows lie, the rule what
 * becomes of their numbers.
 */
export interface Played {
  /** What the library calls it: `conv2d`. */
  readonly operation: string;
  readonly rule: Rule;
  /** Whether sums below 0 become 0. */
  readonly rectified: boolean;
  /** The p of a norm; 0 for other rules. */
  readonly power: number;
  readonly rows: Axis;
  readonly columns: Axis;
  readonly input: PlayedInput;
  readonly weights: PlayedWeights | null;
  readonly outputs: PlayedOutputs;
}

/** The numbers of the input: those in `area`, in coordinates of the image, so those of what is put around it may be below 0. */
export interface PlayedInput {
  /** The channels by their numbers in the layer. */
  readonly channels: readonly number[];
  readonly area: Area;
  /** `[channels, height, width]` of the area. */
  readonly values: Floats;
  /** Where each of them goes, as its position in the whole map, row by row; null where they go nowhere by themselves. */
  readonly places: Int32Array | null;
}

/** The filters, laid out for the outputs that are played. */
export interface PlayedWeights {
  readonly height: number;
  readonly width: number;
  /** Whether all positions have the same. */
  readonly shared: boolean;
  /** `[maps, channels read, height, width]`; not shared, `[maps, P, Q, channels read, height, width]` with outputs P × Q. */
  readonly values: Floats;
  /** 0 where a mask took the weight away, of the shape of the values; null without a mask. */
  readonly mask: Uint8Array | null;
  /** `[maps]`, or not shared `[maps, P, Q]`; null without bias. */
  readonly bias: Floats | null;
}

/** What came out. */
export interface PlayedOutputs {
  /** The maps by their numbers in the layer. */
  readonly maps: readonly number[];
  /** For each map the channels that it reads, as places in the input's list. As many for each. */
  readonly reads: readonly (readonly number[])[];
  /** Which outputs are played. */
  readonly area: Area;
  /** Rows and columns of the whole maps. */
  readonly of: readonly [rows: number, columns: number];
  /** `[maps, height, width]` of the area, as the layer computed them. */
  readonly values: Floats;
  /** What a mean divides by is the product of the two: of the row of outputs, and of the column. Empty for other rules. */
  readonly counts: { readonly rows: readonly number[]; readonly columns: readonly number[] };
}

/** One output: a map as its place in the list, row and column as in the whole map. */
export interface Place {
  readonly map: number;
  readonly row: number;
  readonly column: number;
}

/** How many steps there are: an output each, map after map, row after row. */
export function stepsOf({ outputs }: Played): number {
  return outputs.maps.length * outputs.area.height * outputs.area.width;
}

/** The output of a step. */
export function placeOf({ outputs: { area } }: Played, step: number): Place {
  const plane = area.height * area.width;
  const within = step % plane;
  return {
    map: Math.floor(step / plane),
    row: area.top + Math.floor(within / area.width),
    column: area.left + (within % area.width),
  };
}

/** The step of an output. */
export function stepOf({ outputs: { area } }: Played, { map, row, column }: Place): number {
  return (map * area.height + row - area.top) * area.width + column - area.left;
}

/** What the layer computed there. */
export function outputAt(played: Played, place: Place): number {
  return played.outputs.values[stepOf(played, place)] as number;
}

/** Whether a place lies beside the image: it is padding. */
export function isBeside({ rows, columns }: Played, row: number, column: number): boolean {
  return row < 0 || row >= rows.size || column < 0 || column >= columns.size;
}

/** The number of the input at a place, by the channel's place in the list; undefined where there is none. */
export function inputAt(played: Played, channel: number, row: number, column: number): number | undefined {
  return played.input.values[inputIndex(played, channel, row, column) ?? -1];
}

/** Where a number of the input goes, as its position in the map; undefined where it goes nowhere by itself. */
export function goalOf(played: Played, channel: number, row: number, column: number): number | undefined {
  return played.input.places?.[inputIndex(played, channel, row, column) ?? -1];
}

function inputIndex({ input }: Played, channel: number, row: number, column: number): number | undefined {
  const { top, left, height, width } = input.area;
  const [y, x] = [row - top, column - left];
  return y < 0 || y >= height || x < 0 || x >= width ? undefined : (channel * height + y) * width + x;
}

/** The position of an output in its map, row by row. */
export function positionOf({ outputs }: Played, { row, column }: Pick<Place, "row" | "column">): number {
  return row * outputs.of[1] + column;
}

/** Where a weight lies: `read` counts the channels that the map reads. */
export function weightIndex(played: Played, place: Place, read: number, tapRow: number, tapColumn: number): number {
  const { height, width, shared } = played.weights as PlayedWeights;
  const reads = (played.outputs.reads[place.map] as readonly number[]).length;
  const bank = shared ? place.map : stepOf(played, place);
  return ((bank * reads + read) * height + tapRow) * width + tapColumn;
}

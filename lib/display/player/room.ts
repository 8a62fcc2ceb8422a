import type { Area, Played } from "./played.ts";

/** So many channels are shown side by side. */
export const ABREAST = 3;

/** How much room there is, in pixels: for all pictures side by side, for the input's height, and for one number. */
export interface Room {
  readonly width: number;
  readonly height: number;
  readonly largest: number;
}

/** What fits beside a notebook's menus, and on a screen together with the sum below. */
export const pageRoom: Room = { width: 720, height: 340, largest: 34 };

/** Sides of one number in each kind of picture, pixels. */
export interface Sizes {
  readonly input: number;
  readonly filter: number;
  readonly output: number;
  /** How many maps one below the other. */
  readonly maps: number;
}

/** Squares as large as fit: first of the input, then of the maps in the room that it leaves, and of filters at its side. */
export function sizesOf({ outputs, weights }: Played, area: Area, room: Room): Sizes {
  const channels = Math.min(ABREAST, (outputs.reads[0] as readonly number[]).length);
  const fit = (width: number, height: number, columns: number, rows: number): number =>
    Math.max(2, Math.min(room.largest, Math.floor(width / columns), Math.floor(height / rows)));
  const share = area.width / (area.width + outputs.area.width);
  const across = Math.max(0.5, Math.min(0.8, channels === 1 ? share : 0.8)) * room.width;
  const input = fit(across - GAP * channels, room.height, area.width * channels, area.height);
  const beside = channels === 1 && weights !== null ? room.width / 5 : 0;
  const left = Math.max(room.width / 5, room.width - beside - channels * (area.width * input + GAP));
  const below = channels === 1 ? beside : Math.max(room.width / 5, area.width * input);
  const filter = weights === null ? 0 : fit(below, room.height / 2, weights.width, weights.height);
  const output = (maps: number) =>
    fit(left, room.height - HEADING * (maps - 1), outputs.area.width, outputs.area.height * maps);
  // Several maps where that leaves them legible, or no smaller than one would be.
  const legible = Math.min(18, output(1));
  const counts = [3, 2].filter((count) => count <= outputs.maps.length && output(count) >= legible);
  const maps = counts[0] ?? 1;
  return { input, filter, output: output(maps), maps };
}

/** Between pictures, and above each. */
const GAP = 14;
const HEADING = 24;

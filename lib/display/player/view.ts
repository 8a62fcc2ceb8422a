import { reachOf } from "./axis.ts";
import { drawGrid, drawMarks, type Grid, gridSize, type Mark } from "./grid.ts";
import { type Area, inputAt, isBeside, outputAt, type Place, type Played, placeOf, weightIndex } from "./played.ts";
import { ABREAST, pageRoom, type Room, type Sizes, sizesOf } from "./room.ts";
import { seenBy, tapsOf } from "./terms.ts";

/** A picture of numbers with its heading. */
export interface Panel {
  readonly kind: "input" | "filter" | "output";
  /** Which channel or map, as its place in the list. */
  readonly index: number;
  readonly heading: string;
  readonly grid: Grid;
  readonly width: number;
  readonly height: number;
  /** The content of an SVG of that size: squares with their numbers, and what lies on them. */
  readonly cells: string;
  readonly marks: string;
}

/** What a player shows at a time. */
export interface Moment {
  readonly place: Place;
  /** Steps done: outputs from this one on are yet to come. */
  readonly done: number;
  /** The first channel that is shown, as its place in the list of those that the map reads. */
  readonly firstChannel: number;
  /** A number of the input that is pointed at; null for none. */
  readonly pointed: { readonly channel: number; readonly row: number; readonly column: number } | null;
}

/** The pictures of a moment: each shown channel with the map's filter on it, and the maps around this one. */
export class View {
  readonly played: Played;
  /** The input with its padding. */
  readonly area: Area;
  readonly #draw: (grid: Grid) => string;
  readonly #sizes: Sizes;
  readonly #largest: { readonly input: number; readonly filter: number; readonly output: number };

  /** @param draw how numbers become content of an SVG */
  constructor(played: Played, room: Room = pageRoom, draw: (grid: Grid) => string = drawGrid) {
    this.played = played;
    this.#draw = draw;
    this.area = areaOf(played);
    this.#sizes = sizesOf(played, this.area, room);
    const { input, weights, outputs } = played;
    this.#largest = {
      input: largestOf(input.values),
      filter: weights ? largestOf(weights.values) : 0,
      output: largestOf(outputs.values),
    };
  }

  /** How many channels a map reads. */
  channelsOf({ map }: Place): number {
    return (this.played.outputs.reads[map] as readonly number[]).length;
  }

  panels(moment: Moment): Panel[] {
    const { played } = this;
    const { place, firstChannel } = moment;
    const reads = played.outputs.reads[place.map] as readonly number[];
    const shown = reads.slice(firstChannel, firstChannel + ABREAST);
    const channels = shown.flatMap((channel, i) => {
      const input = this.#input(channel, moment);
      return played.weights === null ? [input] : [input, this.#filter(channel, firstChannel + i, moment)];
    });
    return [...channels, ...this.#mapsAround(place.map).map((map) => this.#output(map, moment))];
  }

  #input(channel: number, { place, pointed }: Moment): Panel {
    const { played, area } = this;
    const zeros = played.rule === "sum";
    const grid: Grid = {
      area,
      cell: this.#sizes.input,
      largest: this.#largest.input,
      at: (row, column) => {
        const padding = isBeside(played, row, column);
        return { value: inputAt(played, channel, row, column) ?? (padding && zeros ? 0 : null), padding };
      },
    };
    const marks: Mark[] = [{ places: tapsOf(played, place), kind: "window" }];
    if (pointed?.channel === channel) marks.push({ places: [pointed], kind: "touched" });
    return this.#panel("input", channel, `input, channel ${played.input.channels[channel]}`, grid, marks);
  }

  #filter(channel: number, read: number, { place, pointed }: Moment): Panel {
    const { played } = this;
    const { height, width, values, mask } = played.weights as NonNullable<Played["weights"]>;
    const grid: Grid = {
      area: { top: 0, left: 0, height, width },
      cell: this.#sizes.filter,
      largest: this.#largest.filter,
      at: (row, column) => {
        const at = weightIndex(played, place, read, row, column);
        return { value: values[at] as number, struck: mask?.[at] === 0 };
      },
    };
    const taps = tapsOf(played, place);
    const used = taps.map(({ tapRow, tapColumn }) => ({ row: tapRow, column: tapColumn }));
    const marks: Mark[] = [{ places: used, kind: "window" }];
    const hit = taps.find(({ row, column }) => row === pointed?.row && column === pointed.column);
    if (hit && pointed?.channel === channel) {
      marks.push({ places: [{ row: hit.tapRow, column: hit.tapColumn }], kind: "touched" });
    }
    const map = played.outputs.maps[place.map];
    return this.#panel("filter", channel, `filter ${map}, channel ${played.input.channels[channel]}`, grid, marks);
  }

  #output(map: number, { place, done, pointed }: Moment): Panel {
    const { played } = this;
    const { outputs } = played;
    const at = (row: number, column: number) => ({ value: outputAt(played, { map, row, column }) });
    const grid: Grid = { area: outputs.area, cell: this.#sizes.output, largest: this.#largest.output, at };
    const reads = pointed !== null && (outputs.reads[map] as readonly number[]).includes(pointed.channel);
    const marks: Mark[] = [
      ...laterIn(played, map, done),
      { places: reads ? seenBy(played, pointed.row, pointed.column, pointed.channel) : [], kind: "touched" },
      { places: map === place.map ? [place] : [], kind: "window" },
    ];
    const bias = this.#biasOf(map);
    return this.#panel("output", map, `output, map ${outputs.maps[map]}${bias}`, grid, marks);
  }

  #panel(kind: Panel["kind"], index: number, heading: string, grid: Grid, marks: readonly Mark[]): Panel {
    const drawn = { cells: this.#draw(grid), marks: drawMarks(grid, marks) };
    return { kind, index, heading, grid, ...gridSize(grid), ...drawn };
  }

  #biasOf(map: number): string {
    const { weights } = this.played;
    return weights?.bias && weights.shared ? `, bias ${Number((weights.bias[map] as number).toPrecision(3))}` : "";
  }

  #mapsAround(map: number): number[] {
    const { maps } = this.#sizes;
    const first = Math.floor(map / maps) * maps;
    const count = Math.min(maps, this.played.outputs.maps.length - first);
    return Array.from({ length: count }, (_, i) => first + i);
  }
}

/** The moment of a step: that output and all before it are there. */
export function momentOf(played: Played, step: number): Moment {
  return { place: placeOf(played, step), done: step + 1, firstChannel: 0, pointed: null };
}

/** The outputs of a map that are yet to come: what is left of a row, and the rows below it. */
function laterIn({ outputs }: Played, map: number, done: number): Mark[] {
  const { top, left, height, width } = outputs.area;
  const here = Math.min(Math.max(done - map * height * width, 0), height * width);
  const places = Array.from({ length: height * width - here }, (_, i) => ({
    row: top + Math.floor((here + i) / width),
    column: left + ((here + i) % width),
  }));
  const row = top + Math.floor(here / width);
  const parts = [places.filter((place) => place.row === row), places.filter((place) => place.row !== row)];
  return parts.filter((part) => part.length > 0).map((part) => ({ places: part, kind: "later" }));
}

/** The input as far as there are numbers, and as far as windows reach beside them. */
function areaOf({ rows, columns, input, outputs: { area } }: Played): Area {
  const down = reachOf(rows, area.top, area.top + area.height);
  const across = reachOf(columns, area.left, area.left + area.width);
  const top = Math.min(input.area.top, down?.first ?? input.area.top);
  const left = Math.min(input.area.left, across?.first ?? input.area.left);
  const bottom = Math.max(input.area.top + input.area.height - 1, down?.last ?? 0);
  const right = Math.max(input.area.left + input.area.width - 1, across?.last ?? 0);
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] as number);
    if (Number.isFinite(magnitude) && magnitude > largest) largest = magnitude;
  }
  return largest;
}

import { type Axis, type Tap, tapsAt } from "./axis.ts";
import { goalOf, inputAt, isBeside, type Place, type Played, positionOf, stepOf, weightIndex } from "./played.ts";

/** One number of a window, and what becomes of it. */
export interface Term extends Tapped {
  /** The channel, as its place in the input's list. */
  readonly channel: number;
  readonly value: number;
  /** What it is multiplied with; null where nothing is multiplied. */
  readonly weight: number | null;
  /** Whether it is padding. */
  readonly padding: boolean;
  /** Whether a mask took its weight away. */
  readonly masked: boolean;
  /** Whether it is the one that a maximum or a minimum took, or that came to its place. */
  readonly taken: boolean;
  /** Where it goes, as a position in the map; undefined where it goes nowhere by itself. */
  readonly goal?: number | undefined;
}

interface Tapped {
  readonly row: number;
  readonly column: number;
  readonly tapRow: number;
  readonly tapColumn: number;
  /** What share of it is taken where nothing is learned; undefined for all of it. */
  readonly share?: number | undefined;
}

/** How an output comes about. */
export interface Reckoning {
  readonly terms: readonly Term[];
  /** Null without one. */
  readonly bias: number | null;
  /** What a mean divides by, and what a norm's sum of powers is multiplied with; 1 for other rules. */
  readonly factor: number;
  /** In double precision; the layer's own number differs by its rounding. */
  readonly result: number;
}

/** The terms of an output and what they come to. */
export function reckon(played: Played, place: Place): Reckoning {
  const terms = termsOf(played, place);
  const { rule, rectified, power, weights } = played;
  const bank = weights?.shared === false ? stepOf(played, place) : place.map;
  const bias = weights?.bias ? (weights.bias[bank] as number) : null;
  switch (rule) {
    case "sum": {
      const sum = terms.reduce((total, { value, weight }) => total + value * (weight ?? 1), bias ?? 0);
      return { terms, bias, factor: 1, result: rectified && sum < 0 ? 0 : sum };
    }
    case "mean": {
      const factor = countOf(played, place);
      const sum = terms.reduce((total, { value }) => total + value, 0);
      return { terms, bias, factor, result: terms.length === 0 ? 0 : sum / factor };
    }
    case "norm": {
      const factor = countOf(played, place);
      const sum = terms.reduce((total, { value }) => total + raise(value, power), 0);
      return { terms, bias, factor, result: (sum * factor) ** (1 / power) };
    }
    case "place": {
      const here = positionOf(played, place);
      const taken = terms.findLastIndex(({ goal }) => goal === here); // of several the last counts
      const marked = terms.map((term, i) => ({ ...term, taken: i === taken }));
      return { terms: marked, bias, factor: 1, result: terms[taken]?.value ?? 0 };
    }
    case "max":
    case "min": {
      const taken = extremeOf(terms, rule === "max" ? 1 : -1);
      const none = rule === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      const marked = terms.map((term, i) => ({ ...term, taken: i === taken }));
      return { terms: marked, bias, factor: 1, result: terms[taken]?.value ?? none };
    }
  }
}

/** All numbers that an output sees, channel after channel. Padding counts where it is multiplied, and nowhere else. */
function termsOf(played: Played, place: Place): Term[] {
  const { weights, rule } = played;
  const taps = tapsOf(played, place);
  return (played.outputs.reads[place.map] as readonly number[]).flatMap((channel, read) =>
    taps.flatMap((tapped): Term[] => {
      const { row, column, tapRow, tapColumn } = tapped;
      const padding = isBeside(played, row, column);
      const found = inputAt(played, channel, row, column);
      if (found === undefined && rule !== "sum") return [];
      const at = weights && weightIndex(played, place, read, tapRow, tapColumn);
      const weight = weights ? (weights.values[at as number] as number) : (tapped.share ?? null);
      const masked = weights?.mask ? weights.mask[at as number] === 0 : false;
      const goal = goalOf(played, channel, row, column);
      return [{ ...tapped, channel, value: found ?? 0, weight, padding, masked, taken: false, goal }];
    }),
  );
}

/** The places that an output looks at, in every channel alike. */
export function tapsOf({ rows, columns }: Played, { row, column }: Place): Tapped[] {
  const across = tapsAt(columns, column);
  return tapsAt(rows, row).flatMap((down) =>
    across.map((right) => ({
      row: down.at,
      column: right.at,
      tapRow: down.tap,
      tapColumn: right.tap,
      share: shareOf(down, right),
    })),
  );
}

/** One that is taken whole has none, which is written shorter. */
function shareOf({ share: down = 1 }: Tap, { share: across = 1 }: Tap): number | undefined {
  return down * across === 1 ? undefined : down * across;
}

/** The outputs of a map that look at a place of the input; of a number that goes to one place, that one. */
export function seenBy(
  played: Played,
  row: number,
  column: number,
  channel: number,
): { readonly row: number; readonly column: number }[] {
  const { top, left, height, width } = played.outputs.area;
  const goal = goalOf(played, channel, row, column);
  if (goal !== undefined) {
    const [y, x] = [Math.floor(goal / played.outputs.of[1]), goal % played.outputs.of[1]];
    return y >= top && y < top + height && x >= left && x < left + width ? [{ row: y, column: x }] : [];
  }
  const columns = looking(played.columns, left, width, column);
  return looking(played.rows, top, height, row).flatMap((y) => columns.map((x) => ({ row: y, column: x })));
}

function looking(axis: Axis, begin: number, count: number, place: number): number[] {
  const indices = Array.from({ length: count }, (_, i) => begin + i);
  return indices.filter((index) => tapsAt(axis, index).some(({ at }: Tap) => at === place));
}

/** The first of the largest, or by a sign of -1 of the smallest; a NaN is taken before all. -1 where there are none. */
function extremeOf(terms: readonly Term[], sign: 1 | -1): number {
  const nan = terms.findIndex(({ value }) => Number.isNaN(value));
  if (nan >= 0) return nan;
  let best = -1;
  for (const [i, { value }] of terms.entries()) {
    if (best < 0 || sign * value > sign * (terms[best] as Term).value) best = i;
  }
  return best;
}

function raise(x: number, power: number): number {
  return power === 2 ? x * x : power === 1 ? x : x ** power;
}

function countOf({ outputs }: Played, { row, column }: Place): number {
  const { area, counts } = outputs;
  return (counts.rows[row - area.top] as number) * (counts.columns[column - area.left] as number);
}

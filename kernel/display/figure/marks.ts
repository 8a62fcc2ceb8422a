import type { Figure, Trace } from "./figure.ts";

/** What a sketch draws: of every trace the same three kinds of marks. */
export type Mark =
  | { kind: "line"; trace: number; points: Point[]; dots: boolean; joined: boolean }
  | {
      kind: "bar";
      trace: number;
      across: unknown;
      along: unknown;
      base: number;
      flat: boolean;
      slot: number;
      slots: number;
    }
  | { kind: "cell"; x: unknown; y: unknown; shade: number };

export type Point = readonly [x: unknown, y: unknown];

/** Points of one trace beyond which those between the extremes are left out. */
const mostPoints = 1000;

/** Cells of a heatmap in one direction beyond which rows and columns are left out. */
const mostCells = 48;

/** The types of trace that a sketch knows. */
export const canSketch = (trace: Trace): boolean =>
  typeOf(trace) in readers && (trace.xaxis ?? "x") === "x" && (trace.yaxis ?? "y") === "y";

export const typeOf = (trace: Trace): string => (typeof trace.type === "string" ? trace.type : "scatter");

/** Everything that a figure's traces draw on one pair of axes. */
export function marksOf({ data, layout }: Figure): Mark[] {
  const bars = data.filter((trace) => ["bar", "histogram"].includes(typeOf(trace)));
  const overlaid = layout.barmode === "stack" || layout.barmode === "relative" || layout.barmode === "overlay";
  const stacks = layout.barmode === "stack" || layout.barmode === "relative" ? new Map<string, number>() : undefined;
  const range = cellRange(data) ?? [0, 1];
  return data.flatMap((trace, i) => {
    const slot = overlaid ? 0 : bars.indexOf(trace);
    const place = { trace: i, slot: Math.max(0, slot), slots: overlaid ? 1 : Math.max(1, bars.length), stacks, range };
    return readers[typeOf(trace)]?.(trace, place) ?? [];
  });
}

interface Place {
  trace: number;
  slot: number;
  slots: number;
  /** Where the next bar of each position begins; undefined for bars side by side. */
  stacks: Map<string, number> | undefined;
  /** The numbers of the palest and the darkest cell. */
  range: readonly [low: number, high: number];
}

type Reader = (trace: Trace, place: Place) => Mark[];

const readers: Record<string, Reader> = {
  scatter: lines,
  scattergl: lines,
  bar: bars,
  histogram: histogram,
  heatmap: cells,
  contour: cells,
  // Parts of a whole, as bars: what a sketch is to tell is how large each is.
  pie: (trace, place) => bars({ orientation: "h", x: trace.values, y: trace.labels ?? [] }, place),
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function lines(trace: Trace, { trace: index }: Place): Mark[] {
  const [xs, ys] = [list(trace.x), list(trace.y)];
  const length = Math.max(xs.length, ys.length);
  const points = Array.from({ length }, (_, i): Point => [xs.length === 0 ? i : xs[i], ys.length === 0 ? i : ys[i]]);
  const mode = typeof trace.mode === "string" ? trace.mode : length < 20 ? "lines+markers" : "lines";
  return [
    {
      kind: "line",
      trace: index,
      points: thin(points),
      dots: mode.includes("markers"),
      joined: mode.includes("lines"),
    },
  ];
}

/** The least and the greatest of each stretch, in their order. */
function thin(points: Point[]): Point[] {
  if (points.length <= mostPoints) return points;
  const stretch = Math.ceil((2 * points.length) / mostPoints);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    const part = points.slice(start, start + stretch);
    const heights = part.map(([, y]) => Number(y));
    const [low, high] = [heights.indexOf(Math.min(...heights)), heights.indexOf(Math.max(...heights))];
    for (const i of [...new Set([Math.min(low, high), Math.max(low, high)])]) kept.push(part[Math.max(0, i)] as Point);
  }
  return kept;
}

function bars(trace: Trace, { trace: index, slot, slots, stacks }: Place): Mark[] {
  const flat = trace.orientation === "h";
  const [across, along] = flat ? [list(trace.y), list(trace.x)] : [list(trace.x), list(trace.y)];
  return along.slice(0, mostPoints).map((length, i) => {
    const position = across.length === 0 ? i : across[i];
    const base = stacks?.get(String(position)) ?? 0;
    const end = base + (Number(length) || 0);
    stacks?.set(String(position), end);
    return { kind: "bar", trace: index, across: position, along: end, base, flat, slot, slots };
  });
}

/** Counts in about twenty bins of equal, round width; names are counted as they are. */
function histogram(trace: Trace, place: Place): Mark[] {
  const flat = trace.x === undefined;
  const values = list(flat ? trace.y : trace.x);
  const numbers = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  const counts = new Map<unknown, number>();
  if (numbers.length === 0) {
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  } else {
    const low = numbers.reduce((a, b) => Math.min(a, b));
    const high = numbers.reduce((a, b) => Math.max(a, b));
    const width = (high - low) / 20 || 1;
    const middles = Array.from({ length: 20 }, (_, i) => low + (i + 0.5) * width);
    for (const middle of middles) counts.set(middle, 0);
    for (const number of numbers) {
      const middle = middles[Math.min(19, Math.floor((number - low) / width))];
      counts.set(middle, (counts.get(middle) ?? 0) + 1);
    }
  }
  const [positions, heights] = [[...counts.keys()], [...counts.values()]];
  return bars({ orientation: flat ? "h" : "v", x: flat ? heights : positions, y: flat ? positions : heights }, place);
}

const hasCells = (trace: Trace): boolean => readers[typeOf(trace)] === cells;

/** The numbers that all heatmaps of a figure span, or are told to; undefined where there are none. */
export function cellRange(data: readonly Trace[]): readonly [low: number, high: number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const trace of data.filter(hasCells)) {
    const { zmin, zmax } = trace;
    const told = typeof zmin === "number" && typeof zmax === "number" && zmin < zmax;
    for (const value of told ? [zmin, zmax] : list(trace.z).flatMap(list)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low > high ? undefined : [low, high];
}

/** What the shades of a figure's heatmaps are called, if somebody said so; undefined where no scale is wanted. */
export function cellTitle(data: readonly Trace[]): unknown {
  const shown = data.filter((trace) => hasCells(trace) && trace.showscale !== false);
  if (shown.length === 0) return undefined;
  return shown.map(({ colorbar }) => (colorbar as { title?: unknown } | null | undefined)?.title).find(Boolean) ?? "";
}

function cells(trace: Trace, { range: [low, high] }: Place): Mark[] {
  const rows = list(trace.z).map(list);
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const [xs, ys] = [list(trace.x), list(trace.y)];
  const pick = (length: number) =>
    Array.from({ length }, (_, i) => i).filter((i) => i % Math.ceil(length / mostCells) === 0);
  return pick(rows.length).flatMap((r) =>
    pick(width).flatMap((c): Mark[] => {
      const value = rows[r]?.[c];
      if (typeof value !== "number" || !Number.isFinite(value)) return [];
      const shade = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
      return [{ kind: "cell", x: xs[c] ?? c, y: ys[r] ?? r, shade }];
    }),
  );
}

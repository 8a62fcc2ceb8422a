/** A point of a curve; a `y` that is not finite is a gap in it. */
export type Point = readonly [x: number, y: number];

/** A place in the area around a curve. */
export type BandPoint = readonly [x: number, low: number, high: number];

/** Points of all long curves of a chart together: more than two a pixel show nothing new, and notebooks carry each one. */
export const MOST_POINTS = 1000;

/** A curve keeps so many, beside however many others. */
const LEAST_POINTS = 200;

/** How many points each of some curves may have, so that together they are as many as a chart shows. */
export function roomFor(lengths: readonly number[]): number {
  const long = lengths.filter((length) => length > MOST_POINTS / lengths.length).length;
  return Math.max(LEAST_POINTS, Math.floor(MOST_POINTS / Math.max(1, long)));
}

/**
 * Fewer points of the same curve, honestly: the points in order are cut into runs of equal length, and of each the
 * first gap, the least and the greatest `y` are kept, so that no peak and no gap is lost. First and last stay.
 */
export function thin(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const each = points.every(([, y]) => Number.isFinite(y)) ? 2 : 3; // how many are kept of a run
  const runs = Math.max(1, Math.floor((most - 2) / each));
  const kept = new Set<number>([0, points.length - 1]);
  for (let run = 0; run < runs; run++) {
    const [start, end] = [run, run + 1].map((i) => Math.floor((i * points.length) / runs)) as [number, number];
    for (const index of remarkable(points, start, end)) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => points[index] as Point);
}

function remarkable(points: readonly Point[], start: number, end: number): number[] {
  let [least, greatest, gap] = [-1, -1, -1];
  const yAt = (index: number) => (points[index] as Point)[1];
  for (let i = start; i < end; i++) {
    if (!Number.isFinite(yAt(i))) {
      if (gap < 0) gap = i;
      continue;
    }
    if (least < 0 || yAt(i) < yAt(least)) least = i;
    if (greatest < 0 || yAt(i) > yAt(greatest)) greatest = i;
  }
  return [least, greatest, gap].filter((index) => index >= 0);
}

/** Fewer points are written as they are: who hovers over them reads numbers. */
const EXACT = 100;

/**
 * Many points to a ten-thousandth of what they span along each axis, which no picture shows better; the first, the last, the
 * least and the greatest, which are read as numbers, exactly.
 */
export function rounded(points: readonly Point[]): readonly Point[] {
  if (points.length <= EXACT) return points;
  const [x, y] = ([0, 1] as const).map((axis) => rounder(points.map((point) => point[axis])));
  const ends = [points[0], points.at(-1)];
  return points.map((point) => (ends.includes(point) ? point : [x!(point[0]), y!(point[1])]));
}

function rounder(values: readonly number[]): (value: number) => number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return (value) => value;
  const first = Math.floor(Math.log10(Math.max(-low, high))); // the place of the first digit, and of the last
  const last = Math.floor(Math.log10((high - low) / 1e4));
  const digits = Math.min(17, first - last + 1);
  return (value) => (value === low || value === high ? value : Number(value.toPrecision(digits)));
}

/** A narrower list of the same area: of each stretch, its least and its greatest at its middle. Places that are not finite are left out. */
export function thinBand(band: readonly BandPoint[], most: number): readonly BandPoint[] {
  const finite = band.filter((point) => point.every(Number.isFinite));
  const stretches = Math.min(finite.length, Math.floor(most / 2)); // a place has two edges
  const thinned = Array.from({ length: stretches }, (_, i): BandPoint => {
    const [start, end] = [i, i + 1].map((each) => Math.floor((each * finite.length) / stretches)) as [number, number];
    const part = finite.slice(start, end);
    const [x] = part[i === 0 ? 0 : i === stretches - 1 ? part.length - 1 : part.length >> 1] as BandPoint;
    return [x, Math.min(...part.map(([, low]) => low)), Math.max(...part.map(([, , high]) => high))];
  });
  const edges = [1, 2].map((edge) => rounded(thinned.map((point): Point => [point[0], point[edge] as number])));
  return thinned.map((_, i) => [edges[0]![i]![0], edges[0]![i]![1], edges[1]![i]![1]]);
}

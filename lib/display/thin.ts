/** A point of a curve; a `y` that is not finite is a gap in it. */
export type Point = readonly [x: number, y: number];

/** Points of a curve beyond this many are thinned: more than two a pixel of the picture show nothing new. */
export const MOST_POINTS = 2000;

/**
 * Fewer points of the same curve, honestly: the points in order are cut into runs of equal length, and of each the
 * first gap, the least and the greatest `y` are kept, so that no peak and no gap is lost. First and last stay.
 */
export function thin(points: readonly Point[], most = MOST_POINTS): readonly Point[] {
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

/** Straight pieces drawn for each gap between two knots: at 20 pixels a digit they are a pixel or two long. */
const PIECES = 6;

/**
 * The points of a smooth curve through knots, as `x, y` pairs: Catmull-Rom with centripetal spacing, which neither loops
 * nor overshoots between unevenly spaced knots (Yuksel, Schaefer, Keyser, 2011). A knot given twice running is a corner.
 *
 * @param knots `x, y` pairs, two or more
 */
export function curveThrough(knots: ArrayLike<number>): Float64Array {
  const count = knots.length / 2;
  const points: number[] = [knots[0]!, knots[1]!];
  for (let knot = 0; knot + 1 < count; knot++) {
    if (same(knots, knot, knot + 1)) continue;
    const before = Math.max(0, knot - 1);
    const after = Math.min(count - 1, knot + 2);
    for (let piece = 1; piece <= PIECES; piece++) appendPoint(points, knots, before, knot, after, piece / PIECES);
  }
  return Float64Array.from(points);
}

function same(knots: ArrayLike<number>, a: number, b: number): boolean {
  return knots[2 * a] === knots[2 * b] && knots[2 * a + 1] === knots[2 * b + 1];
}

/** √ of the distance between two knots: the centripetal spacing. */
function spacing(knots: ArrayLike<number>, a: number, b: number): number {
  const dx = knots[2 * b]! - knots[2 * a]!;
  const dy = knots[2 * b + 1]! - knots[2 * a + 1]!;
  return Math.sqrt(Math.sqrt(dx * dx + dy * dy));
}

/** The cubic Hermite piece from `knot` to the next, at `t` in 0 .. 1. */
function appendPoint(
  points: number[],
  knots: ArrayLike<number>,
  before: number,
  knot: number,
  after: number,
  t: number,
): void {
  const next = knot + 1;
  const here = spacing(knots, knot, next);
  const back = spacing(knots, before, knot);
  const ahead = spacing(knots, next, after);
  for (const axis of [0, 1]) {
    const p = knots[2 * knot + axis]!;
    const q = knots[2 * next + axis]!;
    const chord = (q - p) / here;
    // A slope is the mean of the two neighbouring chords, the shorter one counting more; at an end or corner, this chord.
    const slopeP = back === 0 ? chord : mix((p - knots[2 * before + axis]!) / back, chord, back, here);
    const slopeQ = ahead === 0 ? chord : mix(chord, (knots[2 * after + axis]! - q) / ahead, here, ahead);
    const s = 1 - t;
    points.push(
      s * s * (1 + 2 * t) * p + t * s * s * here * slopeP + t * t * (3 - 2 * t) * q - t * t * s * here * slopeQ,
    );
  }
}

function mix(a: number, b: number, lengthA: number, lengthB: number): number {
  return (a * lengthB + b * lengthA) / (lengthA + lengthB);
}

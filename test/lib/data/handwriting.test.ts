import { describe, expect, test } from "vitest";
import { curveThrough } from "../../../lib/data/curve.ts";
import { elasticField, shiftAt } from "../../../lib/data/elastic.ts";
import { inkLine, soften } from "../../../lib/data/raster.ts";
import { Random } from "../../../lib/random.ts";

describe("curveThrough", () => {
  const knots = [0, 0, 10, 0, 12, 9, 30, 20];

  test("passes through every knot, six pieces a gap", () => {
    const points = curveThrough(knots);
    expect(points.length).toBe(2 * (1 + 3 * 6));
    for (let knot = 0; knot < 4; knot++) {
      expect(points[12 * knot]).toBeCloseTo(knots[2 * knot]!, 12); // sums of a few terms below 30: rounding only
      expect(points[12 * knot + 1]).toBeCloseTo(knots[2 * knot + 1]!, 12);
    }
  });

  test("stays on the line where the knots do, however uneven their gaps", () => {
    const points = curveThrough([0, 0, 1, 2, 20, 40, 21, 42]);
    for (let i = 0; i < points.length; i += 2) {
      expect(Math.abs(points[i + 1]! - 2 * points[i]!)).toBeLessThan(1e-12);
      if (i > 0) expect(points[i]).toBeGreaterThan(points[i - 2]!); // never back: no overshoot
    }
  });

  test("leaves a knot in the direction it came: halves of a mirrored arch mirror each other", () => {
    const points = curveThrough([0, 0, 5, 8, 10, 0]);
    for (let i = 0; i <= 12; i++) {
      expect(points[2 * i]).toBeCloseTo(10 - points[2 * (12 - i)]!, 12);
      expect(points[2 * i + 1]).toBeCloseTo(points[2 * (12 - i) + 1]!, 12);
    }
    // By hand: the chord's slope at the start, level at the top: y = 8·(t²·(3 − 2t) + t·(1 − t)²) over x = 5t. From
    // t = 5/6 to 1 that rises by 11/27 while x grows by 5/6; a corner would keep the chord's 8/5.
    expect((points[13]! - points[11]!) / (points[12]! - points[10]!)).toBeCloseTo(22 / 45, 12);
  });

  test("turns sharply at a knot written twice", () => {
    const points = curveThrough([0, 0, 10, 0, 10, 0, 10, 10]);
    for (let i = 0; i < points.length; i += 2) expect(points[i] === 10 || points[i + 1] === 0).toBe(true);
    expect(points.length).toBe(2 * (1 + 2 * 6));
  });
});

describe("elasticField", () => {
  test("has the root mean square that was asked for, and no direction", () => {
    const random = new Random(1);
    let [sum, squares, count] = [0, 0, 0];
    for (let i = 0; i < 300; i++) {
      const { dx, dy } = elasticField(28, 2, random);
      for (const shifts of [dx, dy]) {
        for (const shift of shifts) {
          sum += shift;
          squares += shift * shift;
          count++;
        }
      }
    }
    // Smoothing by σ = 3.5 leaves about 28² / (4π·12) = 5 independent values a field, 3,000 in all: 1 / √6,000 = 1.3 %.
    expect(Math.abs(Math.sqrt(squares / count) / 2 - 1)).toBeLessThan(4 * 0.013);
    expect(Math.abs(sum / count)).toBeLessThan((4 * 2) / Math.sqrt(3000));
  });

  test("changes little from one pixel to the next, also across the edges, where it wraps", () => {
    const field = elasticField(28, 1, new Random(2));
    for (let i = 0; i < 28; i++) {
      for (let j = 0; j < 28; j++) {
        // A Gaussian field's slope has deviation 1 / (√2·σ) = 0.2 of its own; five deviations.
        const here = field.dx[28 * i + j]!;
        expect(Math.abs(here - field.dx[28 * i + ((j + 1) % 28)]!)).toBeLessThan(1);
        expect(Math.abs(here - field.dx[28 * ((i + 1) % 28) + j]!)).toBeLessThan(1);
      }
    }
  });

  test("is read between pixels by bilinear weights, and beyond the edges from the other side", () => {
    const field = { size: 2, dx: Float64Array.of(0, 1, 2, 7), dy: new Float64Array(4) };
    expect(shiftAt(field, field.dx, 0, 0)).toBe(0);
    expect(shiftAt(field, field.dx, 1, 1)).toBe(7);
    expect(shiftAt(field, field.dx, 0.5, 0)).toBe(0.5);
    expect(shiftAt(field, field.dx, 0.5, 0.5)).toBe(2.5);
    expect(shiftAt(field, field.dx, -1, 3)).toBe(7);
    expect(shiftAt(field, field.dx, 1.75, 0)).toBe(0.25);
  });
});

describe("the pen", () => {
  const sum = (image: Float64Array): number => image.reduce((total, ink) => total + ink, 0);

  test("inks a pixel by how far its centre lies from the line", () => {
    const image = new Float64Array(49);
    inkLine(image, 7, Float64Array.of(1, 3, 5, 3), [1, 1]);
    const column = (x: number): number[] => [0, 1, 2, 3, 4, 5, 6].map((y) => image[7 * y + x]!);
    expect(column(3)).toEqual([0, 0, 0.5, 1, 0.5, 0, 0]);
    expect(column(0)).toEqual([0, 0, 1.5 - Math.SQRT2, 0.5, 1.5 - Math.SQRT2, 0, 0]); // a round end
  });

  test("inks about the area of the line: length × width and a round end on either side", () => {
    const image = new Float64Array(1600);
    inkLine(image, 40, Float64Array.of(8.3, 9.1, 30.2, 27.7), [2, 2]);
    const area = Math.hypot(21.9, 18.6) * 4 + Math.PI * 4;
    // An edge of linear softness inks as much outside as it spares inside; a round end gains π/12.
    expect(Math.abs(sum(image) / area - 1)).toBeLessThan(0.01);
  });

  test("widens from the first radius to the last", () => {
    const image = new Float64Array(400);
    inkLine(image, 20, Float64Array.of(3, 10, 10, 10, 17, 10), [1, 3]);
    const width = (x: number): number =>
      Array.from({ length: 20 }, (_, y) => image[20 * y + x]!).reduce((a, b) => a + b);
    expect(width(5)).toBeLessThan(width(14));
  });

  test("keeps the darker ink where lines cross, and does not write beyond the paper", () => {
    const image = new Float64Array(25);
    const line = Float64Array.of(-4, 2, 9, 2);
    inkLine(image, 5, line, [0.7, 0.7]);
    const once = image.slice();
    inkLine(image, 5, line, [0.7, 0.7]);
    expect(image).toEqual(once);
    inkLine(image, 5, Float64Array.of(-9, -9, -7, -7), [1, 1]);
    expect(image).toEqual(once);
  });

  test("a line of no length is a dot", () => {
    const image = new Float64Array(25);
    inkLine(image, 5, Float64Array.of(2, 2, 2, 2), [0.5, 0.5]);
    expect(sum(image)).toBe(1);
    expect(image[12]).toBe(1);
  });

  test("soften spreads a dot as 1 2 1 by 1 2 1, in the share asked for, and keeps its ink", () => {
    const dot = new Float64Array(25);
    dot[12] = 1;
    const [none, half, all] = [0, 0.5, 1].map((amount) => {
      const image = dot.slice();
      soften(image, 5, amount);
      return image;
    });
    expect(none).toEqual(dot);
    expect([...all!.subarray(6, 9)]).toEqual([1 / 16, 2 / 16, 1 / 16]);
    expect([...all!.subarray(11, 14)]).toEqual([2 / 16, 4 / 16, 2 / 16]);
    expect(half![12]).toBe(0.5 + 0.5 * 0.25);
    expect(sum(half!)).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import { type Box, gather, rowMajorSteps, scatter, sumInto } from "../../../lib/compute/strided.ts";
import { generator, uniform64 } from "./support.ts";

/** Where the elements of a box lie, one by one: the definition. */
function places({ start, sizes, steps }: Box): number[] {
  return sizes.reduce(
    (found, size, axis) => found.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * steps[axis]!)),
    [start],
  );
}

/** Boxes of up to five axes: permuted, cut, turned around, in steps, some axes met again and again. */
function* boxes(count: number, repeats: boolean): Generator<{ box: Box; length: number }> {
  const draw = generator(repeats ? 7 : 8);
  const below = (bound: number): number => Math.floor(draw() * bound);
  for (let i = 0; i < count; i++) {
    const rank = below(6);
    const whole = Array.from({ length: rank }, () => 1 + below(5));
    if (i % 10 === 0 && rank > 0) whole[rank - 1] = 150 + below(60); // rows that are copied whole
    const own = rowMajorSteps(whole);
    const order = whole.map((_, axis) => axis);
    if (i % 3 > 0) order.sort(() => draw() - 0.5);
    let start = 0;
    const sizes: number[] = [];
    const steps: number[] = [];
    for (const axis of order) {
      const step = i % 2 === 0 ? 1 : 1 + below(2);
      const size = Math.ceil((whole[axis]! - (i % 4 === 3 ? below(2) : 0)) / step);
      const turned = i % 5 === 4 && draw() < 0.5;
      if (turned) start += (size - 1) * step * own[axis]!;
      sizes.push(size);
      steps.push((turned ? -step : step) * own[axis]!);
      if (repeats && draw() < 0.4) {
        sizes.push(1 + below(3));
        steps.push(0);
      }
    }
    yield { box: { start, sizes, steps }, length: whole.reduce((a, b) => a * b, 1) };
  }
}

describe("boxes", () => {
  test("gather meets every element where the definition does", () => {
    for (const { box, length } of boxes(300, true)) {
      const x = uniform64(length, 1);
      const at = places(box);
      const out = new Float64Array(at.length).fill(Number.NaN);
      gather(box, x, out);
      expect(out).toEqual(Float64Array.from(at, (place) => x[place]!));
    }
  });

  test("scatter puts what gather took back into its places, and leaves the others", () => {
    for (const { box, length } of boxes(300, false)) {
      const at = places(box);
      const x = uniform64(at.length, 2);
      const out = new Float64Array(length).fill(7);
      scatter(box, x, out);
      const expected = new Float64Array(length).fill(7);
      for (const [i, place] of at.entries()) expected[place] = x[i]!;
      expect(out).toEqual(expected);
    }
  });

  test("sums add up all that meets in one place, in their order", () => {
    for (const { box, length } of boxes(300, true)) {
      const at = places(box);
      const x = Float64Array.from(at, (_, i) => (i % 17) - 8); // whole: no rounding, whatever the order
      const out = new Float64Array(length).fill(Number.NaN);
      sumInto(box, x, 4, out);
      const expected = new Float64Array(length);
      for (const [i, place] of at.entries()) expected[place]! += x[i]! / 4;
      expect(out).toEqual(expected);
    }
  });

  test("without elements, or without axes", () => {
    const out = Float32Array.of(5);
    gather({ start: 1, sizes: [], steps: [] }, Float32Array.of(1, 2), out);
    expect([...out]).toEqual([2]);
    for (const sizes of [[0], [3, 0], [0, 3, 2]]) {
      gather({ start: 0, sizes, steps: rowMajorSteps(sizes) }, Float32Array.of(1), out);
      sumInto({ start: 0, sizes, steps: sizes.map(() => 0) }, new Float32Array(0), 1, out);
      expect([...out]).toEqual([0]);
      out[0] = 5;
    }
  });
});

import { expect, test } from "vitest";
import { LEVELS, layerImage, NO_NUMBER } from "../../../lib/demo/layer-image.ts";

const of = (shape: readonly number[], values: ArrayLike<number>) =>
  layerImage({ name: "conv", shape, values: Float32Array.from(values) });

test("amounts run from the lowest level to the highest, numbers with signs around the middle one", () => {
  expect([...of([4], [0, 1, 2, 4]).levels]).toEqual([0, 63, 126, LEVELS - 1]);
  expect([...of([4], [0, -4, 2, 4]).levels]).toEqual([126, 0, 189, LEVELS - 1]);
});

test("what is no number has a mark, and the others keep their scale", () => {
  const { levels } = of([4], [Number.NaN, 1, Number.POSITIVE_INFINITY, 2]);
  expect([...levels]).toEqual([NO_NUMBER, 126, NO_NUMBER, LEVELS - 1]);
  expect([...of([2], [0, 0]).levels]).toEqual([0, 0]);
});

test("of many maps the first are drawn, of large ones some rows and columns", () => {
  // A number says where it stands: map, row and column.
  const values = Float32Array.from({ length: 70 * 48 * 50 }, (_, i) => i);
  const { count, height, width, step, levels } = of([70, 48, 50], values);
  expect({ count, height, width, step }).toEqual({ count: 64, height: 24, width: 25, step: 2 });
  const last = 63 * 48 * 50 + 46 * 50 + 48;
  const at = (map: number, row: number, column: number) =>
    Math.round(((map * 48 + row) * 50 + column) * ((LEVELS - 1) / last));
  expect(levels[(40 * 24 + 11) * 25 + 7]).toBe(at(40, 22, 14));
  expect(levels.at(-1)).toBe(LEVELS - 1);
});

test("a map of one number, and a layer without any", () => {
  expect(of([1, 1, 1], [3])).toMatchObject({ count: 1, height: 1, width: 1, levels: Uint8Array.of(LEVELS - 1) });
  expect(of([0], []).levels).toHaveLength(0);
});

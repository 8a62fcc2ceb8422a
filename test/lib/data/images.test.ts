import { describe, expect, test } from "vitest";
import { LabelledImages } from "../../../lib/data/images.ts";
import { tensor } from "../../../lib/tensor/create.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("labelled images", () => {
  const set = new LabelledImages(tensor(upTo(12), [3, 1, 2, 2]), tensor([5, 6, 7], [3], "int32"));

  test("are picked in the order asked for, also twice, as copies", () => {
    const picked = set.gather([2, 0, 2]);
    expect([...picked.images.data]).toEqual([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
    expect(picked.images.shape).toEqual([3, 1, 2, 2]);
    expect([...picked.labels.data]).toEqual([7, 5, 7]);
    picked.images.data.fill(-1);
    expect(set.images.data[8]).toBe(8);
  });

  test("are cut by numbers as arrays are", () => {
    expect([...set.slice(1, 3).labels.data]).toEqual([6, 7]);
    expect(set.slice(3, 3).count).toBe(0);
  });

  test.each([3, -1])("refuse index %i of a set of three", (index) => {
    expect(() => set.gather([0, index])).toThrow(`index ${index} at place 1`);
  });

  test("have one label each", () => {
    expect(() => new LabelledImages(tensor(upTo(12), [3, 1, 2, 2]), tensor([5], [1], "int32"))).toThrow(
      /3 images and 1 labels\n[\s\S]*fix: give labels of shape \[3\]/,
    );
  });
});

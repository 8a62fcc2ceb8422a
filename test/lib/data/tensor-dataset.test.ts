import { expect, test } from "vitest";
import { TensorDataset } from "../../../lib/data/tensor-dataset.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";

const set = new TensorDataset(
  tensor([
    [1, 2],
    [3, 4],
    [5, 6],
  ]),
  tensor([10, 30, 50], [3], "float64"),
);

test("gathers rows in the order asked for, of the types they have, as copies", () => {
  expect(set.count).toBe(3);
  const { images, labels } = set.gather([2, 0, 2]);
  expect([images.shape, [...images.data]]).toEqual([
    [3, 2],
    [5, 6, 1, 2, 5, 6],
  ]);
  expect([labels.shape, labels.dtype, [...labels.data]]).toEqual([[3], "float64", [50, 10, 50]]);
  images.data.fill(0);
  expect(set.images.data[4]).toBe(5);
});

test("refuses what does not belong together, by shape", () => {
  expect(() => new TensorDataset(zeros([3, 2]), zeros([2, 1]))).toThrow(/not one label an input[\s\S]*\[3, \.\.\.\]/);
  expect(() => new TensorDataset(tensor(1), tensor(1))).toThrow(/not one label an input/);
  expect(() => new TensorDataset([1] as never, zeros([1]))).toThrow(/inputs is a plain array/);
  expect(() => set.gather([3])).toThrow(/index 3 at place 0\n {2}fix: give indices in 0 \.\. 2/);
});

import { describe, expect, expectTypeOf, test } from "vitest";
import { ShapeError } from "../../../lib/errors.ts";
import { full, ones, shaped, tensor, wrap, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";

describe("creation", () => {
  test("nested arrays give their shape, also as a type", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.shape).toEqual([2, 3]);
    expect([...x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expectTypeOf(x).toEqualTypeOf<Tensor<readonly [number, number]>>();
  });

  test("flat numbers take the shape they are given, literally", () => {
    const x = tensor([1, 2, 3, 4], [2, 2]);
    expectTypeOf(x.shape).toEqualTypeOf<readonly [2, 2]>();
    expect(x.dtype).toBe("float32");
  });

  test("a number alone is a scalar", () => {
    expect(tensor(3).shape).toEqual([]);
    expect(tensor(3).item()).toBe(3);
  });

  test("labels can be whole numbers", () => {
    const labels = tensor([3, 1], [2], "int32");
    expect(labels.data).toBeInstanceOf(Int32Array);
    expectTypeOf(labels).toEqualTypeOf<Tensor<readonly [2], "int32">>();
  });

  test("numbers are copied by tensor and shared by wrap", () => {
    const numbers = new Float32Array([1, 2]);
    const copy = tensor(numbers, [2]);
    const shared = wrap(numbers, [2]);
    numbers[0] = 9;
    expect([copy.data[0], shared.data[0]]).toEqual([1, 9]);
  });

  test("zeros, ones and full fill their shape", () => {
    expect([...zeros([2]).data, ...ones([2]).data, ...full([1], 7).data]).toEqual([0, 0, 1, 1, 7]);
  });

  test("rows of different lengths are refused at the entry that differs", () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(/values\[1\] has 1 entries, not an array of 2/);
  });

  test("a shape that does not hold the numbers is refused with both counts", () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(ShapeError);
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(/3 numbers do not fill the shape, which holds 4/);
  });

  test("sizes that are no whole numbers are refused", () => {
    expect(() => zeros([2, -1])).toThrow(/shape \[2, -1\]/);
    expect(() => zeros([1.5])).toThrow(ShapeError);
  });

  test("an unknown dtype is refused with the list of those there are", () => {
    expect(() => zeros([2], "float16" as never)).toThrow(/float32, float64, int32, uint8/);
  });
});

describe("named sizes", () => {
  const images: Tensor = zeros([5, 1, 28, 28]);

  test("a name stands for a size that the program does not know", () => {
    const batch = shaped(images, ["N", 1, 28, 28]);
    expectTypeOf(batch).toEqualTypeOf<Tensor<readonly ["N", 1, 28, 28]>>();
    expectTypeOf(batch.shape).toEqualTypeOf<readonly [number, 1, 28, 28]>();
    expect(batch).toBe(images);
  });

  test("a number that differs, another rank, or one name for two sizes are refused", () => {
    expect(() => shaped(images, ["N", 3, 28, 28])).toThrow(
      /the tensor is not \[N, 3, 28, 28\]\n\s+tensor \[5, 1, 28, 28\]/,
    );
    expect(() => shaped(images, ["N", 1, 28])).toThrow(ShapeError);
    expect(() => shaped(images, ["N", "N", 28, 28])).toThrow(ShapeError);
  });
});

describe("a tensor as text", () => {
  test("columns are aligned and the shape is said", () => {
    expect(
      `${tensor([
        [1, -2.5],
        [100, 0.125],
      ])}`,
    ).toBe("Tensor float32 [2, 2]\n[[     1, -2.500],\n [   100, 0.1250]]");
  });

  test("long axes are cut in the middle", () => {
    const text = `${zeros([1000])}`;
    expect(text).toBe("Tensor float32 [1000]\n[0, 0, 0, …, 0, 0, 0]");
  });

  test("NaN, infinity, scalars and empty tensors have a form", () => {
    expect(`${tensor([Number.NaN, Number.POSITIVE_INFINITY])}`).toContain("[NaN,   ∞]");
    expect(`${tensor(2)}`).toBe("Tensor float32 []\n2");
    expect(`${zeros([0, 3])}`).toBe("Tensor float32 [0, 3]\n[]");
  });
});

test("item of several numbers says what to do", () => {
  expect(() => ones([2, 3]).item()).toThrow(/6 numbers, not one[\s\S]*mean\(\) or sum\(\)/);
});

import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import * as lib from "../../../lib/index.ts";
import { spoilFreeMemory } from "../dirty-memory.ts";
import { normal } from "../random-tensors.ts";

const { ones, tensor, zeros } = lib;
const numbers = (x: lib.AnyTensor): number[] => [...x.data];
const parameter = <T extends lib.AnyTensor>(x: T): T => Object.assign(x, { requiresGrad: true });

beforeEach(() => spoilFreeMemory());

describe("broadcasting", () => {
  test("rows, columns, scalars and channels go with a tensor, and the gradient is summed over what was repeated", () => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(numbers(lib.add(x, tensor([10, 20, 30])))).toEqual([11, 22, 33, 14, 25, 36]);
    expect(numbers(lib.add(x, tensor([[10], [20]])))).toEqual([11, 12, 13, 24, 25, 26]);
    expect(numbers(lib.multiply(tensor([2], []), x))).toEqual([2, 4, 6, 8, 10, 12]);
    const bias = parameter(tensor([1, -1], [2, 1, 1]));
    const maps = ones([3, 2, 4, 5]);
    backward(lib.sum(lib.add(maps, bias)));
    expect(numbers(bias.grad!)).toEqual([60, 60]);
  });

  test("both operands may be spread, each along axes of its own", () => {
    const a = parameter(tensor([1, 2, 3], [3, 1]));
    const b = parameter(tensor([10, 20], [1, 2]));
    const product = lib.multiply(a, b);
    expect(numbers(product)).toEqual([10, 20, 20, 40, 30, 60]);
    backward(lib.sum(product));
    expect([numbers(a.grad!), numbers(b.grad!)]).toEqual([
      [30, 30, 30],
      [6, 6],
    ]);
  });

  test("large tensors give the same as small ones, in memory of jobs and in arrays that a user has seen", () => {
    const x = normal([64, 16, 9, 9], 1, "float32");
    const scale = normal([16, 1, 1], 2, "float32");
    const expected = x.data.map((value, i) => value * scale.data[Math.floor(i / 81) % 16]!);
    expect(lib.multiply(x, scale).data).toEqual(expected);
    const unseen = lib.multiply(x, 1);
    expect(lib.multiply(lib.multiply(scale, 1), unseen).data).toEqual(expected);
  });

  test("a tensor with itself gets both gradients", () => {
    const x = parameter(tensor([3, 4]));
    backward(lib.sum(lib.add(x, x)));
    expect(numbers(x.grad!)).toEqual([2, 2]);
    x.grad = null;
    backward(lib.sum(lib.subtract(x, x)));
    expect(numbers(x.grad!)).toEqual([0, 0]);
  });

  test("axes of size 0 and scalars", () => {
    expect(lib.add(zeros([0, 3]), zeros([3])).shape).toEqual([0, 3]);
    expect(lib.add(zeros([1, 3]), zeros([0, 1])).shape).toEqual([0, 3]);
    expect(lib.add(tensor(1), tensor(2)).item()).toBe(3);
    const empty = parameter(zeros([0, 3]));
    backward(lib.sum(lib.multiply(empty, ones([3]))));
    expect(empty.grad!.shape).toEqual([0, 3]);
  });

  test("shapes as types: equal ones stay, literal ones are worked out, others are any", () => {
    const rows = lib.shaped(zeros([5, 10]), ["N", 10]);
    const any: lib.Tensor = zeros([10]);
    expectTypeOf(lib.add(rows, rows)).toEqualTypeOf<lib.Tensor<readonly ["N", 10]>>();
    expectTypeOf(lib.add(rows, 1)).toEqualTypeOf<lib.Tensor<readonly ["N", 10]>>();
    expectTypeOf(lib.subtract(1, rows)).toEqualTypeOf<lib.Tensor<readonly ["N", 10]>>();
    expectTypeOf(lib.add(rows, zeros([10]))).toEqualTypeOf<lib.Tensor<readonly ["N", 10]>>();
    expectTypeOf(lib.add(zeros([3, 1]), zeros([1, 4]))).toEqualTypeOf<lib.Tensor<readonly [3, 4]>>();
    expectTypeOf(lib.multiply(zeros([6, 1, 1]), zeros([2, 6, 4, 4]))).toEqualTypeOf<
      lib.Tensor<readonly [2, 6, 4, 4]>
    >();
    expectTypeOf(lib.add(rows, any)).toEqualTypeOf<lib.Tensor>();
    expectTypeOf(rows.add(1).multiply(rows)).toEqualTypeOf<lib.Tensor<readonly ["N", 10]>>();
    expectTypeOf(lib.equal(rows, 1)).toEqualTypeOf<lib.Tensor<readonly ["N", 10], "uint8">>();
    expectTypeOf(lib.transpose(zeros([2, 3]))).toEqualTypeOf<lib.Tensor<readonly [3, 2]>>();
    expectTypeOf(rows.transpose()).toEqualTypeOf<lib.Tensor<readonly [10, "N"]>>();
    expectTypeOf(lib.sum(rows)).toEqualTypeOf<lib.Tensor<readonly []>>();
    expectTypeOf(lib.sum(rows, { axis: 0 })).toEqualTypeOf<lib.Tensor<readonly [10]>>();
    expectTypeOf(lib.matmul(rows, zeros([10, 4]))).toEqualTypeOf<lib.Tensor<readonly ["N", 4]>>();
    expectTypeOf(rows.matmul(zeros([10, 4]))).toEqualTypeOf<lib.Tensor<readonly ["N", 4]>>();
  });
});

describe("reductions", () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);

  test("go over all axes, one, or several; negative ones count from the end; kept ones have size 1", () => {
    expect(lib.sum(x).item()).toBe(21);
    expect(numbers(lib.sum(x, { axis: 0 }))).toEqual([5, 7, 9]);
    expect(numbers(lib.sum(x, { axis: -1 }))).toEqual([6, 15]);
    expect(lib.mean(x, { axis: 1, keepDims: true }).shape).toEqual([2, 1]);
    expect(lib.max(zeros([2, 3, 4, 5]), { axis: [1, -1] }).shape).toEqual([2, 4]);
    expect(lib.sum(zeros([2, 3, 4, 5]), { axis: [3, 0], keepDims: true }).shape).toEqual([1, 3, 4, 1]);
    expect(lib.sum(x, { axis: [] }).shape).toEqual([2, 3]);
    expect(x.sum({ axis: 0 }).shape).toEqual([3]);
    expect([x.max().item(), x.min().item(), x.mean().item()]).toEqual([6, 1, 3.5]);
  });

  test("of channels subtracted and divided give channels of mean 0 and deviation 1", () => {
    const images = normal([8, 3, 5, 5], 3);
    const axis = [0, 2, 3];
    const centred = lib.subtract(images, lib.mean(images, { axis, keepDims: true }));
    const scaled = lib.divide(centred, lib.standardDeviation(images, { axis, keepDims: true }));
    for (const value of lib.mean(scaled, { axis }).data) expect(Math.abs(value)).toBeLessThan(1e-15);
    for (const value of lib.variance(scaled, { axis }).data) expect(Math.abs(value - 1)).toBeLessThan(1e-14);
  });

  test("of float32 numbers keep small terms that float32 would lose, along any axis", () => {
    const column = tensor([2 ** 24, ...new Array<number>(100).fill(1)], [101, 1]);
    expect(numbers(lib.sum(lib.concat([column, column], { axis: 1 }), { axis: 0 }))).toEqual([
      2 ** 24 + 100,
      2 ** 24 + 100,
    ]);
  });

  test("of a maximum give the gradient to the first of equals, in any axis", () => {
    const y = parameter(tensor([1, 7, 7, 7, 2, 7], [2, 3]));
    backward(lib.max(y, { axis: 1 }), tensor([10, 20]));
    expect(numbers(y.grad!)).toEqual([0, 10, 0, 20, 0, 0]);
    y.grad = null;
    backward(lib.max(y, { axis: 0 }), tensor([1, 2, 3]));
    expect(numbers(y.grad!)).toEqual([0, 2, 3, 1, 0, 0]);
    y.grad = null;
    backward(lib.min(y));
    expect(numbers(y.grad!)).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test("of nothing: sums are 0, products 1, the rest is refused; empty results are no reduction of nothing", () => {
    const empty = zeros([0, 3]);
    expect([lib.sum(empty).item(), lib.product(empty).item(), lib.norm(empty).item()]).toEqual([0, 1, 0]);
    expect(numbers(lib.sum(empty, { axis: 0 }))).toEqual([0, 0, 0]);
    expect(lib.mean(empty, { axis: 1 }).shape).toEqual([0]);
    expect(lib.argmax(empty).shape).toEqual([0]);
    for (const reduce of [lib.mean, lib.max, lib.min, lib.logSumExp, lib.variance]) {
      expect(() => reduce(empty, { axis: 0 })).toThrow(/axis 0 of the input is 0\n.*\n.*at least 1/);
    }
    expect(() => lib.argmin(empty, { axis: 0 })).toThrow(/argmin: axis 0 of the input is 0/);
  });

  test("of a scalar are the scalar", () => {
    const scalar = tensor(-3);
    expect([lib.sum(scalar), lib.max(scalar), lib.norm(scalar), lib.product(scalar)].map((y) => y.item())).toEqual([
      -3, -3, 3, -3,
    ]);
    expect(lib.sum(scalar, { axis: [] }).item()).toBe(-3);
  });

  test("NaN is largest and smallest", () => {
    const y = tensor([1, Number.NaN, 3], [3]);
    expect([lib.max(y).item(), lib.min(y).item()]).toEqual([Number.NaN, Number.NaN]);
    expect([lib.argmax(y).item(), lib.argmin(y).item()]).toEqual([1, 1]);
    expect(lib.norm(y, { p: Infinity }).item()).toBeNaN();
  });

  test("argmax along any axis, kept or not", () => {
    expect(numbers(lib.argmax(x, { axis: 0 }))).toEqual([1, 1, 1]);
    expect(lib.argmax(x, { axis: 0, keepDims: true }).shape).toEqual([1, 3]);
    expect(numbers(lib.argmin(x))).toEqual([0, 0]);
  });
});

describe("moving numbers", () => {
  test("axes of any type of number are permuted, back by the inverse order", () => {
    const bytes = tensor([1, 2, 3, 4, 5, 6], [1, 2, 3], "uint8");
    const turned = lib.transpose(bytes, [2, 0, 1]);
    expect([turned.shape, numbers(turned), turned.dtype]).toEqual([[3, 1, 2], [1, 4, 2, 5, 3, 6], "uint8"]);
    expect(numbers(lib.transpose(turned, [1, 2, 0]))).toEqual(numbers(bytes));
    const large = normal([37, 41, 5], 1, "float32");
    expect(lib.transpose(lib.transpose(large, [1, 2, 0]), [2, 0, 1]).data).toEqual(large.data);
  });

  test("concat undoes split, along every axis", () => {
    const x = normal([4, 6, 2], 2);
    for (const axis of [0, 1, 2, -1]) {
      expect(lib.concat(lib.split(x, 2, { axis }), { axis }).data).toEqual(x.data);
    }
    expect(lib.concat(lib.split(x, [1, 0, 5], { axis: 1 }), { axis: 1 }).data).toEqual(x.data);
    expect(numbers(lib.stack([tensor([1, 2]), tensor([3, 4])], { axis: 1 }))).toEqual([1, 3, 2, 4]);
    expect(lib.stack([tensor(1), tensor(2)]).shape).toEqual([2]);
  });

  test("gradients of parts and wholes find their places", () => {
    const a = parameter(tensor([1, 2], [1, 2]));
    const b = parameter(tensor([3, 4], [2, 1]));
    const joined = lib.concat([lib.tile(a, [2, 1]), b], { axis: 1 });
    expect(numbers(joined)).toEqual([1, 2, 3, 1, 2, 4]);
    backward(joined, tensor([1, 2, 3, 4, 5, 6], [2, 3]));
    expect([numbers(a.grad!), numbers(b.grad!)]).toEqual([
      [5, 7],
      [3, 6],
    ]);
  });

  test("slices along any axis, in steps, from the end", () => {
    const x = tensor([...Array(12).keys()], [3, 4]);
    expect(numbers(lib.slice(x, 1, 2))).toEqual([4, 5, 6, 7]);
    expect(numbers(lib.slice(x, -1))).toEqual([8, 9, 10, 11]);
    expect(numbers(lib.slice(x, 0, -1, { axis: 1, step: 2 }))).toEqual([0, 2, 4, 6, 8, 10]);
    expect(lib.slice(x, 2, 2).shape).toEqual([0, 4]);
    expect(numbers(x.slice(3, 4, { axis: 1 }))).toEqual([3, 7, 11]);
  });

  test("taking by index: any order, repeated, by a tensor of any shape", () => {
    const x = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(numbers(lib.take(x, [2, 2]))).toEqual([5, 6, 5, 6]);
    expect(lib.take(x, tensor([[0, 1, 2]], undefined, "int32"), { axis: 0 }).shape).toEqual([1, 3, 2]);
    expect(lib.take(x, [], { axis: 1 }).shape).toEqual([3, 0]);
    const weights = parameter(zeros([3, 2]));
    backward(lib.sum(lib.take(weights, [2, 0, 2])));
    expect(numbers(weights.grad!)).toEqual([1, 1, 0, 0, 2, 2]);
    const labels = tensor([1, 0, 1], [3], "int32");
    expect(numbers(lib.gather(x, lib.expandDims(labels, 1), { axis: 1 }))).toEqual([2, 3, 6]);
    expect(numbers(lib.oneHot(labels, 3))).toEqual([0, 1, 0, 1, 0, 0, 0, 1, 0]);
  });

  test("axes of size 1 come and go", () => {
    expect(lib.expandDims(zeros([2, 3]), -1).shape).toEqual([2, 3, 1]);
    expect(lib.squeeze(zeros([1, 2, 1]), -1).shape).toEqual([1, 2]);
    expect(lib.squeeze(zeros([1, 1])).shape).toEqual([]);
    expect(numbers(lib.repeat(tensor([[1, 2]]), 2, { axis: 0 }))).toEqual([1, 2, 1, 2]);
    expect(lib.tile(zeros([2]), [3, 1, 2]).shape).toEqual([3, 1, 4]);
    expect(lib.tile(zeros([2, 3]), [2]).shape).toEqual([2, 6]);
  });
});

describe("comparisons and choices", () => {
  test("give 1 where they hold, and numbers are rounded as the tensor's are", () => {
    const x = tensor([0.1, 0.2, Number.NaN]);
    expect(numbers(lib.equal(x, 0.1))).toEqual([1, 0, 0]);
    expect(numbers(lib.notEqual(x, x))).toEqual([0, 0, 1]);
    expect(numbers(lib.less(x, 0.2))).toEqual([1, 0, 0]);
    expect(numbers(lib.lessEqual(x, 0.2))).toEqual([1, 1, 0]);
    expect(numbers(lib.greater(0.2, x))).toEqual([1, 0, 0]);
    expect(numbers(lib.greaterEqual(x, 0.2))).toEqual([0, 1, 0]);
    expect(numbers(lib.equal(tensor([1, 2], [2], "int32"), 1.5))).toEqual([0, 0]);
    expect(
      lib.mean(lib.cast(lib.equal(lib.argmax(zeros([4, 3])), tensor([0, 1, 0, 0], [4], "int32")), "float32")).item(),
    ).toBe(0.75);
  });

  test("no gradient flows through them, and that of a choice goes to what was taken", () => {
    const x = parameter(tensor([-1, 2, -3]));
    const y = parameter(tensor([5]));
    backward(lib.sum(lib.where(lib.greater(x, 0), lib.multiply(x, 10), y)));
    expect([numbers(x.grad!), numbers(y.grad!)]).toEqual([[0, 10, 0], [2]]);
    expect(numbers(lib.where(tensor([1, 0], [2], "uint8"), tensor([7, 8], [2], "int32"), -1))).toEqual([7, -1]);
  });
});

test("products of batches equal those of their matrices one by one, in single precision too", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const a = parameter(normal([3, 17, 20], 1, dtype));
    const b = parameter(normal([3, 20, 19], 2, dtype));
    const whole = lib.matmul(a, b);
    const parts = [0, 1, 2].map((i) =>
      lib.matmul(lib.squeeze(lib.slice(a, i, i + 1), 0), lib.squeeze(lib.slice(b, i, i + 1), 0)),
    );
    expect(whole.data).toEqual(lib.stack(parts).data);
    backward(whole, normal([3, 17, 19], 3, dtype));
    const [dA, dB] = [a.grad!.data, b.grad!.data];
    a.grad = null;
    b.grad = null;
    backward(lib.stack(parts), normal([3, 17, 19], 3, dtype));
    expect([dA, dB]).toEqual([a.grad!.data, b.grad!.data]);
  }
});

test("shapes without numbers go through every operation, and nothing is allocated", () => {
  const seen: string[] = [];
  const shapes = shapesOnly(
    () => {
      const x = lib.multiply(zeros([2, 1, 64]), lib.exp(zeros([512, 1])));
      const y = lib.softmax(lib.concat([x, lib.max(x, { axis: 1, keepDims: true })], { axis: 1 }), { axis: 1 });
      const labels = lib.argmax(y, { axis: 1 });
      const loss = lib.crossEntropy(y, labels, { labelSmoothing: 0.1 });
      const one = lib.oneHot(labels, 513);
      return [x, y, labels, loss, one, lib.gather(y, lib.expandDims(labels, 1), { axis: 1 }), lib.take(y, labels)];
    },
    ({ operation }) => seen.push(operation),
  );
  expect(shapes.map(({ shape }) => shape.join())).toEqual([
    "2,512,64",
    "2,513,64",
    "2,64",
    "",
    "2,64,513",
    "2,1,64",
    "2,64,513,64",
  ]);
  expect(shapes.every((x) => x.data.length === 0)).toBe(true);
  expect(seen).toContain("argmax");
});

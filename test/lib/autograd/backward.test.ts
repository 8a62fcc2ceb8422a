import { describe, expect, test } from "vitest";
import { apply, noGrad, shapesOnly } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { type Float64Tensor, gradCheck } from "../../../lib/autograd/grad-check.ts";
import { GradientError } from "../../../lib/errors.ts";
import { add, multiply } from "../../../lib/ops/arithmetic.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { reshape } from "../../../lib/ops/reshape.ts";
import { tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

const parameter = (values: number[]): Tensor<readonly [number]> =>
  Object.assign(tensor(values), { requiresGrad: true });

describe("backward", () => {
  test("adds up what comes back from every use of a tensor", () => {
    const x = parameter([2, 3]);
    backward(sum(add(multiply(x, x), multiply(x, 5)))); // d(x² + 5x) = 2x + 5
    expect([...x.grad!.data]).toEqual([9, 11]);
  });

  test("accumulates over calls until the gradient is forgotten", () => {
    const x = parameter([1]);
    backward(sum(multiply(x, 3)));
    backward(sum(multiply(x, 4)));
    expect(x.grad!.item()).toBe(7);
    x.grad = null;
    backward(sum(multiply(x, 4)));
    expect(x.grad!.item()).toBe(4);
  });

  test("gradients of two tensors never share memory, even where an operation passes its own on", () => {
    const a = parameter([1, 1]);
    const b = reshape(a, [2, 1]);
    const c = parameter([1, 1]);
    backward(sum(add(reshape(b, [2]), c)));
    a.grad!.data[0] = 42;
    expect([...c.grad!.data]).toEqual([1, 1]);
    backward(sum(a));
    expect([...a.grad!.data]).toEqual([43, 2]);
  });

  test("a gradient may be given for a tensor of several numbers", () => {
    const x = parameter([1, 2]);
    backward(multiply(x, 2), tensor([10, 100]));
    expect([...x.grad!.data]).toEqual([20, 200]);
    expect(() => backward(multiply(x, 2))).toThrow(/it starts from one number/);
  });

  test("a long chain does not overflow the stack", () => {
    const x = parameter([1]);
    let y: Tensor<readonly [number]> = x;
    for (let i = 0; i < 20_000; i++) y = add(y, 1);
    backward(sum(y));
    expect(x.grad!.item()).toBe(1);
  });

  test("a second backward through one graph says that it was freed", () => {
    const x = parameter([1]);
    const loss = sum(multiply(x, 2));
    backward(loss);
    expect(() => backward(loss)).toThrow(GradientError);
    expect(() => backward(sum(loss))).toThrow(/the graph through sum was freed/);
  });

  test("nothing to differentiate is an error that says what to set", () => {
    expect(() => backward(sum(tensor([1])))).toThrow(/requiresGrad/);
    const x = parameter([1]);
    expect(() => backward(noGrad(() => sum(multiply(x, 2))))).toThrow(GradientError);
  });

  test("noGrad ends where it ends, also by a throw", () => {
    const x = parameter([1]);
    expect(() => noGrad(() => sum(zeros([2, 2]).item() as never))).toThrow();
    backward(sum(multiply(x, 2)));
    expect(x.grad!.item()).toBe(2);
  });
});

describe("shapes only", () => {
  test("an operation has its shape, no numbers, and is reported", () => {
    const seen: string[] = [];
    const big = shapesOnly(
      () => multiply(zeros([3, 4]), 2),
      ({ operation, shape }) => seen.push(`${operation} ${shape}`),
    );
    expect(big.shape).toEqual([3, 4]);
    expect(big.data.length).toBe(0);
    expect(seen).toEqual(["multiply 3,4"]);
    expect(`${big}`).toContain("shape only");
  });
});

describe("the gradient check", () => {
  test("passes a right gradient", () => {
    const check = gradCheck((a, b) => sum(multiply(a!, b!)), [normal([2, 3], 1), normal([2, 3], 2)]);
    expect(check).toMatchObject({ passed: true, checked: 12 });
  });

  test("finds a wrong one and names the element with both values", () => {
    const x = normal([2, 3], 3);
    const wrongSquare = (a: Float64Tensor): Float64Tensor =>
      apply({
        name: "wrongSquare",
        inputs: [a],
        shape: a.shape,
        dtype: a.dtype,
        forward: (out) => out.set(a.data.map((value) => value * value)),
        backward: (dOut) => [dOut.map((d, i) => 2 * a.data[i]! * d + (i === 4 ? 1 : 0)) as Float64Array],
      });
    const wrong = gradCheck((a) => sum(wrongSquare(a!)), [x]);
    expect(wrong.passed).toBe(false);
    expect(wrong.worst).toMatchObject({ input: 0, index: [1, 1] });
    // d sum(x·x)/dx = 2x; the wrong one is one more there.
    expect(wrong.worst.numeric).toBeCloseTo(2 * x.data[4]!, 6);
    expect(wrong.worst.analytic - wrong.worst.numeric).toBeCloseTo(1, 6);
  });

  test("leaves the inputs as they were", () => {
    const x = normal([3], 4);
    const before = [...x.data];
    gradCheck((a) => sum(a!), [x]);
    expect([...x.data]).toEqual(before);
    expect(x.requiresGrad).toBe(false);
    expect(x.grad).toBeNull();
  });
});

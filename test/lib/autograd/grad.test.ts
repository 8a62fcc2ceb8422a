import { describe, expect, expectTypeOf, test } from "vitest";
import { noGrad } from "../../../lib/autograd/apply.ts";
import { backward } from "../../../lib/autograd/backward.ts";
import { detach, grad, valueAndGrad } from "../../../lib/autograd/grad.ts";
import { onGradient } from "../../../lib/autograd/hooks.ts";
import { GradientError } from "../../../lib/errors.ts";
import { parameter } from "../../../lib/nn/parameter.ts";
import { add, multiply } from "../../../lib/ops/arithmetic.ts";
import { mean, sum } from "../../../lib/ops/reduce.ts";
import { ones, tensor, zeros } from "../../../lib/tensor/create.ts";
import type { Tensor } from "../../../lib/tensor/tensor.ts";
import { normal } from "../random-tensors.ts";

const square = (x: Tensor) => sum(multiply(x, x));

describe("grad", () => {
  test("gives the gradient function: of one input a tensor, of several one each", () => {
    expect([...grad(square)(tensor([1, 2, 3])).data]).toEqual([2, 4, 6]);
    const product = grad((a: Tensor, b: Tensor) => sum(multiply(a, b)));
    const [dA, dB] = product(tensor([1, 2]), tensor([3, 4]));
    expect([[...dA.data], [...dB.data]]).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expectTypeOf(grad(square)(tensor([1]))).toEqualTypeOf<Tensor>();
    expectTypeOf(product(ones([1]), ones([1]))).toEqualTypeOf<[Tensor, Tensor]>();
  });

  test("works in float64, within noGrad, and for the same tensor given twice", () => {
    const x = tensor([0.5], [1], "float64");
    expect(noGrad(() => grad((y: typeof x) => sum(multiply(y, y)))(x)).item()).toBe(1);
    const [left, right] = grad((a: Tensor, b: Tensor) => sum(multiply(a, multiply(b, b))))(ones([1]), ones([1]));
    expect([left.item(), right.item()]).toEqual([1, 2]);
  });

  test("leaves no trace: neither on inputs, nor on parameters that the function uses, nor on their graph", () => {
    const weights = parameter(tensor([2, 3]));
    const before = multiply(weights, 10); // a graph of somebody else's
    const x = parameter(tensor([1, 1]));
    expect([...grad((y: Tensor) => sum(multiply(y, before)))(x).data]).toEqual([20, 30]);
    expect([x.grad, weights.grad, x.requiresGrad]).toEqual([null, null, true]);
    backward(sum(before));
    expect([...weights.grad!.data]).toEqual([10, 10]);
  });

  test("of an input that does not count is zeros", () => {
    const [, unused] = grad((a: Tensor, _b: Tensor) => square(a))(ones([2]), ones([3]));
    expect([...unused.data]).toEqual([0, 0, 0]);
    expect([...grad((_x: Tensor) => tensor(1))(ones([2])).data]).toEqual([0, 0]);
  });

  test("valueAndGrad gives the value too, without a graph behind it", () => {
    const [value, gradient] = valueAndGrad(square)(tensor([3]));
    expect([value.item(), gradient.item()]).toEqual([9, 6]);
    expect(value.origin).toBeNull();
  });

  test("a gradient of a gradient is refused, not wrong; as a constant it may be had", () => {
    const twice = grad((x: Tensor) => sum(grad(square)(x)));
    expect(() => twice(ones([2]))).toThrow(GradientError);
    expect(() => twice(ones([2]))).toThrow(/gradients of gradients[\s\S]*noGrad/);
    const constant = grad((x: Tensor) =>
      sum(
        multiply(
          x,
          noGrad(() => grad(square)(x)),
        ),
      ),
    );
    expect([...constant(tensor([3])).data]).toEqual([6]);
    expect([...grad(square)(tensor([3])).data]).toEqual([6]);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "a value that is no scalar",
      () => grad((x: Tensor) => x as never)(ones([2])),
      /grad: the function's value is not one number[\s\S]*sum\(\)/,
    ],
    ["no function", () => grad(ones([2]) as never), /grad: it is given an object of class Tensor/],
    ["integers", () => grad(square)(zeros([2], "int32") as never), /input 0 is int32/],
    ["no input", () => (grad(square) as () => unknown)(), /there is no input/],
    ["a number as input", () => grad(square)(3 as never), /input 0 is 3, not a tensor/],
    ["a function without return", () => grad((() => {}) as never)(ones([1])), /the function's value is undefined/],
  ])("%s: an error that says what would fit", (_name, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("detach", () => {
  test("cuts the graph, and shares the numbers", () => {
    const x = parameter(tensor([2]));
    const y = multiply(x, 3);
    const cut = detach(y);
    backward(sum(multiply(y, cut))); // d(3x · 6) = 18
    expect(x.grad!.item()).toBe(18);
    cut.data[0] = 7;
    expect(y.item()).toBe(7);
    expect(() => backward(sum(cut))).toThrow(/asks for a gradient/);
    expect(() => detach(3 as never)).toThrow(/not a tensor/);
  });
});

describe("the gradient of an intermediate result", () => {
  test("is kept where requiresGrad asks for it, and adds up as a parameter's does", () => {
    const x = parameter(tensor([1, 2]));
    const y = multiply(x, x);
    y.requiresGrad = true;
    backward(sum(multiply(y, 3)));
    expect([[...y.grad!.data], [...x.grad!.data]]).toEqual([
      [3, 3],
      [6, 12],
    ]);
  });

  test("is whole when a hook sees it, which may change it", () => {
    const x = parameter(tensor([1]));
    const y = multiply(x, 2);
    const seen: number[] = [];
    const remove = onGradient(y, (gradient) => {
      seen.push(gradient.item());
      return add(gradient as Tensor, 100);
    });
    const z = sum(add(multiply(y, 3), multiply(y, 4)));
    backward(z, { retainGraph: true });
    remove();
    backward(z);
    expect([seen, x.grad!.item()]).toEqual([[7], 2 * 107 + 2 * 7]);
  });

  test("hooks on parameters, that keep what they are given, and that are wrong", () => {
    const x = parameter(tensor([1, 2]));
    const kept: Tensor[] = [];
    onGradient(x, (gradient) => void kept.push(gradient as Tensor));
    backward(sum(multiply(x, 2)));
    backward(sum(multiply(x, 5)));
    expect(kept.map(({ data }) => data[0])).toEqual([2, 5]);
    onGradient(x, () => ones([3]));
    expect(() => backward(sum(x))).toThrow(/a hook gave a gradient of \[3\] for a tensor of \[2\]/);
    expect(() => onGradient(ones([1]), () => {})).toThrow(/no gradient will arrive/);
    expect(() => onGradient(x, 3 as never)).toThrow(/the hook is 3/);
  });
});

test("a hook may differentiate on its own account: gradients on their way stay what they are", () => {
  const x = parameter(normal([32, 32], 1, "float32"));
  const y = multiply(x, x);
  const inner: number[] = [];
  onGradient(y, () => {
    for (let i = 0; i < 5; i++) inner.push(grad(square)(ones([32, 32])).data[7]!);
  });
  backward(sum(add(multiply(y, 3), multiply(x, 2))));
  x.grad!.data.forEach((found, i) => void expect(Math.abs(found - (6 * x.data[i]! + 2))).toBeLessThan(1e-5));
  expect(inner).toEqual([2, 2, 2, 2, 2]);
});

describe("a graph that is kept", () => {
  test("serves again, and adds up", () => {
    const x = parameter(tensor([1, -2]));
    const loss = mean(multiply(x, x));
    backward(loss, { retainGraph: true });
    backward(loss, { retainGraph: true });
    backward(loss);
    expect([...x.grad!.data]).toEqual([3, -6]);
    expect(() => backward(loss)).toThrow(/was freed by an earlier backward[\s\S]*retainGraph: true/);
  });

  test("two losses may share a part of it", () => {
    const x = parameter(tensor([3]));
    const shared = multiply(x, x);
    backward(sum(multiply(shared, 2)), { retainGraph: true });
    backward(sum(multiply(shared, 5)));
    expect(x.grad!.item()).toBe(2 * 6 + 5 * 6);
  });

  test("options are checked", () => {
    const loss = sum(parameter(ones([1])));
    expect(() => backward(loss, { retain: true } as never)).toThrow(/unknown option "retain"/);
    expect(() => backward(loss, { retainGraph: 1 } as never)).toThrow(/retainGraph is 1/);
    expect(() => backward(loss, { gradient: 1 } as never)).toThrow(/the gradient is 1, not a tensor/);
    backward(loss, { gradient: tensor(5) });
  });
});

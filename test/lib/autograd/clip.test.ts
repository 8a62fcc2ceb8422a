import { expect, test } from "vitest";
import { backward } from "../../../lib/autograd/backward.ts";
import { clipGradNorm, clipGradValue } from "../../../lib/autograd/clip.ts";
import { parameter } from "../../../lib/nn/parameter.ts";
import { multiply } from "../../../lib/ops/arithmetic.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { ones, tensor } from "../../../lib/tensor/create.ts";

/** Two parameters with gradients (3, 4) and (12). */
function two() {
  const [a, b, idle] = [parameter(ones([2])), parameter(ones([1])), parameter(ones([1]))];
  backward(sum(multiply(a, tensor([3, 4]))));
  backward(sum(multiply(b, 12)));
  return [a, b, idle] as const;
}

test("gradients longer than allowed are shortened together; the length before is returned", () => {
  const [a, b, idle] = two();
  expect(clipGradNorm([a, b, idle], 6.5)).toBe(13); // 3² + 4² + 12² = 13²
  const expected = [1.5, 2, 6];
  // 6.5 / (13 + 1e-6) is a half but for 4e-8
  [...a.grad!.data, ...b.grad!.data].forEach(
    (value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6),
  );
  expect(idle.grad).toBeNull();
});

test("shorter ones stay, bit by bit", () => {
  const [a, b] = two();
  clipGradNorm([a, b], 13.1);
  expect([...a.grad!.data, ...b.grad!.data]).toEqual([3, 4, 12]);
});

test("infinity and NaN are neither hidden nor repaired", () => {
  const a = parameter(ones([2]));
  backward(sum(multiply(a, tensor([Number.POSITIVE_INFINITY, 1]))));
  expect(clipGradNorm([a], 1)).toBe(Number.POSITIVE_INFINITY);
  expect([...a.grad!.data]).toEqual([Number.NaN, 0]);
  const b = parameter(ones([2]));
  backward(sum(multiply(b, tensor([Number.NaN, 1]))));
  expect(clipGradNorm([b], 1)).toBeNaN();
  clipGradValue([b], 1);
  expect(b.grad!.data[0]).toBeNaN();
});

test("clipGradValue brings each number into the bounds by itself", () => {
  const [a, b] = two();
  clipGradValue([a, b], 3.5);
  expect([...a.grad!.data, ...b.grad!.data]).toEqual([3, 3.5, 3.5]);
});

test("impossible bounds and parameters are refused", () => {
  expect(() => clipGradNorm(two(), 0)).toThrow(/clipGradNorm: maxNorm is 0/);
  expect(() => clipGradNorm(3 as never, 1)).toThrow(/the parameters are 3\n.*network.parameters\(\)/);
  expect(() => clipGradValue([1] as never, 1)).toThrow(/one of the parameters is 1, not a tensor/);
});

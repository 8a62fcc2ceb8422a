import { expect, test } from "vitest";
import { type Float64Tensor, gradCheck } from "../../../lib/autograd/grad-check.ts";
import { display } from "../../../lib/mime.ts";
import "../../../lib/methods.ts";
import { detach } from "../../../lib/autograd/grad.ts";
import { colourAt } from "../../../lib/display/colours.ts";
import { multiply } from "../../../lib/ops/arithmetic.ts";
import { sum } from "../../../lib/ops/reduce.ts";
import { tensor } from "../../../lib/tensor/create.ts";
import { formOf, pngOf, sourceOf } from "./support.ts";

const x = () => tensor([1, 2, 3, 4, 5, 6], [2, 3], "float64") as Float64Tensor;

test("a right gradient is dark all over", () => {
  const check = gradCheck((a) => sum(multiply(a, a)) as Float64Tensor, [x()]);
  const { errors } = check.inputs[0]!;
  expect(errors).toHaveLength(6);
  expect(Math.max(...errors)).toBe(check.worst.error);
  const bundle = check[display]();
  expect(bundle["text/plain"]).toContain("gradient check passed: 6 elements");
  expect(formOf(bundle, "text/html")).toContain("input 0 [2, 3]");
  expect(pngOf(bundle).at(3, 3)[1]).toBeLessThan(160);
  const picture = sourceOf(bundle);
  for (const words of ["10⁻¹⁶", "10⁻⁸", "1", "error"]) expect(picture).toContain(`>${words}</text>`);
});

test("an operand whose gradient is lost is yellow, and counted", () => {
  const check = gradCheck((a) => sum(multiply(detach(a), a)) as Float64Tensor, [x()]);
  expect(formOf(check[display](), "text/html")).toContain("6 of 6 beyond the tolerance");
  const half = colourAt("sequential", (Math.log10(0.5) + 16) / 16);
  expect(pngOf(check[display]()).at(3, 3)[0]).toBeGreaterThan(half[0] - 20);
});

test("without anything to compare it says so", () => {
  const empty = tensor([], [0], "float64") as Float64Tensor;
  const nothing = gradCheck((a) => sum(a) as Float64Tensor, [empty]);
  expect(nothing[display]()["text/plain"]).toContain("nothing to compare");
});

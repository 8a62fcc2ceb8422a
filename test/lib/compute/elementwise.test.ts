import { describe, expect, test } from "vitest";
import * as activation from "../../../lib/compute/activation.ts";
import * as elementwise from "../../../lib/compute/elementwise.ts";
import { expectClose, goldenCases, uniform64 } from "./support.ts";

const of = (...numbers: number[]) => Float32Array.from(numbers);

describe("arithmetic", () => {
  const a = of(1, -2, 3);
  const b = of(4, 8, -2);
  test.each([
    ["add", elementwise.add, [5, 6, 1]],
    ["subtract", elementwise.subtract, [-3, -10, 5]],
    ["multiply", elementwise.multiply, [4, -16, -6]],
    ["divide", elementwise.divide, [0.25, -0.25, -1.5]],
  ] as const)("%s works number by number, also into its own operand", (_name, run, expected) => {
    const out = new Float32Array(3);
    run(a, b, out);
    expect([...out]).toEqual(expected);
    const own = a.slice();
    run(own, b, own);
    expect([...own]).toEqual(expected);
  });

  test("scale, shift, division by a number and accumulation do what their formulas say", () => {
    const y = of(1, 2, 3);
    elementwise.scale(y, 2, y);
    elementwise.shift(y, -1, y);
    expect([...y]).toEqual([1, 3, 5]);
    elementwise.accumulate(y, of(1, 1, 1));
    expect([...y]).toEqual([2, 4, 6]);
    elementwise.divideBy(y, 4, y);
    expect([...y]).toEqual([0.5, 1, 1.5]);
  });
});

test("division by a number is rounded once: 49 / 49 is 1, though 49 · (1 / 49) is not", () => {
  const x = Float64Array.of(49, 2e-320);
  elementwise.divideBy(x.subarray(0, 1), 49, x.subarray(0, 1));
  elementwise.divideBy(x.subarray(1), 1e-320, x.subarray(1)); // a divisor whose reciprocal is Infinity
  expect([...x]).toEqual([1, 2]);
});

describe("a bias", () => {
  test("is added to every row of [N, F] and to every plane of [N, F, P, Q]", () => {
    const rows = of(0, 0, 1, 1);
    elementwise.addBias(2, 2, 1, rows, of(10, 20), rows);
    expect([...rows]).toEqual([10, 20, 11, 21]);
    const planes = new Float32Array(8);
    elementwise.addBias(2, 2, 2, of(0, 1, 2, 3, 4, 5, 6, 7), of(10, 20), planes);
    expect([...planes]).toEqual([10, 11, 22, 23, 14, 15, 26, 27]);
  });

  test("has the sum over rows and planes as its gradient", () => {
    const dBias = of(9, 9);
    elementwise.biasGradient(2, 2, 2, of(1, 2, 3, 4, 5, 6, 7, 8), dBias);
    expect([...dBias]).toEqual([1 + 2 + 5 + 6, 3 + 4 + 7 + 8]);
  });
});

describe("activations", () => {
  const x = uniform64(40, 1);
  test.each([
    ["relu", activation.reluForward, activation.reluGradient, x],
    ["sigmoid", activation.sigmoidForward, activation.sigmoidGradient, x],
    ["tanh", activation.tanhForward, activation.tanhGradient, x],
  ] as const)("the gradient of %s is its slope", (_name, forward, gradient, input) => {
    // Central differences, step 2⁻¹⁷: the error of the quotient is step² times the third derivative over 6 (below
    // 5.8e-11 times 2) plus 2⁻⁵³ / step (1.5e-11). No draw lies within a step of the corner at 0.
    const step = 2 ** -17;
    const above = new Float64Array(40);
    const below = new Float64Array(40);
    const out = new Float64Array(40);
    forward(
      input.map((value) => value + step),
      above,
    );
    forward(
      input.map((value) => value - step),
      below,
    );
    forward(input, out);
    const dOut = uniform64(40, 2);
    const dX = new Float64Array(40);
    gradient(dOut, out, dX);
    expectClose(
      dX,
      above.map((value, i) => (dOut[i]! * (value - below[i]!)) / (2 * step)),
      2e-9,
    );
  });

  test("relu keeps NaN and infinity, and has slope 0 at 0", () => {
    const out = new Float32Array(5);
    activation.reluForward(of(Number.NaN, Infinity, -Infinity, -0, 2), out);
    expect([...out]).toEqual([Number.NaN, Infinity, 0, 0, 2]);
    const dX = new Float32Array(5);
    activation.reluGradient(of(1, Infinity, Infinity, Number.NaN, -3), out, dX);
    expect([...dX]).toEqual([1, Infinity, 0, 0, -3]);
  });

  test("sigmoid and tanh reach their limits without overflow", () => {
    const out = new Float32Array(2);
    activation.sigmoidForward(of(-1000, 1000), out);
    expect([...out]).toEqual([0, 1]);
    activation.tanhForward(of(-1000, 1000), out);
    expect([...out]).toEqual([-1, 1]);
  });

  const cases = [...goldenCases("relu"), ...goldenCases("sigmoid")];
  test.skipIf(cases.length === 0)("PyTorch's values (skipped without the shared golden file)", () => {
    for (const { op, inputs, gradOut, output, grads } of cases) {
      const out = new Float64Array(output.data.length);
      const dX = new Float64Array(output.data.length);
      const input = Float64Array.from(inputs.x!.data);
      const dOut = Float64Array.from(gradOut.data);
      if (op === "relu") {
        activation.reluForward(input, out);
        activation.reluGradient(dOut, out, dX);
      } else {
        activation.sigmoidForward(input, out);
        activation.sigmoidGradient(dOut, out, dX);
      }
      expectClose(out, output.data, 1e-9);
      expectClose(dX, grads.x!.data, 1e-9);
    }
  });
});

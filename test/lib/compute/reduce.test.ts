import { describe, expect, test } from "vitest";
import * as loss from "../../../lib/compute/loss.ts";
import * as reduce from "../../../lib/compute/reduce.ts";
import * as softmax from "../../../lib/compute/softmax.ts";
import { expectClose, goldenCases, uniform64 } from "./support.ts";

const of = (...numbers: number[]) => Float32Array.from(numbers);

describe("reductions", () => {
  test("sum and mean by hand", () => {
    const x = of(3, -1, 2, 4);
    expect([reduce.sum(x), reduce.mean(x)]).toEqual([8, 2]);
  });
  test("of nothing: 0 and NaN", () => {
    const x = of();
    expect([reduce.sum(x), reduce.mean(x)]).toEqual([0, Number.NaN]);
  });
  test("NaN is not lost, wherever it stands", () => {
    for (const x of [of(Number.NaN, 1, 2), of(1, 2, Number.NaN)]) {
      expect(reduce.sum(x)).toBeNaN();
    }
  });
  test("a sum of float32 numbers keeps small terms that float32 would lose", () => {
    expect(reduce.sum(of(2 ** 24, ...new Array<number>(100).fill(1)))).toBe(2 ** 24 + 100);
  });
  test("argmax takes the first of equals, and NaN before all", () => {
    const out = new Int32Array(3);
    reduce.argmaxRows(3, 3, of(1, 5, 5, -1, -2, -3, 4, Number.NaN, 9), out);
    expect([...out]).toEqual([1, 0, 1]);
  });
});

describe("softmax", () => {
  test("turns odds into probabilities: e^ln 1 : e^ln 3 is 1/4, 3/4", () => {
    const out = new Float64Array(2);
    softmax.softmaxRows(1, 2, Float64Array.of(Math.log(1), Math.log(3)), out);
    expectClose(out, [0.25, 0.75], 1e-15);
  });
  test("of equal numbers is equal, however large they are: the logarithm of their count is not lost in them", () => {
    for (const x of [1e20, -3e37]) {
      const [powers, logarithms] = [new Float64Array(4), new Float64Array(4)];
      softmax.softmaxRows(1, 4, Float64Array.of(x, x, x, x), powers);
      softmax.logSoftmaxRows(1, 4, Float64Array.of(x, x, x, x), logarithms);
      expect([...powers, ...logarithms]).toEqual([0.25, 0.25, 0.25, 0.25, ...new Array<number>(4).fill(-Math.log(4))]);
    }
  });

  test("neither overflows nor vanishes for numbers of any size", () => {
    const out = new Float64Array(4);
    softmax.softmaxRows(2, 2, Float64Array.of(1000, 1000, -1000, -1000), out);
    expectClose(out, [0.5, 0.5, 0.5, 0.5], 1e-12); // exp of a difference of numbers near 1000
    const sums = [1000, -1000].map((x) => softmax.logSumExpOfRow(Float64Array.of(x, x), 0, 2));
    expectClose(Float64Array.from(sums), [1000 + Math.LN2, -1000 + Math.LN2], 1e-15);
  });
  test("a row that holds Infinity is NaN throughout, as in PyTorch; −Infinity beside numbers is a probability of 0", () => {
    const x = Float64Array.of(Infinity, 0, -Infinity, 0);
    const out = new Float64Array(4);
    softmax.softmaxRows(2, 2, x, out);
    expect([...out]).toEqual([Number.NaN, Number.NaN, 0, 1]);
    softmax.logSoftmaxRows(2, 2, x, out);
    expect([...out]).toEqual([Number.NaN, Number.NaN, -Infinity, 0]);
    expect(softmax.logSumExpOfRow(Float64Array.of(-Infinity, -Infinity), 0, 2)).toBe(-Infinity);
  });
  test("cross-entropy of such a row is NaN, and so is its whole gradient", () => {
    const probabilities = new Float64Array(3);
    const labels = Int32Array.of(1);
    expect(loss.softmaxCrossEntropyForward(1, 3, of(Infinity, 0, 1), labels, probabilities)).toBeNaN();
    const gradient = new Float64Array(3);
    loss.softmaxCrossEntropyGradient(1, 3, probabilities, labels, 1, gradient);
    expect([...gradient]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  const cases = [...goldenCases("softmax"), ...goldenCases("log_softmax")];
  test.skipIf(cases.length === 0)("PyTorch's values (skipped without the shared golden file)", () => {
    for (const { op, inputs, gradOut, output, grads } of cases) {
      const [rows, columns] = output.shape as [number, number];
      const out = new Float64Array(rows * columns);
      const dX = new Float64Array(rows * columns);
      const x = Float64Array.from(inputs.x!.data);
      const dOut = Float64Array.from(gradOut.data);
      if (op === "softmax") {
        softmax.softmaxRows(rows, columns, x, out);
        softmax.softmaxRowsGradient(rows, columns, dOut, out, dX);
      } else {
        softmax.logSoftmaxRows(rows, columns, x, out);
        softmax.logSoftmaxRowsGradient(rows, columns, dOut, out, dX);
      }
      expectClose(out, output.data, 1e-9);
      expectClose(dX, grads.x!.data, 1e-9);
    }
  });
});

describe("losses", () => {
  test("cross-entropy of equal logits is the logarithm of the number of classes", () => {
    const probabilities = new Float32Array(20);
    const value = loss.softmaxCrossEntropyForward(2, 10, new Float32Array(20), Int32Array.of(3, 9), probabilities);
    expect(value).toBeCloseTo(Math.log(10), 14); // double precision: 2.302585092994046
    expectClose(probabilities, new Array<number>(20).fill(0.1), 2 ** -24);
  });

  test("cross-entropy of a wrong answer is the distance of the logits, however far", () => {
    const value = loss.softmaxCrossEntropyForward(1, 2, of(1000, 0), Int32Array.of(1), new Float32Array(2));
    expect(value).toBe(1000);
  });

  test.each([1, 0.25])("the gradients are the slopes of the losses, times what follows (%d)", (dLoss) => {
    // Central differences, step 2⁻¹⁷: third derivatives are below 1, so the quotient is right to 1e-10.
    const step = 2 ** -17;
    const x = uniform64(12, 1);
    const target = uniform64(12, 2);
    const labels = Int32Array.of(0, 3, 1);
    const kept = new Float64Array(12);
    const dX = new Float64Array(12);
    const moved = (i: number, by: number) => x.map((value, k) => (k === i ? value + by : value));
    const slopes = (f: (x: Float64Array) => number) =>
      x.map((_, i) => (dLoss * (f(moved(i, step)) - f(moved(i, -step)))) / (2 * step));
    loss.softmaxCrossEntropyForward(3, 4, x, labels, kept);
    loss.softmaxCrossEntropyGradient(3, 4, kept, labels, dLoss, dX);
    expectClose(
      dX,
      slopes((z) => loss.softmaxCrossEntropyForward(3, 4, z, labels, new Float64Array(12))),
      1e-10,
    );
    loss.meanSquaredErrorGradient(x, target, dLoss, dX);
    expectClose(
      dX,
      slopes((z) => loss.meanSquaredErrorForward(z, target)),
      1e-10,
    );
  });

  test.skipIf(goldenCases("cross_entropy").length === 0)(
    "PyTorch's label-smoothed cross-entropy, a mixture of ours over labels (skipped without the shared golden file)",
    () => {
      for (const { attr, inputs, gradOut, output, grads } of goldenCases("cross_entropy")) {
        const [rows, columns] = inputs.x!.shape as [number, number];
        const x = Float64Array.from(inputs.x!.data);
        const smoothing = attr.label_smoothing!;
        const target = Int32Array.from(attr.target as unknown as number[]);
        const mixture = [{ labels: target, weight: 1 - smoothing }];
        for (let k = 0; k < columns; k++) {
          mixture.push({ labels: new Int32Array(rows).fill(k), weight: smoothing / columns });
        }
        let value = 0;
        const gradient = new Float64Array(x.length);
        const probabilities = new Float64Array(x.length);
        const part = new Float64Array(x.length);
        for (const { labels, weight } of mixture) {
          value += weight * loss.softmaxCrossEntropyForward(rows, columns, x, labels, probabilities);
          loss.softmaxCrossEntropyGradient(rows, columns, probabilities, labels, weight * gradOut.data[0]!, part);
          part.forEach((each, i) => {
            gradient[i]! += each;
          });
        }
        expectClose(Float64Array.of(value), output.data, 1e-9);
        expectClose(gradient, grads.x!.data, 1e-9);
      }
    },
  );

  test.skipIf(goldenCases("mse").length === 0)(
    "PyTorch's mean squared error (skipped without the shared golden file)",
    () => {
      for (const { inputs, gradOut, output, grads } of goldenCases("mse")) {
        const x = Float64Array.from(inputs.x!.data);
        const target = Float64Array.from(inputs.t!.data);
        const dX = new Float64Array(x.length);
        expectClose(Float64Array.of(loss.meanSquaredErrorForward(x, target)), output.data, 1e-9);
        loss.meanSquaredErrorGradient(x, target, gradOut.data[0]!, dX);
        expectClose(dX, grads.x!.data, 1e-9);
      }
    },
  );
});

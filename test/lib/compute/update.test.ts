import { describe, expect, test } from "vitest";
import { type AdamSettings, adamUpdate, type SgdSettings, sgdUpdate } from "../../../lib/compute/update.ts";
import { expectClose, golden } from "./support.ts";

const sgd: SgdSettings = { learningRate: 0.1, momentum: 0, nesterov: false, weightDecay: 0 };
const adam: AdamSettings = {
  learningRate: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decay: 0,
};

describe("stochastic gradient descent", () => {
  test("steps against the gradient", () => {
    const parameter = Float64Array.of(1, -1);
    sgdUpdate(parameter, Float64Array.of(2, 3), null, sgd);
    expectClose(parameter, [0.8, -1.3], 1e-15);
  });

  test("with momentum, a constant gradient's step grows towards 1 / (1 − momentum) times", () => {
    const parameter = Float64Array.of(0);
    const velocity = new Float64Array(1);
    for (let step = 0; step < 200; step++) {
      sgdUpdate(parameter, Float64Array.of(1), velocity, { ...sgd, momentum: 0.9 });
    }
    expectClose(velocity, [10], 1e-8); // 0.9²⁰⁰ is 7e-10
  });

  test("weight decay shrinks a parameter whose gradient is 0", () => {
    const parameter = Float64Array.of(10);
    sgdUpdate(parameter, Float64Array.of(0), null, { ...sgd, weightDecay: 0.5 });
    expectClose(parameter, [9.5], 1e-15);
  });
});

describe("Adam", () => {
  test.each([1e-3, 1, 1e6])("the first step is the learning rate, whatever the gradient's size (%d)", (slope) => {
    const parameter = Float64Array.of(0, 0);
    adamUpdate(parameter, Float64Array.of(slope, -slope), new Float64Array(2), new Float64Array(2), 1, adam);
    expectClose(parameter, [-0.1, 0.1], 2e-6); // epsilon against the smallest gradient is 1e-5 of the step
  });

  test("decay joins the gradient, so that its size is lost like the gradient's", () => {
    const parameter = Float64Array.of(10);
    const gradient = Float64Array.of(0);
    adamUpdate(parameter, gradient, new Float64Array(1), new Float64Array(1), 1, { ...adam, weightDecay: 0.5 });
    expectClose(parameter, [9.9], 1e-8);
  });
});

test("Adam's decoupled decay takes its part off the parameter, whatever the gradient", () => {
  const parameter = Float64Array.of(10, 10);
  const moments = [new Float64Array(2), new Float64Array(2)] as const;
  adamUpdate(parameter, Float64Array.of(0, 5), ...moments, 1, { ...adam, decay: 0.05 });
  expectClose(parameter, [9.5, 9.4], 1e-8);
});

test.skipIf(golden === undefined)("ten steps as PyTorch takes them (skipped without the shared golden file)", () => {
  const settings: Record<string, Partial<SgdSettings & AdamSettings>> = {
    sgd: {},
    momentum: { momentum: 0.9 },
    nesterov: { momentum: 0.9, nesterov: true },
    sgd_wd: { weightDecay: 0.01 },
    adam: {},
    adamw: { decay: 0.1 * 0.01 },
  };
  const weights = [1, 2, 0.5]; // the loss is Σ (weight · p)²
  for (const { optim, p0, trace } of golden!.optim) {
    const p = Float64Array.from(p0);
    const first = new Float64Array(3);
    const second = new Float64Array(3);
    trace.forEach((expected, index) => {
      const gradient = p.map((value, i) => 2 * weights[i]! ** 2 * value);
      if (optim.startsWith("adam")) adamUpdate(p, gradient, first, second, index + 1, { ...adam, ...settings[optim] });
      else sgdUpdate(p, gradient, first, { ...sgd, ...settings[optim] });
      expectClose(p, expected, 1e-9);
    });
  }
  expect(golden!.optim.map(({ optim }) => optim).sort()).toEqual(Object.keys(settings).sort());
});

import { describe, test } from "vitest";
import { type AdamSettings, adamUpdate, type SgdSettings, sgdUpdate } from "../../../../lib/compute/update.ts";
import { bestInstructions } from "../../../../lib/wasm/features.ts";
import { expectClose, expectWithin, golden, ROUNDING, uniform } from "../support.ts";
import { onAnyThreads } from "./placed.ts";

const lengths = [512, 513, 515, 8193, 20_001];

const rule: SgdSettings = { learningRate: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.01 };
const adam: AdamSettings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, decay: 0 };

/** An array often enough after itself to be worth a job. */
const repeated = (values: ArrayLike<number>, length: number) =>
  Float32Array.from({ length }, (_, i) => values[i % values.length]!);

describe.skipIf(bestInstructions() === "typescript")("updates in SIMD", () => {
  test.each(lengths)("ten steps of gradient descent on %i parameters are those of double precision", (length) => {
    const slope = (step: number) => uniform(length, 20 + step);
    for (const settings of [{ ...rule, momentum: 0 }, rule, { ...rule, nesterov: true }]) {
      const exact = Float64Array.from(uniform(length, 1));
      const exactVelocity = settings.momentum === 0 ? null : new Float64Array(length);
      for (let step = 0; step < 10; step++) sgdUpdate(exact, Float64Array.from(slope(step)), exactVelocity, settings);

      const arrays = { p: uniform(length, 1), v: new Float32Array(length), g: slope(0) };
      const { p } = onAnyThreads(arrays, ({ p, v, g }) => {
        for (let step = 0; step < 10; step++) {
          g.set(slope(step));
          sgdUpdate(p, g, settings.momentum === 0 ? null : v, settings);
        }
      });
      // Parameters and velocity times learning rate stay below 4; a step rounds half a dozen times.
      expectWithin(p, exact, 10 * 6 * 4 * ROUNDING, new Float64Array(length).fill(1));
    }
  });

  test.each(lengths)("ten steps of Adam on %i parameters are those of double precision", (length) => {
    const slope = (step: number) => uniform(length, 20 + step);
    const exact = Float64Array.from(uniform(length, 1));
    const moments = [new Float64Array(length), new Float64Array(length)] as const;
    for (let step = 1; step <= 10; step++) adamUpdate(exact, Float64Array.from(slope(step)), ...moments, step, adam);
    const arrays = {
      p: uniform(length, 1),
      first: new Float32Array(length),
      second: new Float32Array(length),
      g: slope(1),
    };
    const after = onAnyThreads(arrays, ({ p, first, second, g }) => {
      for (let step = 1; step <= 10; step++) {
        g.set(slope(step));
        adamUpdate(p, g, first, second, step, adam);
      }
    });
    // A step is at most some learning rates long, of a relative error of some roundings; so is that of the parameter.
    expectWithin(after.p, exact, 10 * (4 * adam.learningRate * 16 + 4) * ROUNDING, new Float64Array(length).fill(1));
    // Young moments are what their decay leaves of 1; corrected by that, they agree.
    const corrected = after.second.map((value) => value / (1 - Math.fround(adam.beta2) ** 10));
    const expected = moments[1].map((value) => value / (1 - adam.beta2 ** 10));
    expectWithin(corrected, expected, 64 * ROUNDING, expected);
  });

  test("the size of Adam's second moment is right after thousands of steps, though its decay is rounded", () => {
    const length = 512;
    const arrays = { p: new Float32Array(length), m: new Float32Array(length), v: new Float32Array(length) };
    const { v } = onAnyThreads({ ...arrays, g: new Float32Array(length).fill(3) }, ({ p, m, v, g }) => {
      for (let step = 1; step <= 20_000; step++) adamUpdate(p, g, m, v, step, { ...adam, weightDecay: 0 });
    });
    // 0.999 of single precision leaves 0.00099999 of 1: weights of 0.999 and 0.001 would be off by 1.3e-5 in the end.
    // A rounding a step, of which a thousand count, all of one sign at the worst: 1000 · 2⁻²⁴ is 6e-5, half of it likely.
    expectClose(v, new Float64Array(length).fill(9), 6e-5);
  });

  test("a decay that single precision takes for 1 is left to JavaScript", () => {
    const arrays = { p: new Float32Array(600), m: new Float32Array(600), v: new Float32Array(600) };
    const { p } = onAnyThreads({ ...arrays, g: new Float32Array(600).fill(3) }, ({ p, m, v, g }) =>
      adamUpdate(p, g, m, v, 1, { ...adam, weightDecay: 0, beta2: 1 - 2 ** -40 }),
    );
    expectClose(p, new Float64Array(600).fill(-adam.learningRate), 1e-6);
  });

  test.skipIf(golden === undefined)("ten steps as PyTorch takes them (skipped without the golden file)", () => {
    const plain = { ...rule, learningRate: 0.1, momentum: 0, weightDecay: 0 };
    const settings: Record<string, SgdSettings | AdamSettings> = {
      sgd: plain,
      momentum: { ...plain, momentum: 0.9 },
      nesterov: { ...plain, momentum: 0.9, nesterov: true },
      sgd_wd: { ...plain, weightDecay: 0.01 },
      adam: { ...adam, learningRate: 0.1, weightDecay: 0 },
      adamw: { ...adam, learningRate: 0.1, weightDecay: 0, decay: 0.1 * 0.01 },
    };
    const weights = [1, 2, 0.5]; // the loss is Σ (weight · p)²
    for (const { optim, p0, trace } of golden!.optim.filter((each) => each.optim in settings)) {
      const given = settings[optim]!;
      const zeros = new Float32Array(600);
      const steps: Float32Array[] = [];
      onAnyThreads({ p: repeated(p0, 600), first: zeros, second: zeros, g: zeros }, ({ p, first, second, g }) => {
        steps.length = 0;
        trace.forEach((_, index) => {
          g.set(p.map((value, i) => 2 * weights[i % 3]! ** 2 * value));
          if ("beta1" in given) adamUpdate(p, g, first, second, index + 1, given);
          else sgdUpdate(p, g, first, given);
          steps.push(p.slice());
        });
      });
      // Ten steps, each of which multiplies errors by at most 1.8 (sgd at weight 2: 1 − 0.1 · 8 in size below 1, momentum
      // added) and adds some roundings of numbers below 4.
      trace.forEach((expected, index) => {
        expectClose(steps[index]!, repeated(expected, 600), 2e-5);
      });
    }
  });
});

import { describe, expect, test } from "vitest";
import { adadeltaUpdate, adagradUpdate, rmsPropUpdate } from "../../../../lib/compute/adaptive-update.ts";
import type { Floats } from "../../../../lib/compute/floats.ts";
import { bestInstructions } from "../../../../lib/wasm/features.ts";
import { expectWithin, ROUNDING, uniform } from "../support.ts";
import { onAnyThreads } from "./placed.ts";

const common = { learningRate: 0.01, epsilon: 1e-6, weightDecay: 0.01 };

type Step = (p: Floats, g: Floats, first: Floats, second: Floats, third: Floats) => void;
const steps: [string, Step][] = [
  ["RMSProp", (p, g, s) => rmsPropUpdate(p, g, s, null, null, { ...common, alpha: 0.9, momentum: 0 })],
  ["RMSProp, centred", (p, g, s, m) => rmsPropUpdate(p, g, s, m, null, { ...common, alpha: 0.9, momentum: 0 })],
  ["RMSProp with momentum", (p, g, s, v) => rmsPropUpdate(p, g, s, null, v, { ...common, alpha: 0.9, momentum: 0.5 })],
  ["RMSProp with both", (p, g, s, m, v) => rmsPropUpdate(p, g, s, m, v, { ...common, alpha: 0.9, momentum: 0.5 })],
  ["Adagrad", (p, g, s) => adagradUpdate(p, g, s, common)],
  ["Adadelta", (p, g, s, u) => adadeltaUpdate(p, g, s, u, { ...common, learningRate: 1, rho: 0.9 })],
];

describe.skipIf(bestInstructions() === "typescript").each(steps)("%s in SIMD", (_, step) => {
  test.each([512, 515, 20_001])("ten steps on %i parameters are those of double precision", (length) => {
    const slope = (k: number) => uniform(length, 20 + k);
    const exact = Float64Array.from(uniform(length, 1));
    const memory = [0, 1, 2].map(() => new Float64Array(length)) as [Floats, Floats, Floats];
    for (let k = 0; k < 10; k++) step(exact, Float64Array.from(slope(k)), ...memory);
    const [p, g, a, b, c] = [uniform(length, 1), slope(0), ...[0, 1, 2].map(() => new Float32Array(length))];
    const after = onAnyThreads({ p: p!, g: g!, a: a!, b: b!, c: c! }, (given) => {
      for (let k = 0; k < 10; k++) {
        given.g.set(slope(k));
        step(given.p, given.g, given.a, given.b, given.c);
      }
    });
    // A step is at most some learning rates long, of a relative error of some roundings; a variance of two moments that
    // nearly cancel is the worst: its error, a few roundings of their size, is under a root.
    expectWithin(
      after.p,
      exact,
      10 * 128 * common.learningRate * ROUNDING + 40 * ROUNDING,
      new Float64Array(length).fill(1),
    );
    expect([...after.p.subarray(0, 50)]).not.toEqual([...p!.subarray(0, 50)]);
  });
});

/** One number per feature, added to a batch: alone, or with the rectifier that follows. Their gradients. */

import type { Floats } from "../floats.ts";
import { ChannelPass } from "./channel-pass.ts";
import { ChannelSums } from "./channel-sums.ts";
import { reluGradient } from "./elementwise.ts";

const addition = new ChannelPass({
  reads: ["x"],
  writes: ["out"],
  coefficients: 1,
  step: ({ x }, [term]) => ({ out: x.plus(term!) }),
});

const rectified = new ChannelPass({
  reads: ["x"],
  writes: ["out"],
  coefficients: 1,
  step: ({ x }, [term], code) => {
    const sum = code.f32x4(x.plus(term!));
    return { out: sum.andNot(sum.isAtMost(0)) };
  },
});

/**
 * `out = x + bias`, or the rectifier of that, if it is worth a job; sizes as those of `addBias`.
 *
 * @returns whether it is done
 */
export function addBias(
  n: number,
  f: number,
  plane: number,
  x: Floats,
  bias: Floats,
  out: Floats,
  relu: boolean,
): boolean {
  const pass = relu ? rectified : addition;
  return pass.run({ n, c: f, plane }, { x, out }, (table) => table.set(bias));
}

const sums = new ChannelSums({ reads: ["dOut"], coefficients: 0, sums: 1, terms: ({ dOut }) => [dOut] });

const rectifiedSums = new ChannelSums({
  reads: ["dOut", "out"],
  kept: "dX",
  coefficients: 0,
  sums: 1,
  terms: ({ dOut, out }) => [dOut.andNot(out.isAtMost(0))],
});

const none = (): void => {};

/** As `biasGradient`, if it is worth a job. @returns whether it is done */
export function biasGradient(n: number, f: number, plane: number, dOut: Floats, dBias: Floats): boolean {
  return sums.run({ n, c: f, plane }, { dOut }, none, [dBias]);
}

/** As `biasReluGradient`, if it is worth a job. @returns whether it is done */
export function biasReluGradient(
  n: number,
  f: number,
  plane: number,
  dOut: Floats,
  out: Floats,
  dX: Floats,
  dBias: Floats,
): boolean {
  if (plane === 1) return reluGradient.run(dX.length, { dOut, out, dX }, {}) && biasGradient(n, f, plane, dX, dBias);
  return rectifiedSums.run({ n, c: f, plane }, { dOut, out, dX }, none, [dBias]);
}

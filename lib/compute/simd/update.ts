/** The steps of `update.ts` in single precision. */

import type { Floats } from "../floats.ts";
import { power } from "../power.ts";
import type { AdamSettings, SgdSettings } from "../update.ts";
import { Pass } from "./pass.ts";

const sgd = new Pass(
  ["parameter", "gradient"],
  ["parameter"],
  ["learningRate", "weightDecay"],
  ({ parameter, gradient }, { learningRate, weightDecay }) => ({
    parameter: parameter.minus(gradient.plus(parameter.times(weightDecay)).times(learningRate)),
  }),
  true,
);

const momentumSteps = (nesterov: boolean) =>
  new Pass(
    ["parameter", "gradient", "velocity"],
    ["parameter", "velocity"],
    ["learningRate", "weightDecay", "momentum"],
    ({ parameter, gradient, velocity }, { learningRate, weightDecay, momentum }, code) => {
      const slope = code.f32x4(gradient.plus(parameter.times(weightDecay)));
      const kept = code.f32x4(velocity.times(momentum).plus(slope));
      const step = nesterov ? slope.plus(kept.times(momentum)) : kept;
      return { parameter: parameter.minus(step.times(learningRate)), velocity: kept };
    },
    true,
  );

const usual = momentumSteps(false);
const ahead = momentumSteps(true);

const adam = new Pass(
  ["parameter", "gradient", "first", "second"],
  ["parameter", "first", "second"],
  ["weightDecay", "beta1", "rest1", "beta2", "rest2", "stepSize", "rootScale", "epsilon", "decay"],
  ({ parameter, gradient, first, second }, by, code) => {
    const slope = code.f32x4(gradient.plus(parameter.times(by.weightDecay)));
    const mean = code.f32x4(first.times(by.beta1).plus(slope.times(by.rest1)));
    const square = code.f32x4(second.times(by.beta2).plus(slope.times(by.rest2).times(slope)));
    const root = square.squareRoot().times(by.rootScale).plus(by.epsilon);
    const step = mean.times(by.stepSize).dividedBy(root);
    return { parameter: parameter.minus(parameter.times(by.decay).plus(step)), first: mean, second: square };
  },
  true,
);

/** As `sgdUpdate` of `update.ts`, if that is worth a job. @returns whether it is done */
export function sgdUpdate(
  parameter: Floats,
  gradient: Floats,
  velocity: Floats | null,
  { learningRate, momentum, nesterov, weightDecay }: SgdSettings,
): boolean {
  const { length } = parameter;
  if (velocity === null) return sgd.run(length, { parameter, gradient }, { learningRate, weightDecay });
  const pass = nesterov ? ahead : usual;
  return pass.run(length, { parameter, gradient, velocity }, { learningRate, weightDecay, momentum });
}

/**
 * As `adamUpdate` of `update.ts`, if that is worth a job. The decays are rounded before what is left of 1 is taken: so
 * both weights of a mean add up to 1, as the corrections expect, and its size is right after any number of steps.
 *
 * @returns whether it is done
 */
export function adamUpdate(
  parameter: Floats,
  gradient: Floats,
  first: Floats,
  second: Floats,
  step: number,
  { learningRate, beta1, beta2, epsilon, weightDecay, decay }: AdamSettings,
): boolean {
  const kept1 = Math.fround(beta1);
  const kept2 = Math.fround(beta2);
  if (kept1 === 1 || kept2 === 1) return false; // rounded up: nothing would be left for the gradient
  return adam.run(
    parameter.length,
    { parameter, gradient, first, second },
    {
      weightDecay,
      beta1: kept1,
      rest1: 1 - kept1,
      beta2: kept2,
      rest2: 1 - kept2,
      stepSize: learningRate / (1 - power(kept1, step)),
      rootScale: 1 / Math.sqrt(1 - power(kept2, step)),
      epsilon,
      decay,
    },
  );
}

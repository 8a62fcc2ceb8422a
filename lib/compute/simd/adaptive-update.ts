/** The steps of `adaptive-update.ts` in single precision. */

import type { AdadeltaSettings, AdagradSettings, RmsPropSettings } from "../adaptive-update.ts";
import type { Floats } from "../floats.ts";
import { Pass } from "./pass.ts";

const rmsPropScalars = ["learningRate", "alpha", "rest", "epsilon", "momentum", "weightDecay"] as const;

/** What RMSProp remembers; only `square` in each of its forms. */
type RmsPropMemory = "square" | "mean" | "velocity";

const rmsProp = (centred: boolean, moving: boolean) => {
  const memory: RmsPropMemory[] = [
    "square",
    ...(centred ? ["mean" as const] : []),
    ...(moving ? ["velocity" as const] : []),
  ];
  return new Pass<
    "parameter" | "gradient" | RmsPropMemory,
    "parameter" | RmsPropMemory,
    (typeof rmsPropScalars)[number]
  >(
    ["parameter", "gradient", ...memory],
    ["parameter", ...memory],
    rmsPropScalars,
    ({ parameter, gradient, square, mean, velocity }, by, code) => {
      const slope = code.f32x4(gradient.plus(parameter.times(by.weightDecay)));
      const moment = code.f32x4(square.times(by.alpha).plus(slope.times(by.rest).times(slope)));
      const centre = centred ? code.f32x4(mean.times(by.alpha).plus(slope.times(by.rest))) : moment;
      const variance = centred ? moment.minus(centre.times(centre)) : moment;
      const scaled = code.f32x4(slope.dividedBy(variance.squareRoot().plus(by.epsilon)));
      const step = moving ? code.f32x4(velocity.times(by.momentum).plus(scaled)) : scaled;
      return { parameter: parameter.minus(step.times(by.learningRate)), square: moment, mean: centre, velocity: step };
    },
    true,
  );
};

/** With and without the mean of gradients, with and without momentum. */
const rmsPropForms = [false, true].map((centred) => [false, true].map((moving) => rmsProp(centred, moving)));

const adagrad = new Pass(
  ["parameter", "gradient", "sum"],
  ["parameter", "sum"],
  ["learningRate", "epsilon", "weightDecay"],
  ({ parameter, gradient, sum }, { learningRate, epsilon, weightDecay }, code) => {
    const slope = code.f32x4(gradient.plus(parameter.times(weightDecay)));
    const total = code.f32x4(sum.plus(slope.times(slope)));
    const step = slope.times(learningRate).dividedBy(total.squareRoot().plus(epsilon));
    return { parameter: parameter.minus(step), sum: total };
  },
  true,
);

const adadelta = new Pass(
  ["parameter", "gradient", "square", "movement"],
  ["parameter", "square", "movement"],
  ["learningRate", "rho", "rest", "epsilon", "weightDecay"],
  ({ parameter, gradient, square, movement }, by, code) => {
    const slope = code.f32x4(gradient.plus(parameter.times(by.weightDecay)));
    const moment = code.f32x4(square.times(by.rho).plus(slope.times(by.rest).times(slope)));
    const scale = movement.plus(by.epsilon).squareRoot().dividedBy(moment.plus(by.epsilon).squareRoot());
    const step = code.f32x4(scale.times(slope));
    return {
      parameter: parameter.minus(step.times(by.learningRate)),
      square: moment,
      movement: movement.times(by.rho).plus(step.times(by.rest).times(step)),
    };
  },
  true,
);

/** As `rmsPropUpdate` of `adaptive-update.ts`, if that is worth a job. @returns whether it is done */
export function rmsPropUpdate(
  parameter: Floats,
  gradient: Floats,
  square: Floats,
  mean: Floats | null,
  velocity: Floats | null,
  { learningRate, alpha, epsilon, momentum, weightDecay }: RmsPropSettings,
): boolean {
  const kept = Math.fround(alpha);
  if (kept === 1) return false; // rounded up: nothing would be left for the gradient
  const pass = rmsPropForms[mean === null ? 0 : 1]![velocity === null ? 0 : 1]!;
  // A form without a mean or a velocity reads no array of that name.
  const arrays = { parameter, gradient, square, ...(mean && { mean }), ...(velocity && { velocity }) };
  const scalars = { learningRate, alpha: kept, rest: 1 - kept, epsilon, momentum, weightDecay };
  return pass.run(parameter.length, arrays as Required<typeof arrays>, scalars);
}

/** As `adagradUpdate` of `adaptive-update.ts`, if that is worth a job. @returns whether it is done */
export function adagradUpdate(
  parameter: Floats,
  gradient: Floats,
  sum: Floats,
  { learningRate, epsilon, weightDecay }: AdagradSettings,
): boolean {
  return adagrad.run(parameter.length, { parameter, gradient, sum }, { learningRate, epsilon, weightDecay });
}

/** As `adadeltaUpdate` of `adaptive-update.ts`, if that is worth a job. @returns whether it is done */
export function adadeltaUpdate(
  parameter: Floats,
  gradient: Floats,
  square: Floats,
  movement: Floats,
  { learningRate, rho, epsilon, weightDecay }: AdadeltaSettings,
): boolean {
  const kept = Math.fround(rho);
  if (kept === 1) return false; // rounded up: nothing would be left for the gradient
  const scalars = { learningRate, rho: kept, rest: 1 - kept, epsilon, weightDecay };
  return adadelta.run(parameter.length, { parameter, gradient, square, movement }, scalars);
}

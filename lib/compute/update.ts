/** One step of an optimiser on one parameter, in place, as PyTorch's optimisers define it. */

import type { Floats } from "./floats.ts";
import { power } from "./power.ts";
import * as simd from "./simd/update.ts";

/** Settings of {@link sgdUpdate}. */
export interface SgdSettings {
  readonly learningRate: number;
  /** Part of the last step's velocity that is kept, 0 for none. */
  readonly momentum: number;
  /** Whether to step along the velocity one momentum ahead (Sutskever et al., 2013, section 2). */
  readonly nesterov: boolean;
  /** Added to the gradient, times the parameter: the gradient of `weightDecay / 2 · ‖parameter‖²`. */
  readonly weightDecay: number;
}

/** Settings of {@link adamUpdate}. */
export interface AdamSettings {
  readonly learningRate: number;
  /** Decay of the running mean of gradients. */
  readonly beta1: number;
  /** Decay of the running mean of squared gradients. */
  readonly beta2: number;
  /** Added to the root of the second moment, against division by zero. */
  readonly epsilon: number;
  /** Added to the gradient, times the parameter. */
  readonly weightDecay: number;
  /** The part of the parameter that a step takes off beside all that (Loshchilov and Hutter, 2019, algorithm 2). */
  readonly decay: number;
}

/**
 * `velocity = momentum · velocity + gradient`, then `parameter −= learningRate · velocity`.
 *
 * @param velocity zeros before the first step, null when `momentum` is 0
 */
export function sgdUpdate(parameter: Floats, gradient: Floats, velocity: Floats | null, settings: SgdSettings): void {
  const { learningRate, momentum, nesterov, weightDecay } = settings;
  if (simd.sgdUpdate(parameter, gradient, velocity, settings)) return;
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]! + weightDecay * parameter[i]!;
    let step = slope;
    if (velocity !== null) {
      const kept = momentum * velocity[i]! + slope;
      velocity[i] = kept;
      step = nesterov ? slope + momentum * kept : kept;
    }
    parameter[i]! -= learningRate * step;
  }
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1): steps of about `learningRate`, whatever the gradient's scale.
 *
 * @param firstMoment running mean of gradients, zeros before the first step
 * @param secondMoment running mean of squared gradients, zeros before the first step
 * @param step 1 for the first; both means start at zero, and the correction for that depends on it
 */
export function adamUpdate(
  parameter: Floats,
  gradient: Floats,
  firstMoment: Floats,
  secondMoment: Floats,
  step: number,
  settings: AdamSettings,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecay, decay } = settings;
  if (simd.adamUpdate(parameter, gradient, firstMoment, secondMoment, step, settings)) return;
  const stepSize = learningRate / (1 - power(beta1, step));
  const correction = Math.sqrt(1 - power(beta2, step));
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]! + weightDecay * parameter[i]!;
    const first = beta1 * firstMoment[i]! + (1 - beta1) * slope;
    const second = beta2 * secondMoment[i]! + (1 - beta2) * slope * slope;
    firstMoment[i] = first;
    secondMoment[i] = second;
    parameter[i]! -= decay * parameter[i]! + (stepSize * first) / (Math.sqrt(second) / correction + epsilon);
  }
}

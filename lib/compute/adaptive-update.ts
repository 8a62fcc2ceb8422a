/**
 * One step of the optimisers that scale each parameter's step by the gradients it has seen, in place, as PyTorch defines
 * them. Adam stands in `update.ts`.
 */

import type { Floats } from "./floats.ts";
import * as simd from "./simd/adaptive-update.ts";

/** Settings of {@link rmsPropUpdate}. */
export interface RmsPropSettings {
  readonly learningRate: number;
  /** Decay of the running means. */
  readonly alpha: number;
  /** Added to the root, against division by zero. */
  readonly epsilon: number;
  /** Part of the last step that is kept. */
  readonly momentum: number;
  /** Added to the gradient, times the parameter. */
  readonly weightDecay: number;
}

/** Settings of {@link adagradUpdate}. */
export interface AdagradSettings {
  readonly learningRate: number;
  /** Added to the root, against division by zero. */
  readonly epsilon: number;
  /** Added to the gradient, times the parameter. */
  readonly weightDecay: number;
}

/** Settings of {@link adadeltaUpdate}. */
export interface AdadeltaSettings {
  readonly learningRate: number;
  /** Decay of the running means. */
  readonly rho: number;
  /** Added under both roots. */
  readonly epsilon: number;
  /** Added to the gradient, times the parameter. */
  readonly weightDecay: number;
}

/**
 * Hinton's RMSProp (2012, lecture 6e): the gradient over the root of its running mean square.
 *
 * @param square running mean of squared gradients, zeros before the first step
 * @param mean running mean of gradients, whose square is taken off (Graves, 2013, eq. 38); null for none
 * @param velocity zeros before the first step, null when `momentum` is 0
 */
export function rmsPropUpdate(
  parameter: Floats,
  gradient: Floats,
  square: Floats,
  mean: Floats | null,
  velocity: Floats | null,
  settings: RmsPropSettings,
): void {
  const { learningRate, alpha, epsilon, momentum, weightDecay } = settings;
  if (simd.rmsPropUpdate(parameter, gradient, square, mean, velocity, settings)) return;
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]! + weightDecay * parameter[i]!;
    const moment = alpha * square[i]! + (1 - alpha) * slope * slope;
    square[i] = moment;
    let variance = moment;
    if (mean !== null) {
      const centre = alpha * mean[i]! + (1 - alpha) * slope;
      mean[i] = centre;
      variance -= centre * centre;
    }
    let step = slope / (Math.sqrt(variance) + epsilon);
    if (velocity !== null) {
      step += momentum * velocity[i]!;
      velocity[i] = step;
    }
    parameter[i]! -= learningRate * step;
  }
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011, section 1): the gradient over the root of the sum of all its squares.
 *
 * @param sum of squared gradients so far
 */
export function adagradUpdate(parameter: Floats, gradient: Floats, sum: Floats, settings: AdagradSettings): void {
  const { learningRate, epsilon, weightDecay } = settings;
  if (simd.adagradUpdate(parameter, gradient, sum, settings)) return;
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]! + weightDecay * parameter[i]!;
    const total = sum[i]! + slope * slope;
    sum[i] = total;
    parameter[i]! -= (learningRate * slope) / (Math.sqrt(total) + epsilon);
  }
}

/**
 * Adadelta (Zeiler, 2012, algorithm 1): the gradient times the root mean square of the steps over that of the gradients.
 *
 * @param square running mean of squared gradients, zeros before the first step
 * @param movement running mean of squared steps, zeros before the first step
 */
export function adadeltaUpdate(
  parameter: Floats,
  gradient: Floats,
  square: Floats,
  movement: Floats,
  settings: AdadeltaSettings,
): void {
  const { learningRate, rho, epsilon, weightDecay } = settings;
  if (simd.adadeltaUpdate(parameter, gradient, square, movement, settings)) return;
  for (let i = 0; i < parameter.length; i++) {
    const slope = gradient[i]! + weightDecay * parameter[i]!;
    const moment = rho * square[i]! + (1 - rho) * slope * slope;
    const step = (Math.sqrt(movement[i]! + epsilon) / Math.sqrt(moment + epsilon)) * slope;
    square[i] = moment;
    movement[i] = rho * movement[i]! + (1 - rho) * step * step;
    parameter[i]! -= learningRate * step;
  }
}

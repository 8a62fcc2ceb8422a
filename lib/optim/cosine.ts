/** Learning rates that rise and fall along half a cosine. */
import { checkInteger, checkOptions, checkPositive, checkRange } from "../errors.ts";
import { checkFall } from "./decay.ts";
import type { Schedule } from "./schedule.ts";

/** Falls along half a cosine. */
export interface CosineDecayOptions {
  /** Of the first step. */
  readonly learningRate: number;
  /** Steps until it is `end`, where it stays. */
  readonly steps: number;
  /** Where it ends; default 0. */
  readonly end?: number;
}

/**
 * `end + ½ (learningRate - end) · (1 + cos(π · step / steps))` (Loshchilov and Hutter, 2017, eq. 5): PyTorch's
 * `CosineAnnealingLR` up to `steps`, and then `end`.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example cosineDecay({ learningRate: 0.1, steps: 100 })(50) // 0.05
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  checkOptions("cosineDecay", options, ["learningRate", "steps", "end"]);
  const { learningRate, steps, end = 0 } = options;
  checkFall("cosineDecay", learningRate, steps, end);
  return (step) => alongCosine(learningRate, end, Math.min(step, steps) / steps);
}

/** Falls along half a cosine again and again. */
export interface CosineRestartsOptions {
  /** Of the first step, and after each restart. */
  readonly learningRate: number;
  /** Steps until the first restart. */
  readonly steps: number;
  /** How much longer each round is than the one before, a whole number; default 1. */
  readonly factor?: number;
  /** Where each round ends; default 0. */
  readonly end?: number;
}

/**
 * Cosines with warm restarts, SGDR (Loshchilov and Hutter, 2017, section 3): PyTorch's `CosineAnnealingWarmRestarts`. Round i
 * takes `steps · factorⁱ` steps.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example cosineRestarts({ learningRate: 0.1, steps: 10, factor: 2 })(10) // 0.1: the second round begins
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  checkOptions("cosineRestarts", options, ["learningRate", "steps", "factor", "end"]);
  const { learningRate, steps, factor = 1, end = 0 } = options;
  checkFall("cosineRestarts", learningRate, steps, end);
  checkInteger("cosineRestarts", "factor", factor, 1);
  return (step) => {
    let [begin, length] = factor === 1 ? [Math.floor(step / steps) * steps, steps] : [0, steps];
    for (; step - begin >= length; length *= factor) begin += length;
    return alongCosine(learningRate, end, (step - begin) / length);
  };
}

/** Rises to a peak and falls below where it began. */
export interface OneCycleOptions {
  /** The peak. */
  readonly learningRate: number;
  /** Steps of the whole cycle; later ones keep the last rate. */
  readonly steps: number;
  /** The part of the steps in which it rises; default 0.3. */
  readonly rise?: number;
  /** The peak over the first rate; default 25. */
  readonly startDivisor?: number;
  /** The first rate over the last; default 10,000. */
  readonly endDivisor?: number;
}

/**
 * One cycle (Smith, 2018, section 4; Smith and Topin, 2018): along a cosine from `learningRate / startDivisor` up to
 * `learningRate`, and along another down to `learningRate / startDivisor / endDivisor`. PyTorch's `OneCycleLR` without its
 * cycle of momentum.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example oneCycle({ learningRate: 0.5, steps: 100 })(29) // 0.5
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  checkOptions("oneCycle", options, ["learningRate", "steps", "rise", "startDivisor", "endDivisor"]);
  const { learningRate, steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4 } = options;
  checkPositive("oneCycle", "learningRate", learningRate);
  checkInteger("oneCycle", "steps", steps, 2);
  checkRange("oneCycle", "rise", rise, 1);
  checkPositive("oneCycle", "startDivisor", startDivisor);
  checkPositive("oneCycle", "endDivisor", endDivisor);
  const first = learningRate / startDivisor;
  const peak = rise * steps - 1;
  return (step) => {
    if (step <= peak) return alongCosine(first, learningRate, step / peak);
    return alongCosine(learningRate, first / endDivisor, (Math.min(step, steps - 1) - peak) / (steps - 1 - peak));
  };
}

/** Along half a cosine: `from` where `part` is 0, `to` where it is 1. */
function alongCosine(from: number, to: number, part: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
}

/**
 * Learning rates as pure functions of the step. One that a run has come by is found again by its number alone, so a
 * schedule has no state to keep.
 */
import { power } from "../compute/power.ts";
import { checkInteger, checkOptions, checkPositive, checkRange, describe, OptionError } from "../errors.ts";

/** The learning rate of each step, counted from 0: `fit` asks it before every step. */
export type Schedule = (step: number) => number;

/** Falls by a factor again and again. */
export interface StepDecayOptions {
  /** Of the first steps. */
  readonly learningRate: number;
  /** Steps between two falls. */
  readonly every: number;
  /** What it is multiplied by; default 0.1. */
  readonly factor?: number;
}

/**
 * `learningRate · factor^⌊step / every⌋`: PyTorch's `StepLR`. For every 30 epochs, `every` is 30 times the steps an epoch.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example stepDecay({ learningRate: 0.1, every: 1000 })(2500) // 0.001, but for a rounding
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  checkOptions("stepDecay", options, ["learningRate", "every", "factor"]);
  const { learningRate, every, factor = 0.1 } = options;
  checkPositive("stepDecay", "learningRate", learningRate);
  checkInteger("stepDecay", "every", every, 1);
  checkPositive("stepDecay", "factor", factor);
  return (step) => learningRate * power(factor, Math.floor(step / every));
}

/** Falls by a factor at given steps. */
export interface MultiStepDecayOptions {
  /** Of the first steps. */
  readonly learningRate: number;
  /** The steps from which on it is smaller, in rising order. */
  readonly milestones: readonly number[];
  /** What it is multiplied by at each; default 0.1. */
  readonly factor?: number;
}

/**
 * `learningRate · factor^(milestones passed)`: PyTorch's `MultiStepLR`, as He et al. (2016, section 4.2) train ResNets.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example multiStepDecay({ learningRate: 0.1, milestones: [32_000, 48_000] })(40_000) // 0.01, but for a rounding
 */
export function multiStepDecay(options: MultiStepDecayOptions): Schedule {
  checkOptions("multiStepDecay", options, ["learningRate", "milestones", "factor"]);
  const { learningRate, milestones, factor = 0.1 } = options;
  checkPositive("multiStepDecay", "learningRate", learningRate);
  checkMilestones("multiStepDecay", milestones);
  checkPositive("multiStepDecay", "factor", factor);
  return (step) => learningRate * power(factor, milestones.filter((milestone) => milestone <= step).length);
}

/** Falls by a factor at every step. */
export interface ExponentialDecayOptions {
  /** Of the first step. */
  readonly learningRate: number;
  /** What it is multiplied by after each step: 0.999 leaves a third after 1,100. */
  readonly factor: number;
}

/**
 * `learningRate · factor^step`: PyTorch's `ExponentialLR`.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example exponentialDecay({ learningRate: 0.1, factor: 0.5 })(2) // 0.025
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  checkOptions("exponentialDecay", options, ["learningRate", "factor"]);
  const { learningRate, factor } = options;
  checkPositive("exponentialDecay", "learningRate", learningRate);
  checkPositive("exponentialDecay", "factor", factor);
  return (step) => learningRate * power(factor, step);
}

/** Falls along a power of the steps that are left. */
export interface PolynomialDecayOptions {
  /** Of the first step. */
  readonly learningRate: number;
  /** Steps until it is `end`, where it stays. */
  readonly steps: number;
  /** 1 falls along a line, 2 along a parabola; default 1. */
  readonly power?: number;
  /** Where it ends; default 0. */
  readonly end?: number;
}

/**
 * `end + (learningRate - end) · (1 - step / steps)^power`: PyTorch's `PolynomialLR` where `end` is 0, Keras's
 * `PolynomialDecay`.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example polynomialDecay({ learningRate: 0.1, steps: 100, power: 2 })(50) // 0.025
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  checkOptions("polynomialDecay", options, ["learningRate", "steps", "power", "end"]);
  const { learningRate, steps, power: exponent = 1, end = 0 } = options;
  checkFall("polynomialDecay", learningRate, steps, end);
  checkPositive("polynomialDecay", "power", exponent);
  const raise = (base: number): number => (Number.isInteger(exponent) ? power(base, exponent) : base ** exponent);
  return (step) => end + (learningRate - end) * raise(1 - Math.min(step, steps) / steps);
}

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

/** Rises along a line. */
export interface LinearWarmupOptions {
  /** Where it ends. */
  readonly learningRate: number;
  /** Steps until it is there, where it stays. */
  readonly steps: number;
  /** The part of it that the first step has; default 1/3, as in PyTorch. */
  readonly startFactor?: number;
}

/**
 * `learningRate · (startFactor + (1 - startFactor) · step / steps)`, then `learningRate` (Goyal et al., 2017, section 2.2):
 * PyTorch's `LinearLR`. `joinSchedules` puts another one behind it.
 *
 * @throws OptionError for an unknown option or one out of range
 * @example linearWarmup({ learningRate: 0.4, steps: 10, startFactor: 0.5 })(5) // 0.3
 */
export function linearWarmup(options: LinearWarmupOptions): Schedule {
  checkOptions("linearWarmup", options, ["learningRate", "steps", "startFactor"]);
  const { learningRate, steps, startFactor = 1 / 3 } = options;
  checkPositive("linearWarmup", "learningRate", learningRate);
  checkInteger("linearWarmup", "steps", steps, 1);
  checkPositive("linearWarmup", "startFactor", startFactor);
  return (step) => learningRate * (startFactor + (1 - startFactor) * (Math.min(step, steps) / steps));
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

/**
 * One schedule after the other: PyTorch's `SequentialLR`. Each counts its own steps from 0.
 *
 * @param milestones the steps at which the second, the third, ... begin, in rising order
 * @throws OptionError if there is not one milestone less than there are schedules
 * @example
 * const warmup = linearWarmup({ learningRate: 0.4, steps: 500 });
 * joinSchedules([warmup, cosineDecay({ learningRate: 0.4, steps: 9500 })], [500])(500) // 0.4
 */
export function joinSchedules(schedules: readonly Schedule[], milestones: readonly number[]): Schedule {
  const wrong = Array.isArray(schedules) ? schedules.findIndex((schedule) => typeof schedule !== "function") : 0;
  if (wrong >= 0 || schedules.length === 0) {
    const given = Array.isArray(schedules)
      ? `schedule ${wrong} is ${describe(schedules[wrong])}`
      : `the schedules are ${describe(schedules)}`;
    const problem = wrong >= 0 ? given : "there are no schedules";
    throw new OptionError("joinSchedules", problem, "give an array of functions of the step");
  }
  checkMilestones("joinSchedules", milestones);
  if (milestones.length !== schedules.length - 1) {
    const problem = `there are ${schedules.length} schedules and ${milestones.length} milestones`;
    throw new OptionError("joinSchedules", problem, `give ${schedules.length - 1}: where each but the first begins`);
  }
  return (step) => {
    const which = milestones.filter((milestone) => milestone <= step).length;
    return (schedules[which] as Schedule)(step - (which === 0 ? 0 : milestones[which - 1]!));
  };
}

/** Along half a cosine: `from` where `part` is 0, `to` where it is 1. */
function alongCosine(from: number, to: number, part: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
}

function checkFall(operation: string, learningRate: number, steps: number, end: number): void {
  checkPositive(operation, "learningRate", learningRate);
  checkInteger(operation, "steps", steps, 1);
  checkRange(operation, "end", end, Number.POSITIVE_INFINITY);
}

function checkMilestones(operation: string, milestones: readonly number[]): void {
  const rising =
    Array.isArray(milestones) &&
    milestones.every((at, i) => Number.isInteger(at) && at > (i === 0 ? 0 : milestones[i - 1]));
  if (rising) return;
  const given = Array.isArray(milestones) ? `[${milestones.join(", ")}]` : describe(milestones);
  throw new OptionError(
    operation,
    `milestones is ${given}`,
    "give numbers of steps in rising order, e.g. [1000, 2000]",
  );
}

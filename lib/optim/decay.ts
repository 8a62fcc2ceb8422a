/** Learning rates that fall by factors, or along a power of the steps that are left. */
import { power } from "../compute/power.ts";
import { checkInteger, checkOptions, checkPositive, checkRange } from "../errors.ts";
import { checkMilestones, type Schedule } from "./schedule.ts";

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

/** @throws OptionError for a fall that does not go from a rate to a smaller one in so many steps */
export function checkFall(operation: string, learningRate: number, steps: number, end: number): void {
  checkPositive(operation, "learningRate", learningRate);
  checkInteger(operation, "steps", steps, 1);
  checkRange(operation, "end", end, Number.POSITIVE_INFINITY);
}

/**
 * Learning rates as pure functions of the step. One that a run has come by is found again by its number alone, so a
 * schedule has no state to keep.
 */
import { checkInteger, checkOptions, checkPositive, describe, OptionError } from "../errors.ts";

/** The learning rate of each step, counted from 0: `fit` asks it before every step. */
export type Schedule = (step: number) => number;

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

/** @throws OptionError unless they are numbers of steps in rising order */
export function checkMilestones(operation: string, milestones: readonly number[]): void {
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

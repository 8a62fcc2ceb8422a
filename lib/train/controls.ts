import { describe, OptionError } from "../errors.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { ReduceOnPlateau } from "../optim/plateau.ts";
import { RMSProp } from "../optim/rms-prop.ts";
import type { Schedule } from "../optim/schedule.ts";
import { SGD } from "../optim/sgd.ts";
import type { History } from "./history.ts";

/** What may be set by hand while `fit` trains. */
export type Setting = "learningRate" | "momentum" | "batchSize";

/** What was set by hand, and holds in place of what `fit` was asked for. */
export type ByHand = Partial<Record<Setting, number>>;

/** Settings as a reader knows them. */
const words: Readonly<Record<Setting, string>> = {
  learningRate: "learning rate",
  momentum: "momentum",
  batchSize: "batch size",
};

/** What a run is set to: what `fit` was asked for, or what was set by hand since. */
export class Controls {
  readonly optimizer: Optimizer;
  /** Examples there are. */
  readonly examples: number;
  readonly #schedule: Schedule | undefined;
  readonly #history: History;
  readonly #asked: number;
  readonly #byHand: ByHand;

  /** @param byHand what was set before, which a checkpoint has kept; what is set later is put into it */
  constructor(
    history: History,
    settings: {
      readonly optimizer: Optimizer;
      readonly schedule: Schedule | ReduceOnPlateau | undefined;
      readonly batchSize: number;
      readonly examples: number;
    },
    byHand: ByHand,
  ) {
    const { optimizer, schedule, batchSize, examples } = settings;
    this.optimizer = optimizer;
    this.examples = examples;
    this.#schedule = schedule instanceof ReduceOnPlateau ? undefined : schedule;
    this.#history = history;
    this.#asked = batchSize;
    this.#byHand = byHand;
    if (byHand.momentum !== undefined && hasMomentum(optimizer)) optimizer.momentum = byHand.momentum;
  }

  /** Examples of the next step. */
  get batchSize(): number {
    return this.#byHand.batchSize ?? this.#asked;
  }

  /** Null where the optimiser has none that could be changed. */
  get momentum(): number | null {
    return hasMomentum(this.optimizer) ? this.optimizer.momentum : null;
  }

  /** Whether a schedule decides the learning rate; null where there is none. */
  get isScheduled(): boolean | null {
    return this.#schedule === undefined ? null : this.#byHand.learningRate === undefined;
  }

  /** Sets the learning rate of the next step, where a schedule decides it. @throws OptionError if that gives none */
  schedule(): void {
    if (this.#schedule === undefined || this.#byHand.learningRate !== undefined) return;
    this.optimizer.learningRate = rateOf(this.#schedule, this.#history.steps);
  }

  /** Lets the schedule decide the learning rate again. */
  followSchedule(): void {
    delete this.#byHand.learningRate;
  }

  /** Sets something from the next step on. @returns what is wrong with the value, in words; null if nothing is */
  set(setting: Setting, value: unknown): string | null {
    const problem = problemOf(setting, value, this.examples);
    if (problem !== null) return problem;
    const before = this.#valueOf(setting);
    if (before === null) return `${this.optimizer.constructor.name} has no momentum that could be set`;
    const number = value as number;
    if (number === before) return null;
    this.#byHand[setting] = number;
    if (setting === "learningRate") this.optimizer.learningRate = number;
    else if (setting === "momentum" && hasMomentum(this.optimizer)) this.optimizer.momentum = number;
    this.#history.change({ step: this.#history.steps, setting: words[setting], from: before, to: number });
    return null;
  }

  #valueOf(setting: Setting): number | null {
    return setting === "learningRate" ? this.optimizer.learningRate : this[setting];
  }
}

const hasMomentum = (optimizer: Optimizer): optimizer is SGD | RMSProp =>
  optimizer instanceof SGD || optimizer instanceof RMSProp;

function problemOf(setting: Setting, value: unknown, examples: number): string | null {
  const name = words[setting];
  if (typeof value !== "number" || !Number.isFinite(value)) return `the ${name} is a number`;
  if (setting === "learningRate") return value > 0 ? null : `the ${name} is above 0`;
  if (setting === "momentum") return value >= 0 && value < 1 ? null : `the ${name} is from 0 on and below 1`;
  const fits = Number.isInteger(value) && value >= 1 && value <= examples;
  return fits ? null : `the ${name} is a whole number from 1 to ${examples}`;
}

/** @throws OptionError if the schedule gives no learning rate */
function rateOf(schedule: Schedule, step: number): number {
  const rate: unknown = schedule(step);
  if (typeof rate === "number" && rate >= 0 && Number.isFinite(rate)) return rate;
  const fix = "let it give a number from 0 on";
  throw new OptionError("fit", `the schedule gives ${describe(rate)} at step ${step}`, fix);
}

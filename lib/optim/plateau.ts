import { checkInteger, checkOptions, checkRange, describe, OptionError } from "../errors.ts";

/** When `ReduceOnPlateau` lowers the learning rate; all may be left out. */
export interface ReduceOnPlateauOptions {
  /**
   * What `fit` tells it after each epoch, of the validation set where there is one: `"loss"` (default), `"accuracy"`, or the
   * name of a metric.
   */
  readonly monitor?: string;
  /** Whether small values are good or large ones; default `"min"`, and `"max"` where `monitor` is `"accuracy"`. */
  readonly mode?: "min" | "max";
  /** What the learning rate is multiplied by; default 0.1. */
  readonly factor?: number;
  /** Epochs without progress that are borne before; default 10. */
  readonly patience?: number;
  /** What counts as progress: better than the best by this part of it; default 1e-4. */
  readonly threshold?: number;
  /** Epochs after a reduction in which none is counted; default 0. */
  readonly cooldown?: number;
  /** The learning rate is not lowered below this; default 0. */
  readonly minimum?: number;
}

/** Where it is: plain data. */
export interface PlateauState {
  /** The best value so far; null before the first. */
  readonly best: number | null;
  /** Epochs since then that count. */
  readonly waited: number;
  /** Epochs until they count again. */
  readonly cooling: number;
}

const known = ["monitor", "mode", "factor", "patience", "threshold", "cooldown", "minimum"];

/**
 * Lowers the learning rate when a value stops getting better: PyTorch's `ReduceLROnPlateau`. Give it to `fit` as `schedule`,
 * or call `next` by hand.
 *
 * @example new ReduceOnPlateau({ factor: 0.5, patience: 3 }).next(2.3, 0.1) // 0.1: the first value is the best yet
 */
export class ReduceOnPlateau {
  /** What `fit` tells it. */
  readonly monitor: string;
  readonly mode: "min" | "max";
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly cooldown: number;
  readonly minimum: number;
  #state: PlateauState = { best: null, waited: 0, cooling: 0 };

  /** @throws OptionError for an unknown option or one out of range */
  constructor(options: ReduceOnPlateauOptions = {}) {
    checkOptions("ReduceOnPlateau", options, known);
    const { monitor = "loss", factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, minimum = 0 } = options;
    const mode = checkMonitor("ReduceOnPlateau", monitor, options.mode);
    checkRange("ReduceOnPlateau", "factor", factor, 1);
    checkInteger("ReduceOnPlateau", "patience", patience, 0);
    checkRange("ReduceOnPlateau", "threshold", threshold, 1);
    checkInteger("ReduceOnPlateau", "cooldown", cooldown, 0);
    checkRange("ReduceOnPlateau", "minimum", minimum, Number.POSITIVE_INFINITY);
    this.monitor = monitor;
    this.mode = mode;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.cooldown = cooldown;
    this.minimum = minimum;
  }

  /** The learning rate after an epoch of this value, given the one it had. */
  next(value: number, learningRate: number): number {
    let { best, waited, cooling } = this.#state;
    if (best === null || this.#isProgress(value, best)) [best, waited] = [value, 0];
    else waited++;
    if (cooling > 0) [cooling, waited] = [cooling - 1, 0];
    const lower = waited > this.patience;
    if (lower) [cooling, waited] = [this.cooldown, 0];
    this.#state = { best, waited, cooling };
    return lower ? Math.max(learningRate * this.factor, this.minimum) : learningRate;
  }

  #isProgress(value: number, best: number): boolean {
    return this.mode === "min" ? value < best * (1 - this.threshold) : value > best * (1 + this.threshold);
  }

  /** Where it is now. */
  state(): PlateauState {
    return this.#state;
  }

  /** Goes on from a state. @throws OptionError if it is none */
  load(state: PlateauState): void {
    const { best, waited, cooling } = (state ?? {}) as Partial<PlateauState>;
    const valued = best === null || typeof best === "number";
    if (!valued || !Number.isInteger(waited) || !Number.isInteger(cooling)) {
      throw new OptionError("ReduceOnPlateau.load", `the state is ${describe(state)}`, "give what state() returned");
    }
    this.#state = { best, waited: waited as number, cooling: cooling as number };
  }
}

/** Whether small or large values of what is monitored are good. @throws OptionError for a mode that does not exist */
export function checkMonitor(operation: string, monitor: string, mode: "min" | "max" | undefined): "min" | "max" {
  if (typeof monitor !== "string") {
    const fix = 'give "loss", "accuracy" or the name of a metric';
    throw new OptionError(operation, `monitor is ${describe(monitor)}`, fix);
  }
  if (mode === "min" || mode === "max") return mode;
  if (mode === undefined) return monitor === "accuracy" ? "max" : "min";
  throw new OptionError(operation, `mode is ${describe(mode)}`, 'give "min" where small values are good, or "max"');
}

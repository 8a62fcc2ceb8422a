import { checkInteger, checkOptions, checkRange, OptionError } from "../errors.ts";
import type { Module } from "../nn/module.ts";
import { checkMonitor } from "../optim/plateau.ts";
import type { AnyTensor } from "../tensor/tensor.ts";
import type { Epoch } from "./history.ts";

/** When `fit` ends because nothing gets better any more. */
export interface EarlyStoppingOptions {
  /**
   * What is watched, of the validation set where there is one: `"loss"` (default), `"accuracy"`, or the name of a metric.
   */
  readonly monitor?: string;
  /** Whether small values are good or large ones; default `"min"`, and `"max"` where `monitor` is `"accuracy"`. */
  readonly mode?: "min" | "max";
  /** Epochs without progress after which training ends. */
  readonly patience: number;
  /** What counts as progress: better than the best by more than this; default 0. */
  readonly minDelta?: number;
  /** Whether the network is left with the parameters and buffers of its best epoch; default false. */
  readonly restoreBest?: boolean;
}

/** Where the watch is: plain data. */
export interface EarlyStoppingState {
  readonly best: number | null;
  readonly bestEpoch: number;
  readonly waited: number;
}

/** Watches a value for `fit`, and keeps the weights of the best epoch. */
export class EarlyStopping {
  readonly monitor: string;
  readonly restoreBest: boolean;
  /** The parameters and buffers of the best epoch by name, where they are kept. */
  weights: Readonly<Record<string, AnyTensor>> = {};
  state: EarlyStoppingState = { best: null, bestEpoch: 0, waited: 0 };
  readonly #mode: "min" | "max";
  readonly #patience: number;
  readonly #minDelta: number;

  constructor(options: EarlyStoppingOptions) {
    checkOptions("earlyStopping", options, ["monitor", "mode", "patience", "minDelta", "restoreBest"]);
    const { monitor = "loss", patience, minDelta = 0, restoreBest = false } = options;
    checkInteger("earlyStopping", "patience", patience, 1);
    checkRange("earlyStopping", "minDelta", minDelta, Number.POSITIVE_INFINITY);
    this.#mode = checkMonitor("earlyStopping", monitor, options.mode);
    this.#patience = patience;
    this.#minDelta = minDelta;
    this.monitor = monitor;
    this.restoreBest = restoreBest;
  }

  /** Takes an epoch's value in. @returns why training ends, in words; null where it goes on */
  next(value: number, epoch: number, network: Module): string | null {
    const { best, bestEpoch, waited } = this.state;
    const gain = best === null ? Number.POSITIVE_INFINITY : this.#mode === "min" ? best - value : value - best;
    if (gain > this.#minDelta) {
      this.state = { best: value, bestEpoch: epoch, waited: 0 };
      if (this.restoreBest) this.weights = network.stateDict();
      return null;
    }
    this.state = { best, bestEpoch, waited: waited + 1 };
    if (waited + 1 < this.#patience) return null;
    return `stopped after epoch ${epoch}: the best ${this.monitor} is epoch ${bestEpoch}'s, ${Number(best?.toPrecision(6))}`;
  }

  /** Leaves the network with the weights of the best epoch, where they were kept. */
  restore(network: Module): void {
    for (const [name, tensor] of namedState(network)) {
      const kept = this.weights[name];
      if (kept !== undefined) tensor.assign(kept);
    }
  }
}

/** What a trained network is made of, by name: parameters and buffers. */
export function namedState(network: Module): [name: string, tensor: AnyTensor][] {
  return [...network.namedParameters(), ...network.namedBuffers()];
}

/** The value that is watched, of the epoch that ended. */
export function monitored(name: string, { train, validation }: Epoch): number {
  const score = validation ?? train;
  if (name === "loss" || name === "accuracy") return score[name];
  return score.metrics?.[name] ?? Number.NaN;
}

/** @throws OptionError if nothing of this name is measured */
export function checkMonitored(name: string, metrics: readonly string[]): void {
  const names = ["loss", "accuracy", ...metrics];
  if (names.includes(name)) return;
  throw new OptionError("fit", `"${name}" is to be watched, and is not measured`, `watch one of ${names.join(", ")}`);
}

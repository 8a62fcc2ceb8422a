import type { Floats } from "../compute/floats.ts";
import { adamUpdate } from "../compute/update.ts";
import { checkOptions, checkPositive, checkRange } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import type { ParameterGroup } from "./groups.ts";
import { Optimizer, remember, updatesInPlace } from "./optimizer.ts";

/** Settings of `Adam`; all may be left out. */
export interface AdamOptions {
  /** The size of a step; default 0.001, the paper's. */
  readonly learningRate?: number;
  /** Decay of the running mean of gradients; default 0.9. */
  readonly beta1?: number;
  /** Decay of the running mean of squared gradients; default 0.999. */
  readonly beta2?: number;
  /** Keeps the quotient finite where gradients vanish; default 1e-8. */
  readonly epsilon?: number;
  /** How strongly parameters are pulled to zero, through the gradient; default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma and Ba, 2015, algorithm 1): steps of about the learning rate, whatever the gradients' scale. At step t, with
 * gradient g: `m ← β₁ m + (1 - β₁) g`, `v ← β₂ v + (1 - β₂) g²`,
 * `p ← p - learningRate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + epsilon)`. Weight decay adds `weightDecay · p` to g, and is
 * scaled like it: for decay that is not, take `AdamW`.
 *
 * @example new Adam(lenet5().parameters(), { learningRate: 0.002 })
 */
export class Adam extends Optimizer {
  /** β₁, the decay of the running mean of gradients. */
  readonly beta1: number;
  /** β₂, the decay of the running mean of squared gradients. */
  readonly beta2: number;
  /** Keeps the quotient finite. */
  readonly epsilon: number;
  readonly #first = remember(this, "first");
  readonly #second = remember(this, "second");

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: AdamOptions = {}) {
    const name = new.target.name;
    checkOptions(name, options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"]);
    const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
    super(parameters, learningRate, weightDecay);
    checkRange(name, "beta1", beta1, 1);
    checkRange(name, "beta2", beta2, 1);
    checkPositive(name, "epsilon", epsilon);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    if (new.target === Adam || new.target === (AdamW as unknown)) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const { beta1, beta2, epsilon } = this;
    const [learningRate, pull] = [this.learningRateOf(index), this.weightDecayOf(index)];
    const [weightDecay, decay] = this instanceof AdamW ? [0, learningRate * pull] : [pull, 0];
    const settings = { learningRate, beta1, beta2, epsilon, weightDecay, decay };
    const [first, second] = [this.#first.of(index, parameter), this.#second.of(index, parameter)];
    adamUpdate(parameter, gradient, first, second, this.stepOf(index), settings);
  }
}

/** Settings of `AdamW`: those of `Adam`, but for the default of `weightDecay`. */
export interface AdamWOptions extends AdamOptions {
  /** The part of a parameter that a step takes off, times the learning rate; default 0.01, as in PyTorch. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2): before Adam's step, which knows nothing of
 * it, `p ← p - learningRate · weightDecay · p`. So large gradients do not hide the decay, as they do in `Adam`.
 *
 * @example new AdamW(lenet5().parameters(), { learningRate: 0.002, weightDecay: 0.05 })
 */
export class AdamW extends Adam {
  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: AdamWOptions = {}) {
    checkOptions(new.target.name, options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"]);
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }
}

import type { Floats } from "../compute/floats.ts";
import { adamUpdate } from "../compute/update.ts";
import { checkOptions, checkPositive, checkRange } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import { Memory, Optimizer, updatesInPlace } from "./optimizer.ts";

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
 * `p ← p - learningRate · m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + epsilon)`.
 */
export class Adam extends Optimizer {
  /** β₁, the decay of the running mean of gradients. */
  readonly beta1: number;
  /** β₂, the decay of the running mean of squared gradients. */
  readonly beta2: number;
  /** Keeps the quotient finite. */
  readonly epsilon: number;
  /** How strongly parameters are pulled to zero. */
  readonly weightDecay: number;
  readonly #first = new Memory();
  readonly #second = new Memory();
  readonly #steps: number[] = [];

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter>, options: AdamOptions = {}) {
    checkOptions("Adam", options, ["learningRate", "beta1", "beta2", "epsilon", "weightDecay"]);
    super(parameters, options.learningRate ?? 0.001);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
    checkRange("Adam", "beta1", beta1, 1);
    checkRange("Adam", "beta2", beta2, 1);
    checkPositive("Adam", "epsilon", epsilon);
    checkRange("Adam", "weightDecay", weightDecay, Number.POSITIVE_INFINITY);
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    if (new.target === Adam) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = this;
    // Each parameter counts its own steps: one that had no gradient at first starts its means later.
    const step = (this.#steps[index] ?? 0) + 1;
    this.#steps[index] = step;
    const settings = { learningRate, beta1, beta2, epsilon, weightDecay };
    adamUpdate(
      parameter,
      gradient,
      this.#first.of(index, parameter),
      this.#second.of(index, parameter),
      step,
      settings,
    );
  }
}

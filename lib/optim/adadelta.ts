import { adadeltaUpdate } from "../compute/adaptive-update.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, checkPositive, checkRange } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import type { ParameterGroup } from "./groups.ts";
import { Optimizer, remember, updatesInPlace } from "./optimizer.ts";

/** Settings of `Adadelta`; all may be left out. */
export interface AdadeltaOptions {
  /** What steps are multiplied by; default 1, the paper's. */
  readonly learningRate?: number;
  /** ρ, the decay of the running means; default 0.9. */
  readonly rho?: number;
  /** Added under both roots: what the first steps are made of; default 1e-6. */
  readonly epsilon?: number;
  /** How strongly parameters are pulled to zero, through the gradient; default 0. */
  readonly weightDecay?: number;
}

/**
 * Adadelta (Zeiler, 2012, algorithm 1): steps in the parameters' own unit, without a learning rate to choose. With gradient
 * g: `s ← ρ s + (1 - ρ) g²`, `d = √(u + epsilon) / √(s + epsilon) · g`, `u ← ρ u + (1 - ρ) d²`, `p ← p - learningRate · d`.
 * Weight decay adds `weightDecay · p` to g.
 *
 * The trainer "adadelta" of ConvNetJS is this with `rho: 0.95`, and as weight decay its `l2_decay` over the batch size: it
 * divides the decay by the number of examples, as it does the sum of their gradients.
 *
 * @example new Adadelta(lenet5().parameters(), { rho: 0.95 })
 */
export class Adadelta extends Optimizer {
  /** ρ, the decay of the running means. */
  readonly rho: number;
  /** Added under both roots. */
  readonly epsilon: number;
  readonly #square = remember(this, "square");
  readonly #movement = remember(this, "movement");

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: AdadeltaOptions = {}) {
    checkOptions("Adadelta", options, ["learningRate", "rho", "epsilon", "weightDecay"]);
    const { learningRate = 1, rho = 0.9, epsilon = 1e-6 } = options;
    super(parameters, learningRate, options.weightDecay);
    checkRange("Adadelta", "rho", rho, 1);
    checkPositive("Adadelta", "epsilon", epsilon);
    this.rho = rho;
    this.epsilon = epsilon;
    if (new.target === Adadelta) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const [square, movement] = [this.#square.of(index, parameter), this.#movement.of(index, parameter)];
    const { rho, epsilon } = this;
    const settings = { learningRate: this.learningRateOf(index), rho, epsilon, weightDecay: this.weightDecayOf(index) };
    adadeltaUpdate(parameter, gradient, square, movement, settings);
  }
}

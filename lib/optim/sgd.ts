import type { Floats } from "../compute/floats.ts";
import { sgdUpdate } from "../compute/update.ts";
import { checkOptions, checkRange, OptionError } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import { Memory, Optimizer, updatesInPlace } from "./optimizer.ts";

/** Settings of `SGD`. */
export interface SGDOptions {
  /** The size of a step; no default, since none fits all. */
  readonly learningRate: number;
  /** Part of the last step that is kept in the next; default 0. */
  readonly momentum?: number;
  /** Whether the gradient is taken where momentum leads (Sutskever et al., 2013); default false. */
  readonly nesterov?: boolean;
  /** How strongly parameters are pulled to zero; default 0. */
  readonly weightDecay?: number;
}

/**
 * Stochastic gradient descent, with momentum (Polyak, 1964) as PyTorch defines it:
 * `v ← momentum · v + g`, `p ← p - learningRate · v`. Weight decay adds `weightDecay · p` to g; Nesterov's step is along
 * `momentum · v + g`.
 */
export class SGD extends Optimizer {
  /** Part of the last step that is kept. */
  readonly momentum: number;
  /** Whether the gradient is taken where momentum leads. */
  readonly nesterov: boolean;
  /** How strongly parameters are pulled to zero. */
  readonly weightDecay: number;
  readonly #velocity = new Memory();

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter>, options: SGDOptions) {
    checkOptions("SGD", options, ["learningRate", "momentum", "nesterov", "weightDecay"]);
    super(parameters, options.learningRate);
    const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
    checkRange("SGD", "momentum", momentum, 1);
    checkRange("SGD", "weightDecay", weightDecay, Number.POSITIVE_INFINITY);
    if (nesterov && momentum === 0)
      throw new OptionError("SGD", "nesterov without momentum", "give momentum, e.g. 0.9");
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
    if (new.target === SGD) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const { learningRate, momentum, nesterov, weightDecay } = this;
    const velocity = momentum > 0 ? this.#velocity.of(index, parameter) : null;
    sgdUpdate(parameter, gradient, velocity, { learningRate, momentum, nesterov, weightDecay });
  }
}

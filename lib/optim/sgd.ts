import type { Floats } from "../compute/floats.ts";
import { sgdUpdate } from "../compute/update.ts";
import { checkOptions, checkRange, OptionError } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import type { ParameterGroup } from "./groups.ts";
import { Optimizer, remember, updatesInPlace } from "./optimizer.ts";

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
 *
 * @example new SGD(lenet5().parameters(), { learningRate: 0.1, momentum: 0.9 })
 * @example
 * const named = lenet5().namedParameters();
 * const [biases, weights] = [true, false].map((bias) => named.filter(([name]) => name.endsWith("bias") === bias).map(([, p]) => p));
 * new SGD([{ parameters: weights! }, { parameters: biases!, weightDecay: 0 }], { learningRate: 0.1, weightDecay: 5e-4 })
 */
export class SGD extends Optimizer {
  /** Part of the last step that is kept; may be changed between steps. */
  momentum: number;
  /** Whether the gradient is taken where momentum leads. */
  readonly nesterov: boolean;
  readonly #velocity = remember(this, "velocity");

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: SGDOptions) {
    checkOptions("SGD", options, ["learningRate", "momentum", "nesterov", "weightDecay"]);
    const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
    super(parameters, options.learningRate, weightDecay);
    checkRange("SGD", "momentum", momentum, 1);
    if (nesterov && momentum === 0)
      throw new OptionError("SGD", "nesterov without momentum", "give momentum, e.g. 0.9");
    this.momentum = momentum;
    this.nesterov = nesterov;
    if (new.target === SGD) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const { momentum, nesterov } = this;
    const velocity = momentum > 0 ? this.#velocity.of(index, parameter) : null;
    const [learningRate, weightDecay] = [this.learningRateOf(index), this.weightDecayOf(index)];
    sgdUpdate(parameter, gradient, velocity, { learningRate, momentum, nesterov, weightDecay });
  }
}

import { rmsPropUpdate } from "../compute/adaptive-update.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, checkPositive, checkRange } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import type { ParameterGroup } from "./groups.ts";
import { Optimizer, remember, updatesInPlace } from "./optimizer.ts";

/** Settings of `RMSProp`; all may be left out. */
export interface RMSPropOptions {
  /** The size of a step; default 0.01. */
  readonly learningRate?: number;
  /** Decay of the running mean of squared gradients; default 0.99. */
  readonly alpha?: number;
  /** Keeps the quotient finite where gradients vanish; default 1e-8. */
  readonly epsilon?: number;
  /** Part of the last step that is kept in the next; default 0. */
  readonly momentum?: number;
  /** Whether the mean gradient's square is taken off the mean square, which leaves the variance; default false. */
  readonly centered?: boolean;
  /** How strongly parameters are pulled to zero, through the gradient; default 0. */
  readonly weightDecay?: number;
}

/**
 * RMSProp (Tieleman and Hinton, 2012, lecture 6.5), as PyTorch defines it: the gradient g over the root of its running mean
 * square, `s ← α s + (1 - α) g²`, `v ← momentum · v + g / (√s + epsilon)`, `p ← p - learningRate · v`. Centred (Graves, 2013,
 * eq. 38 to 40), with `m ← α m + (1 - α) g`, the root is that of `s - m²`. Weight decay adds `weightDecay · p` to g.
 *
 * @example new RMSProp(lenet5().parameters(), { learningRate: 0.001, momentum: 0.9 })
 */
export class RMSProp extends Optimizer {
  /** α, the decay of the running means. */
  readonly alpha: number;
  /** Keeps the quotient finite. */
  readonly epsilon: number;
  /** Part of the last step that is kept. */
  momentum: number;
  /** Whether the mean gradient's square is taken off. */
  readonly centered: boolean;
  readonly #square = remember(this, "square");
  readonly #mean = remember(this, "mean");
  readonly #velocity = remember(this, "velocity");

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: RMSPropOptions = {}) {
    const known = ["learningRate", "alpha", "epsilon", "momentum", "centered", "weightDecay"];
    checkOptions("RMSProp", options, known);
    const { learningRate = 0.01, alpha = 0.99, epsilon = 1e-8, momentum = 0, centered = false } = options;
    super(parameters, learningRate, options.weightDecay);
    checkRange("RMSProp", "alpha", alpha, 1);
    checkPositive("RMSProp", "epsilon", epsilon);
    checkRange("RMSProp", "momentum", momentum, 1);
    this.alpha = alpha;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.centered = centered;
    if (new.target === RMSProp) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const { alpha, epsilon, momentum } = this;
    rmsPropUpdate(
      parameter,
      gradient,
      this.#square.of(index, parameter),
      this.centered ? this.#mean.of(index, parameter) : null,
      momentum > 0 ? this.#velocity.of(index, parameter) : null,
      { learningRate: this.learningRateOf(index), alpha, epsilon, momentum, weightDecay: this.weightDecayOf(index) },
    );
  }
}

import { adagradUpdate } from "../compute/adaptive-update.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, checkPositive, checkRange } from "../errors.ts";
import type { Parameter } from "../tensor/tensor.ts";
import type { ParameterGroup } from "./groups.ts";
import type { Memory } from "./memory.ts";
import { Optimizer, remember, updatesInPlace } from "./optimizer.ts";

/** Settings of `Adagrad`; all may be left out. */
export interface AdagradOptions {
  /** The size of a step; default 0.01. */
  readonly learningRate?: number;
  /** How fast the learning rate falls: at step t, counted from 0, it is over `1 + t · learningRateDecay`; default 0. */
  readonly learningRateDecay?: number;
  /** What the sums of squared gradients begin with; default 0. */
  readonly initialAccumulator?: number;
  /** Keeps the quotient finite where gradients vanish; default 1e-10. */
  readonly epsilon?: number;
  /** How strongly parameters are pulled to zero, through the gradient; default 0. */
  readonly weightDecay?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): the gradient g over the root of the sum of all its squares, `s ← s + g²`,
 * `p ← p - learningRate / (1 + t · learningRateDecay) · g / (√s + epsilon)`: what seldom had a gradient takes large steps, and
 * all steps shrink. Weight decay adds `weightDecay · p` to g.
 *
 * @example new Adagrad(lenet5().parameters(), { learningRate: 0.05 })
 */
export class Adagrad extends Optimizer {
  /** How fast the learning rate falls. */
  readonly learningRateDecay: number;
  /** Keeps the quotient finite. */
  readonly epsilon: number;
  readonly #sum: Memory;

  /** @throws OptionError for an unknown option or one out of range */
  constructor(parameters: Iterable<Parameter> | Iterable<ParameterGroup>, options: AdagradOptions = {}) {
    const known = ["learningRate", "learningRateDecay", "initialAccumulator", "epsilon", "weightDecay"];
    checkOptions("Adagrad", options, known);
    const { learningRate = 0.01, learningRateDecay = 0, initialAccumulator = 0, epsilon = 1e-10 } = options;
    super(parameters, learningRate, options.weightDecay);
    checkRange("Adagrad", "learningRateDecay", learningRateDecay, Number.POSITIVE_INFINITY);
    checkRange("Adagrad", "initialAccumulator", initialAccumulator, Number.POSITIVE_INFINITY);
    checkPositive("Adagrad", "epsilon", epsilon);
    this.learningRateDecay = learningRateDecay;
    this.epsilon = epsilon;
    this.#sum = remember(this, "sum", initialAccumulator);
    if (new.target === Adagrad) updatesInPlace(this);
  }

  protected override update(index: number, parameter: Floats, gradient: Floats): void {
    const learningRate = this.learningRateOf(index) / (1 + (this.stepOf(index) - 1) * this.learningRateDecay);
    const settings = { learningRate, epsilon: this.epsilon, weightDecay: this.weightDecayOf(index) };
    adagradUpdate(parameter, gradient, this.#sum.of(index, parameter), settings);
  }
}

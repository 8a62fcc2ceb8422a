import { checkOptions } from "../errors.ts";
import type { AxisOptions } from "../ops/axes.ts";
import { checkFinite } from "../ops/operands.ts";
import { logSoftmax, softmax } from "../ops/softmax.ts";
import type { layerRule, Unchanged } from "../shapes/layers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Scores to probabilities along an axis, by default the last one. `crossEntropy` takes scores, so a network under training
 * ends before it.
 *
 * @example new Softmax({ axis: 1 })
 */
export class Softmax extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** The axis, if it was given. */
  readonly settings: AxisOptions;

  /** @throws OptionError for an unknown option */
  constructor(options: AxisOptions = {}) {
    super();
    this.settings = checked("Softmax", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return softmax(x, this.settings);
  }
}

/**
 * Scores to logarithms of probabilities along an axis, by default the last one: what `negativeLogLikelihood` takes.
 *
 * @example new LogSoftmax({ axis: 1 })
 */
export class LogSoftmax extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** The axis, if it was given. */
  readonly settings: AxisOptions;

  /** @throws OptionError for an unknown option */
  constructor(options: AxisOptions = {}) {
    super();
    this.settings = checked("LogSoftmax", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return logSoftmax(x, this.settings);
  }
}

function checked(operation: string, options: AxisOptions): AxisOptions {
  checkOptions(operation, options, ["axis"]);
  if (options.axis !== undefined) checkFinite(operation, "axis", options.axis);
  return options;
}

import { checkAveraging, checkPool1d } from "../ops/pool-plan.ts";
import {
  type AveragePool1dSettings,
  averagePool1d,
  type MaxPool1dSettings,
  maxPool1d,
  type Pool1dShape,
} from "../ops/pool1d.ts";
import { averagePoolOptions, maxPoolOptions } from "../ops/pool2d.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Keeps the largest element of each window of a sequence: `[N, C, W]` → `[N, C, Q]`. Nothing to learn. */
export class MaxPool1d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool1dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool1dSettings) {
    super();
    checkPool1d("MaxPool1d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool1dShape<X>> {
    return maxPool1d(x, this.settings);
  }
}

/** Keeps the mean of each window of a sequence: `[N, C, W]` → `[N, C, Q]`. Nothing to learn. */
export class AveragePool1d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: AveragePool1dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: AveragePool1dSettings) {
    super();
    checkPool1d("AveragePool1d", settings, averagePoolOptions);
    checkAveraging("AveragePool1d", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool1dShape<X>> {
    return averagePool1d(x, this.settings);
  }
}

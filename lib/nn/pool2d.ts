import {
  type AveragePool2dSettings,
  averagePool2d,
  averagePool2dOptions,
  type MaxPool2dSettings,
  maxPool2d,
  maxPool2dOptions,
  type Pool2dShape,
} from "../ops/pool2d.ts";
import { checkPool2d } from "../ops/pooling.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Keeps the largest element of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class MaxPool2d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool2dSettings) {
    super();
    checkPool2d("MaxPool2d", settings, maxPool2dOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return maxPool2d(x, this.settings);
  }
}

/** Keeps the mean of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class AveragePool2d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: AveragePool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: AveragePool2dSettings) {
    super();
    checkPool2d("AveragePool2d", settings, averagePool2dOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return averagePool2d(x, this.settings);
  }
}

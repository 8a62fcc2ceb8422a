import { checkAveraging, checkNorm, checkPool2d } from "../ops/pool-plan.ts";
import {
  type AveragePool2dSettings,
  averagePool2d,
  averagePoolOptions,
  type LpPool2dSettings,
  l2Pool2d,
  lpPool2d,
  lpPoolOptions,
  type MaxPool2dSettings,
  maxPool2d,
  maxPoolOptions,
  minPool2d,
  type Pool2dSettings,
  type Pool2dShape,
  poolOptions,
} from "../ops/pool2d.ts";
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
    checkPool2d("MaxPool2d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return maxPool2d(x, this.settings);
  }
}

/** Keeps the smallest element of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class MinPool2d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool2dSettings) {
    super();
    checkPool2d("MinPool2d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return minPool2d(x, this.settings);
  }
}

/** Keeps the mean of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class AveragePool2d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: AveragePool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: AveragePool2dSettings) {
    super();
    checkPool2d("AveragePool2d", settings, averagePoolOptions);
    checkAveraging("AveragePool2d", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return averagePool2d(x, this.settings);
  }
}

/** Keeps the p-norm of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class LpPool2d extends Module {
  /** Which norm, and how the windows slide, as it was given. */
  readonly settings: LpPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: LpPool2dSettings) {
    super();
    checkPool2d("LpPool2d", settings, lpPoolOptions);
    checkNorm("LpPool2d", settings.normType);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return lpPool2d(x, this.settings);
  }
}

/** Keeps the Euclidean norm of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class L2Pool2d extends Module {
  /** How the windows slide, as it was given. */
  readonly settings: Pool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: Pool2dSettings) {
    super();
    checkPool2d("L2Pool2d", settings, poolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return l2Pool2d(x, this.settings);
  }
}

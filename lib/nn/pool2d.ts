import type { Padding } from "../ops/padding.ts";
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
  poolOptions,
} from "../ops/pool2d.ts";
import type { Pair, StridePolicy } from "../ops/window.ts";
import type { Pooled2d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Keeps the largest element of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class MaxPool2d<
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
  const L extends Pair = 1,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool2d", "pooling", [], K, [S, P, L, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool2dSettings<K, S, P, Y, L>) {
    super();
    checkPool2d("MaxPool2d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled2d<X, K, S, P, L, Y>>,
  ): Tensor<Known<Pooled2d<X, K, S, P, L, Y>>> {
    return maxPool2d(x as Tensor, this.settings) as never;
  }
}

/** Keeps the smallest element of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class MinPool2d<
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
  const L extends Pair = 1,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool2d", "pooling", [], K, [S, P, L, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool2dSettings<K, S, P, Y, L>) {
    super();
    checkPool2d("MinPool2d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled2d<X, K, S, P, L, Y>>,
  ): Tensor<Known<Pooled2d<X, K, S, P, L, Y>>> {
    return minPool2d(x as Tensor, this.settings) as never;
  }
}

/** Keeps the mean of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class AveragePool2d<
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool2d", "pooling", [], K, [S, P, 1, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: AveragePool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: AveragePool2dSettings<K, S, P, Y>) {
    super();
    checkPool2d("AveragePool2d", settings, averagePoolOptions);
    checkAveraging("AveragePool2d", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  ): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>> {
    return averagePool2d(x as Tensor, this.settings) as never;
  }
}

/** Keeps the p-norm of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class LpPool2d<
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool2d", "pooling", [], K, [S, P, 1, Y]>, K>;
  /** Which norm, and how the windows slide, as it was given. */
  readonly settings: LpPool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: LpPool2dSettings<K, S, P, Y>) {
    super();
    checkPool2d("LpPool2d", settings, lpPoolOptions);
    checkNorm("LpPool2d", settings.normType);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  ): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>> {
    return lpPool2d(x as Tensor, this.settings) as never;
  }
}

/** Keeps the Euclidean norm of each window: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn. */
export class L2Pool2d<
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool2d", "pooling", [], K, [S, P, 1, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: Pool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: Pool2dSettings<K, S, P, Y>) {
    super();
    checkPool2d("L2Pool2d", settings, poolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  ): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>> {
    return l2Pool2d(x as Tensor, this.settings) as never;
  }
}

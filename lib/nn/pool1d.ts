import type { AxisPadding } from "../ops/padding.ts";
import { checkAveraging, checkPool1d } from "../ops/pool-plan.ts";
import { type AveragePool1dSettings, averagePool1d, type MaxPool1dSettings, maxPool1d } from "../ops/pool1d.ts";
import { averagePoolOptions, maxPoolOptions } from "../ops/pool2d.ts";
import type { StridePolicy } from "../ops/window.ts";
import type { Pooled1d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** Keeps the largest element of each window of a sequence: `[N, C, W]` → `[N, C, Q]`. Nothing to learn. */
export class MaxPool1d<
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
  const L extends number = 1,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool1d", "pooling", [], K, [S, P, L, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: MaxPool1dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxPool1dSettings<K, S, P, Y, L>) {
    super();
    checkPool1d("MaxPool1d", settings, maxPoolOptions);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled1d<X, K, S, P, L, Y>>,
  ): Tensor<Known<Pooled1d<X, K, S, P, L, Y>>> {
    return maxPool1d(x as Tensor, this.settings) as never;
  }
}

/** Keeps the mean of each window of a sequence: `[N, C, W]` → `[N, C, Q]`. Nothing to learn. */
export class AveragePool1d<
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"pool1d", "pooling", [], K, [S, P, 1, Y]>, K>;
  /** How the windows slide, as it was given. */
  readonly settings: AveragePool1dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: AveragePool1dSettings<K, S, P, Y>) {
    super();
    checkPool1d("AveragePool1d", settings, averagePoolOptions);
    checkAveraging("AveragePool1d", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Pooled1d<X, K, S, P, 1, Y>>,
  ): Tensor<Known<Pooled1d<X, K, S, P, 1, Y>>> {
    return averagePool1d(x as Tensor, this.settings) as never;
  }
}

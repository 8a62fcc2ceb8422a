import { adaptiveAveragePool2d, adaptiveMaxPool2d } from "../ops/adaptive-pool2d.ts";
import { type Pair, pair } from "../ops/window.ts";
import type { AdaptivelyPooled } from "../shapes/convolution.ts";
import type { layerRule, Ruled } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Keeps the mean of each of P × Q windows, for images of any size: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn.
 *
 * @example new AdaptiveAveragePool2d(7)
 */
export class AdaptiveAveragePool2d<const P extends Pair = Pair> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["adaptive", P], P>;
  /** P for both, or `[P, Q]`, as it was given. */
  readonly outputSize: P;

  /** @throws OptionError for sizes that are not whole */
  constructor(outputSize: P) {
    super();
    pair("AdaptiveAveragePool2d", "outputSize", outputSize, 1);
    this.outputSize = outputSize;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<AdaptivelyPooled<X, P>>,
  ): Tensor<Known<AdaptivelyPooled<X, P>>> {
    return adaptiveAveragePool2d(x as Tensor, this.outputSize as Pair) as never;
  }
}

/**
 * Keeps the largest element of each of P × Q windows, for images of any size: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to
 * learn.
 *
 * @example new AdaptiveMaxPool2d([7, 5])
 */
export class AdaptiveMaxPool2d<const P extends Pair = Pair> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["adaptive", P], P>;
  /** P for both, or `[P, Q]`, as it was given. */
  readonly outputSize: P;

  /** @throws OptionError for sizes that are not whole */
  constructor(outputSize: P) {
    super();
    pair("AdaptiveMaxPool2d", "outputSize", outputSize, 1);
    this.outputSize = outputSize;
  }

  override forward<X extends Shape>(
    x: Tensor<X> & Fits<AdaptivelyPooled<X, P>>,
  ): Tensor<Known<AdaptivelyPooled<X, P>>> {
    return adaptiveMaxPool2d(x as Tensor, this.outputSize as Pair) as never;
  }
}

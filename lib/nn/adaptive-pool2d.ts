import { adaptiveAveragePool2d, adaptiveMaxPool2d } from "../ops/adaptive-pool2d.ts";
import type { Pool2dShape } from "../ops/pool2d.ts";
import { type Pair, pair } from "../ops/window.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Keeps the mean of each of P × Q windows, for images of any size: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to learn.
 *
 * @example new AdaptiveAveragePool2d(7)
 */
export class AdaptiveAveragePool2d extends Module {
  /** P for both, or `[P, Q]`, as it was given. */
  readonly outputSize: Pair;

  /** @throws OptionError for sizes that are not whole */
  constructor(outputSize: Pair) {
    super();
    pair("AdaptiveAveragePool2d", "outputSize", outputSize, 1);
    this.outputSize = outputSize;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return adaptiveAveragePool2d(x, this.outputSize);
  }
}

/**
 * Keeps the largest element of each of P × Q windows, for images of any size: `[N, C, H, W]` → `[N, C, P, Q]`. Nothing to
 * learn.
 *
 * @example new AdaptiveMaxPool2d([7, 5])
 */
export class AdaptiveMaxPool2d extends Module {
  /** P for both, or `[P, Q]`, as it was given. */
  readonly outputSize: Pair;

  /** @throws OptionError for sizes that are not whole */
  constructor(outputSize: Pair) {
    super();
    pair("AdaptiveMaxPool2d", "outputSize", outputSize, 1);
    this.outputSize = outputSize;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Pool2dShape<X>> {
    return adaptiveMaxPool2d(x, this.outputSize);
  }
}

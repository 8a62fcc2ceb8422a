import type { Pool2dShape } from "../ops/pool2d.ts";
import { checkUnpool, type MaxUnpool2dSettings, maxUnpool2d } from "../ops/unpool2d.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * The way back from max pooling along the indices of `maxPool2dWithIndices`, `[N, C, P, Q]` → `[N, C, H, W]`. Nothing to
 * learn. It needs the indices, so that it stands in a network's own `forward`, not in a `Sequential`.
 *
 * @example new MaxUnpool2d({ kernelSize: 2 })
 */
export class MaxUnpool2d extends Module {
  /** How large the maps become, as it was given. */
  readonly settings: MaxUnpool2dSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: MaxUnpool2dSettings) {
    super();
    checkUnpool("MaxUnpool2d", settings);
    this.settings = settings;
  }

  /** @param indices of `maxPool2dWithIndices`; it throws without */
  override forward<X extends Shape>(x: Tensor<X>, indices?: Tensor<Shape, "int32">): Tensor<Pool2dShape<X>> {
    return maxUnpool2d(x, indices!, this.settings);
  }
}

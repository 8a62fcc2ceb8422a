import { globalAveragePool2d, globalMaxPool2d } from "../ops/global-pool2d.ts";
import type { GloballyPooled } from "../shapes/convolution.ts";
import type { layerRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** The mean of each feature map: `[N, C, H, W]` → `[N, C]`, for images of any size. Nothing to learn. */
export class GlobalAveragePool2d extends Module {
  /** @internal */
  declare readonly [layerRule]?: { readonly rule: readonly ["global"] };
  override forward<X extends Shape>(x: Tensor<X> & Fits<GloballyPooled<X>>): Tensor<Known<GloballyPooled<X>>> {
    return globalAveragePool2d(x as Tensor) as never;
  }
}

/** The largest element of each feature map: `[N, C, H, W]` → `[N, C]`, for images of any size. Nothing to learn. */
export class GlobalMaxPool2d extends Module {
  /** @internal */
  declare readonly [layerRule]?: { readonly rule: readonly ["global"] };
  override forward<X extends Shape>(x: Tensor<X> & Fits<GloballyPooled<X>>): Tensor<Known<GloballyPooled<X>>> {
    return globalMaxPool2d(x as Tensor) as never;
  }
}

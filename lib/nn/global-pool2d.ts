import { type GlobalPool2dShape, globalAveragePool2d, globalMaxPool2d } from "../ops/global-pool2d.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** The mean of each feature map: `[N, C, H, W]` → `[N, C]`, for images of any size. Nothing to learn. */
export class GlobalAveragePool2d extends Module {
  override forward<X extends Shape>(x: Tensor<X>): Tensor<GlobalPool2dShape<X>> {
    return globalAveragePool2d(x);
  }
}

/** The largest element of each feature map: `[N, C, H, W]` → `[N, C]`, for images of any size. Nothing to learn. */
export class GlobalMaxPool2d extends Module {
  override forward<X extends Shape>(x: Tensor<X>): Tensor<GlobalPool2dShape<X>> {
    return globalMaxPool2d(x);
  }
}

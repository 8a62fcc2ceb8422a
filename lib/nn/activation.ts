import { relu, sigmoid, tanh } from "../ops/activation.ts";
import type { First } from "../ops/operands.ts";
import { flatten } from "../ops/reshape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** `max(0, x)` on every element. */
export class ReLU extends Module {
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return relu(x);
  }
}

/** `1 / (1 + e⁻ˣ)` on every element. */
export class Sigmoid extends Module {
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return sigmoid(x);
  }
}

/** The hyperbolic tangent of every element. */
export class Tanh extends Module {
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return tanh(x);
  }
}

/** Every example as one row, `[N, C, H, W]` → `[N, C·H·W]`. */
export class Flatten extends Module {
  override forward<S extends Shape>(x: Tensor<S>): Tensor<readonly [First<S>, number]> {
    return flatten(x);
  }
}

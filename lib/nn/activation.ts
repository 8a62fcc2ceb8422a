import { relu, sigmoid, tanh } from "../ops/activation.ts";
import { flatten } from "../ops/reshape.ts";
import type { layerRule, Unchanged } from "../shapes/layers.ts";
import type { Flattened } from "../shapes/linear.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** `max(0, x)` on every element. */
export class ReLU extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return relu(x);
  }
}

/** `1 / (1 + e⁻ˣ)` on every element. */
export class Sigmoid extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return sigmoid(x);
  }
}

/** The hyperbolic tangent of every element. */
export class Tanh extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return tanh(x);
  }
}

/** Every example as one row, `[N, C, H, W]` → `[N, C·H·W]`. */
export class Flatten extends Module {
  /** @internal */
  declare readonly [layerRule]?: { readonly rule: readonly ["flatten"] };
  override forward<S extends Shape>(x: Tensor<S> & Fits<Flattened<S>>): Tensor<Known<Flattened<S>>> {
    return flatten(x);
  }
}

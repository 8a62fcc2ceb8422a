import {
  reluForward,
  reluGradient,
  sigmoidForward,
  sigmoidGradient,
  tanhForward,
  tanhGradient,
} from "../compute/activation.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fromOutput } from "./elementwise.ts";

/** The rectifier `max(0, x)` on every element (Nair and Hinton, 2010). Its gradient at 0 is 0. */
export function relu<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromOutput("relu", x, reluForward, reluGradient);
}

/** The logistic function `1 / (1 + e⁻ˣ)` on every element; its gradient is `y · (1 - y)`. */
export function sigmoid<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromOutput("sigmoid", x, sigmoidForward, sigmoidGradient);
}

/** The hyperbolic tangent of every element; its gradient is `1 - y²`. */
export function tanh<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromOutput("tanh", x, tanhForward, tanhGradient);
}

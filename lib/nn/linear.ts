import { checkInteger, checkOptions } from "../errors.ts";
import { linear } from "../ops/linear.ts";
import type { Random } from "../random.ts";
import type { layerRule, Ruled } from "../shapes/layers.ts";
import type { LinearShape } from "../shapes/linear.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a fully connected layer is made of. */
export interface LinearOptions<I extends number = number, O extends number = number> extends InitializerOptions {
  /** Features of an example, I. */
  readonly inFeatures: I;
  /** Outputs, O. */
  readonly outFeatures: O;
  /** Whether each output has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * A fully connected layer, `[N, I]` → `[N, O]`: every output is a weighted sum of all inputs, plus a bias. The function
 * `linear` with weights of its own.
 *
 * @example new Linear({ inFeatures: 784, outFeatures: 10 })
 */
export class Linear<const I extends number = number, const O extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["linear", I, O], I>;
  /** `[O, I]`, at first, without an initializer, normal with deviation √(2 / I) for ReLU (He et al., 2015, eq. 10). */
  readonly weights: Tensor<readonly [O, I]>;
  /** `[O]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [O]> | null;

  /** @throws OptionError for an unknown option, or a size that is not whole */
  constructor(options: LinearOptions<I, O>) {
    super();
    checkOptions("Linear", options, ["inFeatures", "outFeatures", "bias", ...initializerOptions, "random"]);
    const {
      inFeatures,
      outFeatures,
      bias = true,
      weightInitializer = heNormal(),
      biasInitializer,
      random = defaultRandom(),
    } = options;
    checkInteger("Linear", "inFeatures", inFeatures, 1);
    checkInteger("Linear", "outFeatures", outFeatures, 1);
    const fans = { fanIn: inFeatures, fanOut: outFeatures };
    this.weights = parameterOf([outFeatures, inFeatures], fans, random, weightInitializer);
    this.bias = biasOf(bias, [outFeatures], this.weights, random, biasInitializer);
  }

  /** @param x `[N, I]` @returns `[N, O]` @throws ShapeError if an example has not I features */
  override forward<X extends Shape>(x: Tensor<X> & Fits<LinearShape<X, I, O>>): Tensor<Known<LinearShape<X, I, O>>> {
    return linear(x as Tensor, this.weights as Tensor, this.bias) as never;
  }
}

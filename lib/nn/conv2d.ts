import { checkOptions } from "../errors.ts";
import { type Conv2dSettings, type Conv2dShape, conv2d, slidingOptions } from "../ops/conv2d.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import { bothDirections, type Pair } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a convolution layer is made of: its sizes, and how its filters slide. */
export interface Conv2dOptions<C extends number = number, F extends number = number>
  extends Conv2dSettings,
    InitializerOptions {
  /** Channels of the images, C. */
  readonly inChannels: C;
  /** How many filters, F: one feature map each. */
  readonly outChannels: F;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: Pair;
  /** Whether each filter has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * A bank of learned filters slid over a batch of images, `[N, C, H, W]` → `[N, F, P, Q]`: the function `conv2d` with
 * weights of its own.
 *
 * @example new Conv2d({ inChannels: 1, outChannels: 6, kernelSize: 5, padding: 2 }) // keeps 28 × 28
 */
export class Conv2d<C extends number = number, F extends number = number> extends Module {
  /** `[F, C / groups, K, L]`, at first, without an initializer, normal with deviation √(2 / (C / groups · K · L)) for ReLU (He et al., 2015). */
  readonly filters: Tensor<readonly [F, number, number, number]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: Conv2dSettings;

  /** @throws OptionError for an unknown option, a size that is not whole, or groups that do not divide */
  constructor(options: Conv2dOptions<C, F>) {
    super();
    const known = [
      "inChannels",
      "outChannels",
      "kernelSize",
      ...slidingOptions,
      "bias",
      ...initializerOptions,
      "random",
    ];
    checkOptions("Conv2d", options, known);
    const { inChannels, outChannels, kernelSize, bias = true, ...others } = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const groups = checkChannels("Conv2d", options);
    const [{ kernelSize: k }, { kernelSize: l }] = bothDirections("Conv2d", options);
    checkConvolution("Conv2d", settings);
    const channels = inChannels / groups;
    const fans = { fanIn: channels * k * l, fanOut: outChannels * k * l };
    this.filters = parameterOf([outChannels, channels, k, l], fans, random, weightInitializer);
    this.bias = biasOf(bias, [outChannels], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(x: Tensor<X>): Tensor<Conv2dShape<X, readonly [F]>> {
    return conv2d(x, this.filters, { ...this.settings, bias: this.bias }) as Tensor<Conv2dShape<X, readonly [F]>>;
  }
}

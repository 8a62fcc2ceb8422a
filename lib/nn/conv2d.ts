import { checkOptions } from "../errors.ts";
import { type Conv2dSettings, conv2d, slidingOptions } from "../ops/conv2d.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import type { Padding } from "../ops/padding.ts";
import { bothDirections, type Pair, type StridePolicy } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Convolved2d, FilterShape, GroupProblem } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a convolution layer is made of: its sizes, and how its filters slide. */
export interface Conv2dOptions<
  C extends number = number,
  F extends number = number,
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv2dSettings<S, P, L, G, Y>,
    InitializerOptions {
  /** Channels of the images, C. */
  readonly inChannels: C;
  /** How many filters, F: one feature map each. */
  readonly outChannels: F;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: K;
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
export class Conv2d<
  const C extends number = number,
  const F extends number = number,
  const K extends Pair = Pair,
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const G extends number = 1,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"convolution2d", "conv2d", [C, F], K, [S, P, L, Y]>, K>;
  /** `[F, C / groups, K, L]`, at first, without an initializer, normal with deviation √(2 / (C / groups · K · L)) for ReLU (He et al., 2015). */
  readonly filters: Tensor<FilterShape<C, F, K, G>>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: Conv2dSettings;

  /** @throws OptionError for an unknown option, a size that is not whole, or groups that do not divide */
  constructor(options: Conv2dOptions<C, F, K, S, P, L, G, Y> & Fits<GroupProblem<"Conv2d", C, F, G>>) {
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
    const { inChannels, outChannels, kernelSize, bias = true, ...others }: Conv2dOptions = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const groups = checkChannels("Conv2d", options);
    const [{ kernelSize: k }, { kernelSize: l }] = bothDirections("Conv2d", options);
    checkConvolution("Conv2d", settings);
    const channels = inChannels / groups;
    const fans = { fanIn: channels * k * l, fanOut: outChannels * k * l };
    const filters = parameterOf([options.outChannels, channels, k, l], fans, random, weightInitializer);
    this.filters = filters as never;
    this.bias = biasOf(bias, [options.outChannels], filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved2d<"conv2d", X, C, F, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved2d<"conv2d", X, C, F, K, S, P, L, Y>>> {
    return conv2d(x as Tensor, this.filters as Tensor, { ...this.settings, bias: this.bias }) as never;
  }
}

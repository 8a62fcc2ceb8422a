import { checkInteger, checkOptions } from "../errors.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import type { Padding } from "../ops/padding.ts";
import {
  type DepthwiseConv2dSettings,
  depthwiseConv2d,
  depthwiseOptions,
  separableConv2d,
} from "../ops/separable-conv2d.ts";
import { bothDirections, type Pair, type StridePolicy } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Times } from "../shapes/axes.ts";
import type { Convolved2d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal, lecunNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a layer of filters for single channels is made of. */
export interface DepthwiseConv2dOptions<
  C extends number = number,
  K extends Pair = Pair,
  M extends number = number,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends DepthwiseConv2dSettings<S, P, L, Y>,
    InitializerOptions {
  /** Channels of the images, C. */
  readonly inChannels: C;
  /** How many filters each channel has, m; default 1. */
  readonly channelMultiplier?: M;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: K;
  /** Whether each filter has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/** What a layer of separable filters is made of. */
export interface SeparableConv2dOptions<
  C extends number = number,
  F extends number = number,
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends DepthwiseConv2dOptions<C, K, number, S, P, L, Y> {
  /** How many maps, F. */
  readonly outChannels: F;
}

/**
 * Learned filters for each channel by itself, `[N, C, H, W]` → `[N, C·m, P, Q]`: the function `depthwiseConv2d` with weights
 * of its own.
 *
 * @example new DepthwiseConv2d({ inChannels: 8, kernelSize: 3, padding: "same" }) // 8·9 weights and 8 biases
 */
export class DepthwiseConv2d<
  const C extends number = number,
  const K extends Pair = Pair,
  const M extends number = 1,
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<
    WindowRule<"convolution2d", "depthwiseConv2d", [C, number extends K ? number : Times<C, M>], K, [S, P, L, Y]>,
    K
  >;
  /** `[C·m, 1, K, L]`, at first, without an initializer, normal with deviation √(2 / (K · L)) for ReLU (He et al., 2015, eq. 10). */
  readonly filters: Tensor<readonly [number, 1, number, number]>;
  /** `[C·m]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [number]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: DepthwiseConv2dSettings;

  /** @throws OptionError for an unknown option, or a size that is not whole */
  constructor(options: DepthwiseConv2dOptions<C, K, M, S, P, L, Y>) {
    super();
    const op = "DepthwiseConv2d";
    checkOptions(op, options, [...names, ...depthwiseOptions]);
    const { inChannels, channelMultiplier = 1, kernelSize, bias = true, ...others }: DepthwiseConv2dOptions = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const { k, l, maps } = sizesOf(op, { inChannels, channelMultiplier, kernelSize, ...settings });
    const fans = { fanIn: k * l, fanOut: channelMultiplier * k * l };
    this.filters = parameterOf([maps, 1, k, l], fans, random, weightInitializer);
    this.bias = biasOf(bias, [maps], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, C·m, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved2d<"depthwiseConv2d", X, C, Times<C, M>, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved2d<"depthwiseConv2d", X, C, Times<C, M>, K, S, P, L, Y>>> {
    return depthwiseConv2d(x as Tensor, this.filters as Tensor, { ...this.settings, bias: this.bias }) as never;
  }
}

/**
 * Learned filters in two steps, `[N, C, H, W]` → `[N, F, P, Q]`: the function `separableConv2d` with weights of its own,
 * `C·m·K·L + C·m·F` of them instead of the `C·F·K·L` of a whole bank (Chollet, 2017).
 *
 * @example new SeparableConv2d({ inChannels: 8, outChannels: 16, kernelSize: 3, padding: "same" })
 */
export class SeparableConv2d<
  const C extends number = number,
  const F extends number = number,
  const K extends Pair = Pair,
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"convolution2d", "separableConv2d", [C, F], K, [S, P, L, Y]>, K>;
  /** `[C·m, 1, K, L]`, at first, without an initializer, normal with deviation √(1 / (K · L)): no rectifier follows. */
  readonly depthwise: Tensor<readonly [number, 1, number, number]>;
  /** `[F, C·m, 1, 1]`, at first, without an initializer, normal with deviation √(2 / (C·m)) for ReLU (He et al., 2015, eq. 10). */
  readonly pointwise: Tensor<readonly [F, number, 1, 1]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: DepthwiseConv2dSettings;

  /** @throws OptionError for an unknown option, or a size that is not whole */
  constructor(options: SeparableConv2dOptions<C, F, K, S, P, L, Y>) {
    super();
    const op = "SeparableConv2d";
    checkOptions(op, options, ["outChannels", ...names, ...depthwiseOptions]);
    const { inChannels, outChannels, channelMultiplier = 1, kernelSize, ...rest }: SeparableConv2dOptions = options;
    const { bias = true, ...others } = rest;
    const { weightInitializer, biasInitializer, random = defaultRandom(), ...settings } = others;
    checkInteger(op, "outChannels", outChannels, 1);
    const { k, l, maps } = sizesOf(op, { inChannels, channelMultiplier, kernelSize, ...settings });
    const fans = { fanIn: k * l, fanOut: channelMultiplier * k * l };
    this.depthwise = parameterOf([maps, 1, k, l], fans, random, weightInitializer ?? lecunNormal());
    const meeting = { fanIn: maps, fanOut: outChannels };
    this.pointwise = parameterOf([options.outChannels, maps, 1, 1], meeting, random, weightInitializer ?? heNormal());
    this.bias = biasOf(bias, [options.outChannels], this.pointwise, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved2d<"separableConv2d", X, C, F, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved2d<"separableConv2d", X, C, F, K, S, P, L, Y>>> {
    const options = { ...this.settings, bias: this.bias };
    return separableConv2d(x as Tensor, this.depthwise as Tensor, this.pointwise as Tensor, options) as never;
  }
}

const names = ["inChannels", "channelMultiplier", "kernelSize", "bias", "random", ...initializerOptions];

type Sizes = DepthwiseConv2dSettings & {
  readonly inChannels: number;
  readonly channelMultiplier: number;
  readonly kernelSize: Pair;
};

function sizesOf(op: string, { inChannels, channelMultiplier, ...sliding }: Sizes) {
  checkInteger(op, "inChannels", inChannels, 1);
  checkInteger(op, "channelMultiplier", channelMultiplier, 1);
  const [{ kernelSize: k }, { kernelSize: l }] = bothDirections(op, sliding);
  checkConvolution(op, sliding);
  return { k, l, maps: inChannels * channelMultiplier };
}

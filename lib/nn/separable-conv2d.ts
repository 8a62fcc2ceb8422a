import { checkInteger, checkOptions } from "../errors.ts";
import type { Conv2dShape } from "../ops/conv2d.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import type { First } from "../ops/operands.ts";
import {
  type DepthwiseConv2dSettings,
  depthwiseConv2d,
  depthwiseOptions,
  separableConv2d,
} from "../ops/separable-conv2d.ts";
import { bothDirections, type Pair } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal, lecunNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a layer of filters for single channels is made of. */
export interface DepthwiseConv2dOptions<C extends number = number> extends DepthwiseConv2dSettings, InitializerOptions {
  /** Channels of the images, C. */
  readonly inChannels: C;
  /** How many filters each channel has, m; default 1. */
  readonly channelMultiplier?: number;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: Pair;
  /** Whether each filter has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/** What a layer of separable filters is made of. */
export interface SeparableConv2dOptions<C extends number = number, F extends number = number>
  extends DepthwiseConv2dOptions<C> {
  /** How many maps, F. */
  readonly outChannels: F;
}

/**
 * Learned filters for each channel by itself, `[N, C, H, W]` → `[N, C·m, P, Q]`: the function `depthwiseConv2d` with weights
 * of its own.
 *
 * @example new DepthwiseConv2d({ inChannels: 8, kernelSize: 3, padding: "same" }) // 8·9 weights and 8 biases
 */
export class DepthwiseConv2d<C extends number = number> extends Module {
  /** `[C·m, 1, K, L]`, at first, without an initializer, normal with deviation √(2 / (K · L)) for ReLU (He et al., 2015, eq. 10). */
  readonly filters: Tensor<readonly [number, 1, number, number]>;
  /** `[C·m]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [number]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: DepthwiseConv2dSettings;

  /** @throws OptionError for an unknown option, or a size that is not whole */
  constructor(options: DepthwiseConv2dOptions<C>) {
    super();
    const op = "DepthwiseConv2d";
    checkOptions(op, options, [...names, ...depthwiseOptions]);
    const { inChannels, channelMultiplier = 1, kernelSize, bias = true, ...others } = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const { k, l, maps } = sizesOf(op, { inChannels, channelMultiplier, kernelSize, ...settings });
    const fans = { fanIn: k * l, fanOut: channelMultiplier * k * l };
    this.filters = parameterOf([maps, 1, k, l], fans, random, weightInitializer);
    this.bias = biasOf(bias, [maps], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, C·m, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(x: Tensor<X>): Tensor<Conv2dShape<X, readonly [number]>> {
    return depthwiseConv2d(x, this.filters, { ...this.settings, bias: this.bias });
  }
}

/**
 * Learned filters in two steps, `[N, C, H, W]` → `[N, F, P, Q]`: the function `separableConv2d` with weights of its own,
 * `C·m·K·L + C·m·F` of them instead of the `C·F·K·L` of a whole bank (Chollet, 2017).
 *
 * @example new SeparableConv2d({ inChannels: 8, outChannels: 16, kernelSize: 3, padding: "same" })
 */
export class SeparableConv2d<C extends number = number, F extends number = number> extends Module {
  /** `[C·m, 1, K, L]`, at first, without an initializer, normal with deviation √(1 / (K · L)): no rectifier follows. */
  readonly depthwise: Tensor<readonly [number, 1, number, number]>;
  /** `[F, C·m, 1, 1]`, at first, without an initializer, normal with deviation √(2 / (C·m)) for ReLU (He et al., 2015, eq. 10). */
  readonly pointwise: Tensor<readonly [F, number, 1, 1]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: DepthwiseConv2dSettings;

  /** @throws OptionError for an unknown option, or a size that is not whole */
  constructor(options: SeparableConv2dOptions<C, F>) {
    super();
    const op = "SeparableConv2d";
    checkOptions(op, options, ["outChannels", ...names, ...depthwiseOptions]);
    const { inChannels, outChannels, channelMultiplier = 1, kernelSize, bias = true, ...others } = options;
    const { weightInitializer, biasInitializer, random = defaultRandom(), ...settings } = others;
    checkInteger(op, "outChannels", outChannels, 1);
    const { k, l, maps } = sizesOf(op, { inChannels, channelMultiplier, kernelSize, ...settings });
    const fans = { fanIn: k * l, fanOut: channelMultiplier * k * l };
    this.depthwise = parameterOf([maps, 1, k, l], fans, random, weightInitializer ?? lecunNormal());
    const meeting = { fanIn: maps, fanOut: outChannels };
    this.pointwise = parameterOf([outChannels, maps, 1, 1], meeting, random, weightInitializer ?? heNormal());
    this.bias = biasOf(bias, [outChannels], this.pointwise, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(x: Tensor<X>): Tensor<readonly [First<X>, F, number, number]> {
    return separableConv2d(x, this.depthwise, this.pointwise, { ...this.settings, bias: this.bias });
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

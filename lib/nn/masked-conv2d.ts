import { checkOptions } from "../errors.ts";
import { type Conv2dSettings, slidingOptions } from "../ops/conv2d.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import { maskedConv2d } from "../ops/masked-conv2d.ts";
import type { Padding } from "../ops/padding.ts";
import { maskOf, type PixelMaskType } from "../ops/pixel-mask.ts";
import { bothDirections, type Pair, type StridePolicy } from "../ops/window.ts";
import type { Convolved2d, GroupProblem } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { peek } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import type { Conv2dOptions } from "./conv2d.ts";
import { biasOf, defaultRandom, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a masked convolution layer is made of: a convolution layer's options, and the mask. */
export interface MaskedConv2dLayerOptions<
  C extends number = number,
  F extends number = number,
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv2dOptions<C, F, K, S, P, L, G, Y> {
  /** Whether a pixel sees itself: `"A"`, in the first layer, it does not; `"B"`, in later ones, it does. */
  readonly maskType: PixelMaskType;
  /** How many colours of a pixel are drawn one after the other, if so; default 1. Divides both numbers of channels. */
  readonly colours?: number;
}

/**
 * A convolution that sees only the pixels above, and before it in its row, `[N, C, H, W]` → `[N, F, P, Q]`: a layer of a
 * PixelCNN (van den Oord et al., 2016), the function `maskedConv2d` with weights of its own.
 *
 * @example new MaskedConv2d({ maskType: "A", inChannels: 1, outChannels: 16, kernelSize: 7, padding: "same" })
 */
export class MaskedConv2d<
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
  declare readonly [layerRule]?: Ruled<WindowRule<"convolution2d", "maskedConv2d", [C, F], K, [S, P, L, Y]>, K>;
  /**
   * `[F, C / groups, K, L]`, at first, without an initializer, normal with deviation √(2 / fanIn) for ReLU (He et al., 2015, eq. 10), where `fanIn`
   * counts what the mask leaves on average.
   */
  readonly filters: Tensor<readonly [F, number, number, number]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** `[K, L]`, or `[F, C / groups, K, L]` with colours: ones where weights count. Not learned. */
  readonly mask: Tensor;
  /** How the filters slide, as it was given. */
  readonly settings: Conv2dSettings;

  /** @throws OptionError for an unknown option, a side without a middle, or channels that groups or colours do not divide */
  constructor(options: MaskedConv2dLayerOptions<C, F, K, S, P, L, G, Y> & Fits<GroupProblem<"MaskedConv2d", C, F, G>>) {
    super();
    const op = "MaskedConv2d";
    const names = ["maskType", "colours", "inChannels", "outChannels", "kernelSize", "bias", "random"];
    checkOptions(op, options, [...names, ...slidingOptions, ...initializerOptions]);
    const { maskType, colours = 1, inChannels, outChannels, kernelSize, ...others }: MaskedConv2dLayerOptions = options;
    const { bias = true, weightInitializer = heNormal(), biasInitializer, ...more } = others;
    const { random = defaultRandom(), ...settings } = more;
    const channels = inChannels / checkChannels(op, options);
    const [{ kernelSize: k }, { kernelSize: l }] = bothDirections(op, options);
    checkConvolution(op, settings);
    const drawn = colours === 1 ? undefined : { outChannels, inChannels: channels, colours };
    this.mask = maskOf(op, "maskType", kernelSize, maskType, drawn);
    const left = peek(this.mask).reduce((sum, one) => sum + one, 0) / this.mask.size;
    const fans = { fanIn: Math.max(1, channels * k * l * left), fanOut: Math.max(1, outChannels * k * l * left) };
    this.filters = parameterOf([options.outChannels, channels, k, l], fans, random, weightInitializer);
    this.bias = biasOf(bias, [options.outChannels], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved2d<"maskedConv2d", X, C, F, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved2d<"maskedConv2d", X, C, F, K, S, P, L, Y>>> {
    const options = { ...this.settings, mask: this.mask, bias: this.bias };
    return maskedConv2d(x as Tensor, this.filters as Tensor, options) as never;
  }
}

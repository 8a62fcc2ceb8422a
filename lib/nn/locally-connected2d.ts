import { checkOptions } from "../errors.ts";
import { place } from "../ops/im2col.ts";
import { type LocallyConnected2dSettings, locallyConnected2d, localOptions } from "../ops/locally-connected2d.ts";
import type { Padding } from "../ops/padding.ts";
import { bothDirections, type Pair, pair, type StridePolicy } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Convolved2d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a layer of filters that are not shared is made of. */
export interface LocallyConnected2dOptions<
  C extends number = number,
  F extends number = number,
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends LocallyConnected2dSettings<S, P, L, Y>,
    InitializerOptions {
  /** Channels of the images, C. */
  readonly inChannels: C;
  /** How many maps, F. */
  readonly outChannels: F;
  /** Rows and columns of the images, which say how many positions there are; H for both or `[H, W]`. */
  readonly inputSize: Pair;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: K;
  /** Whether each position of each map has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * Learned filters of which every position has its own, `[N, C, H, W]` → `[N, F, P, Q]`: the function `locallyConnected2d`
 * with weights of its own, for images of one size. `P·Q` times the weights of a convolution: AlexNet's first layer would
 * have 105,705,600 instead of 34,944.
 * `summary(() => new LocallyConnected2d(...), [C, H, W])` counts them without having them.
 *
 * @example new LocallyConnected2d({ inChannels: 1, outChannels: 4, inputSize: 8, kernelSize: 3 }) // 6·6·4·(9 + 1) weights
 */
export class LocallyConnected2d<
  const C extends number = number,
  const F extends number = number,
  const K extends Pair = Pair,
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"convolution2d", "locallyConnected2d", [C, F], K, [S, P, L, Y]>, K>;
  /** `[P, Q, F, C, K, L]`, at first, without an initializer, normal with deviation √(2 / (C · K · L)) for ReLU (He et al., 2015, eq. 10). */
  readonly filters: Tensor<readonly [number, number, F, C, number, number]>;
  /** `[F, P, Q]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F, number, number]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: LocallyConnected2dSettings;

  /** @throws OptionError for an unknown option, or a size that is not whole; ShapeError if a window does not fit */
  constructor(options: LocallyConnected2dOptions<C, F, K, S, P, L, Y>) {
    super();
    const op = "LocallyConnected2d";
    const names = ["inChannels", "outChannels", "inputSize", "kernelSize", "bias", "random"];
    checkOptions(op, options, [...names, ...localOptions, ...initializerOptions]);
    const { inChannels, outChannels, inputSize, kernelSize, ...rest }: LocallyConnected2dOptions = options;
    const { bias = true, weightInitializer = heNormal(), biasInitializer, ...more } = rest;
    const { random = defaultRandom(), ...settings } = more;
    checkChannels(op, { inChannels, outChannels });
    const [h, w] = pair(op, "inputSize", inputSize, 1);
    const image = [{ name: "input", shape: [1, inChannels, h, w], axes: "N C H W" }];
    const directions = bothDirections(op, { ...settings, kernelSize });
    const { p, q, kernelHeight: k, kernelWidth: l } = place(op, [1, inChannels, h, w], directions, image);
    const fans = { fanIn: inChannels * k * l, fanOut: outChannels * k * l };
    const positions = [p, q, options.outChannels, options.inChannels, k, l] as const;
    this.filters = parameterOf(positions, fans, random, weightInitializer);
    this.bias = biasOf(bias, [options.outChannels, p, q], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels or the size differ */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved2d<"locallyConnected2d", X, C, F, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved2d<"locallyConnected2d", X, C, F, K, S, P, L, Y>>> {
    const options = { ...this.settings, bias: this.bias };
    return locallyConnected2d(x as Tensor, this.filters as Tensor, options) as never;
  }
}

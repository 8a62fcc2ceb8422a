import { checkOptions } from "../errors.ts";
import { type ConvTranspose2dSettings, checkConvTranspose2d, convTranspose2d } from "../ops/conv-transpose2d.ts";
import type { Padding } from "../ops/padding.ts";
import type { Pair } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { GroupProblem, Transposed2d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a transposed convolution layer is made of: its sizes, and how it spreads its input. */
export interface ConvTranspose2dOptions<
  C extends number = number,
  F extends number = number,
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  O extends Pair = Pair,
  L extends Pair = Pair,
  G extends number = number,
> extends ConvTranspose2dSettings<S, P, O, L, G>,
    InitializerOptions {
  /** Channels of the input, C. */
  readonly inChannels: C;
  /** Channels of the output, F. */
  readonly outChannels: F;
  /** Side of the filters, K; or `[K, L]`, rows and columns. */
  readonly kernelSize: K;
  /** Whether each output channel has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * A learned way to larger maps, `[N, C, H, W]` → `[N, F, P, Q]`: the function `convTranspose2d` with weights of its own.
 *
 * @example new ConvTranspose2d({ inChannels: 16, outChannels: 8, kernelSize: 4, stride: 2, padding: 1 }) // doubles the sides
 */
export class ConvTranspose2d<
  const C extends number = number,
  const F extends number = number,
  const K extends Pair = Pair,
  const S extends Pair = 1,
  const P extends Padding = 0,
  const O extends Pair = 0,
  const L extends Pair = 1,
  const G extends number = 1,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"transposed2d", "convTranspose2d", [C, F], K, [S, P, O, L]>, K>;
  /**
   * `[C, F / groups, K, L]`, at first, without an initializer, normal with deviation √(2 / fanIn) for ReLU (He et al., 2015, eq. 10). With a stride,
   * output pixels meet different numbers of weights: `fanIn` is their mean, `C / groups · K·L / stride²`.
   */
  readonly filters: Tensor<readonly [C, number, number, number]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the input is spread, as it was given. */
  readonly settings: ConvTranspose2dSettings;

  /** @throws OptionError for an unknown option, a size that is not whole, or groups that do not divide */
  constructor(
    options: ConvTranspose2dOptions<C, F, K, S, P, O, L, G> & Fits<GroupProblem<"ConvTranspose2d", C, F, G>>,
  ) {
    super();
    const op = "ConvTranspose2d";
    const spreading = ["kernelSize", "stride", "padding", "outputPadding", "dilation"];
    checkOptions(op, options, [
      "inChannels",
      "outChannels",
      ...spreading,
      "groups",
      "bias",
      ...initializerOptions,
      "random",
    ]);
    const { inChannels, outChannels, kernelSize, bias = true, ...others }: ConvTranspose2dOptions = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const groups = checkChannels(op, options);
    const [vertical, horizontal] = checkConvTranspose2d(op, { ...settings, kernelSize });
    // A window smaller than the step leaves gaps: pixels that are reached at all meet one weight a channel.
    const meeting = [vertical, horizontal].map(({ kernelSize: side, stride }) => Math.max(side / stride, 1));
    const fanIn = meeting.reduce((product, weights) => product * weights, inChannels / groups);
    const { kernelSize: k } = vertical;
    const { kernelSize: l } = horizontal;
    const fans = { fanIn, fanOut: (outChannels / groups) * k * l };
    this.filters = parameterOf([options.inChannels, outChannels / groups, k, l], fans, random, weightInitializer);
    this.bias = biasOf(bias, [options.outChannels], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @returns `[N, F, P, Q]` @throws ShapeError if the channels differ, or the padding leaves nothing */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Transposed2d<"convTranspose2d", X, C, F, K, S, P, O, L>>,
  ): Tensor<Known<Transposed2d<"convTranspose2d", X, C, F, K, S, P, O, L>>> {
    return convTranspose2d(x as Tensor, this.filters as Tensor, { ...this.settings, bias: this.bias }) as never;
  }
}

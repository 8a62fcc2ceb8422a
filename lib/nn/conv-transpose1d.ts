import { checkOptions } from "../errors.ts";
import { type ConvTranspose1dSettings, checkConvTranspose1d, convTranspose1d } from "../ops/conv-transpose1d.ts";
import type { AxisPadding } from "../ops/padding.ts";
import type { Random } from "../random.ts";
import type { GroupProblem, Transposed1d } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, parameterOf } from "./init.ts";
import { heNormal } from "./initializers.ts";
import { Module } from "./module.ts";

/** What a transposed convolution layer for sequences is made of: its sizes, and how it spreads its input. */
export interface ConvTranspose1dOptions<
  C extends number = number,
  F extends number = number,
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  O extends number = number,
  L extends number = number,
  G extends number = number,
> extends ConvTranspose1dSettings<S, P, O, L, G>,
    InitializerOptions {
  /** Channels of the input, C. */
  readonly inChannels: C;
  /** Channels of the output, F. */
  readonly outChannels: F;
  /** Side of the filters, L. */
  readonly kernelSize: K;
  /** Whether each output channel has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * A learned way to longer sequences, `[N, C, W]` → `[N, F, Q]`: the function `convTranspose1d` with weights of its own.
 *
 * @example new ConvTranspose1d({ inChannels: 16, outChannels: 8, kernelSize: 4, stride: 2, padding: 1 }) // doubles the length
 */
export class ConvTranspose1d<
  const C extends number = number,
  const F extends number = number,
  const K extends number = number,
  const S extends number = 1,
  const P extends AxisPadding = 0,
  const O extends number = 0,
  const L extends number = 1,
  const G extends number = 1,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"transposed1d", "convTranspose1d", [C, F], K, [S, P, O, L]>, K>;
  /**
   * `[C, F / groups, L]`, at first, without an initializer, normal with deviation √(2 / fanIn) for ReLU (He et al., 2015, eq. 10), where `fanIn` is how
   * many weights an output meets on average, `C / groups · L / stride`.
   */
  readonly filters: Tensor<readonly [C, number, number]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the input is spread, as it was given. */
  readonly settings: ConvTranspose1dSettings;

  /** @throws OptionError for an unknown option, a size that is not whole, or groups that do not divide */
  constructor(
    options: ConvTranspose1dOptions<C, F, K, S, P, O, L, G> & Fits<GroupProblem<"ConvTranspose1d", C, F, G>>,
  ) {
    super();
    const op = "ConvTranspose1d";
    const spreading = ["kernelSize", "stride", "padding", "outputPadding", "dilation"];
    const known = ["inChannels", "outChannels", ...spreading, "groups", "bias", "random", ...initializerOptions];
    checkOptions(op, options, known);
    const { inChannels, outChannels, kernelSize, bias = true, ...others }: ConvTranspose1dOptions = options;
    const { weightInitializer = heNormal(), biasInitializer, random = defaultRandom(), ...settings } = others;
    const groups = checkChannels(op, options);
    const { stride } = checkConvTranspose1d(op, { ...settings, kernelSize });
    const fanIn = (inChannels / groups) * Math.max(kernelSize / stride, 1);
    const fans = { fanIn, fanOut: (outChannels / groups) * kernelSize };
    this.filters = parameterOf([options.inChannels, outChannels / groups, kernelSize], fans, random, weightInitializer);
    this.bias = biasOf(bias, [options.outChannels], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, W]` @returns `[N, F, Q]` @throws ShapeError if the channels differ, or the padding leaves nothing */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Transposed1d<"convTranspose1d", X, C, F, K, S, P, O, L>>,
  ): Tensor<Known<Transposed1d<"convTranspose1d", X, C, F, K, S, P, O, L>>> {
    return convTranspose1d(x as Tensor, this.filters as Tensor, { ...this.settings, bias: this.bias }) as never;
  }
}

import { checkOptions } from "../errors.ts";
import { type Conv1dSettings, conv1d } from "../ops/conv1d.ts";
import { slidingOptions } from "../ops/conv2d.ts";
import { checkConvolution } from "../ops/convolution-plan.ts";
import type { AxisPadding } from "../ops/padding.ts";
import { oneDirection, type StridePolicy } from "../ops/window.ts";
import type { Random } from "../random.ts";
import type { Convolved1d, GroupProblem } from "../shapes/convolution.ts";
import type { layerRule, Ruled, WindowRule } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkChannels } from "./channels.ts";
import { biasOf, defaultRandom, type InitializerOptions, initializerOptions, weightsOf } from "./init.ts";
import { Module } from "./module.ts";

/** What a convolution layer for sequences is made of: its sizes, and how its filters slide. */
export interface Conv1dOptions<
  C extends number = number,
  F extends number = number,
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  L extends number = number,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv1dSettings<S, P, L, G, Y>,
    InitializerOptions {
  /** Channels of the sequences, C. */
  readonly inChannels: C;
  /** How many filters, F. */
  readonly outChannels: F;
  /** Side of the filters, L. */
  readonly kernelSize: K;
  /** Whether each filter has a bias; default true. */
  readonly bias?: boolean;
  /** Where the first weights are drawn from; default the generator that `seed` sets. */
  readonly random?: Random;
}

/**
 * A bank of learned filters slid along a batch of sequences, `[N, C, W]` → `[N, F, Q]`: the function `conv1d` with weights of
 * its own.
 *
 * @example new Conv1d({ inChannels: 4, outChannels: 8, kernelSize: 3, padding: "same" }) // keeps the length
 */
export class Conv1d<
  const C extends number = number,
  const F extends number = number,
  const K extends number = number,
  const S extends number = 1,
  const P extends AxisPadding = 0,
  const L extends number = 1,
  const G extends number = 1,
  const Y extends StridePolicy = "floor",
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<WindowRule<"convolution1d", "conv1d", [C, F], K, [S, P, L, Y]>, K>;
  /** `[F, C / groups, L]`, at first normal with deviation √(2 / (C / groups · L)) for ReLU (He et al., 2015, eq. 10). */
  readonly filters: Tensor<readonly [F, number, number]>;
  /** `[F]`, at first zero; null without bias. */
  readonly bias: Tensor<readonly [F]> | null;
  /** How the filters slide, as it was given. */
  readonly settings: Conv1dSettings;

  /** @throws OptionError for an unknown option, a size that is not whole, or groups that do not divide */
  constructor(options: Conv1dOptions<C, F, K, S, P, L, G, Y> & Fits<GroupProblem<"Conv1d", C, F, G>>) {
    super();
    const op = "Conv1d";
    const known = [
      "inChannels",
      "outChannels",
      "kernelSize",
      ...slidingOptions,
      "bias",
      ...initializerOptions,
      "random",
    ];
    checkOptions(op, options, known);
    const { inChannels, outChannels, kernelSize, bias = true, ...others }: Conv1dOptions = options;
    const { weightInitializer, biasInitializer, random = defaultRandom(), ...settings } = others;
    const channels = inChannels / checkChannels(op, options);
    oneDirection(op, options);
    checkConvolution(op, settings);
    this.filters = weightsOf(
      [options.outChannels, channels, kernelSize],
      channels * kernelSize,
      random,
      weightInitializer,
    );
    this.bias = biasOf(bias, [options.outChannels], this.filters, random, biasInitializer);
    this.settings = settings;
  }

  /** @param x `[N, C, W]` @returns `[N, F, Q]` @throws ShapeError if the channels differ, or a window does not fit */
  override forward<X extends Shape>(
    x: Tensor<X> & Fits<Convolved1d<"conv1d", X, C, F, K, S, P, L, Y>>,
  ): Tensor<Known<Convolved1d<"conv1d", X, C, F, K, S, P, L, Y>>> {
    return conv1d(x as Tensor, this.filters as Tensor, { ...this.settings, bias: this.bias }) as never;
  }
}

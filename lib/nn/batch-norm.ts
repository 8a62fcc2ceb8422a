import { checkInteger, checkOptions } from "../errors.ts";
import { type BatchNormSettings, batchNorm1d, batchNorm2d, checkBatchNormSettings } from "../ops/batch-norm.ts";
import type { WithChannels } from "../shapes/channels.ts";
import type { layerRule, Ruled } from "../shapes/layers.ts";
import type { Fits } from "../shapes/shape.ts";
import { ones, zeros } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { oneParameter, zeroParameter } from "./init.ts";
import { Module } from "./module.ts";

/** What a batch normalisation of feature maps is made of. */
export interface BatchNorm2dOptions<C extends number = number> extends BatchNormSettings {
  /** Channels of the maps, C. */
  readonly channels: C;
  /** Whether mean and deviation afterwards are learned, per channel; default true. */
  readonly affine?: boolean;
}

/**
 * Normalises every channel of a batch, `[N, C, H, W]` → the same shape: the function `batchNorm2d` with weights and running
 * statistics of its own. In training each batch is normalised by itself, and the running statistics follow; in evaluation
 * (`network.eval()`) by the running ones. A bias in the convolution before it does nothing: give that `bias: false`.
 *
 * @example new BatchNorm2d({ channels: 16 })
 */
export class BatchNorm2d<const C extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["channels", "batchNorm2d", C], C>;
  /** `[C]`, γ: each channel's deviation afterwards, at first one; null unless affine. */
  readonly weights: Tensor<readonly [C]> | null;
  /** `[C]`, β: each channel's mean afterwards, at first zero; null unless affine. */
  readonly bias: Tensor<readonly [C]> | null;
  /** `[C]`, at first zero. */
  readonly runningMean: Tensor<readonly [C]>;
  /** `[C]`, at first one. */
  readonly runningVariance: Tensor<readonly [C]>;
  /** Momentum and epsilon, as they were given. */
  readonly settings: BatchNormSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(options: BatchNorm2dOptions<C>) {
    super();
    checkOptions("BatchNorm2d", options, ["channels", "affine", "momentum", "epsilon"]);
    const { channels, affine = true, ...settings } = options;
    checkInteger("BatchNorm2d", "channels", channels, 1);
    checkBatchNormSettings("BatchNorm2d", settings);
    this.weights = affine ? oneParameter([channels]) : null;
    this.bias = affine ? zeroParameter([channels]) : null;
    this.runningMean = zeros([channels]);
    this.runningVariance = ones([channels]);
    this.settings = settings;
  }

  /** @param x `[N, C, H, W]` @throws ShapeError if the channels differ, or in training each has but one number */
  override forward<X extends Shape>(x: Tensor<X> & Fits<WithChannels<"batchNorm2d", X, C>>): Tensor<X> {
    const { weights, bias, runningMean, runningVariance, training } = this;
    return batchNorm2d(x as Tensor<X>, { ...this.settings, weights, bias, runningMean, runningVariance, training });
  }
}

/** What a batch normalisation of rows of features is made of. */
export interface BatchNorm1dOptions<I extends number = number> extends BatchNormSettings {
  /** Features of an example, I. */
  readonly features: I;
  /** Whether mean and deviation afterwards are learned, per feature; default true. */
  readonly affine?: boolean;
}

/**
 * The same for rows of features, `[N, I]` → the same shape: what follows a fully connected layer. In training a batch must
 * have at least two examples.
 *
 * @example new BatchNorm1d({ features: 120 })
 */
export class BatchNorm1d<const I extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["rows", "batchNorm1d", I], I>;
  /** `[I]`, γ: each feature's deviation afterwards, at first one; null unless affine. */
  readonly weights: Tensor<readonly [I]> | null;
  /** `[I]`, β: each feature's mean afterwards, at first zero; null unless affine. */
  readonly bias: Tensor<readonly [I]> | null;
  /** `[I]`, at first zero. */
  readonly runningMean: Tensor<readonly [I]>;
  /** `[I]`, at first one. */
  readonly runningVariance: Tensor<readonly [I]>;
  /** Momentum and epsilon, as they were given. */
  readonly settings: BatchNormSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(options: BatchNorm1dOptions<I>) {
    super();
    checkOptions("BatchNorm1d", options, ["features", "affine", "momentum", "epsilon"]);
    const { features, affine = true, ...settings } = options;
    checkInteger("BatchNorm1d", "features", features, 1);
    checkBatchNormSettings("BatchNorm1d", settings);
    this.weights = affine ? oneParameter([features]) : null;
    this.bias = affine ? zeroParameter([features]) : null;
    this.runningMean = zeros([features]);
    this.runningVariance = ones([features]);
    this.settings = settings;
  }

  /** @param x `[N, I]` @throws ShapeError if the features differ, or a batch in training is a single example */
  override forward<X extends Shape>(x: Tensor<X> & Fits<WithChannels<"batchNorm1d", X, I, "N, I", 2>>): Tensor<X> {
    const { weights, bias, runningMean, runningVariance, training } = this;
    return batchNorm1d(x as Tensor<X>, { ...this.settings, weights, bias, runningMean, runningVariance, training });
  }
}

import { checkInteger, checkOptions, checkPositive, OptionError } from "../errors.ts";
import { checkNormalizedShape, groupNorm, instanceNorm2d, layerNorm } from "../ops/group-norm.ts";
import {
  checkLocalResponseNorm,
  type LocalResponseNormSettings,
  localResponseNorm,
} from "../ops/local-response-norm.ts";
import type { EndsIn, InGroups, WithChannels } from "../shapes/channels.ts";
import type { GroupProblem } from "../shapes/convolution.ts";
import type { layerRule, Ruled, Unchanged } from "../shapes/layers.ts";
import type { Fits } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { oneParameter, zeroParameter } from "./init.ts";
import { Module } from "./module.ts";

/** What all normalisations of single examples can be told. */
export interface NormalizationOptions {
  /** Whether mean and deviation afterwards are learned. */
  readonly affine?: boolean;
  /** Added to the variance, against division by zero; default 1e-5. */
  readonly epsilon?: number;
}

/** What a layer normalisation is made of; `affine` is true by default. */
export interface LayerNormOptions<S extends number | readonly number[] = number | readonly number[]>
  extends NormalizationOptions {
  /** The sizes of the last axes, over which an example is normalised: `[C, H, W]`, or a number for the last alone. */
  readonly normalizedShape: S;
}

/**
 * Normalises each example by itself over its last axes: the function `layerNorm` with weights of its own.
 *
 * @example new LayerNorm({ normalizedShape: 120 }).forward(zeros([2, 120])).shape // [2, 120]
 */
export class LayerNorm<const S extends number | readonly number[] = number | readonly number[]> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["ending", S], S>;
  /** Of the normalised shape, γ, at first one; null unless affine. */
  readonly weights: Tensor | null;
  /** Of the normalised shape, β, at first zero; null unless affine. */
  readonly bias: Tensor | null;
  /** The sizes of the last axes. */
  readonly normalizedShape: readonly number[];
  /** Added to the variance. */
  readonly epsilon: number;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(options: LayerNormOptions<S>) {
    super();
    checkOptions("LayerNorm", options, ["normalizedShape", "affine", "epsilon"]);
    const { affine = true, epsilon = 1e-5 } = options;
    checkPositive("LayerNorm", "epsilon", epsilon);
    this.normalizedShape = [...checkNormalizedShape("LayerNorm", options.normalizedShape)];
    this.epsilon = epsilon;
    this.weights = affine ? oneParameter(this.normalizedShape) : null;
    this.bias = affine ? zeroParameter(this.normalizedShape) : null;
  }

  /** @param x `[..., *normalizedShape]` @throws ShapeError if it does not end in these axes */
  override forward<X extends Shape>(x: Tensor<X> & Fits<EndsIn<X, S>>): Tensor<X> {
    const { weights, bias, epsilon } = this;
    return layerNorm(x as Tensor<X>, this.normalizedShape, { weights, bias, epsilon });
  }
}

/** What a group normalisation is made of; `affine` is true by default. */
export interface GroupNormOptions<C extends number = number, G extends number = number> extends NormalizationOptions {
  /** Channels of the maps, C. */
  readonly channels: C;
  /** Into how many groups they are split; divides C. */
  readonly groups: G;
}

/**
 * Normalises each group of an example's channels, `[N, C, ...]` → the same shape: the function `groupNorm` with weights of
 * its own. Unlike batch normalisation it does not care how large the batch is.
 *
 * @example new GroupNorm({ channels: 32, groups: 8 })
 */
export class GroupNorm<const C extends number = number, const G extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["groups", "groupNorm", C, G], C>;
  /** `[C]`, γ, at first one; null unless affine. */
  readonly weights: Tensor | null;
  /** `[C]`, β, at first zero; null unless affine. */
  readonly bias: Tensor | null;
  /** Into how many groups the channels are split. */
  readonly groups: number;
  /** Added to the variance. */
  readonly epsilon: number;

  /** @throws OptionError for an unknown option, one out of range, or groups that do not divide the channels */
  constructor(options: GroupNormOptions<C, G> & Fits<GroupProblem<"GroupNorm", C, C, G>>) {
    super();
    checkOptions("GroupNorm", options, ["channels", "groups", "affine", "epsilon"]);
    const { channels, groups, affine = true, epsilon = 1e-5 } = options;
    checkInteger("GroupNorm", "channels", channels, 1);
    checkInteger("GroupNorm", "groups", groups, 1);
    checkPositive("GroupNorm", "epsilon", epsilon);
    if (channels % groups !== 0) {
      throw new OptionError("GroupNorm", `${groups} groups do not divide ${channels} channels`, "choose a divisor");
    }
    this.groups = groups;
    this.epsilon = epsilon;
    this.weights = affine ? oneParameter([channels]) : null;
    this.bias = affine ? zeroParameter([channels]) : null;
  }

  /** @param x `[N, C, ...]` @throws ShapeError if the channels differ */
  override forward<X extends Shape>(x: Tensor<X> & Fits<InGroups<"groupNorm", X, C, G>>): Tensor<X> {
    const { weights, bias, epsilon } = this;
    return groupNorm<X, number>(x as never, this.groups, { weights, bias, epsilon });
  }
}

/** What an instance normalisation is made of; `affine` is false by default, as in PyTorch. */
export interface InstanceNorm2dOptions<C extends number = number> extends NormalizationOptions {
  /** Channels of the maps, C. */
  readonly channels: C;
}

/**
 * Normalises each feature map of each image, `[N, C, H, W]` → the same shape: the function `instanceNorm2d`. It keeps no
 * running statistics: training and evaluation are the same.
 *
 * @example new InstanceNorm2d({ channels: 16 })
 */
export class InstanceNorm2d<const C extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["channels", "instanceNorm2d", C], C>;
  /** `[C]`, γ, at first one; null unless affine. */
  readonly weights: Tensor | null;
  /** `[C]`, β, at first zero; null unless affine. */
  readonly bias: Tensor | null;
  /** Channels of the maps. */
  readonly channels: number;
  /** Added to the variance. */
  readonly epsilon: number;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(options: InstanceNorm2dOptions<C>) {
    super();
    checkOptions("InstanceNorm2d", options, ["channels", "affine", "epsilon"]);
    const { channels, affine = false, epsilon = 1e-5 } = options;
    checkInteger("InstanceNorm2d", "channels", channels, 1);
    checkPositive("InstanceNorm2d", "epsilon", epsilon);
    this.channels = channels;
    this.epsilon = epsilon;
    this.weights = affine ? oneParameter([channels]) : null;
    this.bias = affine ? zeroParameter([channels]) : null;
  }

  /** @param x `[N, C, H, W]` @throws ShapeError if the channels differ, or a map has a single pixel */
  override forward<X extends Shape>(x: Tensor<X> & Fits<WithChannels<"instanceNorm2d", X, C>>): Tensor<X> {
    const { weights, bias, epsilon } = this;
    return instanceNorm2d(x as Tensor<X>, { weights, bias, epsilon });
  }
}

/**
 * AlexNet's normalisation across neighbouring channels, `[N, C, H, W]` → the same shape: the function `localResponseNorm`.
 * Nothing to learn.
 *
 * @example new LocalResponseNorm({ size: 5, alpha: 5e-4, beta: 0.75, k: 2 }) // the paper's, whose α is not divided by size
 */
export class LocalResponseNorm extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** Size, alpha, beta and k, as they were given. */
  readonly settings: LocalResponseNormSettings;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: LocalResponseNormSettings) {
    super();
    checkLocalResponseNorm("LocalResponseNorm", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<X> {
    return localResponseNorm(x, this.settings);
  }
}

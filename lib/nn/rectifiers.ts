import { checkInteger, checkOptions } from "../errors.ts";
import { maxout } from "../ops/maxout.ts";
import { checkFinite } from "../ops/operands.ts";
import { type LeakyReluOptions, leakyRelu, leakyReluSettings, prelu, relu6 } from "../ops/rectifiers.ts";
import type { Slopes, Thinned } from "../shapes/channels.ts";
import type { layerRule, Ruled, Unchanged } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { full } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** `x` above 0, `negativeSlope · x` elsewhere, by default 0.01. @example new LeakyReLU({ negativeSlope: 0.2 }) */
export class LeakyReLU extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  /** The slope, with its default. */
  readonly settings: Required<LeakyReluOptions>;

  /** @throws OptionError for an unknown option */
  constructor(options: LeakyReluOptions = {}) {
    super();
    this.settings = leakyReluSettings("LeakyReLU", options);
  }

  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return leakyRelu(x, this.settings);
  }
}

/** What a rectifier that learns its slope is made of. */
export interface PReLUOptions<C extends number = number> {
  /** Channels with a slope each; default 1, one slope for all. */
  readonly channels?: C;
  /** The slope below 0 that it starts with; default 0.25 (He et al., 2015, section 2.1). */
  readonly negativeSlope?: number;
}

/**
 * The rectifier whose slope below 0 is learned, one for all channels or one for each. Leave weight decay off: it would pull
 * the slopes to 0, which is the plain rectifier.
 *
 * @example new PReLU({ channels: 16 })
 */
export class PReLU<const C extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["slopes", C], C>;
  /** `[C]`: the slopes below 0. */
  readonly weights: Tensor<readonly [C]>;

  /** @throws OptionError for an unknown option */
  constructor(options: PReLUOptions<C> = {}) {
    super();
    checkOptions("PReLU", options, ["channels", "negativeSlope"]);
    const { channels = 1 as C, negativeSlope = 0.25 } = options;
    checkInteger("PReLU", "channels", channels, 1);
    checkFinite("PReLU", "negativeSlope", negativeSlope);
    this.weights = Object.assign(full([channels] as const, negativeSlope), { requiresGrad: true });
  }

  /** @param x `[N, C, ...]` @throws ShapeError for another number of channels */
  override forward<S extends Shape>(x: Tensor<S> & Fits<Slopes<S, C>>): Tensor<S> {
    return prelu(x as Tensor<S>, this.weights);
  }
}

/** `min(6, max(0, x))` on every element. */
export class ReLU6 extends Module {
  /** @internal */
  declare readonly [layerRule]?: Unchanged;
  override forward<S extends Shape>(x: Tensor<S>): Tensor<S> {
    return relu6(x);
  }
}

/** How many channels compete in a maxout layer. */
export interface MaxoutOptions<M extends number = number> {
  /** Channels of a group; they divide the channels of the input. */
  readonly pieces: M;
}

/**
 * The largest of each group of neighbouring channels, `[N, C, ...]` → `[N, C / pieces, ...]`. Nothing to learn: its pieces
 * are the channels of the layer before it.
 *
 * @example new Maxout({ pieces: 2 })
 */
export class Maxout<const M extends number = number> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["maxout", M], M>;
  readonly settings: MaxoutOptions<M>;

  /** @throws OptionError for an unknown option, or pieces that are no whole number */
  constructor(options: MaxoutOptions<M>) {
    super();
    checkOptions("Maxout", options, ["pieces"]);
    checkInteger("Maxout", "pieces", options.pieces, 1);
    this.settings = options;
  }

  /** @param x `[N, C, ...]` @throws ShapeError if the pieces do not divide the channels */
  override forward<X extends Shape>(x: Tensor<X> & Fits<Thinned<X, M>>): Tensor<Known<Thinned<X, M>>> {
    return maxout(x, this.settings.pieces) as never;
  }
}

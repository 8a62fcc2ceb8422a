import { checkUpsample, type UpsampleOptions, upsample } from "../ops/upsample.ts";
import type { Pair } from "../ops/window.ts";
import type { layerRule, Ruled } from "../shapes/layers.ts";
import type { Resized } from "../shapes/resize.ts";
import type { Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Makes images larger, or smaller, without weights: `[N, C, H, W]` → `[N, C, P, Q]`, or sequences. Nothing to learn.
 *
 * @example new Upsample({ scale: 2, mode: "bilinear" })
 */
export class Upsample<
  const S extends Pair | undefined = Pair | undefined,
  const Z extends Pair | undefined = Pair | undefined,
> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["resized", S, Z], S>;
  /** By how much and how, as it was given. */
  readonly settings: UpsampleOptions;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: UpsampleOptions<S, Z>) {
    super();
    checkUpsample("Upsample", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Known<Resized<X, S, Z>>> {
    return upsample(x as Tensor, this.settings) as never;
  }
}

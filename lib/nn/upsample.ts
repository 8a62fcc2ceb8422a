import type { Resized } from "../ops/pad.ts";
import { checkUpsample, type UpsampleOptions, upsample } from "../ops/upsample.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/**
 * Makes images larger, or smaller, without weights: `[N, C, H, W]` → `[N, C, P, Q]`, or sequences. Nothing to learn.
 *
 * @example new Upsample({ scale: 2, mode: "bilinear" })
 */
export class Upsample extends Module {
  /** By how much and how, as it was given. */
  readonly settings: UpsampleOptions;

  /** @throws OptionError for an unknown option, or one out of range */
  constructor(settings: UpsampleOptions) {
    super();
    checkUpsample("Upsample", settings);
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<Resized<X>> {
    return upsample(x, this.settings);
  }
}

import { checkOptions, OptionError } from "../errors.ts";
import { checkPadOptions, checkPadSides, type PadOptions, pad } from "../ops/pad.ts";
import type { Sides } from "../ops/padding.ts";
import type { Padded } from "../shapes/convolution.ts";
import type { layerRule, Ruled } from "../shapes/layers.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** How much is put around images, and what. */
export interface Pad2dOptions<P extends Pad2dSides = Pad2dSides> extends PadOptions {
  /** A number for all sides, `[vertical, horizontal]`, or `[[top, bottom], [left, right]]`. */
  readonly padding: P;
}

/** Padding of rows and columns. */
export type Pad2dSides = number | readonly [vertical: Sides, horizontal: Sides];

/**
 * Puts something around images, `[N, C, H, W]` → `[N, C, top + H + bottom, left + W + right]`: the function `pad`. Nothing to
 * learn.
 *
 * @example new Pad2d({ padding: 3, mode: "reflect" }) // PyTorch's ReflectionPad2d
 */
export class Pad2d<const P extends Pad2dSides = Pad2dSides> extends Module {
  /** @internal */
  declare readonly [layerRule]?: Ruled<readonly ["pad", P], P>;
  /** What is put around, as it was given. */
  readonly settings: Pad2dOptions<P>;

  /** @throws OptionError for an unknown option or mode, or a padding that is not whole */
  constructor(settings: Pad2dOptions<P>) {
    super();
    const op = "Pad2d";
    checkOptions(op, settings, ["padding", "mode", "value"]);
    const { padding, ...options } = settings;
    checkPadOptions(op, options);
    const ends = checkPadSides(op, padding, 2).length;
    if (ends !== 2) throw new OptionError(op, `padding has ${ends} entries`, "give [vertical, horizontal]");
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X> & Fits<Padded<"pad", X, P>>): Tensor<Known<Padded<"pad", X, P>>> {
    const { padding, ...options } = this.settings;
    return pad(x as Tensor, padding as Pad2dSides, options) as never;
  }
}

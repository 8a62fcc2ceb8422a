import { checkOptions, OptionError } from "../errors.ts";
import type { At, First } from "../ops/operands.ts";
import { checkPadOptions, checkPadSides, type PadOptions, pad } from "../ops/pad.ts";
import type { Sides } from "../ops/padding.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Module } from "./module.ts";

/** How much is put around images, and what. */
export interface Pad2dOptions extends PadOptions {
  /** A number for all sides, `[vertical, horizontal]`, or `[[top, bottom], [left, right]]`. */
  readonly padding: number | readonly [vertical: Sides, horizontal: Sides];
}

/**
 * Puts something around images, `[N, C, H, W]` → `[N, C, top + H + bottom, left + W + right]`: the function `pad`. Nothing to
 * learn.
 *
 * @example new Pad2d({ padding: 3, mode: "reflect" }) // PyTorch's ReflectionPad2d
 */
export class Pad2d extends Module {
  /** What is put around, as it was given. */
  readonly settings: Pad2dOptions;

  /** @throws OptionError for an unknown option or mode, or a padding that is not whole */
  constructor(settings: Pad2dOptions) {
    super();
    const op = "Pad2d";
    checkOptions(op, settings, ["padding", "mode", "value"]);
    const { padding, ...options } = settings;
    checkPadOptions(op, options);
    const ends = checkPadSides(op, padding, 2).length;
    if (ends !== 2) throw new OptionError(op, `padding has ${ends} entries`, "give [vertical, horizontal]");
    this.settings = settings;
  }

  override forward<X extends Shape>(x: Tensor<X>): Tensor<readonly [First<X>, At<X, 1>, number, number]> {
    const { padding, ...options } = this.settings;
    return pad(x, padding, options) as Tensor as Tensor<readonly [First<X>, At<X, 1>, number, number]>;
  }
}

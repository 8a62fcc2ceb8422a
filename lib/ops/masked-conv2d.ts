import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { applyMask } from "../compute/mask.ts";
import { checkOptions, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { entrust, numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type Conv2dCallOptions, type Conv2dShape, conv2d, slidingOptions } from "./conv2d.ts";
import { checkNotEmpty, checkSameDtype, operand } from "./operands.ts";
import type { Padding } from "./padding.ts";
import type { Pair, StridePolicy } from "./window.ts";

/** Options of `conv2d`, the mask, and what it lies on. */
export interface MaskedConv2dOptions<
  D extends FloatDType = "float32",
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv2dCallOptions<D, S, P, L, G, Y> {
  /**
   * Ones where numbers count, zeros where they do not, of any type: of the last axes of what it lies on, `[K, L]` to
   * `[F, C, K, L]` on the filters, `[H, W]` to `[N, C, H, W]` on the input.
   */
  readonly mask: AnyTensor;
  /** Whether the mask lies on the filters, as in a PixelCNN, or on the input; default `filter`. */
  readonly on?: "filter" | "input";
}

/**
 * A convolution of which a mask takes part away: `conv2d(x, filters ⊙ mask)`, or on the input `conv2d(x ⊙ mask, filters)`.
 *
 * A mask on the filter forbids each output to see some of its neighbours, as of pixels that are yet to be drawn (van den Oord
 * et al., 2016, section 3.4: `pixelMask`); weights below its zeros have no gradient. A mask on the input takes pixels away,
 * for every window alike.
 *
 * @param x images, `[N, C, H, W]`
 * @param filters `[F, C / groups, K, L]`
 * @returns `[N, F, P, Q]`, as of `conv2d`
 * @throws ShapeError if the mask is not of the last axes of what it lies on, and as `conv2d`; OptionError for an unknown
 *   option, or one out of range
 * @example maskedConv2d(ones([1, 1, 3, 3]), ones([1, 1, 3, 3]), { mask: pixelMask(3, "A"), padding: 1 }) // 0 at the first pixel
 */
export function maskedConv2d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const G extends number = 1,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Conv2dShape<X, W, S, P, L, G, Y>>,
  filters: Tensor<W, D>,
  options: MaskedConv2dOptions<D, S, P, L, G, Y>,
): Tensor<Known<Conv2dShape<X, W, S, P, L, G, Y>>, D> {
  const op = "maskedConv2d";
  checkOptions(op, options, ["mask", "on", "bias", ...slidingOptions]);
  const { mask, on = "filter", ...settings }: MaskedConv2dOptions<D> = options;
  const shown = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "F C K L")];
  checkNotEmpty(op, shown);
  if (on === "filter") {
    const masked = maskBy<Shape, D>(op, filters, mask, [...shown, operand(op, "mask", mask)]);
    const out = conv2d<Shape, Shape, D>(x, masked, settings as object);
    entrust(masked, out);
    return out as never;
  }
  if (on !== "input") throw new OptionError(op, `on is ${describe(on)}`, 'give "filter" or "input"');
  const masked = maskBy<Shape, D>(op, x, mask, [...shown, operand(op, "mask", mask)]);
  const out = conv2d<Shape, Shape, D>(masked, filters, settings as object);
  entrust(masked, out);
  return out as never;
}

/** A tensor times a mask of its last axes. */
function maskBy<S extends Shape, D extends FloatDType>(
  op: string,
  x: Tensor<S, D>,
  mask: AnyTensor,
  operands: readonly Operand[],
): Tensor<S, D> {
  checkSameDtype(op, [x]);
  const sizes = x.shape as readonly number[];
  const last = sizes.slice(sizes.length - mask.shape.length);
  if (mask.shape.length < 2 || !sameShape(last, mask.shape)) {
    const fix = `give a mask of shape [${sizes.slice(-2).join(", ")}], or of all of [${sizes.join(", ")}]`;
    throw new ShapeError(op, "the mask is not of the last axes of what it lies on", operands, fix);
  }
  return apply<S, D>({
    name: "mask",
    inputs: [x, mask],
    shape: x.shape,
    dtype: x.dtype,
    forward: (out) => applyMask(numbers(x), numbers(mask), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      applyMask(dOut, numbers(mask), dX);
      return [dX, null];
    },
  });
}

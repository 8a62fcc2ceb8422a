import { checkOptions, ShapeError } from "../errors.ts";
import type { Convolved2d, Deepened } from "../shapes/convolution.ts";
import type { First, Fits, Known } from "../shapes/shape.ts";
import { entrust } from "../tensor/numbers.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Conv2dCallOptions, type Conv2dSettings, conv2d } from "./conv2d.ts";
import { checkNotEmpty, checkRank, operand } from "./operands.ts";
import type { Padding } from "./padding.ts";
import type { Pair, StridePolicy } from "./window.ts";

/** How filters of single channels slide: as `conv2d`'s, whose groups are the channels. */
export interface DepthwiseConv2dSettings<
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends Omit<Conv2dSettings<S, P, L, number, Y>, "groups"> {}

/** Settings, and the bias of each output channel. */
export interface DepthwiseConv2dCallOptions<
  D extends FloatDType = "float32",
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends Omit<Conv2dCallOptions<D, S, P, L, number, Y>, "groups"> {}

/** `[N, C·m, P, Q]`, P and Q as of `conv2d`. */
export type DepthwiseConv2dShape<X extends Shape, W extends Shape, S, P, L, Y> = W extends readonly [
  infer F,
  unknown,
  infer K,
  infer M,
]
  ? Deepened<"depthwiseConv2d", X, F, readonly [K, M], S, P, L, Y>
  : Convolved2d<"depthwiseConv2d", X, number, Dimension, Pair, S, P, L, Y>;

/** `[N, F, P, Q]`, P and Q as of `conv2d`. */
export type SeparableConv2dShape<X extends Shape, W extends Shape, V extends Shape, S, P, L, Y> = W extends readonly [
  unknown,
  unknown,
  infer K,
  infer M,
]
  ? Convolved2d<"separableConv2d", X, number, First<V>, readonly [K, M], S, P, L, Y>
  : Convolved2d<"separableConv2d", X, number, First<V>, Pair, S, P, L, Y>;

/** The names of the settings, for checks. */
export const depthwiseOptions = ["stride", "padding", "paddingMode", "dilation", "flip", "stridePolicy"] as const;

/**
 * Each channel for itself with m filters of its own: `conv2d` with as many groups as channels.
 *
 *     out[n, c·m + i, p, q] = bias[c·m + i] + Σ over k, l of x[n, c, …] · filters[c·m + i, 0, k, l]
 *
 * @param x images, `[N, C, H, W]`
 * @param filters `[C·m, 1, K, L]`; m is the channel multiplier
 * @returns `[N, C·m, P, Q]`, P and Q as of `conv2d`
 * @throws ShapeError if the filters are no multiple of the channels, or see several channels, and as `conv2d`; OptionError
 *   for an unknown option, or one out of range
 * @example depthwiseConv2d(zeros([1, 8, 9, 9]), zeros([16, 1, 3, 3])).shape // [1, 16, 7, 7]
 */
export function depthwiseConv2d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<DepthwiseConv2dShape<X, W, S, P, L, Y>>,
  filters: Tensor<W, D>,
  options: DepthwiseConv2dCallOptions<D, S, P, L, Y> = {},
): Tensor<Known<DepthwiseConv2dShape<X, W, S, P, L, Y>>, D> {
  const op = "depthwiseConv2d";
  checkOptions(op, options, ["bias", ...depthwiseOptions]);
  return conv2d(x as Tensor<Shape, D>, filters as Tensor<Shape, D>, {
    ...(options as Conv2dCallOptions<D>),
    groups: checkDepthwise(op, x, filters),
  }) as never;
}

/**
 * A convolution in two steps, of far fewer weights and products: each channel for itself, then all channels of a pixel
 * together (Chollet, 2017). `conv2d(depthwiseConv2d(x, depthwise), pointwise)`, with nothing between.
 *
 * @param x images, `[N, C, H, W]`
 * @param depthwise `[C·m, 1, K, L]`
 * @param pointwise `[F, C·m, 1, 1]`
 * @param options of the first step, and the bias of the second, `[F]`
 * @returns `[N, F, P, Q]`, P and Q as of `conv2d`
 * @throws as `depthwiseConv2d`; ShapeError if the pointwise filters have another number of channels, or are no pixels
 * @example separableConv2d(zeros([1, 8, 9, 9]), zeros([8, 1, 3, 3]), zeros([4, 8, 1, 1])).shape // [1, 4, 7, 7]
 */
export function separableConv2d<
  X extends Shape,
  W extends Shape,
  V extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<SeparableConv2dShape<X, W, V, S, P, L, Y>>,
  depthwise: Tensor<W, D>,
  pointwise: Tensor<V, D>,
  options: DepthwiseConv2dCallOptions<D, S, P, L, Y> = {},
): Tensor<Known<SeparableConv2dShape<X, W, V, S, P, L, Y>>, D> {
  const op = "separableConv2d";
  checkOptions(op, options, ["bias", ...depthwiseOptions]);
  const groups = checkDepthwise(op, x, depthwise);
  const shown = [operand(op, "depthwise", depthwise, "CM 1 K L"), operand(op, "pointwise", pointwise, "F CM 1 1")];
  checkRank(op, shown);
  const [, channels, k, l] = pointwise.shape as readonly number[];
  const found = depthwise.shape[0] as number;
  if (channels !== found || k !== 1 || l !== 1) {
    const problem = "the pointwise filters do not take what the depthwise ones give";
    throw new ShapeError(op, problem, shown, `give pointwise filters of shape [F, ${found}, 1, 1]`);
  }
  const { bias = null, ...settings } = options;
  const maps: Tensor<Shape, D> = conv2d(x as Tensor<Shape, D>, depthwise as Tensor<Shape, D>, {
    ...(settings as Conv2dCallOptions<D>),
    groups,
  });
  const out = conv2d<Shape, Shape, D>(maps, pointwise, { bias });
  entrust(maps, out);
  return out as never;
}

/** The groups: as many as channels. */
function checkDepthwise(op: string, x: Tensor<Shape, FloatDType>, filters: Tensor<Shape, FloatDType>): number {
  const shown = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "CM 1 K L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const c = x.shape[1] as number;
  const [f, channels] = filters.shape as readonly number[];
  if (f! % c === 0 && channels === 1) return c;
  const problem =
    channels === 1 ? `${f} filters are no multiple of ${c} channels` : "each filter sees one channel alone";
  throw new ShapeError(op, problem, shown, `give filters of shape [${c}·m, 1, K, L]`);
}

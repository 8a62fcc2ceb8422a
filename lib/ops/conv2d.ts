import { checkOptions } from "../errors.ts";
import type { Times } from "../shapes/axes.ts";
import type { Convolved2d, GroupProblem } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { convolve } from "./convolution.ts";
import { planConvolution } from "./convolution-plan.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { Padding, PaddingMode } from "./padding.ts";
import { bothDirections, type Pair, type StridePolicy } from "./window.ts";

/** How a bank of filters slides over images. */
export interface Conv2dSettings<
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> {
  /** Step between windows; default 1. */
  readonly stride?: S;
  /**
   * What is added on the sides: a number, `[vertical, horizontal]`, `[[top, bottom], [left, right]]`, `"valid"` (none) or
   * `"same"`, which gives `⌈H / stride⌉` rows; default 0.
   */
  readonly padding?: P;
  /** What the padding is: `zeros`, or the image itself by `reflect`, `replicate` or `circular`; default `zeros`. */
  readonly paddingMode?: PaddingMode;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
  /** Into how many groups the channels are split, each with its own filters; default 1. With C groups: depthwise. */
  readonly groups?: G;
  /** Whether filters are turned by half a turn, as in mathematics' convolution; default false, as in neural networks. */
  readonly flip?: boolean;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: Y;
}

/** Settings, and the bias of each filter, `[F]`. */
export interface Conv2dCallOptions<
  D extends FloatDType = "float32",
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv2dSettings<S, P, L, G, Y> {
  /** Added to each filter's map, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** `[N, F, P, Q]`: the batch of the images, one map a filter, as many rows and columns as windows fit. */
export type Conv2dShape<
  X extends Shape,
  W extends Shape,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> = W extends readonly [infer F, infer C, infer K, infer M]
  ? GroupProblem<"conv2d", X[1], F, G> extends infer Problem extends string
    ? Problem
    : Convolved2d<"conv2d", X, Times<C, G>, F, readonly [K, M], S, P, L, Y>
  : Convolved2d<"conv2d", X, number, Dimension, Pair, S, P, L, Y>;

/** The names of the settings of a bank of filters, and of all options, for checks. */
export const slidingOptions = [
  "stride",
  "padding",
  "paddingMode",
  "dilation",
  "groups",
  "flip",
  "stridePolicy",
] as const;
const conv2dOptions = ["bias", ...slidingOptions];

/**
 * Cross-correlates a batch of images with a bank of filters, as neural networks do (no filter is turned around).
 *
 *     out[n, f, p, q] = bias[f] + Σ over c, i, j of x[n, c, p·stride + i·dilation - top, q·... ] · filters[f, c, i, j]
 *
 * With `flip: true` it is the convolution of mathematics, which reads `filters[f, c, K - 1 - i, L - 1 - j]`.
 *
 * Padding `"same"` makes `⌈H / stride⌉` rows, an odd one more at the bottom and at the right, as TensorFlow and Keras do.
 * PyTorch's is equal where it has one: it refuses a stride.
 *
 * @param x images, `[N, C, H, W]`
 * @param filters `[F, C / groups, K, L]`
 * @returns feature maps, `[N, F, P, Q]` with `P = ⌊(H - dilation·(K - 1) - 1 + top + bottom) / stride⌋ + 1`, `Q` likewise
 * @throws ShapeError if the channels differ, groups do not divide, a window is larger than the padded image, the image is
 *   too small to be reflected, or the batch is empty; OptionError for an unknown option, or one out of range
 * @example conv2d(zeros([1, 1, 28, 28]), zeros([6, 1, 5, 5])).shape // [1, 6, 24, 24]
 */
export function conv2d<
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
  options: Conv2dCallOptions<D, S, P, L, G, Y> = {},
): Tensor<Known<Conv2dShape<X, W, S, P, L, G, Y>>, D> {
  return run(x, filters, options, false) as never;
}

/** `relu(conv2d(…))` in one pass: the maps are written once, and kept once for the gradient. */
export function conv2dRelu<D extends FloatDType = "float32">(
  x: Tensor<Shape, D>,
  filters: Tensor<Shape, D>,
  options: Conv2dCallOptions<D> = {},
): Tensor<Shape, D> {
  return run(x, filters, options, true);
}

function run<D extends FloatDType>(
  x: Tensor<Shape, D>,
  filters: Tensor<Shape, D>,
  options: Conv2dCallOptions<D>,
  rectified: boolean,
): Tensor<Shape, D> {
  const op = "conv2d";
  checkOptions(op, options, conv2dOptions);
  const shown = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "F C K L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const { bias = null } = options;
  checkSameDtype(op, bias ? [x, filters, bias] : [x, filters]);
  const images = x.shape as unknown as readonly [number, number, number, number];
  const bank = filters.shape as unknown as readonly [number, number, number, number];
  const directions = bothDirections(op, { ...options, kernelSize: [bank[2], bank[3]] });
  const operands = { x, filters, bias, images, bank, shown };
  const plan = planConvolution(op, operands, directions, options);
  const { n, f, p, q } = plan.geometry;
  return convolve<Shape, D>(op, operands, plan, [n, f, p, q], rectified);
}

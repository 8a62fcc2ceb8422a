import { checkOptions } from "../errors.ts";
import type { Times } from "../shapes/axes.ts";
import type { Convolved1d, GroupProblem } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { slidingOptions } from "./conv2d.ts";
import { convolve } from "./convolution.ts";
import { planConvolution } from "./convolution-plan.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { AxisPadding, PaddingMode } from "./padding.ts";
import { oneDirection, type StridePolicy, still } from "./window.ts";

/** How a bank of filters slides along sequences. */
export interface Conv1dSettings<
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  L extends number = number,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> {
  /** Step between windows; default 1. */
  readonly stride?: S;
  /** What is added at the ends: a number, `[before, after]`, `"valid"` (none) or `"same"` (⌈W / stride⌉ windows); default 0. */
  readonly padding?: P;
  /** What the padding is: `zeros`, or the sequence itself by `reflect`, `replicate` or `circular`; default `zeros`. */
  readonly paddingMode?: PaddingMode;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
  /** Into how many groups the channels are split, each with its own filters; default 1. */
  readonly groups?: G;
  /** Whether filters are turned around, as in mathematics' convolution; default false, as in neural networks. */
  readonly flip?: boolean;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: Y;
}

/** Settings, and the bias of each filter, `[F]`. */
export interface Conv1dCallOptions<
  D extends FloatDType = "float32",
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  L extends number = number,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> extends Conv1dSettings<S, P, L, G, Y> {
  /** Added to what each filter finds, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** `[N, F, Q]`: the batch of the sequences, one row a filter, as many columns as windows fit. */
export type Conv1dShape<
  X extends Shape,
  W extends Shape,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  L extends number = number,
  G extends number = number,
  Y extends StridePolicy = StridePolicy,
> = W extends readonly [infer F, infer C, infer K]
  ? GroupProblem<"conv1d", X[1], F, G> extends infer Problem extends string
    ? Problem
    : Convolved1d<"conv1d", X, Times<C, G>, F, K, S, P, L, Y>
  : Convolved1d<"conv1d", X, number, Dimension, number, S, P, L, Y>;

/**
 * `conv2d` along one axis: cross-correlates a batch of sequences with a bank of filters.
 *
 *     out[n, f, q] = bias[f] + Σ over c, j of x[n, c, q·stride + j·dilation - before] · filters[f, c, j]
 *
 * @param x sequences, `[N, C, W]`
 * @param filters `[F, C / groups, L]`
 * @returns `[N, F, Q]` with `Q = ⌊(W - dilation·(L - 1) - 1 + before + after) / stride⌋ + 1`
 * @throws ShapeError if the channels differ, groups do not divide, a window is longer than the padded sequence, or the
 *   batch is empty; OptionError for an unknown option, or one out of range
 * @example conv1d(tensor([[[0, 0, 1, 1, 1, 0, 0]]]), tensor([[[0, 1, 1]]])) // [[[1, 2, 2, 1, 0]]], or 0, 1, 2, 2, 1 by flip: true
 */
export function conv1d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends number = 1,
  const P extends AxisPadding = 0,
  const L extends number = 1,
  const G extends number = 1,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Conv1dShape<X, W, S, P, L, G, Y>>,
  filters: Tensor<W, D>,
  options: Conv1dCallOptions<D, S, P, L, G, Y> = {},
): Tensor<Known<Conv1dShape<X, W, S, P, L, G, Y>>, D> {
  const op = "conv1d";
  checkOptions(op, options, ["bias", ...slidingOptions]);
  const shown = [operand(op, "input", x, "N C W"), operand(op, "filters", filters, "F C L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const { bias = null } = options;
  checkSameDtype(op, bias ? [x, filters, bias] : [x, filters]);
  const [n, c, w] = x.shape as unknown as readonly [number, number, number];
  const [f, channels, l] = filters.shape as unknown as readonly [number, number, number];
  const operands = { x, filters, bias, images: [n, c, 1, w], bank: [f, channels, 1, l], shown } as const;
  const plan = planConvolution(op, operands, [still, oneDirection(op, { ...options, kernelSize: l })], options);
  return convolve<Shape, D>(op, operands, plan, [n, f, plan.geometry.q]) as never;
}

import { checkOptions } from "../errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { slidingOptions } from "./conv2d.ts";
import { convolve } from "./convolution.ts";
import { planConvolution } from "./convolution-plan.ts";
import { checkNotEmpty, checkRank, checkSameDtype, type First, operand } from "./operands.ts";
import type { AxisPadding, PaddingMode } from "./padding.ts";
import { oneDirection, type StridePolicy, still } from "./window.ts";

/** How a bank of filters slides along sequences. */
export interface Conv1dSettings {
  /** Step between windows; default 1. */
  readonly stride?: number;
  /** What is added at the ends: a number, `[before, after]`, `"valid"` (none) or `"same"` (⌈W / stride⌉ windows); default 0. */
  readonly padding?: AxisPadding;
  /** What the padding is: `zeros`, or the sequence itself by `reflect`, `replicate` or `circular`; default `zeros`. */
  readonly paddingMode?: PaddingMode;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: number;
  /** Into how many groups the channels are split, each with its own filters; default 1. */
  readonly groups?: number;
  /** Whether filters are turned around, as in mathematics' convolution; default false, as in neural networks. */
  readonly flip?: boolean;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** Settings, and the bias of each filter, `[F]`. */
export interface Conv1dCallOptions<D extends FloatDType = "float32"> extends Conv1dSettings {
  /** Added to what each filter finds, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** `[N, F, Q]`: the batch of the sequences, one row a filter, as many columns as windows fit. */
export type Conv1dShape<X extends Shape, W extends Shape> = readonly [First<X>, First<W>, number];

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
export function conv1d<X extends Shape, W extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  filters: Tensor<W, D>,
  options: Conv1dCallOptions<D> = {},
): Tensor<Conv1dShape<X, W>, D> {
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
  return convolve(op, operands, plan, [n, f, plan.geometry.q] as never);
}

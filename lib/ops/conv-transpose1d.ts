import { checkOptions } from "../errors.ts";
import type { Times } from "../shapes/axes.ts";
import type { Transposed1d } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { AxisPadding } from "./padding.ts";
import { planTransposed, type Spread, spreading, transpose, unspread } from "./transposed.ts";
import { oneDirection } from "./window.ts";

/** How a transposed convolution spreads sequences: the settings of the convolution that it transposes. */
export interface ConvTranspose1dSettings<
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  O extends number = number,
  L extends number = number,
  G extends number = number,
> {
  /** Step between the places where windows are laid down; default 1. */
  readonly stride?: S;
  /** What is cut off at the ends: a number, `[before, after]`, `"valid"` (nothing) or `"same"` (`W·stride` are left); default 0. */
  readonly padding?: P;
  /** Columns added at the end; less than the stride or the dilation. Default 0, the smallest. */
  readonly outputPadding?: O;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
  /** Into how many groups the channels are split, each with its own filters; default 1. */
  readonly groups?: G;
}

/** Settings, and the bias of each output channel, `[F]`. */
export interface ConvTranspose1dCallOptions<
  D extends FloatDType = "float32",
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  O extends number = number,
  L extends number = number,
  G extends number = number,
  Z extends number | undefined = number | undefined,
> extends ConvTranspose1dSettings<S, P, O, L, G> {
  /** Added to each output channel, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
  /** Columns of the output, instead of `outputPadding`; default the fewest, or under `"same"` the most. */
  readonly outputSize?: Z;
}

/** `[N, F, Q]`: the batch of the input; channels and columns follow from filters and settings. */
export type ConvTranspose1dShape<
  X extends Shape,
  W extends Shape,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  O extends number = number,
  L extends number = number,
  G extends number = number,
  Z extends number | undefined = undefined,
> = W extends readonly [infer C, infer F, infer K]
  ? Z extends undefined
    ? Transposed1d<"convTranspose1d", X, C, Times<F, G>, K, S, P, O, L>
    : Transposed1d<"convTranspose1d", X, C, Times<F, G>, number, S, P, O, L>
  : Transposed1d<"convTranspose1d", X, number, Dimension, number, S, P, O, L>;

/**
 * `convTranspose2d` along one axis: every element lays down its window of weights, multiplied by it.
 *
 * @param x sequences, `[N, C, W]`
 * @param filters `[C, F / groups, L]`
 * @returns `[N, F, Q]` with `Q = (W - 1)·stride - before - after + dilation·(L - 1) + 1 + outputPadding`
 * @throws ShapeError if the channels differ, groups do not divide, the padding leaves no output, no convolution leads
 *   from `outputSize` to this input, or the batch is empty; OptionError for an unknown option, or one out of range
 * @example convTranspose1d(zeros([1, 16, 7]), zeros([16, 8, 4]), { stride: 2, padding: 1 }).shape // [1, 8, 14]
 */
export function convTranspose1d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends number = 1,
  const P extends AxisPadding = 0,
  const O extends number = 0,
  const L extends number = 1,
  const G extends number = 1,
  const Z extends number | undefined = undefined,
>(
  x: Tensor<X, D> & Fits<ConvTranspose1dShape<X, W, S, P, O, L, G, Z>>,
  filters: Tensor<W, D>,
  options: ConvTranspose1dCallOptions<D, S, P, O, L, G, Z> = {},
): Tensor<Known<ConvTranspose1dShape<X, W, S, P, O, L, G, Z>>, D> {
  const op = "convTranspose1d";
  checkOptions(op, options, ["bias", "stride", "padding", "outputPadding", "outputSize", "dilation", "groups"]);
  const shown = [operand(op, "input", x, "N C W"), operand(op, "filters", filters, "C F L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const { bias = null, groups = 1 } = options;
  checkSameDtype(op, bias ? [x, filters, bias] : [x, filters]);
  const [n, c, w] = x.shape as unknown as readonly [number, number, number];
  const [channels, f, l] = filters.shape as unknown as readonly [number, number, number];
  const operands = { x, filters, bias, images: [n, c, 1, w], bank: [channels, f, 1, l], shown } as const;
  const along = checkConvTranspose1d(op, { ...options, kernelSize: l });
  const g = planTransposed(op, operands, [unspread, along], groups);
  return transpose<Shape, D>(op, operands, g, [g.n, g.c, g.w]) as never;
}

/** The settings of the one direction, checked. @throws OptionError for one out of range */
export function checkConvTranspose1d(
  op: string,
  {
    outputPadding = 0,
    outputSize,
    ...settings
  }: ConvTranspose1dSettings & { readonly kernelSize: number; readonly outputSize?: number | undefined },
): Spread {
  return spreading(op, oneDirection(op, settings), outputPadding, outputSize ?? null);
}

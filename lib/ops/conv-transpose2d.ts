import { checkOptions } from "../errors.ts";
import type { Times } from "../shapes/axes.ts";
import type { Transposed2d } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Dimension, Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { Padding } from "./padding.ts";
import { planTransposed, type Spread, spreading, transpose } from "./transposed.ts";
import { bothDirections, type Pair, pair } from "./window.ts";

/** How a transposed convolution spreads its input: the settings of the convolution that it transposes. */
export interface ConvTranspose2dSettings<
  S extends Pair = Pair,
  P extends Padding = Padding,
  O extends Pair = Pair,
  L extends Pair = Pair,
  G extends number = number,
> {
  /** Step between the places where windows are laid down; default 1. */
  readonly stride?: S;
  /**
   * What is cut off on the sides of the output, which the convolution back adds: a number, `[vertical, horizontal]`,
   * `[[top, bottom], [left, right]]`, `"valid"` (nothing) or `"same"`, which gives `H·stride` rows; default 0.
   */
  readonly padding?: P;
  /**
   * Rows and columns added below and to the right; less than the stride or the dilation. A convolution with a stride makes
   * one size of several; this says which of them comes back. Default 0, the smallest.
   */
  readonly outputPadding?: O;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
  /** Into how many groups the channels are split, each with its own filters; default 1. */
  readonly groups?: G;
}

/** Settings, and the bias of each output channel, `[F]`. */
export interface ConvTranspose2dCallOptions<
  D extends FloatDType = "float32",
  S extends Pair = Pair,
  P extends Padding = Padding,
  O extends Pair = Pair,
  L extends Pair = Pair,
  G extends number = number,
  Z extends Pair | undefined = Pair | undefined,
> extends ConvTranspose2dSettings<S, P, O, L, G> {
  /** Added to each output channel's map, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
  /** Rows and columns of the output, instead of `outputPadding`; default the fewest, or under `"same"` the most. */
  readonly outputSize?: Z;
}

/** `[N, F, P, Q]`: the batch of the input; channels, rows and columns follow from filters and settings. */
export type ConvTranspose2dShape<
  X extends Shape,
  W extends Shape,
  S extends Pair = Pair,
  P extends Padding = Padding,
  O extends Pair = Pair,
  L extends Pair = Pair,
  G extends number = number,
  Z extends Pair | undefined = undefined,
> = W extends readonly [infer C, infer F, infer K, infer M]
  ? Z extends undefined
    ? Transposed2d<"convTranspose2d", X, C, Times<F, G>, readonly [K, M], S, P, O, L>
    : Transposed2d<"convTranspose2d", X, C, Times<F, G>, Pair, S, P, O, L>
  : Transposed2d<"convTranspose2d", X, number, Dimension, Pair, S, P, O, L>;

/**
 * The transpose of a convolution as a linear map (Dumoulin and Visin, 2016, section 4): what `conv2d` with the same
 * settings does to a gradient. Every pixel lays down its window of weights, multiplied by it; where windows overlap, they
 * add up. With stride 2 it doubles rows and columns, which is what decoders and generators use it for.
 *
 * Filters are stored as PyTorch stores them, input channels first: those of the convolution that leads back.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @param filters `[C, F / groups, K, L]`
 * @returns `[N, F, P, Q]` with `P = (H - 1)·stride - top - bottom + dilation·(K - 1) + 1 + outputPadding`, `Q` likewise
 * @throws ShapeError if the channels differ, groups do not divide, the padding leaves no output, no convolution
 *   leads from `outputSize` to this input, or the batch is empty;
 *   OptionError for an unknown option, or one out of range
 * @example convTranspose2d(zeros([1, 16, 7, 7]), zeros([16, 8, 4, 4]), { stride: 2, padding: 1 }).shape // [1, 8, 14, 14]
 */
export function convTranspose2d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair = 1,
  const P extends Padding = 0,
  const O extends Pair = 0,
  const L extends Pair = 1,
  const G extends number = 1,
  const Z extends Pair | undefined = undefined,
>(
  x: Tensor<X, D> & Fits<ConvTranspose2dShape<X, W, S, P, O, L, G, Z>>,
  filters: Tensor<W, D>,
  options: ConvTranspose2dCallOptions<D, S, P, O, L, G, Z> = {},
): Tensor<Known<ConvTranspose2dShape<X, W, S, P, O, L, G, Z>>, D> {
  const op = "convTranspose2d";
  checkOptions(op, options, ["bias", "stride", "padding", "outputPadding", "outputSize", "dilation", "groups"]);
  const shown = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "C F K L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const { bias = null, groups = 1 } = options;
  checkSameDtype(op, bias ? [x, filters, bias] : [x, filters]);
  const images = x.shape as unknown as readonly [number, number, number, number];
  const bank = filters.shape as unknown as readonly [number, number, number, number];
  const operands = { x, filters, bias, images, bank, shown };
  const directions = checkConvTranspose2d(op, { ...options, kernelSize: [bank[2], bank[3]] });
  const g = planTransposed(op, operands, directions, groups);
  return transpose<Shape, D>(op, operands, g, [g.n, g.c, g.h, g.w]) as never;
}

/** The settings of each direction, `[vertical, horizontal]`, checked. @throws OptionError for one out of range */
export function checkConvTranspose2d(
  op: string,
  {
    outputPadding = 0,
    outputSize,
    ...settings
  }: ConvTranspose2dSettings & { readonly kernelSize: Pair; readonly outputSize?: Pair | undefined },
): readonly [Spread, Spread] {
  const [vertical, horizontal] = bothDirections(op, settings);
  const [below, right] = pair(op, "outputPadding", outputPadding, 0);
  const [rows, columns] = outputSize === undefined ? [null, null] : pair(op, "outputSize", outputSize, 1);
  return [spreading(op, vertical, below, rows), spreading(op, horizontal, right, columns)];
}

import type { Pooled2d } from "../shapes/convolution.ts";
import type { At, First, Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Padding } from "./padding.ts";
import { checkAveraging, checkNorm, checkPool2d, planPool } from "./pool-plan.ts";
import { averagePool, lpPool, maxPool, minPool } from "./pooling.ts";
import type { Pair, StridePolicy } from "./window.ts";

/** How pooling windows slide over feature maps. */
export interface Pool2dSettings<
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  Y extends StridePolicy = StridePolicy,
> {
  /** Side of the window. */
  readonly kernelSize: K;
  /** Step between windows; default the window's side, so that windows lie side by side. Smaller, they overlap. */
  readonly stride?: S;
  /**
   * Border added on the sides: a number, `[vertical, horizontal]`, `[[top, bottom], [left, right]]`, `"valid"` (none) or
   * `"same"` (⌈H / stride⌉ rows). At most half the window, so that every window sees something. Default 0.
   */
  readonly padding?: P;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: Y;
}

/** How the windows of max and min pooling slide. */
export interface MaxPool2dSettings<
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  Y extends StridePolicy = StridePolicy,
  L extends Pair = Pair,
> extends Pool2dSettings<K, S, P, Y> {
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
}

/** How the windows of average pooling slide, and what they divide by. */
export interface AveragePool2dSettings<
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  Y extends StridePolicy = StridePolicy,
> extends Pool2dSettings<K, S, P, Y> {
  /** Whether zeros of the padding count as elements of the average; default true, as in PyTorch (Keras: false). */
  readonly countIncludePad?: boolean;
  /** What every sum is divided by instead of the number of elements; default none. */
  readonly divisorOverride?: number;
}

/** How the windows of pooling by a norm slide, and which norm it is. */
export interface LpPool2dSettings<
  K extends Pair = Pair,
  S extends Pair = Pair,
  P extends Padding = Padding,
  Y extends StridePolicy = StridePolicy,
> extends Pool2dSettings<K, S, P, Y> {
  /** The norm's p, above 0: 2 for the Euclidean one, 1 for a sum. */
  readonly normType: number;
}

const sliding = ["kernelSize", "stride", "padding", "stridePolicy"] as const;

/** The names of the options, for checks. */
export const maxPoolOptions = [...sliding, "dilation"] as const;
export const averagePoolOptions = [...sliding, "countIncludePad", "divisorOverride"] as const;
export const lpPoolOptions = [...sliding, "normType"] as const;
export const poolOptions = sliding;

/** `[N, C, P, Q]`: batch and channels stay, rows and columns are as many as windows fit. */
export type Pool2dShape<X extends Shape> = readonly [First<X>, At<X, 1>, number, number];

/**
 * The largest element of each window. Its gradient goes to that element alone (to the first of equals).
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, `P = ⌊(H - dilation·(K - 1) - 1 + top + bottom) / stride⌋ + 1`; under `ceil` one more where a
 *   last window still begins on the map or above it
 * @throws ShapeError if a window is larger than the padded maps, or the batch is empty; OptionError for an unknown option,
 *   or padding beyond half the window
 * @example maxPool2d(tensor([[[[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]]]), { kernelSize: 2 }) // [[[[6, 8], [3, 4]]]]
 */
export function maxPool2d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
  const L extends Pair = 1,
>(
  x: Tensor<X, D> & Fits<Pooled2d<X, K, S, P, L, Y>>,
  settings: MaxPool2dSettings<K, S, P, Y, L>,
): Tensor<Known<Pooled2d<X, K, S, P, L, Y>>, D> {
  const g = planPool("maxPool2d", x, "N C H W", checkPool2d("maxPool2d", settings, maxPoolOptions));
  return maxPool("maxPool2d", x, g, [g.n, g.c, g.p, g.q] as never);
}

/**
 * The smallest element of each window: `-maxPool2d(-x)`. Its gradient goes to that element alone (to the first of equals).
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, as of `maxPool2d`
 * @throws as `maxPool2d`
 * @example minPool2d(tensor([[[[1, 1, 2, 4], [5, 6, 7, 8]]]]), { kernelSize: 2 }) // [[[[1, 2]]]]
 */
export function minPool2d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
  const L extends Pair = 1,
>(
  x: Tensor<X, D> & Fits<Pooled2d<X, K, S, P, L, Y>>,
  settings: MaxPool2dSettings<K, S, P, Y, L>,
): Tensor<Known<Pooled2d<X, K, S, P, L, Y>>, D> {
  const g = planPool("minPool2d", x, "N C H W", checkPool2d("minPool2d", settings, maxPoolOptions));
  return minPool("minPool2d", x, g, [g.n, g.c, g.p, g.q] as never);
}

/**
 * The mean of each window. Its gradient is spread evenly over the window.
 *
 * What counts is PyTorch's rule: zeros of the padding do (`countIncludePad: false`: they do not), what lies beyond the
 * padding under `ceil` never does.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, `P = ⌊(H - K + top + bottom) / stride⌋ + 1`
 * @throws ShapeError if a window is larger than the padded maps, or the batch is empty; OptionError for an unknown option,
 *   or padding beyond half the window
 * @example averagePool2d(tensor([[[[1, 1, 2, 4], [5, 6, 7, 8]]]]), { kernelSize: 2 }) // [[[[3.25, 5.25]]]]
 */
export function averagePool2d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  settings: AveragePool2dSettings<K, S, P, Y>,
): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>, D> {
  const op = "averagePool2d";
  const directions = checkPool2d(op, settings, averagePoolOptions);
  checkAveraging(op, settings);
  const g = planPool(op, x, "N C H W", directions);
  return averagePool(op, x, g, [g.n, g.c, g.p, g.q] as never, settings);
}

/**
 * The p-norm of each window, without a division by their number: `(Σ xᵖ)^(1/p)`. With `normType: 1` a sum; the larger p, the
 * nearer to the maximum (Boureau et al., 2010).
 *
 * Numbers are taken as they are, as PyTorch's `lp_pool2d` does: an odd or broken p of numbers below 0 may give NaN. Where a
 * window runs past the padding under `ceil`, its sum is scaled up to that of a whole window, also as there. A window of
 * zeros has its corner there: its gradient is 0.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, as of `averagePool2d`
 * @throws as `averagePool2d`; OptionError if `normType` is not above 0
 * @example lpPool2d(tensor([[[[1, 2], [3, 4]]]]), { kernelSize: 2, normType: 3 }) // [[[[4.6416]]]], the cube root of 100
 */
export function lpPool2d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  settings: LpPool2dSettings<K, S, P, Y>,
): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>, D> {
  const op = "lpPool2d";
  const directions = checkPool2d(op, settings, lpPoolOptions);
  checkNorm(op, settings.normType);
  const g = planPool(op, x, "N C H W", directions);
  return lpPool(op, x, g, [g.n, g.c, g.p, g.q] as never, settings.normType);
}

/**
 * The Euclidean norm of each window, `√(Σ x²)`: `lpPool2d` with `normType: 2`.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, as of `averagePool2d`
 * @throws as `averagePool2d`
 * @example l2Pool2d(tensor([[[[3, 0], [0, 4]]]]), { kernelSize: 2 }) // [[[[5]]]]
 */
export function l2Pool2d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends Pair = Pair,
  const S extends Pair = K,
  const P extends Padding = 0,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Pooled2d<X, K, S, P, 1, Y>>,
  settings: Pool2dSettings<K, S, P, Y>,
): Tensor<Known<Pooled2d<X, K, S, P, 1, Y>>, D> {
  const g = planPool("l2Pool2d", x, "N C H W", checkPool2d("l2Pool2d", settings, poolOptions));
  return lpPool("l2Pool2d", x, g, [g.n, g.c, g.p, g.q] as never, 2);
}

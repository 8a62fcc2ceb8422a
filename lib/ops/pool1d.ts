import type { Pooled1d } from "../shapes/convolution.ts";
import type { At, First, Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AxisPadding } from "./padding.ts";
import { checkAveraging, checkNorm, checkPool1d, planPool } from "./pool-plan.ts";
import { averagePoolOptions, lpPoolOptions, maxPoolOptions } from "./pool2d.ts";
import { averagePool, lpPool, maxPool, minPool } from "./pooling.ts";
import type { StridePolicy } from "./window.ts";

/** How pooling windows slide along sequences. */
export interface Pool1dSettings<
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  Y extends StridePolicy = StridePolicy,
> {
  /** Side of the window. */
  readonly kernelSize: K;
  /** Step between windows; default the window's side, so that windows lie side by side. */
  readonly stride?: S;
  /** Border added at the ends: a number, `[before, after]`, `"valid"` or `"same"`; at most half the window. Default 0. */
  readonly padding?: P;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: Y;
}

/** How the windows of max and min pooling slide. */
export interface MaxPool1dSettings<
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  Y extends StridePolicy = StridePolicy,
  L extends number = number,
> extends Pool1dSettings<K, S, P, Y> {
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
}

/** How the windows of average pooling slide, and what they divide by. */
export interface AveragePool1dSettings<
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  Y extends StridePolicy = StridePolicy,
> extends Pool1dSettings<K, S, P, Y> {
  /** Whether zeros of the padding count as elements of the average; default true, as in PyTorch (Keras: false). */
  readonly countIncludePad?: boolean;
  /** What every sum is divided by instead of the number of elements; default none. */
  readonly divisorOverride?: number;
}

/** How the windows of pooling by a norm slide, and which norm it is. */
export interface LpPool1dSettings<
  K extends number = number,
  S extends number = number,
  P extends AxisPadding = AxisPadding,
  Y extends StridePolicy = StridePolicy,
> extends Pool1dSettings<K, S, P, Y> {
  /** The norm's p, above 0. */
  readonly normType: number;
}

/** `[N, C, Q]`: batch and channels stay, columns are as many as windows fit. */
export type Pool1dShape<X extends Shape> = readonly [First<X>, At<X, 1>, number];

/**
 * The largest element of each window of a sequence: `maxPool2d` along one axis.
 *
 * @param x sequences, `[N, C, W]`
 * @returns `[N, C, Q]`, `Q = ⌊(W - dilation·(L - 1) - 1 + before + after) / stride⌋ + 1`
 * @throws ShapeError if a window is longer than the padded sequence, or the batch is empty; OptionError for an unknown
 *   option, or padding beyond half the window
 * @example maxPool1d(tensor([[[1, 5, 2, 4]]]), { kernelSize: 2 }) // [[[5, 4]]]
 */
export function maxPool1d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
  const L extends number = 1,
>(
  x: Tensor<X, D> & Fits<Pooled1d<X, K, S, P, L, Y>>,
  settings: MaxPool1dSettings<K, S, P, Y, L>,
): Tensor<Known<Pooled1d<X, K, S, P, L, Y>>, D> {
  const g = planPool("maxPool1d", x, "N C W", checkPool1d("maxPool1d", settings, maxPoolOptions));
  return maxPool("maxPool1d", x, g, [g.n, g.c, g.q] as never);
}

/**
 * The smallest element of each window of a sequence: `minPool2d` along one axis.
 *
 * @param x sequences, `[N, C, W]`
 * @returns `[N, C, Q]`, as of `maxPool1d`
 * @throws as `maxPool1d`
 * @example minPool1d(tensor([[[1, 5, 2, 4]]]), { kernelSize: 2 }) // [[[1, 2]]]
 */
export function minPool1d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
  const L extends number = 1,
>(
  x: Tensor<X, D> & Fits<Pooled1d<X, K, S, P, L, Y>>,
  settings: MaxPool1dSettings<K, S, P, Y, L>,
): Tensor<Known<Pooled1d<X, K, S, P, L, Y>>, D> {
  const g = planPool("minPool1d", x, "N C W", checkPool1d("minPool1d", settings, maxPoolOptions));
  return minPool("minPool1d", x, g, [g.n, g.c, g.q] as never);
}

/**
 * The mean of each window of a sequence: `averagePool2d` along one axis.
 *
 * @param x sequences, `[N, C, W]`
 * @returns `[N, C, Q]`, `Q = ⌊(W - L + before + after) / stride⌋ + 1`
 * @throws as `maxPool1d`
 * @example averagePool1d(tensor([[[1, 5, 2, 4]]]), { kernelSize: 2 }) // [[[3, 3]]]
 */
export function averagePool1d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Pooled1d<X, K, S, P, 1, Y>>,
  settings: AveragePool1dSettings<K, S, P, Y>,
): Tensor<Known<Pooled1d<X, K, S, P, 1, Y>>, D> {
  const op = "averagePool1d";
  const directions = checkPool1d(op, settings, averagePoolOptions);
  checkAveraging(op, settings);
  const g = planPool(op, x, "N C W", directions);
  return averagePool(op, x, g, [g.n, g.c, g.q] as never, settings);
}

/**
 * The p-norm of each window of a sequence: `lpPool2d` along one axis.
 *
 * @param x sequences, `[N, C, W]`
 * @returns `[N, C, Q]`, as of `averagePool1d`
 * @throws as `maxPool1d`; OptionError if `normType` is not above 0
 * @example lpPool1d(tensor([[[3, 4, 6, 8]]]), { kernelSize: 2, normType: 2 }) // [[[5, 10]]]
 */
export function lpPool1d<
  X extends Shape,
  D extends FloatDType = "float32",
  const K extends number = number,
  const S extends number = K,
  const P extends AxisPadding = 0,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<Pooled1d<X, K, S, P, 1, Y>>,
  settings: LpPool1dSettings<K, S, P, Y>,
): Tensor<Known<Pooled1d<X, K, S, P, 1, Y>>, D> {
  const op = "lpPool1d";
  const directions = checkPool1d(op, settings, lpPoolOptions);
  checkNorm(op, settings.normType);
  const g = planPool(op, x, "N C W", directions);
  return lpPool(op, x, g, [g.n, g.c, g.q] as never, settings.normType);
}

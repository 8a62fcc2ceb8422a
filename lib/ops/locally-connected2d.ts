import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { biasGradient } from "../compute/elementwise.ts";
import {
  locallyConnected2dFilterGradient,
  locallyConnected2dForward,
  locallyConnected2dInputGradient,
} from "../compute/locally-connected2d.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import type { Convolved2d } from "../shapes/convolution.ts";
import type { Differ, Dimension, Fits, Known, Shown } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { place, type WindowsDetails } from "./im2col.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { Padding } from "./padding.ts";
import { slidingOf } from "./sliding.ts";
import { bothDirections, type Pair, type StridePolicy } from "./window.ts";

/** How filters slide that are not shared. */
export interface LocallyConnected2dSettings<
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> {
  /** Step between windows; default 1. */
  readonly stride?: S;
  /** Zeros added on the sides, as in `conv2d`; default 0. */
  readonly padding?: P;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: L;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: Y;
}

/** Settings, and the biases of all positions, `[F, P, Q]`. */
export interface LocallyConnected2dCallOptions<
  D extends FloatDType = "float32",
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> extends LocallyConnected2dSettings<S, P, L, Y> {
  /** Added at each position of each map, `[F, P, Q]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** The names of the settings, for checks. */
export const localOptions = ["stride", "padding", "dilation", "stridePolicy"] as const;

/** `[N, F, P, Q]`: the batch of the images, one map a filter, as many rows and columns as windows fit. */
export type LocallyConnected2dShape<
  X extends Shape,
  W extends Shape = Shape,
  S extends Pair = Pair,
  P extends Padding = Padding,
  L extends Pair = Pair,
  Y extends StridePolicy = StridePolicy,
> = W extends readonly [infer A, infer B, infer F, infer C, infer K, infer M]
  ? AtPositions<Convolved2d<"locallyConnected2d", X, C, F, readonly [K, M], S, P, L, Y>, A, B>
  : Convolved2d<"locallyConnected2d", X, number, Dimension, Pair, S, P, L, Y>;

/** The same where the windows have as many positions as the filters are for. */
type AtPositions<Result, A, B> = Result extends readonly [unknown, unknown, infer P, infer Q]
  ? true extends Differ<P, A> | Differ<Q, B>
    ? `locallyConnected2d: the windows have ${Shown<readonly [P & Dimension, Q & Dimension]>} positions, the filters ${Shown<readonly [A & Dimension, B & Dimension]>}; give filters for these`
    : Result
  : Result;

/**
 * A convolution whose weights are not shared: every position of the window has filters and biases of its own, for images
 * in which things have their place, such as faces (Taigman et al., 2014, section 2.2).
 *
 *     out[n, f, p, q] = bias[f, p, q] + Σ over c, i, j of x[n, c, p·stride + i·dilation - top, q·... ] · filters[p, q, f, c, i, j]
 *
 * Filters of a position lie together, as they are read together; of one position they are a bank as `conv2d` takes it. With
 * the same bank everywhere it is `conv2d`, and the gradients of that bank are the sum of these.
 *
 * @param x images, `[N, C, H, W]`
 * @param filters `[P, Q, F, C, K, L]`
 * @returns `[N, F, P, Q]`
 * @throws ShapeError if the channels differ, the positions are not those of the windows, a window is larger than the padded
 *   image, or the batch is empty; OptionError for an unknown option, or one out of range
 * @example locallyConnected2d(zeros([1, 3, 8, 8]), zeros([6, 6, 4, 3, 3, 3])).shape // [1, 4, 6, 6]
 */
export function locallyConnected2d<
  X extends Shape,
  W extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair = 1,
  const P extends Padding = 0,
  const L extends Pair = 1,
  const Y extends StridePolicy = "floor",
>(
  x: Tensor<X, D> & Fits<LocallyConnected2dShape<X, W, S, P, L, Y>>,
  filters: Tensor<W, D>,
  options?: LocallyConnected2dCallOptions<D, S, P, L, Y>,
): Tensor<Known<LocallyConnected2dShape<X, W, S, P, L, Y>>, D>;
export function locallyConnected2d<D extends FloatDType>(
  x: Tensor<Shape, D>,
  filters: Tensor<Shape, D>,
  options: LocallyConnected2dCallOptions<D> = {},
): Tensor<Shape, D> {
  const op = "locallyConnected2d";
  checkOptions(op, options, ["bias", ...localOptions]);
  const shown = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "P Q F C K L")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  const { bias = null } = options;
  checkSameDtype(op, bias ? [x, filters, bias] : [x, filters]);
  const images = x.shape as unknown as readonly [number, number, number, number];
  const [p, q, f, channels, k, l] = filters.shape as unknown as Six;
  const [, c, h, w] = images;
  if (channels !== c) {
    const fix = `build the layer with inChannels: ${c}, or feed it ${channels} channels`;
    throw new ShapeError(op, `the input has ${c} channels, the filters ${channels}`, shown, fix);
  }
  const g = place(op, images, bothDirections(op, { ...options, kernelSize: [k, l] }), shown);
  if (g.p !== p || g.q !== q) {
    const problem = `the windows of ${h} × ${w} have ${g.p} × ${g.q} positions, the filters ${p} × ${q}`;
    throw new ShapeError(op, problem, shown, `give filters of shape [${[g.p, g.q, f, c, k, l].join(", ")}]`);
  }
  if (bias && !sameShape(bias.shape, [f, p, q])) {
    const operands = [...shown, { name: "bias", shape: bias.shape }];
    throw new ShapeError(op, "each position has a bias", operands, `give a bias of shape [${f}, ${p}, ${q}]`);
  }
  return apply({
    name: op,
    inputs: bias ? [x, filters, bias] : [x, filters],
    shape: [g.n, f, p, q],
    dtype: x.dtype,
    details: { geometry: g } satisfies WindowsDetails,
    windows: slidingOf(g),
    macs: g.n * f * p * q * c * k * l,
    forward: (out) => locallyConnected2dForward(g, f, numbers(x), numbers(filters), bias && numbers(bias), out),
    backward: (dOut, [needsX, needsFilters, needsBias]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dFilters = needsFilters ? roomForGradient(x.dtype, filters.size) : null;
      const dBias = needsBias ? roomForGradient(x.dtype, f * p * q) : null;
      if (dX) locallyConnected2dInputGradient(g, f, dOut, numbers(filters), dX);
      if (dFilters) locallyConnected2dFilterGradient(g, f, dOut, numbers(x), dFilters);
      if (dBias) biasGradient(g.n, f * p * q, 1, dOut, dBias);
      return [dX, dFilters, dBias];
    },
  });
}

type Six = readonly [number, number, number, number, number, number];

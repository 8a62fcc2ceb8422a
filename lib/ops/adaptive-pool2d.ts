import { apply, type SlidingWindow } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import {
  type AdaptiveGeometry,
  adaptiveAverageForward,
  adaptiveAverageInputGradient,
  adaptiveMaxForward,
  adaptiveMaxInputGradient,
} from "../compute/adaptive-pool2d.ts";
import type { Pool2dGeometry } from "../compute/geometry.ts";
import type { AdaptivelyPooled } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { mapsOf, placeWindows } from "./pool-plan.ts";
import { averagePool, maxPool } from "./pooling.ts";
import { bothDirections, type Pair, pair } from "./window.ts";

/**
 * The mean of each of P × Q windows that cover the maps, whatever their size: row i of windows reaches from `⌊i·H / P⌋` to
 * before `⌈(i + 1)·H / P⌉`, so that windows differ by one row at most, and may share one. PyTorch's `adaptive_avg_pool2d`.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @param outputSize P for both, or `[P, Q]`; may be larger than the maps, when numbers repeat
 * @returns `[N, C, P, Q]`
 * @throws ShapeError for other axes, and if the batch or a map is empty; OptionError for sizes that are not whole
 * @example adaptiveAveragePool2d(tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]), 2) // [[[[3, 4], [6, 7]]]]
 */
export function adaptiveAveragePool2d<X extends Shape, D extends FloatDType = "float32", const P extends Pair = Pair>(
  x: Tensor<X, D> & Fits<AdaptivelyPooled<X, P>>,
  outputSize: P,
): Tensor<Known<AdaptivelyPooled<X, P>>, D> {
  const op = "adaptiveAveragePool2d";
  const { g, shape, even } = plan(op, x, outputSize);
  if (even) return averagePool(op, x, even, shape, {});
  return apply({
    name: op,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies AdaptivePoolDetails,
    windows: [adapted(g.h, g.p), adapted(g.w, g.q)],
    forward: (out) => adaptiveAverageForward(g, numbers(x), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      adaptiveAverageInputGradient(g, dOut, dX);
      return [dX];
    },
  });
}

/**
 * The largest element of each of P × Q windows that cover the maps, whatever their size; windows as of
 * `adaptiveAveragePool2d`. Its gradient goes to that element alone (to the first of equals).
 *
 * @param x feature maps, `[N, C, H, W]`
 * @param outputSize P for both, or `[P, Q]`
 * @returns `[N, C, P, Q]`
 * @throws as `adaptiveAveragePool2d`
 * @example adaptiveMaxPool2d(tensor([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]), 2) // [[[[5, 6], [8, 9]]]]
 */
export function adaptiveMaxPool2d<X extends Shape, D extends FloatDType = "float32", const P extends Pair = Pair>(
  x: Tensor<X, D> & Fits<AdaptivelyPooled<X, P>>,
  outputSize: P,
): Tensor<Known<AdaptivelyPooled<X, P>>, D> {
  const op = "adaptiveMaxPool2d";
  const { g, shape, even } = plan(op, x, outputSize);
  if (even) return maxPool(op, x, even, shape);
  const switches = new Home("int32", g.planes * g.p * g.q);
  return apply({
    name: op,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies AdaptivePoolDetails,
    windows: [adapted(g.h, g.p), adapted(g.w, g.q)],
    kept: [switches],
    forward: (out) => adaptiveMaxForward(g, numbers(x), out, switches.numbers() as Int32Array),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      adaptiveMaxInputGradient(dOut, switches.numbers() as Int32Array, dX);
      return [dX];
    },
  });
}

/** Into how many windows the maps are divided. */
export interface AdaptivePoolDetails {
  readonly geometry: AdaptiveGeometry;
}

interface Plan {
  readonly g: AdaptiveGeometry;
  readonly shape: never;
  /** An ordinary pooling that is the same, where all windows are of one size: it has faster passes. */
  readonly even: Pool2dGeometry | null;
}

/** The largest of an axis' windows, which are not all of one size. */
function adapted(size: number, count: number): SlidingWindow {
  const kernelSize = Math.ceil(size / count) + (size % count === 0 ? 0 : 1);
  return { kernelSize, stride: size / count, dilation: 1, padding: 0 };
}

/** The shape rule. */
function plan(op: string, x: AnyTensor, outputSize: Pair): Plan {
  const [p, q] = pair(op, "outputSize", outputSize, 1);
  const { sizes, shown } = mapsOf(op, x, "N C H W");
  const [n, c, h, w] = sizes;
  const divides = h % p === 0 && w % q === 0;
  const window: Pair = [h / p, w / q];
  const directions = divides ? bothDirections(op, { kernelSize: window, stride: window }) : null;
  return {
    g: { planes: n * c, h, w, p, q },
    shape: [n, c, p, q] as never,
    even: directions && placeWindows(op, sizes, directions, shown),
  };
}

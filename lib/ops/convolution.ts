/** The passes of a convolution whose sizes are decided, over images and sequences alike. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { choices } from "../compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../compute/conv2d.ts";
import type { Conv2dGeometry } from "../compute/geometry.ts";
import { turnWindows } from "../compute/turn.ts";
import { entrust, numbers, sourceOf } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { behindRelu } from "./behind-relu.ts";
import type { Convolution, Operands } from "./convolution-plan.ts";
import { padAxes } from "./pad.ts";
import { slidingOf } from "./sliding.ts";

/**
 * Runs a convolution. Zeros around the images cost nothing; anything else is a padded copy of them, and turned filters a
 * copy of the filters, each an operation of its own.
 *
 * @param rectified whether negative sums become 0, in the same pass
 */
export function convolve<S extends Shape, D extends FloatDType>(
  name: string,
  operands: Operands<D>,
  { geometry, padBottom, padRight, paddingMode, flip }: Convolution,
  shape: Sizes<S>,
  rectified = false,
): Tensor<S, D> {
  const { padTop, padLeft } = geometry;
  const copied = paddingMode !== "zeros" && padTop + padBottom + padLeft + padRight > 0;
  const ends = [
    [0, 0],
    [0, 0],
    [padTop, padBottom],
    [padLeft, padRight],
  ] as const;
  const mode = paddingMode === "zeros" ? "constant" : paddingMode;
  const x = copied ? padAxes(name, operands.x, operands.images, ends, mode, 0, operands.shown) : operands.x;
  const height = geometry.h + padTop + padBottom;
  const width = geometry.w + padLeft + padRight;
  const g = copied ? { ...geometry, h: height, w: width, padTop: 0, padLeft: 0 } : geometry;
  const filters = flip ? turned(operands.filters, g.kernelHeight * g.kernelWidth) : operands.filters;
  const out = correlate<S, D>(name, x, filters, operands.bias, g, shape, rectified);
  if (copied) entrust(x, out);
  return out;
}

/** How windows slide, also those of a transposed convolution: then the geometry is of the convolution that leads back. */
export interface ConvolutionDetails {
  readonly geometry: Conv2dGeometry;
}

function correlate<S extends Shape, D extends FloatDType>(
  name: string,
  x: Tensor<Shape, D>,
  filters: Tensor<Shape, D>,
  bias: Tensor<Shape, D> | null,
  g: Conv2dGeometry,
  shape: Sizes<S>,
  rectified: boolean,
): Tensor<S, D> {
  return apply<S, D>({
    name: rectified ? `${name} and relu` : name,
    inputs: bias ? [x, filters, bias] : [x, filters],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies ConvolutionDetails,
    windows: slidingOf(g),
    macs: g.n * g.f * g.p * g.q * (g.c / g.groups) * g.kernelHeight * g.kernelWidth,
    choices: () => choices(g, x.dtype === "float32"),
    forward: (out) =>
      conv2dForward(g, numbers(x), numbers(filters), bias && numbers(bias), out, rectified, sourceOf(filters)),
    backward: (dOut, [needsX, needsFilters, needsBias], out) =>
      behindRelu(rectified, g.n, g.f, g.p * g.q, dOut, out, needsBias === true, (dSums, dBias) => {
        const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
        const dFilters = needsFilters ? roomForGradient(x.dtype, filters.size) : null;
        if (dX) conv2dInputGradient(g, dSums, numbers(filters), dX, sourceOf(filters));
        if (dFilters) conv2dFilterGradient(g, dSums, numbers(x), dFilters);
        return [dX, dFilters, dBias];
      }),
  });
}

/** Filters turned by half a turn. */
function turned<D extends FloatDType>(filters: Tensor<Shape, D>, windowSize: number): Tensor<Shape, D> {
  return apply<Shape, D>({
    name: "flip filters",
    inputs: [filters],
    shape: filters.shape,
    dtype: filters.dtype,
    forward: (out) => turnWindows(windowSize, numbers(filters), out),
    backward: (dOut) => {
      const dFilters = roomForGradient(filters.dtype, filters.size);
      turnWindows(windowSize, dOut, dFilters);
      return [dFilters];
    },
  });
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { choices } from "../compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../compute/conv2d.ts";
import type { Conv2dGeometry } from "../compute/geometry.ts";
import { checkInteger, checkOptions, type Operand, ShapeError } from "../errors.ts";
import { numbers, sourceOf } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { behindRelu } from "./behind-relu.ts";
import { checkNotEmpty, checkRank, checkSameDtype, type First, operand } from "./operands.ts";
import { bothDirections, type Pair, type StridePolicy, windowsOf } from "./window.ts";

/** How a bank of filters slides over images. */
export interface Conv2dSettings {
  /** Step between windows; default 1. */
  readonly stride?: Pair;
  /** Zeros added on each side; default 0. */
  readonly padding?: Pair;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Pair;
  /** Into how many groups the channels are split, each with its own filters; default 1. With C groups: depthwise. */
  readonly groups?: number;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** Settings, and the bias of each filter, `[F]`. */
export interface Conv2dCallOptions<D extends FloatDType = "float32"> extends Conv2dSettings {
  /** Added to each filter's map, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** `[N, F, P, Q]`: the batch of the images, one map a filter, as many rows and columns as windows fit. */
export type Conv2dShape<X extends Shape, W extends Shape> = readonly [First<X>, First<W>, number, number];

/**
 * Cross-correlates a batch of images with a bank of filters, as neural networks do (no filter is turned around).
 *
 *     out[n, f, p, q] = bias[f] + Σ over c, i, j of x[n, c, p·stride + i·dilation - padding, q·... ] · filters[f, c, i, j]
 *
 * @param x images, `[N, C, H, W]`
 * @param filters `[F, C / groups, K, L]`
 * @returns feature maps, `[N, F, P, Q]` with `P = ⌊(H - dilation·(K - 1) - 1 + 2·padding) / stride⌋ + 1`, `Q` likewise
 * @throws ShapeError if the channels differ, groups do not divide, a window is larger than the padded image, or the batch
 *   is empty; OptionError for an unknown option, or one out of range
 * @example conv2d(zeros([1, 1, 28, 28]), zeros([6, 1, 5, 5])).shape // [1, 6, 24, 24]
 */
export function conv2d<X extends Shape, W extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  filters: Tensor<W, D>,
  options: Conv2dCallOptions<D> = {},
): Tensor<Conv2dShape<X, W>, D> {
  return convolve(x, filters, options, false);
}

/** `relu(conv2d(…))` in one pass: the maps are written once, and kept once for the gradient. */
export function conv2dRelu<X extends Shape, W extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  filters: Tensor<W, D>,
  options: Conv2dCallOptions<D> = {},
): Tensor<Conv2dShape<X, W>, D> {
  return convolve(x, filters, options, true);
}

function convolve<X extends Shape, W extends Shape, D extends FloatDType>(
  x: Tensor<X, D>,
  filters: Tensor<W, D>,
  options: Conv2dCallOptions<D>,
  rectified: boolean,
): Tensor<Conv2dShape<X, W>, D> {
  const g = conv2dGeometry(x, filters, options);
  const bias = options.bias ?? null;
  return apply({
    name: rectified ? "conv2d and relu" : "conv2d",
    inputs: bias ? [x, filters, bias] : [x, filters],
    shape: [g.n, g.f, g.p, g.q] as never,
    dtype: x.dtype,
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

/** The shape rule: checks the operands and options, and computes every size that the loops need. */
function conv2dGeometry(x: AnyTensor, filters: AnyTensor, options: Conv2dCallOptions<FloatDType>): Conv2dGeometry {
  const op = "conv2d";
  checkOptions(op, options, ["bias", "stride", "padding", "dilation", "groups", "stridePolicy"]);
  const operands: Operand[] = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "F C K L")];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  checkSameDtype(op, [x, filters, ...(options.bias ? [options.bias] : [])]);
  const { groups = 1 } = options;
  checkInteger(op, "groups", groups, 1);
  const [n, c, h, w] = x.shape as unknown as [number, number, number, number];
  const [f, channels, kernelHeight, kernelWidth] = filters.shape as unknown as [number, number, number, number];
  checkChannels(c, f, channels, groups, operands);
  if (options.bias && options.bias.size !== f) {
    operands.push({ name: "bias", shape: options.bias.shape, axes: "F" });
    throw new ShapeError(
      op,
      `there are ${f} filters, and ${options.bias.size} biases`,
      operands,
      `give a bias of shape [${f}]`,
    );
  }
  const [vertical, horizontal] = bothDirections(op, { ...options, kernelSize: [kernelHeight, kernelWidth] });
  const p = windowsOf(op, "height", h, vertical, operands);
  const q = windowsOf(op, "width", w, horizontal, operands);
  const window = { kernelHeight, kernelWidth, strideY: vertical.stride, strideX: horizontal.stride };
  const border = { padTop: vertical.padding, padLeft: horizontal.padding };
  return {
    n,
    c,
    h,
    w,
    f,
    p,
    q,
    ...window,
    ...border,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
    groups,
  };
}

function checkChannels(c: number, f: number, channels: number, groups: number, operands: readonly Operand[]): void {
  if (c % groups !== 0 || f % groups !== 0) {
    const fix = `choose groups that divide both ${c} channels and ${f} filters`;
    throw new ShapeError("conv2d", `${groups} groups do not divide the channels`, operands, fix);
  }
  if (channels * groups === c) return;
  const problem = `the input has ${c} channels, the filters ${groups === 1 ? channels : `${channels} in each of ${groups} groups`}`;
  const fix = `build the layer with inChannels: ${c}, or feed it ${channels * groups} channels`;
  throw new ShapeError("conv2d", problem, operands, fix);
}

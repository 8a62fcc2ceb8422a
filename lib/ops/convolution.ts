/** What convolutions over images, sequences and by masks have in common, once they know their operands' axes. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { choices } from "../compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../compute/conv2d.ts";
import type { Conv2dGeometry } from "../compute/geometry.ts";
import { turnWindows } from "../compute/turn.ts";
import { checkInteger, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { entrust, numbers, sourceOf } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { behindRelu } from "./behind-relu.ts";
import { windowsOf } from "./output-size.ts";
import { padAxes } from "./pad.ts";
import { checkPaddingMode, type PaddingMode } from "./padding.ts";
import { slidingOf } from "./sliding.ts";
import type { Sliding } from "./window.ts";

/** The options that do not depend on how many directions windows slide in. */
export interface ConvolutionOptions {
  readonly groups?: number;
  readonly paddingMode?: PaddingMode;
  readonly flip?: boolean;
}

/** The operands of a convolution as images and filters, though they may have fewer axes. */
export interface Operands<D extends FloatDType> {
  readonly x: Tensor<Shape, D>;
  readonly filters: Tensor<Shape, D>;
  readonly bias: Tensor<Shape, D> | null;
  readonly images: readonly [n: number, c: number, h: number, w: number];
  readonly bank: readonly [f: number, channels: number, height: number, width: number];
  /** How errors show them. */
  readonly shown: readonly Operand[];
}

/** A convolution with its sizes decided. */
export interface Convolution {
  readonly geometry: Conv2dGeometry;
  readonly padBottom: number;
  readonly padRight: number;
  readonly paddingMode: PaddingMode;
  readonly flip: boolean;
}

/** The shape rule: checks channels, groups and bias, and computes every size that the loops need. */
export function planConvolution<D extends FloatDType>(
  op: string,
  operands: Operands<D>,
  [vertical, horizontal]: readonly [Sliding, Sliding],
  { groups = 1, paddingMode = "zeros", flip = false }: ConvolutionOptions,
): Convolution {
  const [n, c, h, w] = operands.images;
  const [f, channels, kernelHeight, kernelWidth] = operands.bank;
  checkConvolution(op, { groups, paddingMode, flip });
  checkChannels(op, c, f, channels, groups, operands.shown);
  checkBias(op, operands.bias, f, `there are ${f} filters`, operands.shown);
  const rows = windowsOf(op, "height", h, vertical, operands.shown);
  const columns = windowsOf(op, "width", w, horizontal, operands.shown);
  const geometry = {
    n,
    c,
    h,
    w,
    f,
    p: rows.count,
    q: columns.count,
    kernelHeight,
    kernelWidth,
    strideY: vertical.stride,
    strideX: horizontal.stride,
    padTop: rows.before,
    padLeft: columns.before,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
    groups,
  };
  return { geometry, padBottom: rows.after, padRight: columns.after, paddingMode, flip };
}

/** Refuses options that are none. */
export function checkConvolution(
  op: string,
  { groups = 1, paddingMode = "zeros", flip = false }: ConvolutionOptions,
): void {
  checkInteger(op, "groups", groups, 1);
  checkPaddingMode(op, paddingMode);
  if (typeof flip !== "boolean") throw new OptionError(op, `flip is ${describe(flip)}`, "give true or false");
}

/** Refuses a bias of another length than there are output channels. */
export function checkBias(
  op: string,
  bias: AnyTensor | null,
  f: number,
  there: string,
  operands: readonly Operand[],
): void {
  if (bias === null || bias.size === f) return;
  const shown = [...operands, { name: "bias", shape: bias.shape, axes: "F" }];
  throw new ShapeError(op, `${there}, and ${bias.size} biases`, shown, `give a bias of shape [${f}]`);
}

function checkChannels(
  op: string,
  c: number,
  f: number,
  channels: number,
  groups: number,
  operands: readonly Operand[],
): void {
  if (c % groups !== 0 || f % groups !== 0) {
    const fix = `choose groups that divide both ${c} channels and ${f} filters`;
    throw new ShapeError(op, `${groups} groups do not divide the channels`, operands, fix);
  }
  if (channels * groups === c) return;
  const problem = `the input has ${c} channels, the filters ${groups === 1 ? channels : `${channels} in each of ${groups} groups`}`;
  const fix = `build the layer with inChannels: ${c}, or feed it ${channels * groups} channels`;
  throw new ShapeError(op, problem, operands, fix);
}

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

/** The shape rule of convolutions over images, sequences and by masks, once they know their operands' axes. */

import type { Conv2dGeometry } from "../compute/geometry.ts";
import { checkBoolean, checkInteger, type Operand, ShapeError } from "../errors.ts";
import { channelProblem, groupProblem, type Sliding } from "../shapes/algebra.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { windowsOf } from "./output-size.ts";
import { checkPaddingMode, type PaddingMode } from "./padding.ts";

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
  checkBoolean(op, "flip", flip);
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
  const found = groupProblem(c, f, groups) ?? channelProblem(c, channels, groups);
  if (found) throw new ShapeError(op, found.problem, operands, found.fix);
}

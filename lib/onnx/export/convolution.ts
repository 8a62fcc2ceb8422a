/** Convolutions, transposed ones, and weighted sums. */
import type { Conv2dGeometry } from "../../compute/geometry.ts";
import type { ConvolutionDetails } from "../../ops/convolution.ts";
import { as, type Call, channels, type Exporter } from "./exporter.ts";
import type { Attributes, Value } from "./graph.ts";

/** How windows slide along one axis of images. */
export interface Along {
  readonly size: number;
  readonly count: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/** The part of a geometry that says where windows lie. */
type Placed = Pick<
  Conv2dGeometry,
  | "h"
  | "w"
  | "p"
  | "q"
  | "kernelHeight"
  | "kernelWidth"
  | "strideY"
  | "strideX"
  | "dilationY"
  | "dilationX"
  | "padTop"
  | "padLeft"
>;

/** Both directions of images, or the one of sequences. */
export function directions(g: Placed, rank: number): readonly Along[] {
  const vertical = {
    size: g.h,
    count: g.p,
    kernelSize: g.kernelHeight,
    stride: g.strideY,
    dilation: g.dilationY,
    before: g.padTop,
  };
  const horizontal = {
    size: g.w,
    count: g.q,
    kernelSize: g.kernelWidth,
    stride: g.strideX,
    dilation: g.dilationX,
    before: g.padLeft,
  };
  return rank === 3 ? [horizontal] : [vertical, horizontal];
}

/** How far the last window reaches beyond the end; as much as before the beginning, where that makes no more windows. */
export function paddingBehind({ size, count, kernelSize, stride, dilation, before }: Along): number {
  const extent = dilation * (kernelSize - 1) + 1;
  const needed = Math.max(0, (count - 1) * stride + extent - size - before);
  const even = Math.floor((size + 2 * before - extent) / stride) + 1 === count;
  return even && before >= needed ? before : needed;
}

/** The attributes of windows: all that come before padding, then that. */
export function windowAttributes(along: readonly Along[], after: readonly number[]): Attributes {
  return {
    kernel_shape: along.map(({ kernelSize }) => kernelSize),
    strides: along.map(({ stride }) => stride),
    dilations: along.map(({ dilation }) => dilation),
    pads: [...along.map(({ before }) => before), ...after],
  };
}

/** The attributes of windows that are laid down: what is cut off behind them is padding, what is missing is added. */
export function transposedAttributes(along: readonly Along[]): Attributes {
  const behind = along.map(({ size, count, kernelSize, stride, dilation, before }) => {
    return (count - 1) * stride + dilation * (kernelSize - 1) + 1 - before - size;
  });
  return {
    ...windowAttributes(
      along,
      behind.map((cut) => Math.max(0, cut)),
    ),
    output_padding: behind.map((cut) => Math.max(0, -cut)),
  };
}

/** The operands of a convolution: sequences that were padded as images are sequences again. */
function operands(call: Call, count: number): (string | null)[] {
  const [x, filters, bias] = call.inputs as readonly [Value, Value, Value?];
  const rank = filters.shape.length;
  const { shape } = x;
  const images =
    shape.length === rank ? x.name : call.graph.reshape(x.name, shape, [...shape.slice(0, 2), ...shape.slice(3)]);
  return [images, filters.name, bias === undefined ? null : channels(call, bias, count)];
}

const convolution: Exporter<ConvolutionDetails> = (call) => {
  const { geometry } = call.details;
  const along = directions(geometry, call.inputs[1]!.shape.length);
  const windows = windowAttributes(along, along.map(paddingBehind));
  return call.graph.node("Conv", operands(call, geometry.f), { ...windows, group: geometry.groups });
};

/** The geometry is of the convolution that leads back: its images are what comes out. */
const transposed: Exporter<ConvolutionDetails> = (call) => {
  const { geometry } = call.details;
  const along = directions(geometry, call.inputs[1]!.shape.length);
  return call.graph.node("ConvTranspose", operands(call, geometry.c), {
    ...transposedAttributes(along),
    group: geometry.groups,
  });
};

const linear: Exporter = (call) => {
  const [x, weights, bias] = call.inputs as readonly [Value, Value, Value?];
  const sums = bias === undefined ? null : channels(call, bias, weights.shape[0]!);
  return call.graph.node("Gemm", [x.name, weights.name, sums], { transB: 1 });
};

/** Two nodes for what is computed in one pass. */
const rectified =
  <Details extends object>(exporter: Exporter<Details>): Exporter<Details> =>
  (call) =>
    call.graph.node("Relu", [exporter(call)]);

export const convolutions = {
  conv2d: convolution,
  conv1d: convolution,
  "conv2d and relu": rectified(convolution),
  convTranspose1d: transposed,
  convTranspose2d: transposed,
  linear,
  "linear and relu": rectified(linear),
  matmul: as("MatMul"),
};

/** What transposed convolutions of images and of sequences have in common, once they know their operands' axes. */

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { choices, type PassChoice } from "../compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../compute/conv2d.ts";
import { addBias, biasGradient } from "../compute/elementwise.ts";
import type { Conv2dGeometry } from "../compute/geometry.ts";
import { checkInteger, type Operand, OptionError, ShapeError } from "../errors.ts";
import { border, reach, type Sliding } from "../shapes/algebra.ts";
import { numbers, sourceOf } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ConvolutionDetails } from "./convolution.ts";
import { checkBias, type Operands } from "./convolution-plan.ts";
import { slidingOf } from "./sliding.ts";
import { still } from "./window.ts";

/** How the windows of one direction are laid down. */
export interface Spread extends Sliding {
  readonly outputPadding: number;
  /** The size that the output shall have; null where the rest says it. */
  readonly outputSize: number | null;
}

/** An axis along which nothing is spread. */
export const unspread: Spread = { ...still, outputPadding: 0, outputSize: null };

/** One direction's settings together. @throws OptionError for output padding that no convolution leaves */
export function spreading(
  op: string,
  sliding: Sliding,
  outputPadding: number,
  outputSize: number | null = null,
): Spread {
  checkInteger(op, "outputPadding", outputPadding, 0);
  if (outputSize !== null) checkInteger(op, "outputSize", outputSize, 1);
  if (outputPadding > 0 && (outputSize !== null || sliding.padding === "same")) {
    const other = outputSize === null ? 'padding "same"' : "outputSize";
    throw new OptionError(op, `outputPadding and ${other} both say how large the output is`, "give one of them");
  }
  const { stride, dilation } = sliding;
  const bound = Math.max(stride, dilation);
  if (outputPadding < bound) return { ...sliding, outputPadding, outputSize };
  const problem = `outputPadding is ${outputPadding}, with stride ${stride} and dilation ${dilation}`;
  const fix = `give less than ${bound}: it chooses among the sizes that such a convolution makes one of`;
  throw new OptionError(op, problem, fix);
}

/**
 * The shape rule. Gives the geometry of the convolution that leads back, from our output to our input: its images are
 * `[N, F, P, Q]`, its filters our input channels, its windows our input's pixels.
 */
export function planTransposed<D extends FloatDType>(
  op: string,
  { images: [n, c, h, w], bank: [channels, perGroup, kernelHeight, kernelWidth], bias, shown }: Operands<D>,
  [vertical, horizontal]: readonly [Spread, Spread],
  groups: number,
): Conv2dGeometry {
  checkInteger(op, "groups", groups, 1);
  checkChannels(op, c, channels, groups, shown);
  const f = perGroup * groups;
  checkBias(op, bias, f, `there are ${f} output channels`, shown);
  const rows = laidDown(op, "height", h, vertical, shown);
  const columns = laidDown(op, "width", w, horizontal, shown);
  return {
    n,
    c: f,
    h: rows.size,
    w: columns.size,
    f: c,
    p: h,
    q: w,
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
}

function checkChannels(op: string, c: number, channels: number, groups: number, operands: readonly Operand[]): void {
  if (channels !== c) {
    const fix = `build the layer with inChannels: ${c}, or feed it ${channels} channels; filters have input channels first`;
    throw new ShapeError(op, `the input has ${c} channels, the filters take ${channels}`, operands, fix);
  }
  if (c % groups === 0) return;
  const problem = `${groups} groups do not divide the ${c} channels`;
  throw new ShapeError(op, problem, operands, `choose groups that divide ${c}`);
}

/** How large an axis becomes, and what is cut off before it. */
interface Laid {
  readonly size: number;
  readonly before: number;
}

function laidDown(op: string, axis: string, size: number, spread: Spread, operands: readonly Operand[]): Laid {
  const { stride, padding, dilation, outputPadding, outputSize } = spread;
  const extent = reach(spread);
  if (padding === "same") {
    const whole = outputSize ?? size * stride;
    checkWanted(op, axis, size, whole, (size - 1) * stride + 1, size * stride, operands);
    return { size: whole, before: border(padding, whole, stride, extent)[0] };
  }
  const [before, after] = padding;
  const whole = (size - 1) * stride + extent + outputPadding;
  const cut = before + after;
  if (whole <= cut) {
    const problem = `${axis}: padding ${before === after ? before : `[${before}, ${after}]`} cuts off ${cut} of ${whole}, and nothing is left`;
    const fix = `pad by at most ${before === after ? Math.ceil(whole / 2) - 1 : `${whole - 1} in all`}, or use larger filters`;
    throw new ShapeError(op, problem, operands, fix);
  }
  if (outputSize !== null) {
    checkWanted(op, axis, size, outputSize, whole - cut, whole - cut + Math.max(stride, dilation) - 1, operands);
  }
  return { size: outputSize ?? whole - cut, before };
}

function checkWanted(
  op: string,
  axis: string,
  size: number,
  wanted: number,
  least: number,
  most: number,
  operands: readonly Operand[],
): void {
  if (wanted >= least && wanted <= most) return;
  const range = least === most ? `${least}` : `${least} to ${most}`;
  throw new ShapeError(op, `${axis}: ${size} becomes ${range}, not ${wanted}`, operands, `ask for ${range}`);
}

/** Runs a transposed convolution. @param g the convolution that leads back */
export function transpose<S extends Shape, D extends FloatDType>(
  name: string,
  { x, filters, bias }: Operands<D>,
  g: Conv2dGeometry,
  shape: Sizes<S>,
): Tensor<S, D> {
  const { n, c: f } = g;
  const plane = g.h * g.w;
  return apply<S, D>({
    name,
    inputs: bias ? [x, filters, bias] : [x, filters],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies ConvolutionDetails,
    windows: slidingOf(g).map((window) => ({ ...window, transposed: true })),
    macs: x.size * (f / g.groups) * g.kernelHeight * g.kernelWidth,
    // Its passes are those of the convolution that leads back, the first two in each other's place.
    choices: () => {
      const [back, forth, filter] = choices(g, x.dtype === "float32") as [PassChoice, PassChoice, PassChoice];
      return [{ ...forth, pass: "forward" }, { ...back, pass: "input gradient" }, filter];
    },
    forward: (out) => {
      conv2dInputGradient(g, numbers(x), numbers(filters), out, sourceOf(filters));
      if (bias) addBias(n, f, plane, out, numbers(bias), out);
    },
    backward: (dOut, [needsX, needsFilters, needsBias]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dFilters = needsFilters ? roomForGradient(x.dtype, filters.size) : null;
      const dBias = needsBias ? roomForGradient(x.dtype, f) : null;
      if (dX) conv2dForward(g, dOut, numbers(filters), null, dX, false, sourceOf(filters));
      if (dFilters) conv2dFilterGradient(g, numbers(x), dOut, dFilters);
      if (dBias) biasGradient(n, f, plane, dOut, dBias);
      return [dX, dFilters, dBias];
    },
  });
}

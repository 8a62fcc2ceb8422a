import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Pool2dGeometry } from "../compute/geometry.ts";
import {
  averagePool2dForward,
  averagePool2dInputGradient,
  maxPool2dForward,
  maxPool2dInputGradient,
} from "../compute/pool2d.ts";
import { checkOptions, OptionError } from "../errors.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type At, checkNotEmpty, checkRank, checkSameDtype, type First, operand } from "./operands.ts";
import { slidingOf } from "./sliding.ts";
import { bothDirections, type Pair, type StridePolicy, windowsOf } from "./window.ts";

/** How pooling windows slide over feature maps. */
export interface Pool2dSettings {
  /** Side of the window. */
  readonly kernelSize: Pair;
  /** Step between windows; default the window's side, so that windows lie side by side. */
  readonly stride?: Pair;
  /** Border added on each side; at most half the window, so that every window sees something. Default 0. */
  readonly padding?: Pair;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** How the windows of max pooling slide. */
export interface MaxPool2dSettings extends Pool2dSettings {
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Pair;
}

/** How the windows of average pooling slide, and what they divide by. */
export interface AveragePool2dSettings extends Pool2dSettings {
  /** Whether zeros of the padding count as elements of the average; default true, as in PyTorch. */
  readonly countIncludePad?: boolean;
}

/** The names of the options, for checks. */
export const maxPool2dOptions = ["kernelSize", "stride", "padding", "dilation", "stridePolicy"] as const;
export const averagePool2dOptions = ["kernelSize", "stride", "padding", "stridePolicy", "countIncludePad"] as const;

/** `[N, C, P, Q]`: batch and channels stay, rows and columns are as many as windows fit. */
export type Pool2dShape<X extends Shape> = readonly [First<X>, At<X, 1>, number, number];

/**
 * The largest element of each window. Its gradient goes to that element alone (to the first of equals).
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, `P = ⌊(H - dilation·(K - 1) - 1 + 2·padding) / stride⌋ + 1`
 * @throws ShapeError if a window is larger than the padded maps, or the batch is empty; OptionError for an unknown option,
 *   or padding beyond half the window
 */
export function maxPool2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  settings: MaxPool2dSettings,
): Tensor<Pool2dShape<X>, D> {
  const g = pool2dGeometry("maxPool2d", x, settings, maxPool2dOptions);
  const switches = new Home("int32", g.n * g.c * g.p * g.q);
  return apply({
    name: "maxPool2d",
    inputs: [x],
    shape: [g.n, g.c, g.p, g.q] as never,
    dtype: x.dtype,
    windows: slidingOf(g),
    kept: [switches],
    forward: (out) => maxPool2dForward(g, numbers(x), out, switches.numbers() as Int32Array),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      maxPool2dInputGradient(g, dOut, switches.numbers() as Int32Array, dX);
      return [dX];
    },
  });
}

/**
 * The mean of each window. Its gradient is spread evenly over the window.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, P, Q]`, `P = ⌊(H - K + 2·padding) / stride⌋ + 1`
 * @throws ShapeError if a window is larger than the padded maps, or the batch is empty; OptionError for an unknown option,
 *   or padding beyond half the window
 */
export function averagePool2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  settings: AveragePool2dSettings,
): Tensor<Pool2dShape<X>, D> {
  const g = pool2dGeometry("averagePool2d", x, settings, averagePool2dOptions);
  const { countIncludePad = true } = settings;
  return apply({
    name: "averagePool2d",
    inputs: [x],
    shape: [g.n, g.c, g.p, g.q] as never,
    dtype: x.dtype,
    windows: slidingOf(g),
    forward: (out) => averagePool2dForward(g, numbers(x), out, countIncludePad),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      averagePool2dInputGradient(g, dOut, dX, countIncludePad);
      return [dX];
    },
  });
}

/** How the windows of a pooling slide, checked: `[vertical, horizontal]`. @throws OptionError for what pooling cannot do */
export function checkPool2d(op: string, settings: MaxPool2dSettings | AveragePool2dSettings, known: readonly string[]) {
  checkOptions(op, settings, known);
  const { kernelSize, stride = kernelSize } = settings;
  if (kernelSize === undefined) throw new OptionError(op, "kernelSize is missing", "give the window's side, e.g. 2");
  const directions = bothDirections(op, { ...settings, stride });
  const wide = directions.find(({ kernelSize, padding }) => 2 * padding > kernelSize);
  if (wide) {
    const problem = `padding ${wide.padding} is more than half the window ${wide.kernelSize}`;
    throw new OptionError(op, problem, "windows would lie in the border alone: pad less, or pool wider");
  }
  return directions;
}

function pool2dGeometry(
  op: string,
  x: AnyTensor,
  settings: MaxPool2dSettings | AveragePool2dSettings,
  known: readonly string[],
): Pool2dGeometry {
  const operands = [operand(op, "input", x, "N C H W")];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  checkSameDtype(op, [x]);
  const [vertical, horizontal] = checkPool2d(op, settings, known);
  const [n, c, h, w] = x.shape as unknown as [number, number, number, number];
  const p = windowsOf(op, "height", h, vertical, operands);
  const q = windowsOf(op, "width", w, horizontal, operands);
  const window = { kernelHeight: vertical.kernelSize, kernelWidth: horizontal.kernelSize };
  const step = { strideY: vertical.stride, strideX: horizontal.stride };
  const dilation = { dilationY: vertical.dilation, dilationX: horizontal.dilation };
  const [top, left] = [vertical.padding, horizontal.padding];
  const border = { padTop: top, padBottom: top, padLeft: left, padRight: left };
  return { n, c, h, w, p, q, ...window, ...step, ...dilation, ...border };
}

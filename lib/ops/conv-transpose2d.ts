import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { choices, type PassChoice } from "../compute/algorithms.ts";
import { conv2dFilterGradient, conv2dForward, conv2dInputGradient } from "../compute/conv2d.ts";
import { addBias, biasGradient } from "../compute/elementwise.ts";
import type { Conv2dGeometry } from "../compute/geometry.ts";
import { checkInteger, checkOptions, type Operand, OptionError, ShapeError } from "../errors.ts";
import { numbers, sourceOf } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, type First, operand } from "./operands.ts";
import { bothDirections, type Pair, pair, type WindowOptions } from "./window.ts";

/** How a transposed convolution spreads its input: the settings of the convolution that it transposes. */
export interface ConvTranspose2dSettings {
  /** Step between the places where windows are laid down; default 1. */
  readonly stride?: Pair;
  /** Rows and columns cut off on each side of the output; default 0. */
  readonly padding?: Pair;
  /**
   * Rows and columns added below and to the right; less than the stride or the dilation. A convolution with a stride makes
   * one size of several; this says which of them comes back. Default 0, the smallest.
   */
  readonly outputPadding?: Pair;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Pair;
  /** Into how many groups the channels are split, each with its own filters; default 1. */
  readonly groups?: number;
}

/** Settings, and the bias of each output channel, `[F]`. */
export interface ConvTranspose2dCallOptions<D extends FloatDType = "float32"> extends ConvTranspose2dSettings {
  /** Added to each output channel's map, `[F]`; default null, none. */
  readonly bias?: Tensor<Shape, D> | null;
}

/** `[N, F, P, Q]`: the batch of the input; channels, rows and columns follow from filters and settings. */
export type ConvTranspose2dShape<X extends Shape> = readonly [First<X>, number, number, number];

const known = ["bias", "stride", "padding", "outputPadding", "dilation", "groups"];

/**
 * The transpose of a convolution as a linear map (Dumoulin and Visin, 2016, section 4): what `conv2d` with the same
 * settings does to a gradient. Every pixel lays down its window of weights, multiplied by it; where windows overlap, they
 * add up. With stride 2 it doubles rows and columns, which is what decoders and generators use it for.
 *
 * Filters are stored as PyTorch stores them, input channels first: those of the convolution that leads back.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @param filters `[C, F / groups, K, L]`
 * @returns `[N, F, P, Q]` with `P = (H - 1)·stride - 2·padding + dilation·(K - 1) + 1 + outputPadding`, `Q` likewise
 * @throws ShapeError if the channels differ, groups do not divide, the padding leaves no output, or the batch is empty;
 *   OptionError for an unknown option, or one out of range
 * @example convTranspose2d(zeros([1, 16, 7, 7]), zeros([16, 8, 4, 4]), { stride: 2, padding: 1 }).shape // [1, 8, 14, 14]
 */
export function convTranspose2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  filters: Tensor<Shape, D>,
  options: ConvTranspose2dCallOptions<D> = {},
): Tensor<ConvTranspose2dShape<X>, D> {
  const g = transposedGeometry(x, filters, options);
  const { n, c: f, h: p, w: q } = g;
  const bias = options.bias ?? null;
  return apply({
    name: "convTranspose2d",
    inputs: bias ? [x, filters, bias] : [x, filters],
    shape: [n, f, p, q] as never,
    dtype: x.dtype,
    macs: x.size * (f / g.groups) * g.kernelHeight * g.kernelWidth,
    // Its passes are those of the convolution that leads back, the first two in each other's place.
    choices: () => {
      const [back, forth, filter] = choices(g, x.dtype === "float32") as [PassChoice, PassChoice, PassChoice];
      return [{ ...forth, pass: "forward" }, { ...back, pass: "input gradient" }, filter];
    },
    forward: (out) => {
      conv2dInputGradient(g, numbers(x), numbers(filters), out, sourceOf(filters));
      if (bias) addBias(n, f, p * q, out, numbers(bias), out);
    },
    backward: (dOut, [needsX, needsFilters, needsBias]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dFilters = needsFilters ? roomForGradient(x.dtype, filters.size) : null;
      const dBias = needsBias ? roomForGradient(x.dtype, f) : null;
      if (dX) conv2dForward(g, dOut, numbers(filters), null, dX, false, sourceOf(filters));
      if (dFilters) conv2dFilterGradient(g, numbers(x), dOut, dFilters);
      if (dBias) biasGradient(n, f, p * q, dOut, dBias);
      return [dX, dFilters, dBias];
    },
  });
}

/**
 * The shape rule. Gives the geometry of the convolution that leads back, from our output to our input: its images are
 * `[N, F, P, Q]`, its filters our input channels, its windows our input's pixels.
 */
function transposedGeometry(
  x: AnyTensor,
  filters: AnyTensor,
  options: ConvTranspose2dCallOptions<FloatDType>,
): Conv2dGeometry {
  const op = "convTranspose2d";
  checkOptions(op, options, known);
  const operands: Operand[] = [operand(op, "input", x, "N C H W"), operand(op, "filters", filters, "C F K L")];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  checkSameDtype(op, [x, filters, ...(options.bias ? [options.bias] : [])]);
  const [n, c, h, w] = x.shape as unknown as [number, number, number, number];
  const [channels, perGroup, kernelHeight, kernelWidth] = filters.shape as unknown as [number, number, number, number];
  const { groups = 1 } = options;
  checkInteger(op, "groups", groups, 1);
  checkChannels(c, channels, groups, operands);
  const f = perGroup * groups;
  if (options.bias && options.bias.size !== f) {
    operands.push({ name: "bias", shape: options.bias.shape, axes: "F" });
    const problem = `there are ${f} output channels, and ${options.bias.size} biases`;
    throw new ShapeError(op, problem, operands, `give a bias of shape [${f}]`);
  }
  const [vertical, horizontal] = checkConvTranspose2d(op, { ...options, kernelSize: [kernelHeight, kernelWidth] });
  return {
    n,
    c: f,
    h: outputSize("height", h, vertical, operands),
    w: outputSize("width", w, horizontal, operands),
    f: c,
    p: h,
    q: w,
    kernelHeight,
    kernelWidth,
    strideY: vertical.stride,
    strideX: horizontal.stride,
    padTop: vertical.padding,
    padLeft: horizontal.padding,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
    groups,
  };
}

function checkChannels(c: number, channels: number, groups: number, operands: readonly Operand[]): void {
  const op = "convTranspose2d";
  if (channels !== c) {
    const fix = `build the layer with inChannels: ${c}, or feed it ${channels} channels; filters have input channels first`;
    throw new ShapeError(op, `the input has ${c} channels, the filters take ${channels}`, operands, fix);
  }
  if (c % groups === 0) return;
  const problem = `${groups} groups do not divide the ${c} channels`;
  throw new ShapeError(op, problem, operands, `choose groups that divide ${c}`);
}

/** How the windows of one direction are laid down. */
interface Spread extends Required<WindowOptions> {
  readonly outputPadding: number;
}

/** The settings of each direction, `[vertical, horizontal]`, checked. @throws OptionError for one out of range */
export function checkConvTranspose2d(
  op: string,
  { outputPadding = 0, ...settings }: ConvTranspose2dSettings & { readonly kernelSize: Pair },
): readonly [Spread, Spread] {
  const [vertical, horizontal] = bothDirections(op, settings);
  const [below, right] = pair(op, "outputPadding", outputPadding, 0);
  const directions = [
    { ...vertical, outputPadding: below },
    { ...horizontal, outputPadding: right },
  ] as const;
  for (const { outputPadding: added, stride, dilation } of directions) {
    const bound = Math.max(stride, dilation);
    if (added < bound) continue;
    const problem = `outputPadding is ${added}, with stride ${stride} and dilation ${dilation}`;
    const fix = `give less than ${bound}: it chooses among the sizes that such a convolution makes one of`;
    throw new OptionError(op, problem, fix);
  }
  return directions;
}

function outputSize(axis: string, size: number, spread: Spread, operands: readonly Operand[]): number {
  const { kernelSize, stride, padding, dilation, outputPadding } = spread;
  const whole = (size - 1) * stride + dilation * (kernelSize - 1) + 1 + outputPadding;
  if (whole > 2 * padding) return whole - 2 * padding;
  const problem = `${axis}: padding ${padding} cuts off ${2 * padding} of ${whole}, and nothing is left`;
  const fix = `pad by at most ${Math.ceil(whole / 2) - 1}, or use larger filters`;
  throw new ShapeError("convTranspose2d", problem, operands, fix);
}

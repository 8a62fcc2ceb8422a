import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Floats } from "../compute/floats.ts";
import {
  type GroupNormSizes,
  groupNormForward,
  groupNormInputGradient,
  groupNormSums,
  groupStatistics,
  overExamples,
} from "../compute/group-norm.ts";
import { checkInteger, checkOptions, checkPositive, type Operand, ShapeError } from "../errors.ts";
import type { EndsIn, InGroups } from "../shapes/channels.ts";
import type { Fits } from "../shapes/shape.ts";
import { checkShape } from "../tensor/check.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape, type Sizes, sameShape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";

/** What is learned by a normalisation that looks at one example at a time, and its setting. */
export interface NormCallOptions<D extends FloatDType = "float32"> {
  /** The deviation afterwards, γ; default null, 1. */
  readonly weights?: Tensor<Shape, D> | null;
  /** The mean afterwards, β; default null, 0. */
  readonly bias?: Tensor<Shape, D> | null;
  /** Added to the variance, against division by zero; default 1e-5. */
  readonly epsilon?: number;
}

const known = ["weights", "bias", "epsilon"];

/**
 * Gives each example mean 0 and variance 1 over its last axes, then the mean and deviation that are learned, number by
 * number (Ba, Kiros and Hinton, 2016, section 3):
 *
 *     out = (x - mean) / √(variance + epsilon) · weights + bias
 *
 * The variance is divided by the count. An example's result does not depend on the batch, so training and evaluation are
 * the same.
 *
 * @param x `[..., *normalizedShape]`
 * @param normalizedShape the sizes of the last axes, over which mean and variance are taken; a number for the last alone
 * @param options `weights` and `bias` have the shape `normalizedShape`
 * @returns the shape of `x`
 * @throws ShapeError if `x` does not end in these axes, or `weights` or `bias` have another shape; OptionError for an
 *   unknown option
 * @example layerNorm(tensor([[1, 3], [10, 30]]), 2).data // about [-1, 1, -1, 1]
 */
export function layerNorm<
  X extends Shape,
  const S extends number | readonly number[],
  D extends FloatDType = "float32",
>(x: Tensor<X, D> & Fits<EndsIn<X, S>>, normalizedShape: S, options: NormCallOptions<D> = {}): Tensor<X, D> {
  const op = "layerNorm";
  const last = checkNormalizedShape(op, normalizedShape);
  const operands = [operand(op, "input", x)];
  checkNotEmpty(op, operands);
  const shape = x.shape as readonly number[];
  const ending = shape.slice(Math.max(0, shape.length - last.length));
  if (!sameShape(ending, last)) {
    const problem = `the input does not end in the normalised shape [${last.join(", ")}]`;
    const fix = `give ${ending.length === 1 ? ending[0] : `[${ending.join(", ")}]`}, the input's last sizes`;
    throw new ShapeError(op, problem, operands, fix);
  }
  const c = elementCount(last);
  return normalise(op, x, { n: x.size / c, c, plane: 1, groups: 1 }, last, options, operands);
}

/**
 * Gives each group of an example's channels mean 0 and variance 1, then each channel the mean and deviation that are
 * learned (Wu and He, 2018, section 3.1): `layerNorm` with one group, `instanceNorm2d` with as many as channels.
 *
 *     out = (x - mean of the group) / √(variance of the group + epsilon) · weights[c] + bias[c]
 *
 * @param x `[N, C, ...]`
 * @param groups into how many the channels are split, in order; divides C
 * @param options `weights` and `bias` are `[C]`
 * @returns the shape of `x`
 * @throws ShapeError if the groups do not divide, or an option has not C numbers; OptionError for an unknown option
 * @example groupNorm(zeros([1, 6, 5, 5]), 3).shape // [1, 6, 5, 5]
 */
export function groupNorm<X extends Shape, const G extends number, D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<InGroups<"groupNorm", X, number, G>>,
  groups: G,
  options: NormCallOptions<D> = {},
): Tensor<X, D> {
  const op = "groupNorm";
  checkInteger(op, "groups", groups, 1);
  const input = operand(op, "input", x);
  const [n, c, ...pixels] = x.shape as readonly number[];
  if (n === undefined || c === undefined) {
    throw new ShapeError(op, "the input has no channels", [input], "give [N, C, ...]: a batch, and channels behind it");
  }
  const operands = [{ ...input, axes: ["N", "C", "H", "W"].slice(0, x.shape.length).join(" ") }];
  checkNotEmpty(op, operands);
  if (c % groups !== 0) {
    const divisors = Array.from({ length: c }, (_, i) => i + 1).filter((count) => c % count === 0);
    const fix = `choose one of ${divisors.join(", ")}`;
    throw new ShapeError(op, `${groups} groups do not divide ${c} channels`, operands, fix);
  }
  return normalise(op, x, { n, c, plane: elementCount(pixels), groups }, [c], options, operands);
}

/**
 * Gives each feature map of each image mean 0 and variance 1 (Ulyanov, Vedaldi and Lempitsky, 2016, section 2): what a
 * map's brightness and contrast were is gone.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @param options `weights` and `bias` are `[C]`
 * @returns `[N, C, H, W]`
 * @throws ShapeError if a map has a single pixel, which has no spread, or an option has not C numbers; OptionError for an
 *   unknown option
 * @example instanceNorm2d(zeros([1, 3, 8, 8])).shape // [1, 3, 8, 8]
 */
export function instanceNorm2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: NormCallOptions<D> = {},
): Tensor<X, D> {
  const op = "instanceNorm2d";
  const operands = [operand(op, "input", x, "N C H W")];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  const [n, c, h, w] = x.shape as unknown as [number, number, number, number];
  if (h * w === 1) {
    const fix = "feed it maps of at least two pixels, or normalise over channels: layerNorm, groupNorm";
    throw new ShapeError(op, "a map has one pixel, and so no spread", operands, fix);
  }
  return normalise(op, x, { n, c, plane: h * w, groups: c }, [c], options, operands);
}

/** The last axes of a layer normalisation as a list. @throws OptionError, ShapeError if it is no shape, or an empty one */
export function checkNormalizedShape(op: string, normalizedShape: number | readonly number[]): readonly number[] {
  if (typeof normalizedShape === "number") checkInteger(op, "normalizedShape", normalizedShape, 1);
  const last = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  checkShape(op, last);
  if (last.length > 0 && !last.includes(0)) return last;
  const fix = "give the sizes of the last axes, each at least 1";
  throw new ShapeError(op, "the normalised shape holds nothing", [{ name: "normalizedShape", shape: last }], fix);
}

/** What is learned, over which groups of channels, and the last axes' sizes where those are normalised over. */
export interface GroupNormDetails extends Required<NormCallOptions<FloatDType>> {
  readonly groups: number;
  /** The shape of what is learned. */
  readonly learnedShape: readonly number[];
}

function normalise<X extends Shape, D extends FloatDType>(
  op: string,
  x: Tensor<X, D>,
  sizes: GroupNormSizes,
  learnedShape: readonly number[],
  options: NormCallOptions<D>,
  operands: readonly Operand[],
): Tensor<X, D> {
  checkOptions(op, options, known);
  const { weights = null, bias = null, epsilon = 1e-5 } = options;
  checkPositive(op, "epsilon", epsilon);
  checkSameDtype(
    op,
    [x, weights, bias].filter((tensor) => tensor !== null),
  );
  checkLearned(op, weights, "weights", learnedShape, operands);
  checkLearned(op, bias, "bias", learnedShape, operands);
  const { n, c, groups } = sizes;
  const [mean, variance] = [allocate("float64", 0), allocate("float64", 0)];
  let statistics = { mean, variance, epsilon };
  return apply<X, D>({
    name: op,
    inputs: [x, weights, bias].filter((input) => input !== null),
    shape: x.shape as Sizes<X>,
    dtype: x.dtype,
    details: { weights, bias, epsilon, groups, learnedShape } satisfies GroupNormDetails,
    forward: (out) => {
      statistics = { mean: allocate("float64", n * groups), variance: allocate("float64", n * groups), epsilon };
      groupStatistics(sizes, numbers(x), statistics.mean, statistics.variance);
      groupNormForward(sizes, numbers(x), statistics, weights && numbers(weights), bias && numbers(bias), out);
    },
    backward: (dOut, [needsX, ...needsLearned]) => {
      const [sums, products] = [allocate("float64", n * c), allocate("float64", n * c)];
      groupNormSums(sizes, dOut, numbers(x), statistics, sums, products);
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const factors = weights && numbers(weights);
      if (dX) groupNormInputGradient(sizes, dOut, numbers(x), statistics, factors, sums, products, dX);
      const learned = [weights && products, bias && sums].filter((found) => found !== null);
      const total = (found: Float64Array): Floats => {
        const gradient = roomForGradient(x.dtype, c);
        overExamples(n, c, found, gradient);
        return gradient;
      };
      return [dX, ...learned.map((found, i) => (needsLearned[i] ? total(found) : null))];
    },
  });
}

function checkLearned(
  op: string,
  learned: AnyTensor | null,
  name: string,
  shape: readonly number[],
  operands: readonly Operand[],
): void {
  if (learned === null || sameShape(learned.shape, shape)) return;
  const shown = [...operands, { name, shape: learned.shape }];
  throw new ShapeError(op, `${name} has another shape`, shown, `give ${name} of shape [${shape.join(", ")}]`);
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import {
  type BatchNormSizes,
  batchNormForward,
  batchNormInputGradient,
  batchNormSums,
  batchStatistics,
  type ChannelStatistics,
  givenNormInputGradient,
  moveRunning,
} from "../compute/batch-norm.ts";
import type { Floats } from "../compute/floats.ts";
import { checkOptions, checkPositive, describe, type Operand, OptionError, ShapeError } from "../errors.ts";
import { changed, numbers } from "../tensor/numbers.ts";
import type { Shape, Sizes } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";

/** The numbers of batch normalisation that are chosen, not learned. */
export interface BatchNormSettings {
  /** How far the running statistics move towards each batch's, 0 to 1; default 0.1. */
  readonly momentum?: number;
  /** Added to the variance, against division by zero; default 1e-5. */
  readonly epsilon?: number;
}

/** Settings, what is learned, and the running statistics: `[C]` each. */
export interface BatchNormCallOptions<D extends FloatDType = "float32"> extends BatchNormSettings {
  /** The deviation of each channel afterwards, γ; default null, 1. */
  readonly weights?: Tensor<Shape, D> | null;
  /** The mean of each channel afterwards, β; default null, 0. */
  readonly bias?: Tensor<Shape, D> | null;
  /** The running mean: read in evaluation, changed in place in training. Default null, none; given with the variance. */
  readonly runningMean?: Tensor<Shape, D> | null;
  /** The running variance, likewise. */
  readonly runningVariance?: Tensor<Shape, D> | null;
  /** Whether to normalise by the batch's own statistics (default) or, in evaluation, by the running ones. */
  readonly training?: boolean;
}

/** All options, defaults filled in. */
export type BatchNormDetails = Required<BatchNormCallOptions<FloatDType>>;

const known = ["weights", "bias", "runningMean", "runningVariance", "training", "momentum", "epsilon"];

/**
 * Gives every channel of a batch mean 0 and variance 1, then the mean and deviation that are learned (Ioffe and Szegedy,
 * 2015, algorithms 1 and 2). A channel's statistics are over all its pixels in all images:
 *
 *     out = (x - mean) / √(variance + epsilon) · weights + bias
 *
 * In training they are the batch's own, the variance divided by the count, and gradients flow through them. The running ones
 * move: `running ← (1 - momentum) · running + momentum · batch`, this variance divided by the count less one. That is
 * PyTorch's convention in all of it.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C, H, W]`
 * @throws ShapeError if an option has not C numbers, or in training a channel has but one: it has no spread; OptionError for
 *   an unknown option, one out of range, or evaluation without running statistics
 */
export function batchNorm2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: BatchNormCallOptions<D> = {},
): Tensor<X, D> {
  return batchNorm("batchNorm2d", x, "N C H W", options);
}

/** The same for rows of features, `[N, C]` → `[N, C]`: each feature's statistics are over the batch. */
export function batchNorm1d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: BatchNormCallOptions<D> = {},
): Tensor<X, D> {
  return batchNorm("batchNorm1d", x, "N C", options);
}

function batchNorm<X extends Shape, D extends FloatDType>(
  op: string,
  x: Tensor<X, D>,
  axes: string,
  options: BatchNormCallOptions<D>,
): Tensor<X, D> {
  const sizes = batchNormSizes(op, x, axes, options);
  const { n, c, plane } = sizes;
  const { weights = null, bias = null, runningMean = null, runningVariance = null } = options;
  const { training = true, momentum = 0.1, epsilon = 1e-5 } = options;
  const inputs = [x, weights, bias].filter((input) => input !== null);
  let statistics: ChannelStatistics;
  return apply<X, D>({
    name: op,
    inputs,
    shape: x.shape as Sizes<X>,
    dtype: x.dtype,
    details: { weights, bias, runningMean, runningVariance, training, momentum, epsilon } satisfies BatchNormDetails,
    forward: (out) => {
      const [mean, variance] = [allocate("float64", c), allocate("float64", c)];
      statistics = { mean, variance, epsilon };
      if (training) {
        batchStatistics(sizes, numbers(x), mean, variance);
      } else if (runningMean && runningVariance) {
        // copied: training steps before backward would change them
        mean.set(numbers(runningMean));
        variance.set(numbers(runningVariance));
      }
      if (training && runningMean && runningVariance) {
        const count = n * plane;
        moveRunning(momentum, mean, 1, numbers(runningMean));
        moveRunning(momentum, variance, count / (count - 1), numbers(runningVariance));
        changed(runningMean);
        changed(runningVariance);
      }
      batchNormForward(sizes, numbers(x), statistics, weights && numbers(weights), bias && numbers(bias), out);
    },
    backward: (dOut, [needsX, ...needsLearned]) => {
      const [sums, products] = [allocate("float64", c), allocate("float64", c)];
      if (training || needsLearned.includes(true)) batchNormSums(sizes, dOut, numbers(x), statistics, sums, products);
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const factors = weights && numbers(weights);
      if (dX && training) batchNormInputGradient(sizes, dOut, numbers(x), statistics, factors, sums, products, dX);
      else if (dX) givenNormInputGradient(sizes, dOut, statistics, factors, dX);
      const learned = [weights && products, bias && sums].filter((gradient) => gradient !== null);
      return [dX, ...learned.map((gradient, i) => (needsLearned[i] ? rounded(x.dtype, gradient) : null))];
    },
  });
}

function rounded<D extends FloatDType>(dtype: D, values: Float64Array): Floats {
  const out: Floats = roomForGradient(dtype, values.length);
  out.set(values);
  return out;
}

/** The shape rule, and the check of the options. */
function batchNormSizes(
  op: string,
  x: AnyTensor,
  axes: string,
  options: BatchNormCallOptions<FloatDType>,
): BatchNormSizes {
  checkOptions(op, options, known);
  checkBatchNormSettings(op, options);
  const operands: Operand[] = [operand(op, "input", x, axes)];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  const { weights, bias, runningMean, runningVariance, training = true } = options;
  const given = Object.entries({ weights, bias, runningMean, runningVariance }).filter(
    (entry): entry is [string, Tensor<Shape, FloatDType>] => !(entry[1] === undefined || entry[1] === null),
  );
  checkSameDtype(op, [x, ...given.map(([, tensor]) => tensor)]);
  const [n, c, ...pixels] = x.shape as readonly number[] as readonly [number, number, ...number[]];
  for (const [name, tensor] of given) {
    if (tensor.size === c) continue;
    operands.push({ name, shape: tensor.shape, axes: "C" });
    const fix = `build the layer for ${c} channels, or feed it ${tensor.size}`;
    throw new ShapeError(op, `the input has ${c} channels, ${name} ${tensor.size}`, operands, fix);
  }
  const running = [runningMean, runningVariance].filter(Boolean).length;
  if (running === 1 || (running === 0 && !training)) {
    const problem = running === 1 ? "one of the running statistics is missing" : "evaluation has no running statistics";
    throw new OptionError(op, problem, "give both runningMean and runningVariance");
  }
  const plane = pixels.reduce((product, size) => product * size, 1);
  if (training && n * plane === 1) {
    const fix = "train on batches of at least 2 examples, also the last of an epoch; to use the network, call eval()";
    throw new ShapeError(op, "a channel of this batch has one number, and so no spread", operands, fix);
  }
  return { n, c, plane };
}

/** @throws OptionError for a momentum or an epsilon out of range */
export function checkBatchNormSettings(op: string, { momentum = 0.1, epsilon = 1e-5 }: BatchNormSettings): void {
  if (!(Number.isFinite(momentum) && momentum >= 0 && momentum <= 1)) {
    throw new OptionError(op, `momentum is ${describe(momentum)}`, "give a number from 0 to 1");
  }
  checkPositive(op, "epsilon", epsilon);
}

import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { clip } from "../compute/functions.ts";
import * as compute from "../compute/rectifiers.ts";
import { checkOptions, ShapeError } from "../errors.ts";
import type { Slopes } from "../shapes/channels.ts";
import type { First, Fits } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { fromInput } from "./elementwise.ts";
import { checkFinite, checkSameDtype, operand } from "./operands.ts";

/** What a leaky rectifier lets through. */
export interface LeakyReluOptions {
  /** The slope below 0; default 0.01. */
  readonly negativeSlope?: number;
}

/** The settings, checked, with defaults filled in. @throws OptionError */
export function leakyReluSettings(operation: string, options: LeakyReluOptions): Required<LeakyReluOptions> {
  checkOptions(operation, options, ["negativeSlope"]);
  const { negativeSlope = 0.01 } = options;
  checkFinite(operation, "negativeSlope", negativeSlope);
  return { negativeSlope };
}

/**
 * The leaky rectifier: `x` above 0, `negativeSlope · x` elsewhere, so that no unit's gradient dies (Maas et al., 2013).
 *
 * @param options negativeSlope: default 0.01
 * @throws OptionError for an unknown option
 * @example leakyRelu(tensor([-1, 2]), { negativeSlope: 0.1 }).data // [-0.1, 2]
 */
export function leakyRelu<S extends Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D>,
  options: LeakyReluOptions = {},
): Tensor<S, D> {
  const { negativeSlope } = leakyReluSettings("leakyRelu", options);
  return fromInput(
    "leakyRelu",
    x,
    (from, out) => compute.leakyReluForward(from, negativeSlope, out),
    (dOut, from, dX) => compute.leakyReluGradient(dOut, from, negativeSlope, dX),
    { negativeSlope } satisfies Required<LeakyReluOptions>,
  );
}

/**
 * The rectifier whose slope below 0 is learned: `x` above 0, `weights · x` elsewhere (He et al., 2015, eq. 1).
 *
 * @param x `[N, C, ...]`
 * @param weights one for all, `[1]`, or one a channel, `[C]`
 * @throws ShapeError if there is another number of weights
 * @example prelu(tensor([[-1, 2], [3, -4]]), tensor([0.5, 0.25])).data // [-0.5, 2, 3, -1]
 */
export function prelu<S extends Shape, W extends Shape = Shape, D extends FloatDType = "float32">(
  x: Tensor<S, D> & Fits<Slopes<S, First<W>>>,
  weights: Tensor<W, D>,
): Tensor<S, D> {
  const operands = [operand("prelu", "input", x), operand("prelu", "weights", weights)];
  checkSameDtype("prelu", [x, weights]);
  const shape = operands[0]!.shape;
  const channels = shape[1] ?? 1;
  const count = weights.size;
  if (count !== 1 && count !== channels) {
    const fix = channels === 1 ? "give one weight" : `give weights of shape [1], or [${channels}]`;
    throw new ShapeError("prelu", `${channels} channels in axis 1, and ${count} weights`, operands, fix);
  }
  const n = count === 1 ? 1 : (shape[0] ?? 1);
  const plane = count === 1 ? x.size : elementCount(shape.slice(2));
  return apply<S, D>({
    name: "prelu",
    inputs: [x, weights],
    shape: x.shape,
    dtype: x.dtype,
    forward: (out) => compute.preluForward(n, count, plane, numbers(x), numbers(weights), out),
    backward: (dOut, [needsX, needsWeights]) => {
      const dX = needsX ? roomForGradient(x.dtype, x.size) : null;
      const dWeights = needsWeights ? roomForGradient(x.dtype, count) : null;
      if (dX) compute.preluInputGradient(n, count, plane, dOut, numbers(x), numbers(weights), dX);
      if (dWeights) compute.preluWeightGradient(n, count, plane, dOut, numbers(x), dWeights);
      return [dX, dWeights];
    },
  });
}

/**
 * The rectifier with an upper bound, `min(6, max(0, x))`, of MobileNet (Howard et al., 2017). Its gradient is 0 at both
 * corners.
 *
 * @example relu6(tensor([-1, 3, 9])).data // [0, 3, 6]
 */
export function relu6<S extends Shape, D extends FloatDType = "float32">(x: Tensor<S, D>): Tensor<S, D> {
  return fromInput("relu6", x, (from, out) => clip(from, 0, 6, out), compute.relu6Gradient);
}

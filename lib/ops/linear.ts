import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { gemm } from "../compute/gemm.ts";
import { type Operand, ShapeError } from "../errors.ts";
import type { LinearShape } from "../shapes/linear.ts";
import type { At, First, Fits, Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { behindRelu } from "./behind-relu.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";

/**
 * A fully connected layer's map: `x · weightsᵀ + bias`.
 *
 * @param x `[N, I]`, one example a row
 * @param weights `[O, I]`, one output's weights a row, as PyTorch stores them
 * @param bias `[O]`, or null
 * @returns `[N, O]`
 * @throws ShapeError if an example has not as many features as the weights
 */
export function linear<X extends Shape, W extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<LinearShape<X, At<W, 1>, First<W>>>,
  weights: Tensor<W, D>,
  bias: Tensor<Shape, D> | null = null,
): Tensor<Known<LinearShape<X, At<W, 1>, First<W>>>, D> {
  return weightedSums(x, weights, bias, false) as never;
}

/** `relu(linear(…))` in one pass. */
export function linearRelu<D extends FloatDType = "float32">(
  x: Tensor<Shape, D>,
  weights: Tensor<Shape, D>,
  bias: Tensor<Shape, D> | null = null,
): Tensor<Shape, D> {
  return weightedSums(x, weights, bias, true);
}

function weightedSums<D extends FloatDType>(
  x: Tensor<Shape, D>,
  weights: Tensor<Shape, D>,
  bias: Tensor<Shape, D> | null,
  rectified: boolean,
): Tensor<Shape, D> {
  const operands: Operand[] = [operand("linear", "input", x, "N I"), operand("linear", "weights", weights, "O I")];
  checkRank("linear", operands);
  checkNotEmpty("linear", operands);
  checkSameDtype("linear", bias ? [x, weights, bias] : [x, weights]);
  const [n, i] = x.shape as unknown as [number, number];
  const [o, features] = weights.shape as unknown as [number, number];
  if (i !== features) {
    const fix = `build the layer with inFeatures: ${i}, or feed it ${features} features`;
    throw new ShapeError("linear", `the input has ${i} features, the weights ${features}`, operands, fix);
  }
  if (bias && bias.size !== o) {
    operands.push({ name: "bias", shape: bias.shape, axes: "O" });
    throw new ShapeError(
      "linear",
      `there are ${o} outputs, and ${bias.size} biases`,
      operands,
      `give a bias of shape [${o}]`,
    );
  }
  return apply<Shape, D>({
    name: rectified ? "linear and relu" : "linear",
    inputs: bias ? [x, weights, bias] : [x, weights],
    shape: [n, o],
    dtype: x.dtype,
    macs: n * o * i,
    forward: (out) => {
      gemm(n, o, i, numbers(x), i, 1, numbers(weights), 1, i, out, false, {
        bias: bias && numbers(bias),
        relu: rectified,
      });
    },
    backward: (dOut, [needsX, needsWeights, needsBias], out) =>
      behindRelu(rectified, n, o, 1, dOut, out, needsBias === true, (dSums, dBias) => {
        const dX = needsX ? roomForGradient(x.dtype, n * i) : null;
        const dWeights = needsWeights ? roomForGradient(x.dtype, o * i) : null;
        if (dX) gemm(n, i, o, dSums, o, 1, numbers(weights), i, 1, dX, false);
        if (dWeights) gemm(o, i, n, dSums, 1, o, numbers(x), i, 1, dWeights, false);
        return [dX, dWeights, dBias];
      }),
  });
}

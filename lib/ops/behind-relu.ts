import { giveUp, roomForGradient } from "../autograd/gradients.ts";
import { reluGradient } from "../compute/activation.ts";
import { biasReluGradient } from "../compute/bias-relu.ts";
import { biasGradient } from "../compute/elementwise.ts";
import type { Floats } from "../compute/floats.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The gradients of a layer's sums and bias, with or without a rectifier behind them: what both kinds of layer begin their
 * way back with.
 *
 * @param dOut the gradient of the output `[n, f, plane]`
 * @param out the output, of which the rectifier's gradient needs where it is positive
 * @param further the other gradients, from that of the sums, which is on loan, and that of the bias
 */
export function behindRelu(
  rectified: boolean,
  n: number,
  f: number,
  plane: number,
  dOut: Floats,
  out: Tensor<Shape, FloatDType>,
  needsBias: boolean,
  further: (dSums: Floats, dBias: Floats | null) => (Floats | null)[],
): (Floats | null)[] {
  const dBias = needsBias ? roomForGradient(out.dtype, f) : null;
  if (!rectified) {
    if (dBias) biasGradient(n, f, plane, dOut, dBias);
    return further(dOut, dBias);
  }
  const dSums = roomForGradient(out.dtype, dOut.length);
  if (dBias) biasReluGradient(n, f, plane, dOut, numbers(out) as Floats, dSums, dBias);
  else reluGradient(dOut, numbers(out) as Floats, dSums);
  const results = further(dSums, dBias);
  giveUp(dSums);
  return results;
}

import type { Pool2dGeometry } from "../compute/geometry.ts";
import type { GloballyPooled } from "../shapes/convolution.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import { averagePool, maxPool } from "./pooling.ts";

/**
 * The mean of each feature map: one number a channel, whatever the size of the image (Lin et al., 2014, section 3.2). What
 * stands between the last maps and the scores where no `flatten` fixes the image's size. Its gradient is spread evenly.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C]`; PyTorch's adaptive pooling to one pixel keeps two axes of size 1 behind it
 * @throws ShapeError for other axes, and if the batch or a map is empty
 * @example globalAveragePool2d(zeros([2, 512, 7, 7])).shape // [2, 512]
 */
export function globalAveragePool2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<GloballyPooled<X>>,
): Tensor<Known<GloballyPooled<X>>, D> {
  const g = oneWindow("globalAveragePool2d", x);
  return averagePool("globalAveragePool2d", x, g, [g.n, g.c] as never, { countIncludePad: false });
}

/**
 * The largest element of each feature map: whether something is there, wherever it is. Its gradient goes to that element
 * alone (to the first of equals).
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `[N, C]`
 * @throws ShapeError for other axes, and if the batch or a map is empty
 */
export function globalMaxPool2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<GloballyPooled<X>>,
): Tensor<Known<GloballyPooled<X>>, D> {
  const g = oneWindow("globalMaxPool2d", x);
  return maxPool("globalMaxPool2d", x, g, [g.n, g.c] as never);
}

/** The shape rule: a pooling whose one window is the whole map. */
function oneWindow(op: string, x: AnyTensor): Pool2dGeometry {
  const operands = [operand(op, "input", x, "N C H W")];
  checkRank(op, operands);
  checkNotEmpty(op, operands);
  checkSameDtype(op, [x]);
  const [n, c, h, w] = x.shape as unknown as [number, number, number, number];
  const step = { strideY: 1, strideX: 1, dilationY: 1, dilationX: 1 };
  const border = { padTop: 0, padBottom: 0, padLeft: 0, padRight: 0 };
  return { n, c, h, w, p: 1, q: 1, kernelHeight: h, kernelWidth: w, ...step, ...border };
}

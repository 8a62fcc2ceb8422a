import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import type { Pool2dGeometry } from "../compute/geometry.ts";
import {
  averagePool2dForward,
  averagePool2dInputGradient,
  maxPool2dForward,
  maxPool2dInputGradient,
} from "../compute/pool2d.ts";
import { Home } from "../tensor/home.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { type At, checkNotEmpty, checkRank, checkSameDtype, type First, operand } from "./operands.ts";
import { slidingOf } from "./sliding.ts";

/** `[N, C]`: one number a channel, rows as a fully connected layer takes them. */
export type GlobalPool2dShape<X extends Shape> = readonly [First<X>, At<X, 1>];

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
  x: Tensor<X, D>,
): Tensor<GlobalPool2dShape<X>, D> {
  const g = oneWindow("globalAveragePool2d", x);
  return apply({
    name: "globalAveragePool2d",
    inputs: [x],
    shape: [g.n, g.c] as never,
    dtype: x.dtype,
    windows: slidingOf(g),
    forward: (out) => averagePool2dForward(g, numbers(x), out, false),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      averagePool2dInputGradient(g, dOut, dX, false);
      return [dX];
    },
  });
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
  x: Tensor<X, D>,
): Tensor<GlobalPool2dShape<X>, D> {
  const g = oneWindow("globalMaxPool2d", x);
  const switches = new Home("int32", g.n * g.c);
  return apply({
    name: "globalMaxPool2d",
    inputs: [x],
    shape: [g.n, g.c] as never,
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

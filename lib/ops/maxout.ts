import { checkInteger, ShapeError } from "../errors.ts";
import type { Thinned } from "../shapes/channels.ts";
import type { Fits, Known } from "../shapes/shape.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { relabelled } from "./move.ts";
import { operand } from "./operands.ts";
import { max } from "./reduce.ts";

/**
 * The largest of each group of neighbouring channels: an activation that learns its own shape, since each channel of the
 * layer before it is one of its pieces (Goodfellow et al., 2013, section 2). The gradient goes to the largest, to the first
 * of equals.
 *
 * @param x `[N, C, ...]`
 * @param pieces channels of a group; they divide C
 * @returns `[N, C / pieces, ...]`: channel j is the maximum of channels `j · pieces` to `(j + 1) · pieces - 1`
 * @throws ShapeError without channels, or if the pieces do not divide them
 * @example maxout(tensor([[1, 5, 7, 2]]), 2).data // [5, 7]
 */
export function maxout<X extends Shape, const M extends number, D extends FloatDType = "float32">(
  x: Tensor<X, D> & Fits<Thinned<X, M>>,
  pieces: M,
): Tensor<Known<Thinned<X, M>>, D> {
  const input = operand("maxout", "input", x);
  checkInteger("maxout", "pieces", pieces, 1);
  const [n, c, ...rest] = x.shape;
  if (n === undefined || c === undefined) {
    throw new ShapeError("maxout", "there are no channels", [input], "give [N, C], or [N, C, ...]");
  }
  if (c % pieces !== 0) {
    const fix = `give the layer before it ${Math.ceil(c / pieces) * pieces} channels, or choose pieces that divide ${c}`;
    throw new ShapeError("maxout", `${pieces} pieces do not divide ${c} channels`, [input], fix);
  }
  return max(relabelled("maxout", x, [n, c / pieces, pieces, ...rest]), { axis: 2 }) as never;
}

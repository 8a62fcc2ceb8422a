import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { convMatrixGradient, convMatrix as fillMatrix } from "../compute/conv-matrix.ts";
import { checkInteger, checkOptions, describe, OptionError, ShapeError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { place, type WindowsDetails } from "./im2col.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import type { Padding } from "./padding.ts";
import { bothDirections, type Pair, type StridePolicy } from "./window.ts";

/** How the filter slides that is written out as a matrix. */
export interface ConvMatrixOptions {
  /** Step between windows; default 1. */
  readonly stride?: Pair;
  /** Zeros added on the sides, as in `conv2d`; default 0. */
  readonly padding?: Padding;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Pair;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/**
 * A cross-correlation as the matrix A that it is, `vec(y) = A · vec(x)` with `vec` row by row: row `p·Q + q` holds the filter
 * where its window lies on the image, and zeros elsewhere (Dumoulin and Visin, 2016, section 4.1). Its transpose is the
 * transposed convolution, `vec(x') = Aᵀ · vec(y)`. Columns that fall on padding are not there: rows at the edge lose weights.
 *
 *     A[(f, p, q), (c, h, w)] = filter[f, c, i, j] where h = p·stride + i·dilation - top, w likewise
 *
 * @param filter `[K, L]`, or a bank `[F, C, K, L]`
 * @param inputShape of one image: `[H, W]`, or `[C, H, W]` with a bank
 * @returns `[P·Q, H·W]`, or `[F·P·Q, C·H·W]`
 * @throws ShapeError if the axes do not go together, or a window is larger than the padded image; OptionError for an
 *   unknown option, or one out of range
 * @example convMatrix(tensor([[1, 2], [3, 4]]), [3, 3]).shape // [4, 9]
 */
export function convMatrix<D extends FloatDType = "float32">(
  filter: Tensor<Shape, D>,
  inputShape: readonly number[],
  options: ConvMatrixOptions = {},
): Tensor<readonly [number, number], D> {
  const op = "convMatrix";
  checkOptions(op, options, ["stride", "padding", "dilation", "stridePolicy"]);
  if (!Array.isArray(inputShape)) {
    throw new OptionError(op, `inputShape is ${describe(inputShape)}`, "give the image's [H, W], e.g. [3, 3]");
  }
  for (const size of inputShape) checkInteger(op, "inputShape", size, 1);
  const plain = inputShape.length === 2;
  const shown = [
    operand(op, "filter", filter, plain ? "K L" : "F C K L"),
    { name: "image", shape: inputShape, axes: plain ? "H W" : "C H W" },
  ];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  checkSameDtype(op, [filter]);
  const [f, channels, k, l] = (plain ? [1, 1, ...filter.shape] : filter.shape) as Four;
  const [c, h, w] = (plain ? [1, ...inputShape] : inputShape) as unknown as readonly [number, number, number];
  if (channels !== c) {
    const fix = `give a filter of ${c} channels, or an image of ${channels}`;
    throw new ShapeError(op, `the image has ${c} channels, the filter ${channels}`, shown, fix);
  }
  const g = place(op, [1, c, h, w], bothDirections(op, { ...options, kernelSize: [k, l] }), shown);
  return apply({
    name: op,
    inputs: [filter],
    shape: [f * g.p * g.q, c * h * w] as never,
    dtype: filter.dtype,
    details: { geometry: g } satisfies WindowsDetails,
    forward: (out) => fillMatrix(g, f, numbers(filter), out),
    backward: (dOut) => {
      const dFilter = roomForGradient(filter.dtype, filter.size);
      convMatrixGradient(g, f, dOut, dFilter);
      return [dFilter];
    },
  });
}

type Four = readonly [number, number, number, number];

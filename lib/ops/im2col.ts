import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { col2im as foldColumns, im2col as unfoldWindows, type Windows } from "../compute/im2col.ts";
import { checkOptions, type Operand, OptionError, ShapeError } from "../errors.ts";
import type { Sliding } from "../shapes/algebra.ts";
import type { First } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import { windowsOf } from "./output-size.ts";
import type { Padding } from "./padding.ts";
import { bothDirections, type Pair, pair, type StridePolicy } from "./window.ts";

/** How windows slide that are to be columns of a matrix. */
export interface Im2colOptions {
  /** Side of the window, K; or `[K, L]`. */
  readonly kernelSize: Pair;
  /** Step between windows; default 1. */
  readonly stride?: Pair;
  /** Zeros added on the sides, as in `conv2d`; default 0. */
  readonly padding?: Padding;
  /** Step between the elements of a window; default 1. */
  readonly dilation?: Pair;
  /** What to do where the stride does not divide; default `floor`. */
  readonly stridePolicy?: StridePolicy;
}

/** How windows lie that are columns of a matrix, and the images that they are added up in. */
export interface Col2imOptions extends Im2colOptions {
  /** Rows and columns of the images, H for both or `[H, W]`. */
  readonly outputSize: Pair;
}

/** `[N, C·K·L, P·Q]`: a column a window, a row for each of its elements. */
export type Im2colShape<X extends Shape> = readonly [First<X>, number, number];

/** `[N, C, H, W]`. */
export type Col2imShape<X extends Shape> = readonly [First<X>, number, number, number];

const sliding = ["kernelSize", "stride", "padding", "dilation", "stridePolicy"] as const;

/**
 * The windows of images as the columns of a matrix: what turns a convolution into a matrix product (Chellapilla et al.,
 * 2006), `filters [F, C·K·L] · columns`. Element `(c, i, j)` of window `(p, q)` is
 *
 *     out[n, (c·K + i)·L + j, p·Q + q] = x[n, c, p·stride + i·dilation - top, q·... ]
 *
 * and zero outside the image. PyTorch's `unfold`. Convolutions here never build it: a window's numbers lie there once for
 * each window that has them. Its gradient is `col2im`.
 *
 * @param x images, `[N, C, H, W]`
 * @returns `[N, C·K·L, P·Q]`, P and Q as of `conv2d`
 * @throws ShapeError if a window is larger than the padded image, or the batch is empty; OptionError for an unknown option,
 *   or one out of range
 * @example im2col(zeros([1, 3, 32, 32]), { kernelSize: 5 }).shape // [1, 75, 784]
 */
export function im2col<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  options: Im2colOptions,
): Tensor<Im2colShape<X>, D> {
  const op = "im2col";
  checkOptions(op, options, sliding);
  checkKernelSize(op, options.kernelSize);
  const shown = [operand(op, "input", x, "N C H W")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  checkSameDtype(op, [x]);
  const g = place(op, x.shape as unknown as Four, bothDirections(op, options), shown);
  return apply({
    name: op,
    inputs: [x],
    shape: [g.n, g.c * g.kernelHeight * g.kernelWidth, g.p * g.q] as never,
    dtype: x.dtype,
    details: { geometry: g } satisfies WindowsDetails,
    forward: (out) => unfoldWindows(g, numbers(x), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      foldColumns(g, dOut, dX);
      return [dX];
    },
  });
}

/**
 * The way back from `im2col`, its adjoint: adds every element of every column up in the pixel that it stands for. So
 * `col2im(im2col(x))` is x times the number of windows that each pixel is in. PyTorch's `fold`.
 *
 * @param columns `[N, C·K·L, P·Q]`
 * @returns images, `[N, C, H, W]`
 * @throws ShapeError if the rows are no multiple of `K·L`, or the columns not as many as images of that size have windows;
 *   OptionError for an unknown option, or one out of range
 * @example col2im(ones([1, 4, 4]), { outputSize: 3, kernelSize: 2 }) // [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]
 */
export function col2im<X extends Shape, D extends FloatDType = "float32">(
  columns: Tensor<X, D>,
  options: Col2imOptions,
): Tensor<Col2imShape<X>, D> {
  const op = "col2im";
  checkOptions(op, options, [...sliding, "outputSize"]);
  const { outputSize, ...settings } = options;
  checkKernelSize(op, settings.kernelSize);
  if (outputSize === undefined) throw new OptionError(op, "outputSize is missing", "give the images' [H, W]");
  const [h, w] = pair(op, "outputSize", outputSize, 1);
  const directions = bothDirections(op, settings);
  const window = directions[0].kernelSize * directions[1].kernelSize;
  const shown = [operand(op, "columns", columns, "N CKL PQ")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  checkSameDtype(op, [columns]);
  const [n, rows, windows] = columns.shape as unknown as readonly [number, number, number];
  const c = rows / window;
  if (!Number.isInteger(c)) {
    const problem = `${rows} rows are not made of windows of ${window} elements`;
    throw new ShapeError(op, problem, shown, `give a multiple of ${window} rows, or another kernelSize`);
  }
  const g = place(op, [n, c, h, w], directions, shown);
  if (g.p * g.q !== windows) {
    const problem = `images of ${h} × ${w} have ${g.p} × ${g.q} = ${g.p * g.q} windows, and there are ${windows} columns`;
    throw new ShapeError(op, problem, shown, "give the outputSize and settings of the im2col that made them");
  }
  return apply({
    name: op,
    inputs: [columns],
    shape: [n, c, h, w] as never,
    dtype: columns.dtype,
    details: { geometry: g } satisfies WindowsDetails,
    forward: (out) => foldColumns(g, numbers(columns), out),
    backward: (dOut) => {
      const dColumns = roomForGradient(columns.dtype, columns.size);
      unfoldWindows(g, dOut, dColumns);
      return [dColumns];
    },
  });
}

/** Where windows lie in images. */
export interface WindowsDetails {
  readonly geometry: Windows;
}

type Four = readonly [number, number, number, number];

function checkKernelSize(op: string, kernelSize: Pair | undefined): void {
  if (kernelSize === undefined) throw new OptionError(op, "kernelSize is missing", "give the window's side, e.g. 3");
}

/** Where windows lie in images of that shape. */
export function place(
  op: string,
  [n, c, h, w]: Four,
  [vertical, horizontal]: readonly [Sliding, Sliding],
  shown: readonly Operand[],
): Windows {
  const rows = windowsOf(op, "height", h, vertical, shown);
  const columns = windowsOf(op, "width", w, horizontal, shown);
  return {
    n,
    c,
    h,
    w,
    p: rows.count,
    q: columns.count,
    kernelHeight: vertical.kernelSize,
    kernelWidth: horizontal.kernelSize,
    strideY: vertical.stride,
    strideX: horizontal.stride,
    padTop: rows.before,
    padLeft: columns.before,
    dilationY: vertical.dilation,
    dilationX: horizontal.dilation,
  };
}

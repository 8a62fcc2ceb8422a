import { apply } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { maxPool2dForward } from "../compute/pool2d.ts";
import { addAt, firstOutside, placeAt, takeAt, withinPlanes } from "../compute/unpool2d.ts";
import { checkOptions, OptionError, ShapeError } from "../errors.ts";
import { numbers } from "../tensor/numbers.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import { allocate, type FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { operand } from "./operands.ts";
import { checkPool2d, mapsOf, planPool } from "./pool-plan.ts";
import { type MaxPool2dSettings, maxPoolOptions, type Pool2dShape } from "./pool2d.ts";
import type { PoolDetails } from "./pooling.ts";
import { slidingOf } from "./sliding.ts";
import { type Pair, pair } from "./window.ts";

/** What max pooling found, and where. */
export interface PooledWithIndices<X extends Shape, D extends FloatDType = "float32"> {
  /** The largest element of each window, `[N, C, P, Q]`. */
  readonly output: Tensor<Pool2dShape<X>, D>;
  /** Where each was: its position in the map row by row, `row·W + column`. */
  readonly indices: Tensor<Pool2dShape<X>, "int32">;
}

/** How large the maps become that unpooling fills. */
export interface MaxUnpool2dSettings {
  /** Rows and columns, H for both or `[H, W]`; default those of the smallest maps that the windows below cover. */
  readonly outputSize?: Pair;
  /** Side of the pooling's windows. */
  readonly kernelSize?: Pair;
  /** Step of the pooling's windows; default their side. */
  readonly stride?: Pair;
  /** Border of the pooling on each side; default 0. */
  readonly padding?: Pair;
}

/** What an unpooling is told beside its operands. */
export interface UnpoolDetails {
  /** The pooling's windows, down and across; null where the maps' size alone is given. */
  readonly windows: readonly [UnpoolWindow, UnpoolWindow] | null;
}

/** A pooling's windows along one axis. */
export interface UnpoolWindow {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;
}

/**
 * `maxPool2d`, and where each of the largest elements was: what `maxUnpool2d` leads back along.
 *
 * @param x feature maps, `[N, C, H, W]`
 * @returns `output` and `indices`, both `[N, C, P, Q]`; indices are positions in the map, `row·W + column`, as PyTorch's.
 *   −1 where dilation lets a window miss the map altogether
 * @throws as `maxPool2d`
 * @example maxPool2dWithIndices(tensor([[[[1, 9], [7, 3]]]]), { kernelSize: 2 }).indices // [[[[1]]]]
 */
export function maxPool2dWithIndices<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  settings: MaxPool2dSettings,
): PooledWithIndices<X, D> {
  const op = "maxPool2dWithIndices";
  const g = planPool(op, x, "N C H W", checkPool2d(op, settings, maxPoolOptions));
  const shape = [g.n, g.c, g.p, g.q] as never;
  const [windows, size] = [g.p * g.q, g.h * g.w];
  const indices = apply<Pool2dShape<X>, "int32">({
    name: "indices of the largest",
    inputs: [x],
    shape,
    dtype: "int32",
    details: { geometry: g } satisfies PoolDetails,
    forward: (out) => {
      maxPool2dForward(g, numbers(x), allocate(x.dtype, out.length), out);
      withinPlanes(out, windows, size);
    },
  });
  const output = apply<Pool2dShape<X>, D>({
    name: op,
    inputs: [x],
    shape,
    dtype: x.dtype,
    details: { geometry: g } satisfies PoolDetails,
    windows: slidingOf(g),
    forward: (out) => takeAt(numbers(x), numbers(indices), windows, size, out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      addAt(dOut, numbers(indices), windows, size, dX);
      return [dX];
    },
  });
  return { output, indices };
}

/**
 * The way back from max pooling (Zeiler and Fergus, 2014, section 2.1): every number goes where the pooling found it, all
 * else is zero. Of several for one place the last counts, and all get its gradient. PyTorch's `max_unpool2d`.
 *
 *     out[n, c, indices[n, c, p, q]] = x[n, c, p, q]
 *
 * @param x `[N, C, P, Q]`
 * @param indices positions in the map, of `maxPool2dWithIndices`, of x's shape
 * @param settings the maps' size, as `outputSize`, or by the pooling's windows: `H = (P - 1)·stride - 2·padding + K`
 * @returns `[N, C, H, W]`
 * @throws ShapeError if the shapes differ, or an index lies outside of the maps; OptionError if neither `outputSize` nor
 *   `kernelSize` is given, for an unknown option, or one out of range
 * @example maxUnpool2d(tensor([[[[9]]]]), tensor([1], [1, 1, 1, 1], "int32"), { kernelSize: 2 }) // [[[[0, 9], [0, 0]]]]
 */
export function maxUnpool2d<X extends Shape, D extends FloatDType = "float32">(
  x: Tensor<X, D>,
  indices: Tensor<Shape, "int32">,
  settings: MaxUnpool2dSettings,
): Tensor<Pool2dShape<X>, D> {
  const op = "maxUnpool2d";
  checkUnpool(op, settings);
  const { sizes, shown } = mapsOf(op, x, "N C H W");
  const operands = [...shown, operand(op, "indices", indices, "N C H W")];
  if (indices.dtype !== "int32") {
    throw new OptionError(op, `the indices are ${indices.dtype}`, "give those of maxPool2dWithIndices, int32");
  }
  if (!sameShape(x.shape, indices.shape)) {
    throw new ShapeError(op, "the shapes differ", operands, "give an index for each number of the input");
  }
  const [n, c, p, q] = sizes;
  const [h, w] = sizeOf(op, [p, q], settings);
  const [windows, size] = [p * q, h * w];
  return apply({
    name: op,
    inputs: [x, indices],
    shape: [n, c, h, w] as never,
    dtype: x.dtype,
    details: { windows: windowsOf(op, settings) } satisfies UnpoolDetails,
    forward: (out) => {
      const places = numbers(indices);
      const wrong = firstOutside(places, size);
      if (wrong >= 0) {
        const problem = `index ${wrong} is ${places[wrong]}, and maps of ${h} × ${w} have positions 0 to ${size - 1}`;
        throw new ShapeError(op, problem, operands, "give the size of the maps that were pooled as outputSize");
      }
      placeAt(numbers(x), places, windows, size, out);
    },
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      takeAt(dOut, numbers(indices), windows, size, dX);
      return [dX, null];
    },
  });
}

/** Refuses settings that do not say how large the maps become. */
export function checkUnpool(op: string, settings: MaxUnpool2dSettings): void {
  checkOptions(op, settings, ["outputSize", "kernelSize", "stride", "padding"]);
  const { outputSize, kernelSize, stride = 1, padding = 0 } = settings;
  if (outputSize !== undefined) pair(op, "outputSize", outputSize, 1);
  else if (kernelSize === undefined) {
    const fix = "give the maps' size, or the kernelSize of the pooling";
    throw new OptionError(op, "neither outputSize nor kernelSize is given", fix);
  } else pair(op, "kernelSize", kernelSize, 1);
  pair(op, "stride", stride, 1);
  pair(op, "padding", padding, 0);
}

/** The pooling's windows, where they are told. */
function windowsOf(op: string, settings: MaxUnpool2dSettings): UnpoolDetails["windows"] {
  const { kernelSize, stride = kernelSize, padding = 0 } = settings;
  if (kernelSize === undefined) return null;
  const sides = pair(op, "kernelSize", kernelSize, 1);
  const steps = pair(op, "stride", stride!, 1);
  const borders = pair(op, "padding", padding, 0);
  const along = (i: 0 | 1): UnpoolWindow => ({ kernelSize: sides[i], stride: steps[i], padding: borders[i] });
  return [along(0), along(1)];
}

/** The maps' rows and columns. */
function sizeOf(
  op: string,
  counts: readonly [number, number],
  settings: MaxUnpool2dSettings,
): readonly [number, number] {
  if (settings.outputSize !== undefined) return pair(op, "outputSize", settings.outputSize, 1);
  const windows = windowsOf(op, settings)!;
  const along = (i: 0 | 1): number => {
    const { kernelSize, stride, padding } = windows[i];
    const size = (counts[i] - 1) * stride - 2 * padding + kernelSize;
    if (size > 0) return size;
    throw new OptionError(op, `padding ${padding} leaves nothing of the maps`, "pad less");
  };
  return [along(0), along(1)];
}

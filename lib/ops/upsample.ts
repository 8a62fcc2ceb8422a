import { apply, type SlidingWindow } from "../autograd/apply.ts";
import { roomForGradient } from "../autograd/gradients.ts";
import { resampleForward, resampleInputGradient, type Taps } from "../compute/resample.ts";
import {
  checkBoolean,
  checkInteger,
  checkOptions,
  checkPositive,
  describe,
  OptionError,
  ShapeError,
} from "../errors.ts";
import type { Resized } from "../shapes/resize.ts";
import type { Known } from "../shapes/shape.ts";
import { numbers } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import type { FloatDType } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNotEmpty, checkRank, checkSameDtype, operand } from "./operands.ts";
import { type Axis, type Interpolation, tapCount, tapsOf } from "./taps.ts";
import type { Pair } from "./window.ts";

/**
 * How numbers between the pixels are found: `nearest` repeats the pixel that PyTorch's rule finds, `nearest-exact` the one
 * that lies nearest, `bilinear` and `bicubic` weigh 2 × 2 and 4 × 4 of them; `linear` weighs two of a sequence.
 */
export type UpsampleMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "bicubic";

/** How images or sequences are made larger, or smaller; `scale` or `size`, not both. */
export interface UpsampleOptions<
  S extends Pair | undefined = Pair | undefined,
  Z extends Pair | undefined = Pair | undefined,
> {
  /** By how much, e.g. 2; or `[vertical, horizontal]`. Rows become `⌊H·scale⌋`. */
  readonly scale?: S;
  /** To which size; or `[P, Q]`. */
  readonly size?: Z;
  /** Default `nearest`. */
  readonly mode?: UpsampleMode;
  /** Whether the centres of the corner pixels stay where they are, rather than the image's edge; default false. */
  readonly alignCorners?: boolean;
}

/** From which size to which each axis behind the channels goes, and how. */
export interface UpsampleDetails {
  readonly axes: readonly Axis[];
  readonly mode: UpsampleMode;
  readonly alignCorners: boolean;
}

/** What each mode does along one axis. */
export const interpolations: Readonly<Record<UpsampleMode, Interpolation>> = {
  nearest: "nearest",
  "nearest-exact": "nearest-exact",
  linear: "linear",
  bilinear: "linear",
  bicubic: "cubic",
};

/**
 * Images made larger or smaller without weights: PyTorch's `interpolate`.
 *
 * Place p of the result lies at `(p + 1/2) / scale - 1/2` of the image, with `alignCorners` at `p·(H - 1) / (P - 1)`; places
 * before the first pixel count as on it. `bilinear` weighs the pixels around it by nearness, `bicubic` by Keys' cubic (1981)
 * with -3/4, `nearest` takes pixel `⌊p / scale⌋`. Where `size` is given, the scale is `P / H`. Made smaller, images are not
 * smoothed first.
 *
 * @param x images `[N, C, H, W]`, or sequences `[N, C, W]`
 * @returns `[N, C, P, Q]`, or `[N, C, Q]`
 * @throws ShapeError for other axes, an empty batch, or if nothing is left; OptionError if both or neither of `scale` and
 *   `size` are given, for a mode that the axes have not, `alignCorners` with a nearest mode, or an unknown option
 * @example upsample(tensor([[[[1, 2]]]]), { scale: 2 }) // [[[[1, 1, 2, 2], [1, 1, 2, 2]]]]
 */
export function upsample<
  X extends Shape,
  D extends FloatDType = "float32",
  const S extends Pair | undefined = undefined,
  const Z extends Pair | undefined = undefined,
>(x: Tensor<X, D>, options: UpsampleOptions<S, Z>): Tensor<Known<Resized<X, S, Z>>, D> {
  const op = "upsample";
  checkUpsample(op, options);
  const { mode = "nearest", alignCorners = false } = options;
  const flat = operand(op, "input", x).shape.length === 3;
  const shown = [operand(op, "input", x, flat ? "N C W" : "N C H W")];
  checkRank(op, shown);
  checkNotEmpty(op, shown);
  checkSameDtype(op, [x]);
  if (mode === "linear" ? !flat : flat && mode.startsWith("bi")) {
    const fix = flat ? "use linear, nearest or nearest-exact" : "use bilinear, bicubic, nearest or nearest-exact";
    throw new OptionError(op, `mode ${mode} is not for ${flat ? "sequences" : "images"}`, fix);
  }
  if (flat && typeof (options.scale ?? options.size) !== "number") {
    throw new OptionError(op, "a sequence has one direction, and two numbers are given", "give one number");
  }
  const sizes = x.shape as readonly number[];
  const [n, c] = sizes as readonly [number, number];
  const axes = sizes.slice(2).map((from, i): Axis => axisOf(from, flat ? 0 : i, options));
  const none = axes.find(({ to }) => to < 1);
  if (none) throw new ShapeError(op, `nothing is left of ${none.from}`, shown, "use a larger scale");
  const [vertical, horizontal] = flat ? [{ from: 1, to: 1, scale: null }, axes[0]!] : [axes[0]!, axes[1]!];
  const [h, w] = [vertical.from, horizontal.from];
  let taps: readonly [Taps, Taps] | undefined;
  const found = (): readonly [Taps, Taps] => {
    const along = (axis: Axis): Taps => tapsOf(axis, interpolations[mode], alignCorners);
    taps ??= [flat ? tapsOf(vertical, "nearest", false) : along(vertical), along(horizontal)];
    return taps;
  };
  return apply({
    name: op,
    inputs: [x],
    shape: [n, c, ...axes.map(({ to }) => to)] as never,
    dtype: x.dtype,
    details: { axes, mode, alignCorners } satisfies UpsampleDetails,
    ...(axes.every(({ from, to }) => to >= from) ? { windows: axes.map((axis) => seenFrom(axis, mode)) } : {}),
    forward: (out) => resampleForward(n * c, h, w, ...found(), numbers(x), out),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      resampleInputGradient(n * c, h, w, ...found(), dOut, dX);
      return [dX];
    },
  });
}

/** Refuses options that are none. */
export function checkUpsample(op: string, options: UpsampleOptions): void {
  checkOptions(op, options, ["scale", "size", "mode", "alignCorners"]);
  const { scale, size, mode = "nearest", alignCorners = false } = options;
  if ((scale === undefined) === (size === undefined)) {
    const problem = scale === undefined ? "neither scale nor size is given" : "scale and size are both given";
    throw new OptionError(op, problem, "give one of them, e.g. scale: 2");
  }
  for (const one of entries(op, "scale", scale)) checkPositive(op, "scale", one);
  for (const one of entries(op, "size", size)) checkInteger(op, "size", one, 1);
  if (!Object.hasOwn(interpolations, mode)) {
    const modes = Object.keys(interpolations).join(", ");
    throw new OptionError(op, `mode is ${describe(mode)}`, `choose one of ${modes}`);
  }
  checkBoolean(op, "alignCorners", alignCorners);
  if (!alignCorners || !mode.startsWith("nearest")) return;
  throw new OptionError(op, `alignCorners means nothing to mode ${mode}`, "leave it out, or use bilinear");
}

/** One number for both directions, or two. */
function entries(op: string, option: string, value: Pair | undefined): readonly number[] {
  if (value === undefined) return [];
  if (typeof value === "number") return [value];
  if (Array.isArray(value) && value.length === 2) return value as readonly number[];
  throw new OptionError(op, `${option} is ${describe(value)}`, "give one number, or [vertical, horizontal]");
}

/** Which pixels a place sees: as many as there are taps, laid down as a transposed convolution with that stride does. */
function seenFrom({ from, to, scale }: Axis, mode: UpsampleMode): SlidingWindow {
  const stride = scale ?? to / from;
  const taps = tapCount[interpolations[mode]];
  return { kernelSize: taps * stride, stride, dilation: 1, padding: ((taps - 1) * stride) / 2, transposed: true };
}

function axisOf(from: number, direction: number, { scale, size }: UpsampleOptions): Axis {
  const along = (value: Pair): number => (typeof value === "number" ? value : value[direction as 0 | 1]);
  if (size !== undefined) return { from, to: along(size), scale: null };
  const factor = along(scale!);
  return { from, to: Math.floor(from * factor), scale: factor };
}

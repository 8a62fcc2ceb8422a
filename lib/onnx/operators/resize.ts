import { apply } from "../../autograd/apply.ts";
import { roomForGradient } from "../../autograd/gradients.ts";
import { resampleForward, resampleInputGradient, type Taps } from "../../compute/resample.ts";
import { cubic } from "../../ops/taps.ts";
import { numbers } from "../../tensor/numbers.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { map } from "../values/broadcast.ts";
import { convert, saturated } from "../values/convert.ts";
import { pick } from "../values/pick.ts";
import { isFloat, Value } from "../values/value.ts";

/** How an axis is made longer or shorter. */
interface Resized {
  readonly axis: number;
  readonly size: number;
  readonly scale: number;
  readonly out: number;
  /** The part of the axis that `tf_crop_and_resize` takes, as fractions of it. */
  readonly begin: number;
  readonly end: number;
}

/** The axes that change, from scales or from sizes, which may have to keep the image's proportions. */
function axesOf(call: Call, x: Value): Resized[] {
  const rank = x.shape.length;
  const axes = call.ints("axes")?.map((axis) => call.axis(axis, rank)) ?? x.shape.map((_, axis) => axis);
  const roi = call.opset < 11 ? [] : listOf(call, 1);
  const given = call.opset < 9 ? (call.floats("scales") ?? []) : listOf(call, call.opset < 11 ? 1 : 2);
  const sizes = call.opset < 11 ? [] : listOf(call, 3);
  const policy = call.text("keep_aspect_ratio_policy", "stretch");
  const stretched = sizes.map((size, i) => size / x.shape[axes[i]!]!);
  const common = policy === "not_larger" ? Math.min(...stretched) : Math.max(...stretched);
  return axes.map((axis, i): Resized => {
    const size = x.shape[axis]!;
    const scale = sizes.length === 0 ? given[i]! : policy === "stretch" ? stretched[i]! : common;
    const out =
      sizes.length === 0 ? Math.floor(size * scale) : policy === "stretch" ? sizes[i]! : Math.round(size * scale);
    return { axis, size, scale, out, begin: roi[i] ?? 0, end: roi[i + axes.length] ?? 1 };
  });
}

function listOf(call: Call, index: number): number[] {
  return call.maybe(index)?.list ?? [];
}

/** Where an element of the result lies in the input. */
function placeOf(mode: string, at: number, { size, scale, out, begin, end }: Resized): number {
  switch (mode) {
    case "align_corners":
      return out === 1 ? 0 : (at * (size - 1)) / (scale * size - 1);
    case "asymmetric":
      return at / scale;
    case "pytorch_half_pixel":
      return out === 1 ? 0 : (at + 0.5) / scale - 0.5;
    case "half_pixel_symmetric":
      return (size / 2) * (1 - out / (scale * size)) + (at + 0.5) / scale - 0.5;
    case "tf_crop_and_resize":
      return out > 1
        ? begin * (size - 1) + (at * (end - begin) * (size - 1)) / (out - 1)
        : 0.5 * (begin + end) * (size - 1);
    default:
      return (at + 0.5) / scale - 0.5;
  }
}

function nearest(mode: string, place: number): number {
  if (mode === "floor") return Math.floor(place);
  if (mode === "ceil") return Math.ceil(place);
  return mode === "round_prefer_ceil" ? Math.floor(place + 0.5) : Math.ceil(place - 0.5);
}

/** Places and weights around each element; where the result is smaller, antialiasing widens the window by as much. */
function tapsOf(call: Call, mode: string, coordinates: string, axis: Resized): Taps {
  const a = call.float("cubic_coeff_a", -0.75);
  const narrow = call.flag("antialias") ? Math.min(1, axis.scale) : 1;
  const support = mode === "cubic" ? 2 : 1;
  const first = Math.floor(-support / narrow) + 1;
  const count = mode === "nearest" ? 1 : 2 - 2 * first;
  const sources = new Int32Array(axis.out * count);
  const weights = new Float64Array(axis.out * count);
  const weightOf = (x: number): number => (mode === "cubic" ? cubic(Math.abs(x), a) : Math.max(0, 1 - Math.abs(x)));
  const normalised = narrow < 1 || call.flag("exclude_outside");
  for (let i = 0; i < axis.out; i++) {
    const place = placeOf(coordinates, i, axis);
    if (mode === "nearest") {
      sources[i] = Math.min(
        axis.size - 1,
        Math.max(0, nearest(call.text("nearest_mode", "round_prefer_floor"), place)),
      );
      weights[i] = 1;
      continue;
    }
    const left = Math.ceil(place) - 1; // the element before it
    let total = 0;
    for (let tap = 0; tap < count; tap++) {
      const at = left + first + tap;
      const outside = at < 0 || at >= axis.size;
      const weight = outside && call.flag("exclude_outside") ? 0 : weightOf((at - place) * narrow);
      sources[i * count + tap] = Math.min(axis.size - 1, Math.max(0, at));
      weights[i * count + tap] = weight;
      total += weight;
    }
    if (normalised) for (let tap = 0; tap < count; tap++) weights[i * count + tap]! /= total;
  }
  return { taps: count, sources, weights };
}

/** Along one axis, each element as the sum of others, weighted. */
function resample(x: Tensor, axis: number, out: number, taps: Taps): Tensor {
  const outer = elementCount(x.shape.slice(0, axis));
  const inner = elementCount(x.shape.slice(axis + 1));
  const size = x.shape[axis]!;
  // what lies behind the axis stays as it is
  const same: Taps = { taps: 1, sources: Int32Array.from({ length: inner }, (_, j) => j), weights: ones(inner) };
  return apply({
    name: "resize",
    inputs: [x],
    shape: x.shape.map((each, i) => (i === axis ? out : each)),
    dtype: x.dtype,
    forward: (result) => resampleForward(outer, size, inner, taps, same, numbers(x), result),
    backward: (dOut) => {
      const dX = roomForGradient(x.dtype, x.size);
      resampleInputGradient(outer, size, inner, taps, same, dOut, dX);
      return [dX];
    },
  }) as Tensor;
}

function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
}

function resize(call: Call): Value {
  const x = call.value(0);
  const mode = call.text("mode", "nearest");
  // before version 11 of the operators, places are divided by the scale and rounded down
  const coordinates = call.opset < 11 ? "asymmetric" : call.text("coordinate_transformation_mode", "half_pixel");
  const changed = axesOf(call, x).filter(
    ({ size, out, scale }) => size !== out || scale !== 1 || coordinates.startsWith("tf"),
  );
  if (mode === "nearest") return resizeNearest(call, x, changed, coordinates);
  const fractions = isFloat(x.type) ? x : convert(x, "float32");
  let result = fractions.tensor;
  for (const axis of changed) {
    result = resample(result, axis.axis, axis.out, tapsOf(call, mode === "cubic" ? mode : "linear", coordinates, axis));
  }
  const out = extrapolated(call, Value.ofTensor(result), changed, coordinates);
  if (isFloat(x.type)) return call.like(out.tensor);
  const rounded = map<number>("float64", out, (each) => saturated(x.type, each));
  return convert(rounded, x.type);
}

function resizeNearest(call: Call, x: Value, changed: readonly Resized[], coordinates: string): Value {
  const rounding = call.opset < 11 ? "floor" : call.text("nearest_mode", "round_prefer_floor");
  let result = x;
  for (const axis of changed) {
    const outer = elementCount(result.shape.slice(0, axis.axis));
    const inner = elementCount(result.shape.slice(axis.axis + 1));
    const along = Array.from({ length: axis.out }, (_, i) => {
      const place = nearest(rounding, placeOf(coordinates, i, axis));
      return Math.min(axis.size - 1, Math.max(0, place));
    });
    const places = Int32Array.from({ length: outer * axis.out * inner }, (_, i) => {
      const o = Math.floor(i / inner / axis.out);
      return (o * axis.size + along[Math.floor(i / inner) % axis.out]!) * inner + (i % inner);
    });
    const shape = result.shape.map((each, i) => (i === axis.axis ? axis.out : each));
    result = pick("resizeNearest", result, shape, places);
  }
  return extrapolated(call, result, changed, coordinates);
}

/** Under `tf_crop_and_resize`, a number of its own for everything that lies outside. */
function extrapolated(call: Call, x: Value, changed: readonly Resized[], coordinates: string): Value {
  if (coordinates !== "tf_crop_and_resize") return x;
  let result = x;
  for (const axis of changed) {
    const inner = elementCount(result.shape.slice(axis.axis + 1));
    const outside = Array.from({ length: axis.out }, (_, i) => {
      const place = placeOf(coordinates, i, axis);
      return place < 0 || place > axis.size - 1;
    });
    if (!outside.includes(true)) continue;
    const places = Int32Array.from({ length: result.size }, (_, i) =>
      outside[Math.floor(i / inner) % axis.out] ? -1 : i,
    );
    result = pick("extrapolate", result, result.shape, places, call.float("extrapolation_value", 0));
  }
  return result;
}

/** Images made larger or smaller. */
export const resizing: Readonly<Record<string, Operator>> = {
  Resize: { since: 10, run: resize },
  Upsample: { since: 7, until: 10, run: resize },
};

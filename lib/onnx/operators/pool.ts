import { multiply } from "../../ops/arithmetic.ts";
import { abs } from "../../ops/functions.ts";
import { averagePool2d, maxPool2d } from "../../ops/pool2d.ts";
import { power } from "../../ops/powers.ts";
import { max, mean, sum } from "../../ops/reduce.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { pick } from "../values/pick.ts";
import { isFloat, room, Value } from "../values/value.ts";
import { elementsIn, type Windows, windowsOf } from "./windows.ts";

function poolWindows(call: Call, x: Value): Windows[] {
  const kernel = call.ints("kernel_shape");
  if (kernel === null) throw call.wrong("kernel_shape is missing", "the window has no size without it");
  return windowsOf(call, x.shape.slice(2), kernel);
}

/** The same windows for the library's own pools of images; null where these do not take them. */
function forImages(call: Call, windows: readonly Windows[]) {
  const [vertical, horizontal, more] = windows;
  if (vertical === undefined || horizontal === undefined || more !== undefined) return null;
  if (windows.some(({ kernel, before, after }) => Math.max(before, after) > kernel / 2)) return null;
  return {
    kernelSize: [vertical.kernel, horizontal.kernel],
    stride: [vertical.stride, horizontal.stride],
    padding: [
      [vertical.before, vertical.after],
      [horizontal.before, horizontal.after],
    ],
    stridePolicy: call.flag("ceil_mode") && call.text("auto_pad", "NOTSET") === "NOTSET" ? "ceil" : "floor",
  } as const;
}

/** Where the largest element of each window is, of equals the first. */
function placesOfLargest(x: Value, windows: readonly Windows[]): Int32Array {
  const counts = windows.map(({ count }) => count);
  const plane = elementCount(windows.map(({ size }) => size));
  const perPlane = elementCount(counts);
  const planes = plane === 0 ? 0 : x.size / plane;
  const places = new Int32Array(planes * perPlane);
  const from = x.elements as unknown as Float32Array;
  // the elements of each window of one plane, by their place in it
  const taps = Array.from({ length: perPlane }, (_, window) => tapsOf(windows, window));
  for (let p = 0; p < planes; p++) {
    for (let w = 0; w < perPlane; w++) {
      let best = -1;
      for (const tap of taps[w]!) {
        const at = p * plane + tap;
        if (best < 0 || from[at]! > from[best]! || (Number.isNaN(from[at]!) && !Number.isNaN(from[best]!))) best = at;
      }
      places[p * perPlane + w] = best;
    }
  }
  return places;
}

/** The places on a plane that a window, counted row by row, covers. */
function tapsOf(windows: readonly Windows[], window: number): number[] {
  let rest = window;
  let [taps, step] = [[0], 1];
  for (const { size, kernel, stride, dilation, before, count } of [...windows].reverse()) {
    const start = (rest % count) * stride - before;
    rest = Math.floor(rest / count);
    const along = Array.from({ length: kernel }, (_, k) => start + k * dilation).filter((at) => at >= 0 && at < size);
    taps = along.flatMap((at) => taps.map((tap) => tap + at * step));
    step *= size;
  }
  return taps.sort((a, b) => a - b);
}

function maxPool(call: Call): Value[] {
  const x = call.value(0);
  const windows = poolWindows(call, x);
  const images = forImages(call, windows);
  if (isFloat(x.type) && images !== null && !call.wants(1)) {
    const [vertical, horizontal] = windows;
    const dilation = [vertical!.dilation, horizontal!.dilation] as const;
    return [call.like(maxPool2d(x.tensor, { ...images, dilation }))];
  }
  const places = placesOfLargest(x, windows);
  const shape = [...x.shape.slice(0, 2), ...windows.map(({ count }) => count)];
  const sizes = windows.map(({ size }) => size);
  const indices = BigInt64Array.from(places, (place) =>
    BigInt(call.flag("storage_order") ? byColumns(place, sizes) : place),
  );
  return [pick("maxPool", x, shape, places), Value.of("int64", shape, indices)];
}

/** A place counted along the first axes of its plane first. */
function byColumns(place: number, sizes: readonly number[]): number {
  const plane = elementCount(sizes);
  let [rest, at] = [place % plane, 0];
  let step = plane;
  for (const size of [...sizes].reverse()) {
    step /= size;
    at += (rest % size) * step;
    rest = Math.floor(rest / size);
  }
  return place - (place % plane) + at;
}

/** The sum over each window, one axis after the other. */
function windowSums(x: Value, windows: readonly Windows[]): Tensor {
  let sums = x;
  for (const [i, { size, kernel, stride, dilation, before, count }] of windows.entries()) {
    const axis = i + 2;
    const outer = elementCount(sums.shape.slice(0, axis));
    const inner = elementCount(sums.shape.slice(axis + 1));
    const places = new Int32Array(outer * count * kernel * inner);
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (let w = 0; w < count * kernel; w++) {
        const at = Math.floor(w / kernel) * stride - before + (w % kernel) * dilation;
        for (let j = 0; j < inner; j++) places[to++] = at >= 0 && at < size ? (o * size + at) * inner + j : -1;
      }
    }
    const taken = pick("windows", sums, [outer, count, kernel, inner], places);
    const shape = sums.shape.map((each, j) => (j === axis ? count : each));
    sums = Value.ofTensor(sum(taken.tensor, { axis: 2 }) as Tensor).as(shape);
  }
  return sums.tensor;
}

/** 1 by the number of elements of each window, as a tensor that is spread over batch and channels. */
function shares(windows: readonly Windows[], padding: boolean, type: Value["type"]): Value {
  const counts = windows.map(({ count }) => count);
  const out = room(type, elementCount(counts));
  for (let i = 0; i < out.length; i++) {
    let [rest, elements] = [i, 1];
    for (const each of [...windows].reverse()) {
      elements *= elementsIn(each, rest % each.count, padding);
      rest = Math.floor(rest / each.count);
    }
    out[i] = 1 / elements;
  }
  return Value.of(type, counts, out);
}

function averagePool(call: Call): Value {
  const x = call.value(0);
  const windows = poolWindows(call, x);
  const countIncludePad = call.flag("count_include_pad");
  const images = forImages(call, windows);
  if (images !== null && windows.every(({ dilation }) => dilation === 1)) {
    return call.like(averagePool2d(call.tensor(0), { ...images, countIncludePad }));
  }
  const sums = windowSums(Value.ofTensor(call.tensor(0)), windows);
  const type = x.type === "float64" ? "float64" : "float32";
  return call.like(multiply(sums, shares(windows, countIncludePad, type).tensor) as Tensor);
}

function lpPool(call: Call): Value {
  const x = call.tensor(0);
  const p = call.int("p", 2);
  const windows = poolWindows(call, call.value(0));
  const powers = power(abs(x), p) as Tensor;
  return call.like(power(windowSums(Value.ofTensor(powers), windows), 1 / p) as Tensor);
}

/** A pool whose window is all there is behind the channels. */
const whole = (f: (x: Tensor, axes: readonly number[], call: Call) => Tensor): Operator => ({
  run: (call) =>
    call.like(
      f(
        call.tensor(0),
        call
          .value(0)
          .shape.map((_, axis) => axis)
          .slice(2),
        call,
      ),
    ),
});

/** Puts elements back where they were the largest of their windows; everything else is 0. */
function unpooled(call: Call): Value {
  const [x, indices] = [call.value(0), call.value(1)];
  const kernel = call.ints("kernel_shape") ?? [];
  const [strides, pads] = [
    call.ints("strides") ?? kernel.map(() => 1),
    call.ints("pads") ?? kernel.flatMap(() => [0, 0]),
  ];
  const sizes = kernel.map(
    (side, i) => (x.shape[i + 2]! - 1) * strides[i]! + side - pads[i]! - pads[i + kernel.length]!,
  );
  const from = [...x.shape.slice(0, 2), ...sizes];
  const shape = call.maybe(2)?.list ?? from;
  const out = room(x.type, elementCount(shape));
  const list = indices.list;
  const elements = x.elements;
  for (const [i, index] of list.entries()) {
    // a place in the shape that the window implies, as one in the shape that is asked for
    let [rest, at, step] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % from[axis]!) * step;
      rest = Math.floor(rest / from[axis]!);
      step *= shape[axis]!;
    }
    out[at] = elements[i]!;
  }
  return Value.of(x.type, shape, out);
}

/** The largest, the mean or the norm of what windows see. */
export const pools: Readonly<Record<string, Operator>> = {
  AveragePool: { run: averagePool },
  GlobalAveragePool: whole((x, axis) => mean(x, { axis, keepDims: true }) as Tensor),
  GlobalLpPool: whole((x, axis, call) => {
    const p = call.int("p", 2);
    return power(sum(power(abs(x), p) as Tensor, { axis, keepDims: true }) as Tensor, 1 / p) as Tensor;
  }),
  GlobalMaxPool: whole((x, axis) => max(x, { axis, keepDims: true }) as Tensor),
  LpPool: { run: lpPool },
  MaxPool: { run: maxPool },
  MaxUnpool: { since: 9, run: unpooled },
};

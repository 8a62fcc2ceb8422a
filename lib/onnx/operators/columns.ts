import { add } from "../../ops/arithmetic.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { convert } from "../values/convert.ts";
import { isFloat, room, Value } from "../values/value.ts";
import { product } from "./matrix.ts";
import { type Windows, windowsOf } from "./windows.ts";

/** Columns laid down as windows again; where they overlap, they add up. */
function columnsToImage(call: Call): Value {
  const columns = call.value(0);
  const [sizes, kernel] = [call.value(1).list, call.value(2).list];
  const windows = windowsOf(call, sizes, kernel);
  const [n = 0, rows = 0] = columns.shape;
  const taps = elementCount(kernel);
  const [channels, counts] = [rows / taps, elementCount(windows.map(({ count }) => count))];
  const plane = elementCount(sizes);
  const from = columns.elements as ArrayLike<number>;
  const out = room(columns.type, n * channels * plane);
  const places = Array.from({ length: taps * counts }, (_, i) => placeOf(windows, Math.floor(i / counts), i % counts));
  for (let i = 0; i < n * channels; i++) {
    for (const [j, place] of places.entries()) {
      if (place >= 0) (out[i * plane + place] as number) += from[i * taps * counts + j]!;
    }
  }
  const sums = Value.of(columns.type, [n, channels, ...sizes], out);
  return isFloat(columns.type) ? call.like(sums.tensor) : sums;
}

/** Where a tap of a window lies on the plane; -1 beside it. */
function placeOf(windows: readonly Windows[], tap: number, window: number): number {
  let [restOfTap, restOfWindow, place, step] = [tap, window, 0, 1];
  for (const { size, kernel, stride, dilation, before, count } of [...windows].reverse()) {
    const at = (restOfWindow % count) * stride - before + (restOfTap % kernel) * dilation;
    if (at < 0 || at >= size) return -1;
    place += at * step;
    step *= size;
    restOfTap = Math.floor(restOfTap / kernel);
    restOfWindow = Math.floor(restOfWindow / count);
  }
  return place;
}

/** A convolution of images whose taps lie where offsets say, each weighted by a mask (Dai et al., 2017; Zhu et al., 2019). */
function deformed(call: Call): Value {
  const [x, filters, offsets] = [call.value(0), call.value(1), call.value(2)];
  const [bias, mask] = [call.maybeTensor(3), call.maybe(4)];
  const [n = 0, c = 0, height = 0, width = 0] = x.shape;
  const [f = 0, , rows = 0, columns = 0] = filters.shape;
  const [vertical, horizontal] = windowsOf(call, [height, width], [rows, columns]) as [Windows, Windows];
  const [groups, parts] = [call.int("group", 1), call.int("offset_group", 1)];
  const [taps, pixels] = [rows * columns, vertical.count * horizontal.count];
  const [from, shifts] = [x.elements as ArrayLike<number>, offsets.elements as ArrayLike<number>];
  const shares = mask?.elements as ArrayLike<number> | undefined;
  const sampled = new Float64Array(n * c * taps * pixels);
  for (let i = 0; i < sampled.length; i++) {
    const pixel = i % pixels;
    const tap = Math.floor(i / pixels) % taps;
    const channel = Math.floor(i / pixels / taps) % c;
    const batch = Math.floor(i / pixels / taps / c);
    const part = batch * parts + Math.floor((channel * parts) / c);
    const shift = (part * taps + tap) * 2 * pixels + pixel;
    const along = (w: Windows, at: number, k: number): number => at * w.stride - w.before + k * w.dilation;
    const y = along(vertical, Math.floor(pixel / horizontal.count), Math.floor(tap / columns)) + shifts[shift]!;
    const z = along(horizontal, pixel % horizontal.count, tap % columns) + shifts[shift + pixels]!;
    const value = bilinear(from, (batch * c + channel) * height * width, y, z, height, width);
    sampled[i] = value * (shares?.[(part * taps + tap) * pixels + pixel] ?? 1);
  }
  const inner = (c / groups) * taps;
  const bank = Value.fractions(x.type, filters.shape, filters.elements as ArrayLike<number>).as([
    1,
    groups,
    f / groups,
    inner,
  ]);
  const out = product(bank, Value.fractions(x.type, [n, groups, inner, pixels], sampled));
  const maps = out.as([n, f, vertical.count, horizontal.count]);
  const sum = bias === null ? maps.tensor : (add(maps.tensor, Value.ofTensor(bias).as([f, 1, 1]).tensor) as Tensor);
  return convert(Value.ofTensor(sum), x.type);
}

/** Between four pixels; zeros lie around the image. */
function bilinear(from: ArrayLike<number>, plane: number, y: number, x: number, height: number, width: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    const [row, column] = [top + (i >> 1), left + (i & 1)];
    if (row < 0 || row >= height || column < 0 || column >= width) continue;
    sum += (1 - Math.abs(y - row)) * (1 - Math.abs(x - column)) * from[plane + row * width + column]!;
  }
  return sum;
}

/** Convolutions in parts. Gradients do not flow through these. */
export const columns: Readonly<Record<string, Operator>> = {
  Col2Im: { since: 18, run: columnsToImage },
  DeformConv: { since: 19, run: deformed },
};

import { add } from "../../ops/arithmetic.ts";
import { convTranspose2d } from "../../ops/conv-transpose2d.ts";
import { conv2d } from "../../ops/conv2d.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Call, Operator } from "../call.ts";
import { pick } from "../values/pick.ts";
import { Value } from "../values/value.ts";
import { cut, padded } from "./movement.ts";
import { transposed } from "./shapes.ts";
import { type Windows, windowsOf } from "./windows.ts";

/** A convolution over any number of axes: those beyond two are taken apart, so that images are convolved. */
export function convolve(
  x: Value,
  filters: Value,
  bias: Tensor | null,
  windows: readonly Windows[],
  groups: number,
): Tensor {
  const [first, second, ...more] = windows;
  if (first === undefined) throw new RangeError("a convolution without axes");
  if (second === undefined) {
    const flat = (value: Value): Value => value.as([...value.shape.slice(0, 2), 1, value.shape[2]!]);
    const out = Value.ofTensor(convolve(flat(x), flat(filters), bias, [still, first], groups));
    return out.as([...out.shape.slice(0, 2), first.count]).tensor;
  }
  if (more.length > 0) return convolveVolumes(x, filters, bias, windows, groups);
  return conv2d(x.tensor, filters.tensor, {
    bias,
    groups,
    stride: [first.stride, second.stride],
    dilation: [first.dilation, second.dilation],
    padding: [
      [first.before, first.after],
      [second.before, second.after],
    ],
  });
}

/** An axis of one element. */
const still: Windows = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, count: 1 };

/** The sum over the taps of the first axis, each a convolution over the other axes of all its places at once. */
function convolveVolumes(
  x: Value,
  filters: Value,
  bias: Tensor | null,
  windows: readonly Windows[],
  groups: number,
): Tensor {
  const [first, ...rest] = windows as [Windows, ...Windows[]];
  const [n = 0, , depth = 0] = x.shape;
  const around = padded(
    x,
    x.shape.map((_, axis) => (axis === 2 ? [first.before, first.after] : [0, 0])),
    "constant",
  );
  const order = [0, 2, 1, ...rest.map((_, i) => i + 3)];
  let total: Tensor | null = null;
  for (let tap = 0; tap < first.kernel; tap++) {
    const all = (value: Value) => value.shape.map((count) => ({ start: 0, count, step: 1 }));
    const places = all(around);
    places[2] = { start: tap * first.dilation, count: first.count, step: first.stride };
    const taken = transposed(cut(around, places), order);
    const taps = all(filters);
    taps[2] = { start: tap, count: 1, step: 1 };
    const filter = cut(filters, taps);
    const images = taken.as([n * first.count, ...taken.shape.slice(2)]);
    const part = convolve(
      images,
      filter.as([...filter.shape.slice(0, 2), ...filter.shape.slice(3)]),
      null,
      rest,
      groups,
    );
    total = total === null ? part : (add(total, part) as Tensor);
  }
  if (depth === 0 || total === null) throw new RangeError("a convolution over nothing");
  const out = transposed(Value.ofTensor(total).as([n, first.count, ...total.shape.slice(1)]), order).tensor;
  return withBias(out, bias);
}

/** A number for each channel, added to all of its map. */
function withBias(maps: Tensor, bias: Tensor | null): Tensor {
  if (bias === null) return maps;
  const shape = [bias.size, ...new Array<number>(maps.shape.length - 2).fill(1)];
  return add(maps, Value.ofTensor(bias).as(shape).tensor) as Tensor;
}

function conv(call: Call): Value {
  const [x, filters] = [call.value(0), call.value(1)];
  const windows = windowsOf(call, x.shape.slice(2), filters.shape.slice(2));
  const [input, bank] = [Value.ofTensor(call.tensor(0)), Value.ofTensor(call.tensor(1))];
  return call.like(convolve(input, bank, call.maybeTensor(2), windows, call.int("group", 1)));
}

/** The transpose of a convolution without padding. */
function transposeConvolve(x: Value, filters: Value, windows: readonly Windows[], groups: number): Value {
  const [first, second, ...more] = windows as [Windows, Windows?, ...Windows[]];
  if (second === undefined) {
    const flat = (value: Value): Value => value.as([...value.shape.slice(0, 2), 1, value.shape[2]!]);
    const out = transposeConvolve(flat(x), flat(filters), [still, first], groups);
    return out.as([...out.shape.slice(0, 2), out.shape[3]!]);
  }
  if (more.length === 0) {
    const stride = [first.stride, second.stride] as const;
    const dilation = [first.dilation, second.dilation] as const;
    return Value.ofTensor(convTranspose2d(x.tensor, filters.tensor, { stride, dilation, groups }));
  }
  // each tap of the first axis lays down a map for each place, stride by stride
  const rest = [second, ...more];
  const [n = 0, , depth = 0] = x.shape;
  const order = [0, 2, 1, ...rest.map((_, i) => i + 3)];
  const turned = transposed(x, order);
  const images = turned.as([n * depth, ...turned.shape.slice(2)]);
  const size = (depth - 1) * first.stride + (first.kernel - 1) * first.dilation + 1;
  let total: Tensor | null = null;
  for (let tap = 0; tap < first.kernel; tap++) {
    const taps = filters.shape.map((count) => ({ start: 0, count, step: 1 }));
    taps[2] = { start: tap, count: 1, step: 1 };
    const filter = cut(filters, taps);
    const maps = transposeConvolve(
      images,
      filter.as([...filter.shape.slice(0, 2), ...filter.shape.slice(3)]),
      rest,
      groups,
    );
    const inner = elementCount(maps.shape.slice(1));
    const places = Int32Array.from({ length: n * size * inner }, (_, i) => {
      const at = (Math.floor(i / inner) % size) - tap * first.dilation;
      if (at < 0 || at % first.stride !== 0 || at >= depth * first.stride) return -1;
      return (Math.floor(i / inner / size) * depth + at / first.stride) * inner + (i % inner);
    });
    const laid = pick("layDown", maps, [n, size, ...maps.shape.slice(1)], places).tensor;
    total = total === null ? laid : (add(total, laid) as Tensor);
  }
  return transposed(Value.ofTensor(total!), order);
}

/** How a transposed convolution is laid down along an axis, and what of its ends is cut off. */
interface Laid extends Windows {
  /** Added behind: a stride makes one size of several, this says which. */
  readonly more: number;
}

/** The padding follows from the attributes, or from the shape of the output where that is given. */
function laidDown(call: Call, sizes: readonly number[], kernel: readonly number[]): Laid[] {
  const ones = sizes.map(() => 1);
  const [strides, dilations] = [call.ints("strides") ?? ones, call.ints("dilations") ?? ones];
  const added = call.ints("output_padding") ?? sizes.map(() => 0);
  const pads = call.ints("pads") ?? sizes.flatMap(() => [0, 0]);
  const auto = call.text("auto_pad", "NOTSET");
  const wanted = call.ints("output_shape")?.slice(-sizes.length) ?? null;
  return sizes.map((size, i): Laid => {
    const [stride, dilation, side, more] = [strides[i]!, dilations[i]!, kernel[i]!, added[i]!];
    let [before, after] = auto === "VALID" ? [0, 0] : [pads[i]!, pads[i + sizes.length]!];
    const target = wanted?.[i] ?? (auto.startsWith("SAME") ? size * stride : null);
    if (target !== null) {
      const all = (size - 1) * stride + (side - 1) * dilation + 1 + more - target;
      before = auto === "SAME_UPPER" ? Math.floor(all / 2) : all - Math.floor(all / 2);
      after = all - before;
    }
    return { size, kernel: side, stride, dilation, before, after, count: size, more };
  });
}

/** Of images by the library's own operation, where that knows such ends; else without padding, and cut afterwards. */
function convTranspose(call: Call): Value {
  const [x, filters] = [Value.ofTensor(call.tensor(0)), Value.ofTensor(call.tensor(1))];
  const bias = call.maybeTensor(2);
  const groups = call.int("group", 1);
  const laid = laidDown(call, x.shape.slice(2), filters.shape.slice(2));
  const [rows, columns] = laid;
  const usual = laid.every(
    ({ before, after, more, stride, dilation }) => before >= 0 && after >= 0 && more < Math.max(stride, dilation),
  );
  if (rows !== undefined && columns !== undefined && laid.length === 2 && usual) {
    const maps = convTranspose2d(x.tensor, filters.tensor, {
      bias,
      groups,
      stride: [rows.stride, columns.stride],
      dilation: [rows.dilation, columns.dilation],
      padding: [
        [rows.before, rows.after],
        [columns.before, columns.after],
      ],
      outputPadding: [rows.more, columns.more],
    });
    return call.like(maps);
  }
  const full = transposeConvolve(x, filters, laid, groups);
  const ends = laid.map(({ before, after, more }): [number, number] => [-before, more - after]);
  return call.like(withBias(padded(full, [[0, 0], [0, 0], ...ends], "constant").tensor, bias));
}

/** Convolutions and their transposes. */
export const convolutions: Readonly<Record<string, Operator>> = {
  Conv: { learned: [1, 2], run: conv },
  ConvTranspose: { learned: [1, 2], run: convTranspose },
};

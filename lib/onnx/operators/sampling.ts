import { cubic } from "../../ops/taps.ts";
import { elementCount } from "../../tensor/shape.ts";
import type { Call, Operator } from "../call.ts";
import { convert } from "../values/convert.ts";
import { halfToEven } from "../values/small-floats.ts";
import { Value } from "../values/value.ts";

/** What a tensor's elements are along its last axes: a function of the place, which may lie between them. */
interface Field {
  readonly elements: ArrayLike<number>;
  readonly sizes: readonly number[];
}

type Outside = (at: number, size: number) => number | null;

/** The weights of the elements around a place along an axis, and which the first of them is. */
function weightsAround(mode: string, place: number): { first: number; weights: readonly number[] } {
  const floor = Math.floor(place);
  const x = place - floor;
  if (mode === "nearest") return { first: halfToEven(place), weights: [1] };
  if (mode === "linear" || mode === "bilinear") return { first: floor, weights: [1 - x, x] };
  return { first: floor - 1, weights: [cubic(x + 1), cubic(x), cubic(1 - x), cubic(2 - x)] };
}

/** The weighted sum of the elements around a place, one axis after the other. */
function sample(
  { elements, sizes }: Field,
  offset: number,
  places: readonly number[],
  mode: string,
  outside: Outside,
): number {
  const along = (axis: number, start: number): number => {
    if (axis === sizes.length) return elements[start]!;
    const { first, weights } = weightsAround(mode, places[axis]!);
    const step = elementCount(sizes.slice(axis + 1));
    let sum = 0;
    for (const [i, weight] of weights.entries()) {
      const at = outside(first + i, sizes[axis]!);
      if (at !== null && weight !== 0) sum += weight * along(axis + 1, start + at * step);
    }
    return sum;
  };
  return along(0, offset);
}

/** Mirrored at both ends until it lies between them. */
function reflected(place: number, least: number, most: number): number {
  const range = most - least;
  if (range === 0) return least;
  const phase = (((place - least) % (2 * range)) + 2 * range) % (2 * range);
  return least + (phase > range ? 2 * range - phase : phase);
}

/** Elements at places that a grid names: from -1 to 1 along each axis, the last axis first (Jaderberg et al., 2015). */
function gridSampled(call: Call): Value {
  const [x, grid] = [call.value(0), call.value(1)];
  const [n = 0, c = 0, ...sizes] = x.shape;
  const corners = call.flag("align_corners");
  const padding = call.text("padding_mode", "zeros");
  const mode = call.text("mode", "linear").replace("bilinear", "linear").replace("bicubic", "cubic");
  const ends = (size: number): [number, number] => (corners ? [0, size - 1] : [-0.5, size - 0.5]);
  const clamp = (at: number, size: number): number => Math.min(size - 1, Math.max(0, at));
  const outside: Outside = (at, size) => {
    if (at >= 0 && at < size) return at;
    if (padding === "zeros") return null;
    return padding === "border" ? clamp(at, size) : clamp(Math.trunc(reflected(at, ...ends(size))), size);
  };
  const field = { elements: x.elements as ArrayLike<number>, sizes };
  const points = grid.list;
  const out = grid.shape.slice(1, -1);
  const [plane, count, rank] = [elementCount(sizes), elementCount(out), sizes.length];
  const result = new Float64Array(n * c * count);
  for (let i = 0; i < n * count; i++) {
    const places = sizes.map((size, axis) => {
      const at = points[i * rank + (rank - 1 - axis)]!;
      const place = Math.fround(corners ? ((at + 1) / 2) * (size - 1) : ((at + 1) * size - 1) / 2);
      const near = mode === "nearest" ? halfToEven(place) : place;
      const [least, most] = ends(size);
      if (near >= least && near <= most) return near;
      if (padding === "border") return clamp(near, size);
      return padding === "reflection" ? reflected(near, least, most) : near;
    });
    const [batch, point] = [Math.floor(i / count), i % count];
    for (let k = 0; k < c; k++) {
      result[(batch * c + k) * count + point] = sample(field, (batch * c + k) * plane, places, mode, outside);
    }
  }
  return convert(Value.of("float64", [n, c, ...out], result), x.type);
}

/** The places of a regular grid, moved by a matrix for each example. */
function affineGrid(call: Call): Value {
  const theta = call.value(0);
  const [n = 0, , ...sizes] = call.value(1).list;
  const corners = call.flag("align_corners");
  const rank = sizes.length;
  const matrix = theta.list;
  const count = elementCount(sizes);
  const out = new Float64Array(n * count * rank);
  const at = (i: number, size: number): number =>
    corners ? (size === 1 ? -1 : -1 + (2 * i) / (size - 1)) : -1 + (2 * i + 1) / size;
  for (let i = 0; i < n * count; i++) {
    let rest = i % count;
    // the last axis comes first
    const place = [...sizes].reverse().map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return at(index, size);
    });
    const start = Math.floor(i / count) * rank * (rank + 1);
    for (let row = 0; row < rank; row++) {
      const own = matrix.slice(start + row * (rank + 1), start + (row + 1) * (rank + 1));
      out[i * rank + row] = own.reduce((sum, weight, j) => sum + weight * (place[j] ?? 1), 0);
    }
  }
  return convert(Value.of("float64", [n, ...sizes, rank], out), theta.type);
}

/** Each region of interest as so many bins, each the mean, or the largest share, of places in it (He et al., 2017, section 3). */
function regionsAligned(call: Call): Value {
  const [x, rois] = [call.value(0), call.value(1)];
  const [, channels = 0, height = 0, width = 0] = x.shape;
  const batches = call.value(2).list;
  const [rows, columns] = [call.int("output_height", 1), call.int("output_width", 1)];
  const scale = call.float("spatial_scale", 1);
  const ratio = call.int("sampling_ratio", 0);
  const largest = call.text("mode", "avg") === "max";
  const half = call.opset >= 16 && call.text("coordinate_transformation_mode", "half_pixel") === "half_pixel";
  const corners = rois.list.map((corner) => corner * scale - (half ? 0.5 : 0));
  const from = x.elements as ArrayLike<number>;
  const out = new Float64Array(batches.length * channels * rows * columns);
  let to = 0;
  for (const [r, batch] of batches.entries()) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = corners.slice(4 * r, 4 * r + 4);
    const least = half ? Number.NEGATIVE_INFINITY : 1;
    const [binH, binW] = [Math.max(y1 - y0, least) / rows, Math.max(x1 - x0, least) / columns];
    const [downs, rights] = [ratio || Math.ceil(binH), ratio || Math.ceil(binW)];
    for (let c = 0; c < channels; c++) {
      const plane = (batch * channels + c) * height * width;
      for (let bin = 0; bin < rows * columns; bin++) {
        let [sum, best] = [0, Number.NEGATIVE_INFINITY];
        for (let s = 0; s < downs * rights; s++) {
          const y = y0 + (Math.floor(bin / columns) + (Math.floor(s / rights) + 0.5) / downs) * binH;
          const px = x0 + ((bin % columns) + ((s % rights) + 0.5) / rights) * binW;
          for (const [at, weight] of corner4(y, px, height, width)) {
            const share = weight * from[plane + at]!;
            sum += share;
            best = Math.max(best, share);
          }
        }
        out[to++] = largest ? best : sum / Math.max(1, downs * rights);
      }
    }
  }
  return convert(Value.of("float64", [batches.length, channels, rows, columns], out), x.type);
}

/** The four pixels around a place, with their weights; all 0 beyond a pixel's width outside. */
function corner4(y: number, x: number, height: number, width: number): [at: number, weight: number][] {
  if (y < -1 || y > height || x < -1 || x > width) return [[0, 0]];
  const axis = (place: number, size: number): [number, number, number] => {
    const low = Math.min(size - 1, Math.floor(Math.max(0, place)));
    const high = Math.min(size - 1, low + 1);
    return [low, high, high === low ? 0 : Math.max(0, place) - low];
  };
  const [top, bottom, dy] = axis(y, height);
  const [left, right, dx] = axis(x, width);
  return [
    [top * width + left, (1 - dy) * (1 - dx)],
    [top * width + right, (1 - dy) * dx],
    [bottom * width + left, dy * (1 - dx)],
    [bottom * width + right, dy * dx],
  ];
}

/** What takes numbers from places between the pixels. Gradients do not flow through these. */
export const sampling: Readonly<Record<string, Operator>> = {
  AffineGrid: { since: 20, run: affineGrid },
  GridSample: { since: 16, run: gridSampled },
  RoiAlign: { since: 10, run: regionsAligned },
};

import { concat, cumulativeSum, flip, reshape, split, stack, take, transpose } from "../../lib/index.ts";
import type { Given, Run, T } from "./given.ts";

const sizesOf = (x: T): readonly number[] => x.shape as readonly number[];

const axis = (given: Given) => ({ axis: given.number("axis", 0) });

const reshaped: Run = (given) => reshape(given.x, given.numbers("shape") ?? given.numbers("size") ?? []);

/** The part of a split that the case is about. */
const part =
  (parts: (given: Given) => number | readonly number[]): Run =>
  (given) => {
    const all = split(given.x, parts(given), axis(given));
    return all[given.number("indices", 0)]!;
  };

/** Sizes of the parts: one number, of which the last part may have less, or one each. */
function sizesOfParts(given: Given): readonly number[] {
  const [size = 1, ...more] = given.numbers(given.has("split_size") ? "split_size" : "split_size_or_sections") ?? [];
  if (more.length > 0) return [size, ...more];
  const whole = sizesOf(given.x).at(axis(given).axis) ?? 0;
  return Array.from({ length: Math.ceil(whole / size) }, (_, i) => Math.min(size, whole - i * size));
}

export const shapes: Readonly<Record<string, Run>> = {
  cat: (given) => concat(given.inputs, axis(given)),
  concat: (given) => concat(given.inputs, axis(given)),
  stack: (given) => stack(given.inputs, axis(given)),
  split: part(sizesOfParts),
  chunk: part((given) => given.number("chunks")),
  reshape: reshaped,
  view: reshaped,
  flatten: (given) => {
    const shape = sizesOf(given.x);
    const at = (name: string, otherwise: number) => (given.number(name, otherwise) + shape.length) % shape.length;
    const [start, end] = [at("start_dim", 0), at("end_dim", -1)];
    return reshape(given.x, [...shape.slice(0, start), -1, ...shape.slice(end + 1)]);
  },
  squeeze: (given) => {
    const axes = given.numbers("axis")?.map((each) => (each + given.x.shape.length) % given.x.shape.length);
    return reshape(
      given.x,
      sizesOf(given.x).filter((size, i) => size !== 1 || !(axes?.includes(i) ?? true)),
    );
  },
  unsqueeze: (given) => {
    const shape = [...sizesOf(given.x)];
    const { axis: place } = axis(given);
    shape.splice(place < 0 ? place + shape.length + 1 : place, 0, 1);
    return reshape(given.x, shape);
  },
  transpose: (given) => {
    const order = sizesOf(given.x).map((_, i) => i);
    const [a, b] = ["dim0", "dim1"].map((name) => order.at(given.number(name))!) as [number, number];
    [order[a], order[b]] = [b, a];
    return transpose(given.x, order);
  },
  permute: (given) => transpose(given.x, given.numbers("order") ?? []),
  flip: (given) => flip(given.x, given.numbers("axis") ?? []),
  cumsum: (given) => cumulativeSum(given.x, axis(given)),
  index_select: (given) => take(given.x, given.integers("indices"), axis(given)),
  pixel_shuffle: (given) => {
    const [n = 1, c = 1, h = 1, w = 1] = sizesOf(given.x);
    const r = given.number("scale");
    const blocks = transpose(reshape(given.x, [n, c / r ** 2, r, r, h, w]), [0, 1, 4, 2, 5, 3]);
    return reshape(blocks, [n, c / r ** 2, h * r, w * r]);
  },
  pixel_unshuffle: (given) => {
    const [n = 1, c = 1, h = 1, w = 1] = sizesOf(given.x);
    const r = given.number("downscale_factor");
    const blocks = transpose(reshape(given.x, [n, c, h / r, r, w / r, r]), [0, 1, 3, 5, 2, 4]);
    return reshape(blocks, [n, c * r ** 2, h / r, w / r]);
  },
};

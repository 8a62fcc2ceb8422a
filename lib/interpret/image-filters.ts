import { peek } from "../tensor/numbers.ts";
import { allocate } from "../tensor/storage.ts";
import { freshTensor, type Tensor } from "../tensor/tensor.ts";

/** Images moved by whole pixels, what leaves at one edge enters at the other. Of sequences only the last axis; rows stay. */
export function rolled(images: Tensor, down: number, right: number): Tensor {
  const shape = images.shape as readonly number[];
  if ((down === 0 && right === 0) || shape.length < 3) return images;
  const [height, width] = [shape.length === 4 ? shape[2]! : 1, shape.at(-1)!];
  return eachPlane(images, height * width, (from, to) => {
    for (let y = 0; y < height; y++) {
      const row = within(y + down, height) * width;
      for (let x = 0; x < width; x++) to[row + within(x + right, width)] = from[y * width + x]!;
    }
  });
}

function within(place: number, size: number): number {
  return ((place % size) + size) % size;
}

/** Images smoothed by a Gaussian of this deviation in pixels; beyond an edge its pixels are repeated. */
export function blurred(images: Tensor, deviation: number): Tensor {
  const shape = images.shape as readonly number[];
  if (shape.length < 3) return images;
  const [height, width] = [shape.length === 4 ? shape[2]! : 1, shape.at(-1)!];
  const radius = Math.ceil(3 * deviation);
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const total = bell.reduce((sum, weight) => sum + weight, 0);
  const smooth = (from: ArrayLike<number>, at: number, step: number, place: number, size: number): number => {
    let sum = 0;
    for (const [i, weight] of bell.entries()) {
      const near = Math.min(size - 1, Math.max(0, place + i - radius));
      sum += weight * from[at + (near - place) * step]!;
    }
    return sum / total;
  };
  const between = new Float64Array(height * width);
  return eachPlane(images, height * width, (from, to) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) between[y * width + x] = smooth(from, y * width + x, 1, x, width);
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) to[y * width + x] = smooth(between, y * width + x, width, y, height);
    }
  });
}

function eachPlane(images: Tensor, plane: number, change: (from: Float32Array, to: Float32Array) => void): Tensor {
  const from = peek(images);
  const to = allocate(images.dtype, images.size);
  for (let at = 0; at < from.length; at += plane) change(from.subarray(at, at + plane), to.subarray(at, at + plane));
  return freshTensor(to, images.shape, images.dtype) as Tensor;
}

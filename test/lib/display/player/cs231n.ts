// biome-ignore-all format: the matrices of the notes, a row a line
import { Conv2d, tensor } from "../../../../lib/index.ts";

/**
 * The numbers of the convolution demo of CS231n's notes (Stanford; "Convolutional Networks"): 5 × 5 × 3 with a border of
 * zeros, two filters of 3 × 3 × 3, stride 2; and what comes out.
 */
export const image = tensor([
  [
    [[2, 1, 0, 2, 1], [0, 0, 1, 0, 1], [1, 0, 0, 1, 2], [1, 0, 0, 0, 1], [1, 1, 2, 2, 0]],
    [[2, 0, 2, 2, 2], [1, 1, 0, 2, 1], [0, 0, 1, 2, 2], [2, 0, 1, 2, 0], [2, 1, 2, 1, 0]],
    [[0, 1, 0, 2, 1], [1, 0, 1, 0, 0], [1, 2, 2, 1, 1], [0, 0, 0, 1, 1], [2, 2, 0, 1, 2]],
  ],
]);

const filters = tensor([
  [[[-1, -1, 1], [1, 1, 1], [-1, 0, 0]], [[1, -1, 0], [0, 1, 0], [0, 0, 1]], [[1, -1, -1], [0, 0, -1], [1, 0, 1]]],
  [[[0, 1, -1], [1, -1, -1], [1, 1, -1]], [[1, -1, 0], [1, -1, -1], [-1, -1, -1]], [[-1, 1, 1], [0, -1, 0], [0, -1, 0]]],
]);

export const expected = [6, 6, 6, -2, 4, 7, 0, 5, 4, -8, -8, -2, -3, -6, -2, -8, -5, 4];

export function demoLayer(): Conv2d {
  const conv = new Conv2d({ inChannels: 3, outChannels: 2, kernelSize: 3, stride: 2, padding: 1 });
  conv.filters.assign(filters as never);
  conv.bias?.assign(tensor([1, 0]) as never);
  return conv as never;
}

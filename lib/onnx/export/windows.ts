/** What makes windows of images, and images of windows. */
import { convMatrix as matrixOf } from "../../ops/conv-matrix.ts";
import type { WindowsDetails } from "../../ops/im2col.ts";
import { peek } from "../../tensor/numbers.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { DType } from "../../tensor/storage.ts";
import { freshTensor, type Tensor } from "../../tensor/tensor.ts";
import { directions, paddingBehind, transposedAttributes, windowAttributes } from "./convolution.ts";
import type { Call, Exporter } from "./exporter.ts";
import type { GraphWriter, Value } from "./graph.ts";

type Windows = WindowsDetails["geometry"];

/** Filters that each pick one element of the window of one channel, `[C·K·L, 1, K, L]`. */
function picking(graph: GraphWriter, { c, kernelHeight, kernelWidth }: Windows, dtype: DType): string {
  const window = kernelHeight * kernelWidth;
  const filters = new Float32Array(c * window * window);
  for (let row = 0; row < c * window; row++) filters[row * window + (row % window)] = 1;
  return graph.numbers("picking", [c * window, 1, kernelHeight, kernelWidth], filters, dtype);
}

/** The windows of images as maps, `[N, C·K·L, P, Q]`: a convolution whose filters pick. */
function windowsOf({ graph, details, dtype }: Call<WindowsDetails>, x: string): string {
  const { geometry: g } = details;
  const along = directions(g, 4);
  const attributes = { ...windowAttributes(along, along.map(paddingBehind)), group: g.c };
  return graph.node("Conv", [x, picking(graph, g, dtype)], attributes);
}

const im2col: Exporter<WindowsDetails> = (call) => {
  const { graph, inputs, details, shape } = call;
  const { p, q } = details.geometry;
  const maps = windowsOf(call, inputs[0]!.name);
  return graph.reshape(maps, [...shape.slice(0, 2), p, q], shape);
};

/** The transposed convolution with the same filters: each element goes back to its place, and those of one place add up. */
const col2im: Exporter<WindowsDetails> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { geometry: g } = details;
  const [columns] = inputs as readonly [Value];
  const maps = graph.reshape(columns.name, columns.shape, [...columns.shape.slice(0, 2), g.p, g.q]);
  // Rows that no window reaches are zeros behind the others: a convolution of stride s leaves fewer than s of them.
  return graph.node("ConvTranspose", [maps, picking(graph, g, dtype)], {
    ...transposedAttributes(directions(g, 4)),
    group: g.c,
  });
};

/** Each element of the matrix by its place in the filter, behind which a zero is put for all that lie outside of windows. */
const convMatrix: Exporter<WindowsDetails> = ({ graph, inputs, details, shape, dtype }) => {
  const [filter] = inputs as readonly [Value];
  const { geometry: g } = details;
  const window = g.c * g.kernelHeight * g.kernelWidth;
  const f = (shape[0] as number) / (g.p * g.q);
  const numbers = Float64Array.from({ length: f * window }, (_, i) => i + 1);
  const numbered = freshTensor(numbers, [f, g.c, g.kernelHeight, g.kernelWidth], "float64");
  const found = placesIn(numbered, g);
  const places = found.map((place) => (place === 0 ? f * window : place - 1));
  const flat = graph.reshape(filter.name, filter.shape, [f * window]);
  const withZero = graph.node("Concat", [flat, graph.numbers("zero", [1], [0], dtype)], { axis: 0 });
  return graph.node("Gather", [withZero, graph.numbers("places", shape as number[], places, "int32")], { axis: 0 });
};

/** The matrix of a filter whose elements are numbered: from the sizes that its operation decided on. */
function placesIn(numbered: Tensor<Shape, "float64">, g: Windows): Float64Array {
  const behind = directions(g, 4).map(paddingBehind) as [number, number];
  const options = {
    stride: [g.strideY, g.strideX],
    dilation: [g.dilationY, g.dilationX],
    padding: [
      [g.padTop, behind[0]],
      [g.padLeft, behind[1]],
    ],
  } as const;
  return peek(matrixOf(numbered, [g.c, g.h, g.w], options));
}

/** At each position the product of its window with its own filters: a batch of matrix products, one a position. */
const locallyConnected2d: Exporter<WindowsDetails> = (call) => {
  const { graph, inputs, details, shape } = call;
  const [x, filters, bias] = inputs as readonly [Value, Value, Value?];
  const { p, q, c, kernelHeight, kernelWidth } = details.geometry;
  const [n, f] = shape as readonly [never, number];
  const [elements, positions] = [c * kernelHeight * kernelWidth, p * q];
  const columns = graph.reshape(windowsOf(call, x.name), [n, elements, p, q], [n, elements, positions]);
  const banks = graph.reshape(filters.name, filters.shape, [positions, f, elements]);
  const products = graph.node("MatMul", [banks, graph.node("Transpose", [columns], { perm: [2, 1, 0] })]);
  const maps = graph.node("Transpose", [products], { perm: [2, 1, 0] });
  const out = graph.reshape(maps, [n, f, positions], shape);
  return bias === undefined ? out : graph.node("Add", [out, bias.name]);
};

export const windows = { im2col, col2im, convMatrix, locallyConnected2d };

/** Poolings of every kind, and the way back from the largest. */
import type { AdaptivePoolDetails } from "../../ops/adaptive-pool2d.ts";
import type { AveragePoolDetails, LpPoolDetails, PoolDetails } from "../../ops/pooling.ts";
import { elementTypes } from "../element-types.ts";
import { type Along, directions, paddingBehind, windowAttributes } from "./convolution.ts";
import type { Call, Exporter } from "./exporter.ts";
import { reduced } from "./reduce.ts";

/** The directions of a pooling, and how far each one's last window reaches beyond the end. */
function placed(call: Call<PoolDetails>): { along: readonly Along[]; behind: readonly number[] } {
  const along = directions(call.details.geometry, call.inputs[0]!.shape.length);
  return { along, behind: along.map(paddingBehind) };
}

/**
 * Nothing that is padded is ever the largest, so windows that reach beyond the padding (ceil) are padding too. Runtimes pad
 * less than a window has elements; dilated windows may reach further, and then the maps themselves are padded.
 */
function largest(call: Call<PoolDetails>, x: string, outputs: number): string[] {
  const { graph, dtype } = call;
  const { along, behind } = placed(call);
  if (behind.every((reach, i) => reach < along[i]!.kernelSize)) {
    return graph.nodeWithOutputs("MaxPool", [x], windowAttributes(along, behind), outputs);
  }
  if (outputs > 1) {
    throw graph.refusal("its dilated windows reach beyond the maps", "pad the maps before, or use stridePolicy floor");
  }
  const before = along.map((each) => each.before);
  const lowest = graph.scalar("lowest", Number.NEGATIVE_INFINITY, dtype);
  const padded = graph.node("Pad", [x, graph.integers("pads", [0, 0, ...before, 0, 0, ...behind]), lowest]);
  const unpadded = along.map((each) => ({ ...each, before: 0 }));
  const none = along.map(() => 0);
  return graph.nodeWithOutputs("MaxPool", [padded], windowAttributes(unpadded, none), outputs);
}

const maxPool: Exporter<PoolDetails> = (call) => largest(call, call.inputs[0]!.name, 1)[0]!;

const minPool: Exporter<PoolDetails> = (call) => {
  const { graph, inputs } = call;
  return graph.node("Neg", largest(call, graph.node("Neg", [inputs[0]!.name]), 1));
};

/** ONNX counts places in the whole tensor, we within a map. */
const indicesOfLargest: Exporter<PoolDetails> = (call) => {
  const { graph, inputs, details } = call;
  const [, places] = largest(call, inputs[0]!.name, 2);
  const { h, w } = details.geometry;
  const within = graph.node("Mod", [places!, graph.integer("map", h * w)]);
  return graph.node("Cast", [within], { to: elementTypes.int32 });
};

/** The mean of windows, of attributes that every version of the operator has: dilation came with opset 19. */
function mean(call: Call<PoolDetails>, x: string, pads: readonly number[], counted: boolean): string {
  const along = directions(call.details.geometry, call.inputs[0]!.shape.length);
  const { kernel_shape, strides } = windowAttributes(along, []);
  return call.graph.node("AveragePool", [x], { kernel_shape, strides, pads, count_include_pad: counted ? 1 : 0 });
}

/** The mean of windows in which zeros of the padding count, but not what the last window reaches beyond it (ceil). */
function meanWithPadding(call: Call<PoolDetails>, x: string): string {
  const { graph, details } = call;
  const { along, behind } = placed(call);
  const { padBottom, padRight } = details.geometry;
  const before = along.map((each) => each.before);
  const after = along.length === 1 ? [padRight] : [padBottom, padRight];
  if (behind.every((reach, i) => reach <= after[i]!)) return mean(call, x, [...before, ...behind], true);
  const padded = graph.node("Pad", [x, graph.integers("pads", [0, 0, ...before, 0, 0, ...after])]);
  const beyond = behind.map((reach, i) => Math.max(0, reach - after[i]!));
  return mean(call, padded, [...before.map(() => 0), ...beyond], false);
}

function pads(call: Call<PoolDetails>): readonly number[] {
  const { along, behind } = placed(call);
  return [...along.map(({ before }) => before), ...behind];
}

function elementsOfWindow({ geometry: g }: PoolDetails): number {
  return g.kernelHeight * g.kernelWidth;
}

const averagePool: Exporter<AveragePoolDetails> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { countIncludePad, divisorOverride } = details;
  const x = inputs[0]!.name;
  if (divisorOverride !== 0) {
    const factor = graph.scalar("factor", elementsOfWindow(details) / divisorOverride, dtype);
    return graph.node("Mul", [mean(call, x, pads(call), true), factor]); // of whole windows, zeros and all
  }
  return countIncludePad ? meanWithPadding(call, x) : mean(call, x, pads(call), false);
};

/** ONNX's sums powers of absolute values, of whole windows; where ours is another, it is made of the mean of powers. */
const lpPool: Exporter<LpPoolDetails> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { normType: p, geometry: g } = details;
  const x = inputs[0]!.name;
  const { along, behind } = placed(call);
  const within = behind.every((reach, i) => reach <= (along.length === 1 || i === 1 ? g.padRight : g.padBottom));
  if (p % 2 === 0 && within && dtype === "float32") {
    const { kernel_shape, strides } = windowAttributes(along, []);
    return graph.node("LpPool", [x], { kernel_shape, strides, pads: pads(call), p });
  }
  const powers = p === 1 ? x : graph.node("Pow", [x, graph.scalar("p", p, dtype)]);
  const count = graph.scalar("count", elementsOfWindow(details), dtype);
  const sums = graph.node("Mul", [meanWithPadding(call, powers), count]);
  return p === 1 ? sums : graph.node("Pow", [sums, graph.scalar("root", 1 / p, dtype)]);
};

/** Where the windows of an adaptive pooling begin and end: window i holds ⌊i·size/count⌋ to ⌈(i + 1)·size/count⌉ - 1. */
function divided(size: number, count: number): readonly (readonly [begin: number, end: number])[] {
  return Array.from({ length: count }, (_, i) => [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]);
}

/** What an adaptive pooling is told: of its own, or of an ordinary one where windows are of one size. */
type Adaptive = AdaptivePoolDetails | PoolDetails;

const whole = ({ p, q }: Adaptive["geometry"]): boolean => p === 1 && q === 1;

const isEven = (call: Call<Adaptive>): boolean => "kernelHeight" in call.details.geometry;

/** Where windows are of one size it is an ordinary pooling, of one window all over the maps a global one. */
const adaptiveAverage: Exporter<Adaptive> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { geometry: g } = details;
  const x = inputs[0]!.name;
  if (whole(g)) return graph.node("GlobalAveragePool", [x]);
  if (isEven(call)) return averagePool(call as Call<AveragePoolDetails>);
  const shares = (role: string, size: number, count: number, across: boolean): string => {
    const matrix = new Float64Array(size * count);
    for (const [i, [begin, end]] of divided(size, count).entries()) {
      for (let at = begin; at < end; at++) matrix[across ? at * count + i : i * size + at] = 1 / (end - begin);
    }
    return graph.numbers(role, across ? [size, count] : [count, size], matrix, dtype);
  };
  const columns = graph.node("MatMul", [x, shares("columns", g.w, g.q, true)]);
  return graph.node("MatMul", [shares("rows", g.h, g.p, false), columns]);
};

const adaptiveMax: Exporter<Adaptive> = (call) => {
  const { graph, inputs, details } = call;
  const { geometry: g } = details;
  if (whole(g)) return graph.node("GlobalMaxPool", [inputs[0]!.name]);
  if (isEven(call)) return maxPool(call as Call<PoolDetails>);
  // Windows of one length, filled up with their last element, which changes no maximum.
  const along = (x: string, axis: number, size: number, count: number): string => {
    const windows = divided(size, count);
    const longest = Math.max(...windows.map(([begin, end]) => end - begin));
    const places = windows.flatMap(([begin, end]) =>
      Array.from({ length: longest }, (_, i) => Math.min(begin + i, end - 1)),
    );
    const gathered = graph.node("Gather", [x, graph.numbers("windows", [count, longest], places, "int32")], { axis });
    return reduced(graph, "ReduceMax", gathered, [axis + 1], false);
  };
  return along(along(inputs[0]!.name, 2, g.h, g.p), 3, g.w, g.q);
};

/** Each number goes to its place in a map of zeros. */
const maxUnpool: Exporter = ({ graph, inputs: [x, indices], shape, dtype }) => {
  const [n, c, h, w] = shape as readonly [never, never, number, number];
  const rows = (value: string, own: Call["shape"]): string =>
    graph.reshape(value, own, [n, c, Number(own[2]) * Number(own[3])]);
  const zero = graph.numbers("zero", [1], [0], dtype);
  const maps = graph.node("Expand", [zero, graph.sizes("maps", [n, c, h * w])]);
  const places = rows(indices!.name, indices!.shape);
  const filled = graph.node("ScatterElements", [maps, places, rows(x!.name, x!.shape)], { axis: 2 });
  return graph.reshape(filled, [n, c, h * w], shape);
};

/** Maps of one number each as rows of numbers. */
const asRows =
  (opType: string): Exporter =>
  ({ graph, inputs: [x] }) =>
    graph.node("Flatten", [graph.node(opType, [x!.name])], { axis: 1 });

export const poolings = {
  globalAveragePool2d: asRows("GlobalAveragePool"),
  globalMaxPool2d: asRows("GlobalMaxPool"),
  maxPool1d: maxPool,
  maxPool2d: maxPool,
  maxPool2dWithIndices: maxPool,
  "indices of the largest": indicesOfLargest,
  maxUnpool2d: maxUnpool,
  minPool1d: minPool,
  minPool2d: minPool,
  averagePool1d: averagePool,
  averagePool2d: averagePool,
  lpPool1d: lpPool,
  lpPool2d: lpPool,
  l2Pool2d: lpPool,
  adaptiveAveragePool2d: adaptiveAverage,
  adaptiveMaxPool2d: adaptiveMax,
};

/** Normalisations over a batch, over examples, and over neighbouring channels. */
import type { BatchNormDetails } from "../../ops/batch-norm.ts";
import type { GroupNormDetails } from "../../ops/group-norm.ts";
import type { LocalResponseNormSettings } from "../../ops/local-response-norm.ts";
import type { AnyTensor } from "../../tensor/tensor.ts";
import { type Call, channels, type Exporter } from "./exporter.ts";
import { countOf, Fraction } from "./graph.ts";
import { reduced } from "./reduce.ts";
import type { Size } from "./varying.ts";

/** What is learned of each channel, or the same number for all. */
function learned(call: Call, role: string, tensor: AnyTensor | null, count: number, otherwise: number): string {
  if (tensor !== null) return channels(call, call.valueFor(tensor), count);
  return call.graph.numbers(role, [count], new Array<number>(count).fill(otherwise), call.dtype);
}

/** A list of one number a channel with an axis for each that is behind the channels. */
function beside({ graph }: Call, list: string, count: number, rank: number): string {
  const to: Size[] = [count, ...new Array<number>(Math.max(0, rank - 2)).fill(1)];
  return to.length === 1 ? list : graph.reshape(list, [count], to);
}

const batchNorm: Exporter<BatchNormDetails> = (call) => {
  const { graph, inputs, details } = call;
  const [x] = inputs as [(typeof inputs)[0]];
  const { weights, bias, runningMean, runningVariance, training, epsilon } = details;
  const count = x.shape[1] as number;
  const scale = learned(call, "scale", weights, count, 1);
  const shift = learned(call, "shift", bias, count, 0);
  if (runningMean === null || runningVariance === null) return byItsOwn(call, scale, shift, count);
  if (training) {
    const fix = "give the layer's training: call batchNorm2d with { training: this.training }";
    throw graph.refusal("it moves its running statistics, which a graph cannot", fix);
  }
  const statistics = [call.valueFor(runningMean), call.valueFor(runningVariance)];
  const operands = statistics.map((value) => channels(call, value, count));
  return graph.node("BatchNormalization", [x.name, scale, shift, ...operands], { epsilon: new Fraction(epsilon) });
};

/** By the batch's own statistics. */
function byItsOwn(call: Call<BatchNormDetails>, scale: string, shift: string, count: number): string {
  const { graph, inputs, details } = call;
  const { name, shape } = inputs[0]!;
  const axes = [...shape.keys()].filter((axis) => axis !== 1);
  const normal = standardized(call, name, axes, details.epsilon);
  const scaled = graph.node("Mul", [normal, beside(call, scale, count, shape.length)]);
  return graph.node("Add", [scaled, beside(call, shift, count, shape.length)]);
}

/** `(x - mean) / √(variance + epsilon)` over axes. */
function standardized({ graph, dtype }: Call, x: string, axes: readonly number[], epsilon: number): string {
  const distance = graph.node("Sub", [x, reduced(graph, "ReduceMean", x, axes, true)]);
  const variance = reduced(graph, "ReduceMean", graph.node("Mul", [distance, distance]), axes, true);
  const spread = graph.node("Sqrt", [graph.node("Add", [variance, graph.scalar("epsilon", epsilon, dtype)])]);
  return graph.node("Div", [distance, spread]);
}

/** An operator since opset 17; in double precision it is made of others, as that one has statistics of single precision. */
const layerNorm: Exporter<GroupNormDetails> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { weights, bias, epsilon, learnedShape } = details;
  const { name, shape } = inputs[0]!;
  const scale = weights && call.valueFor(weights).name;
  const shift = bias && call.valueFor(bias).name;
  if (graph.opset >= 17 && dtype === "float32") {
    const ones = (): string =>
      graph.numbers("scale", learnedShape, new Array<number>(countOf(learnedShape)).fill(1), dtype);
    const attributes = { axis: -learnedShape.length, epsilon: new Fraction(epsilon) };
    return graph.node("LayerNormalization", [name, scale ?? ones(), shift], attributes);
  }
  const axes = [...shape.keys()].slice(shape.length - learnedShape.length);
  const normal = standardized(call, name, axes, epsilon);
  const scaled = scale === null ? normal : graph.node("Mul", [normal, scale]);
  return shift === null ? scaled : graph.node("Add", [scaled, shift]);
};

const instanceNorm: Exporter<GroupNormDetails> = (call) => {
  const { graph, inputs, details } = call;
  const count = inputs[0]!.shape[1] as number;
  const scale = learned(call, "scale", details.weights, count, 1);
  const shift = learned(call, "shift", details.bias, count, 0);
  const attributes = { epsilon: new Fraction(details.epsilon) };
  return graph.node("InstanceNormalization", [inputs[0]!.name, scale, shift], attributes);
};

/** An operator since opset 21 (that of 18 has one number a group); before, and in double precision, each group is an instance's channel. */
const groupNorm: Exporter<GroupNormDetails> = (call) => {
  const { graph, inputs, details, dtype } = call;
  const { groups, weights, bias } = details;
  const { name, shape } = inputs[0]!;
  const count = shape[1] as number;
  const epsilon = new Fraction(details.epsilon);
  if (graph.opset >= 21 && shape.length > 2 && dtype === "float32") {
    const operands = [learned(call, "scale", weights, count, 1), learned(call, "shift", bias, count, 0)];
    return graph.node("GroupNormalization", [name, ...operands], { num_groups: groups, epsilon });
  }
  const apart = [shape[0]!, groups, countOf(shape.slice(1)) / groups];
  const one = (role: string, value: number): string =>
    graph.numbers(role, [groups], new Array<number>(groups).fill(value), dtype);
  const operands = [graph.reshape(name, shape, apart), one("ones", 1), one("zeros", 0)];
  const normal = graph.reshape(graph.node("InstanceNormalization", operands, { epsilon }), apart, shape);
  const at = (tensor: AnyTensor): string =>
    beside(call, channels(call, call.valueFor(tensor), count), count, shape.length);
  const scaled = weights === null ? normal : graph.node("Mul", [normal, at(weights)]);
  return bias === null ? scaled : graph.node("Add", [scaled, at(bias)]);
};

/**
 * ONNX's window of an even size lies one channel further on than ours, which is PyTorch's: then, and for what are no images,
 * the squares of neighbours are averaged as the rows of a picture.
 */
const localResponseNorm: Exporter<Required<LocalResponseNormSettings>> = (call) => {
  const { graph, inputs, dtype, details } = call;
  const { size, alpha, beta, k } = details;
  const { name, shape } = inputs[0]!;
  if (size % 2 === 1 && shape.length === 4) {
    const attributes = { alpha: new Fraction(alpha), beta: new Fraction(beta), bias: new Fraction(k), size };
    return graph.node("LRN", [name], attributes);
  }
  const [n, c, ...pixels] = shape as readonly [Size, number, ...Size[]];
  const picture = [n, 1, c, countOf(pixels)];
  const squares = graph.reshape(graph.node("Mul", [name, name]), shape, picture);
  const means = graph.node("AveragePool", [squares], {
    kernel_shape: [size, 1],
    pads: [Math.floor(size / 2), 0, Math.floor((size - 1) / 2), 0],
    count_include_pad: 1,
  });
  const strength = graph.node("Mul", [graph.reshape(means, picture, shape), graph.scalar("alpha", alpha, dtype)]);
  const held = graph.node("Add", [strength, graph.scalar("k", k, dtype)]);
  return graph.node("Div", [name, graph.node("Pow", [held, graph.scalar("beta", beta, dtype)])]);
};

export const normalizations = {
  batchNorm1d: batchNorm,
  batchNorm2d: batchNorm,
  layerNorm,
  groupNorm,
  instanceNorm2d: instanceNorm,
  localResponseNorm,
};

/** Numbers of many: reductions, searches, and what is made along one axis. */
import type { AxesDetails, AxisDetails } from "../../ops/axes.ts";
import type { NormDetails, VarianceDetails } from "../../ops/statistics.ts";
import { elementTypes } from "../element-types.ts";
import type { Call, Exporter } from "./exporter.ts";
import type { GraphWriter } from "./graph.ts";

/** A reduction over axes. Since opset 18, that of sums since 13, they are an input, before that an attribute. */
export function reduced(graph: GraphWriter, opType: string, x: string, axes: readonly number[], keep: boolean): string {
  const keepdims = keep ? 1 : 0;
  const asInput = opType === "ReduceSum" || graph.opset >= 18;
  return asInput
    ? graph.node(opType, [x, graph.integers("axes", axes)], { keepdims })
    : graph.node(opType, [x], { axes, keepdims });
}

/** What is reduced, over which axes, and whether they stay. Over none: over one of size 1, as ONNX means all by none. */
function rows(call: Call<AxesDetails>): { x: string; axes: readonly number[]; keep: boolean } {
  const { graph, inputs, shape, details } = call;
  const { name, shape: own } = inputs[0]!;
  if (details.axes.length > 0) return { x: name, axes: details.axes, keep: shape.length === own.length };
  return { x: graph.node("Unsqueeze", [name, graph.integers("axes", [own.length])]), axes: [own.length], keep: false };
}

const reduction =
  (opType: string): Exporter<AxesDetails> =>
  (call) => {
    const { x, axes, keep } = rows(call);
    return reduced(call.graph, opType, x, axes, keep);
  };

const variance: Exporter<VarianceDetails> = (call) => {
  const { graph, dtype, details } = call;
  const { x, axes, keep } = rows(call);
  const distance = graph.node("Sub", [x, reduced(graph, "ReduceMean", x, axes, true)]);
  const squares = reduced(graph, "ReduceSum", graph.node("Mul", [distance, distance]), axes, keep);
  return graph.node("Div", [squares, graph.scalar("divisor", details.divisor, dtype)]);
};

const standardDeviation: Exporter<VarianceDetails> = (call) => call.graph.node("Sqrt", [variance(call)]);

const norm: Exporter<NormDetails> = (call) => {
  const { graph, dtype, details } = call;
  const { x, axes, keep } = rows(call);
  const { p } = details;
  if (p === 1 || p === 2) return reduced(graph, `ReduceL${p}`, x, axes, keep);
  const sizes = graph.node("Abs", [x]);
  if (p === Number.POSITIVE_INFINITY) return reduced(graph, "ReduceMax", sizes, axes, keep);
  const powers = graph.node("Pow", [sizes, graph.scalar("p", p, dtype)]);
  return graph.node("Pow", [reduced(graph, "ReduceSum", powers, axes, keep), graph.scalar("root", 1 / p, dtype)]);
};

const search =
  (opType: string): Exporter<AxesDetails> =>
  ({ graph, inputs: [x], shape, details }) => {
    const keepdims = shape.length === x!.shape.length ? 1 : 0;
    const found = graph.node(opType, [x!.name], { axis: details.axes[0]!, keepdims });
    return graph.node("Cast", [found], { to: elementTypes.int32 });
  };

const alongAxis =
  (opType: string): Exporter<AxisDetails> =>
  ({ graph, inputs: [x], details: { axis } }) =>
    graph.node(opType, [x!.name], { axis });

const cumulativeSum: Exporter<AxisDetails> = ({ graph, inputs: [x], details: { axis } }) =>
  graph.node("CumSum", [x!.name, graph.integer("axis", axis)]);

export const reductions = {
  sum: reduction("ReduceSum"),
  mean: reduction("ReduceMean"),
  max: reduction("ReduceMax"),
  min: reduction("ReduceMin"),
  product: reduction("ReduceProd"),
  logSumExp: reduction("ReduceLogSumExp"),
  variance,
  standardDeviation,
  norm,
  argmax: search("ArgMax"),
  argmin: search("ArgMin"),
  softmax: alongAxis("Softmax"),
  logSoftmax: alongAxis("LogSoftmax"),
  cumulativeSum,
};

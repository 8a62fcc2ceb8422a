/** What moves numbers, or gives them another shape or type. */
import type { AxesDetails, AxisDetails } from "../../ops/axes.ts";
import type { RepeatDetails, TileDetails } from "../../ops/repeat.ts";
import type { SliceDetails } from "../../ops/slice.ts";
import type { TakeDetails } from "../../ops/take.ts";
import { elementTypes } from "../element-types.ts";
import type { Exporter } from "./exporter.ts";
import type { GraphWriter } from "./graph.ts";
import { sameSize } from "./varying.ts";

/** The largest of ONNX's integers that a double holds: beyond any axis, so that a slice goes to the end. */
const beyondTheEnd = Number.MAX_SAFE_INTEGER;

const reshape: Exporter = ({ graph, inputs: [x], shape }) => {
  const from = x!.shape;
  const flat = shape.length === 2 && from.length > 1 && sameSize(shape[0]!, from[0]!);
  return flat ? graph.node("Flatten", [x!.name], { axis: 1 }) : graph.reshape(x!.name, from, shape);
};

const relabel: Exporter = ({ graph, inputs: [x], shape }) => graph.reshape(x!.name, x!.shape, shape);

const axesAsInput =
  (opType: string): Exporter<AxesDetails> =>
  ({ graph, inputs: [x], details: { axes } }) =>
    axes.length === 0 ? graph.node("Identity", [x!.name]) : graph.node(opType, [x!.name, graph.integers("axes", axes)]);

const transpose: Exporter<AxesDetails> = ({ graph, inputs: [x], details }) =>
  graph.node("Transpose", [x!.name], { perm: details.axes });

/** Axes in reverse: slices whose step is -1, from the end to before the beginning. */
export function reversed(graph: GraphWriter, x: string, axes: readonly number[]): string {
  if (axes.length === 0) return graph.node("Identity", [x]);
  const all = (role: string, value: number): string =>
    graph.integers(
      role,
      axes.map(() => value),
    );
  return graph.node("Slice", [
    x,
    all("starts", -1),
    all("ends", -beyondTheEnd),
    graph.integers("axes", axes),
    all("steps", -1),
  ]);
}

const flip: Exporter<AxesDetails> = ({ graph, inputs: [x], details }) => reversed(graph, x!.name, details.axes);

/** Windows turned by half a turn. */
const flipFilters: Exporter = ({ graph, inputs: [filters] }) =>
  reversed(graph, filters!.name, [...filters!.shape.keys()].slice(2));

const slice: Exporter<SliceDetails> = ({ graph, inputs: [x], details: { axis, start, end, step } }) =>
  graph.node("Slice", [
    x!.name,
    graph.integers("starts", [start]),
    graph.integers("ends", [end ?? beyondTheEnd]),
    graph.integers("axes", [axis]),
    step === 1 ? null : graph.integers("steps", [step]),
  ]);

const concat: Exporter<AxisDetails> = ({ graph, inputs, details: { axis } }) =>
  graph.node(
    "Concat",
    inputs.map(({ name }) => name),
    { axis },
  );

const stack: Exporter<AxisDetails> = ({ graph, inputs, details: { axis } }) => {
  const axes = graph.integers("axes", [axis]);
  return graph.node(
    "Concat",
    inputs.map(({ name }) => graph.node("Unsqueeze", [name, axes])),
    { axis },
  );
};

const tile: Exporter<TileDetails> = ({ graph, inputs: [x], details: { repetitions } }) => {
  const missing = repetitions.length - x!.shape.length;
  const axes = Array.from({ length: missing }, (_, i) => i);
  const whole = missing > 0 ? graph.node("Unsqueeze", [x!.name, graph.integers("axes", axes)]) : x!.name;
  return graph.node("Tile", [whole, graph.integers("repeats", repetitions)]);
};

/** Each element several times: in an axis of its own, which then joins the one before it. */
const repeat: Exporter<RepeatDetails> = ({ graph, inputs: [x], shape, details: { axis, count } }) => {
  const apart = [...x!.shape.slice(0, axis + 1), count, ...x!.shape.slice(axis + 1)];
  const own = graph.node("Unsqueeze", [x!.name, graph.integers("axes", [axis + 1])]);
  const times = apart.map((_, i) => (i === axis + 1 ? count : 1));
  return graph.reshape(graph.node("Tile", [own, graph.integers("repeats", times)]), apart, shape);
};

/** Sizes that the operand has already are left to it. */
const broadcastTo: Exporter = ({ graph, inputs: [x], shape }) => {
  const missing = shape.length - x!.shape.length;
  const to = shape.map((size, axis) => (axis >= missing && sameSize(size, x!.shape[axis - missing]!) ? 1 : size));
  return graph.node("Expand", [x!.name, graph.sizes("shape", to)]);
};

const take: Exporter<TakeDetails> = ({ graph, inputs: [x], details: { axis, indices }, valueFor }) => {
  const places = "dtype" in indices ? valueFor(indices).name : graph.integers("indices", indices);
  return graph.node("Gather", [x!.name, places], { axis });
};

const gather: Exporter<TakeDetails> = ({ graph, inputs: [x], details: { axis, indices }, valueFor }) =>
  graph.node("GatherElements", [x!.name, valueFor(indices as never).name], { axis });

const oneHot: Exporter = ({ graph, inputs: [labels], shape, dtype }) => {
  const places = graph.node("Cast", [labels!.name], { to: elementTypes.int64 });
  const depth = graph.integer("classes", shape.at(-1) as number);
  return graph.node("OneHot", [places, depth, graph.numbers("values", [2], [0, 1], dtype)], { axis: -1 });
};

const cast: Exporter = ({ graph, inputs: [x], dtype }) => graph.node("Cast", [x!.name], { to: elementTypes[dtype] });

/** A product, as ours is, with a mask of any type that has the last axes. */
const mask: Exporter = ({ graph, inputs: [x, given], dtype }) => {
  const factors = given!.dtype === dtype ? given!.name : graph.node("Cast", [given!.name], { to: elementTypes[dtype] });
  return graph.node("Mul", [x!.name, factors]);
};

export const movement = {
  reshape,
  maxout: relabel,
  transpose,
  flip,
  "flip filters": flipFilters,
  expandDims: axesAsInput("Unsqueeze"),
  squeeze: axesAsInput("Squeeze"),
  slice,
  concat,
  stack,
  tile,
  repeat,
  broadcastTo,
  take,
  gather,
  oneHot,
  cast,
  mask,
};

import { OptionError } from "../../errors.ts";
import type { Module } from "../../nn/module.ts";
import { peek } from "../../tensor/numbers.ts";
import type { FloatDType } from "../../tensor/storage.ts";
import { type AnyTensor, homeOf } from "../../tensor/tensor.ts";
import { elementTypes } from "../element-types.ts";
import type { DimensionProto, GraphProto, ValueInfoProto } from "../protobuf/messages.ts";
import type { Draft } from "../protobuf/schema.ts";
import { GraphWriter, type Value } from "./graph.ts";
import { exporterOf, refusals } from "./table.ts";
import { type Step, together, trace } from "./trace.ts";
import { type Size, shapeOf } from "./varying.ts";

/** What a graph is to be like: options that were checked, with defaults filled in. */
export interface GraphOptions {
  readonly opset: number;
  readonly batch: string | number;
  readonly dtype: FloatDType;
  readonly inputName: string;
  readonly outputName: string;
  readonly name: string;
}

/**
 * With how many examples a network is followed whose number of examples is free: three, to see what grows with it, and how;
 * numbers that sizes beside them hardly have.
 */
const batches = [5, 7, 11];

/** The most bytes of numbers in a protobuf message, which has at most 2 GiB: with room for all else. */
const mostBytes = 2 ** 31 - 2 ** 22;

/** The graph that a network's `forward` runs for batches of examples of a shape. @throws OptionError; ShapeError */
export function buildGraph(
  operation: string,
  network: Module,
  shape: readonly number[],
  { opset, batch, dtype, inputName, outputName, name }: GraphOptions,
): Draft<GraphProto> {
  const named = namesOf(operation, network, { inputName, outputName });
  const tried = typeof batch === "number" ? [batch, batch] : batches; // twice, to see what differs from run to run
  const traces = tried.map((n) => trace(network, [n, ...shape], dtype));
  const [first] = traces as [(typeof traces)[0]];
  const steps = together(operation, traces, tried);
  const graph = new GraphWriter(operation, opset, inputName, [...named.values(), outputName]);
  const values = new Map<object, Value>(); // by where a tensor's numbers are
  const valueFor = (x: AnyTensor): Value => {
    const home = homeOf(x);
    const known = values.get(home);
    if (known !== undefined) return known;
    const constant = { name: named.get(home) ?? graph.free("constant"), shape: x.shape, dtype: x.dtype };
    graph.tensor(constant.name, x.shape, peek(x));
    values.set(home, constant);
    return constant;
  };
  const sizes = (shapes: readonly (readonly number[])[]): readonly Size[] => shapeOf(shapes, tried);
  const input: Value = { name: inputName, dtype, shape: sizes(traces.map((each) => each.input.shape)) };
  values.set(homeOf(first.input), input);
  for (const [i, step] of steps.entries()) {
    const output = { shape: sizes(traces.map(({ steps: all }) => all[i]!.shape)), dtype: step.output.dtype };
    values.set(homeOf(step.output), { name: written(graph, step, output, valueFor), ...output });
  }
  const result = valueFor(first.output);
  const computed = steps.some(({ output }) => homeOf(output) === homeOf(first.output));
  graph.begin("the result", "");
  const last = computed ? result.name : graph.node("Identity", [result.name]);
  const renamed = (each: string): string => (each === last ? outputName : each);
  checkBytes(operation, graph);
  return {
    node: graph.nodes.map((node) => ({ ...node, input: node.input?.map(renamed), output: node.output?.map(renamed) })),
    name,
    initializer: graph.initializers,
    input: [declared(input, batch)],
    output: [declared({ ...result, name: outputName }, batch)],
  };
}

/** The nodes of one operation. @returns the name of its result */
function written(
  graph: GraphWriter,
  { operation, path, details, inputs }: Step,
  output: Pick<Value, "shape" | "dtype">,
  valueFor: (x: AnyTensor) => Value,
): string {
  graph.begin(operation, path);
  const exporter = exporterOf(operation);
  if (exporter) return exporter({ graph, inputs: inputs.map(valueFor), ...output, details, valueFor });
  const unknown = { problem: "ONNX has nothing that it could be made of", fix: "leave it out of forward" };
  const { problem, fix } = refusals[operation] ?? unknown;
  throw graph.refusal(problem, fix);
}

/** The names of all parameters and buffers, by where their numbers are. @throws OptionError if a given name is one of them */
function namesOf(
  operation: string,
  network: Module,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<object, string> {
  const all = [...network.namedParameters(), ...network.namedBuffers()];
  for (const [option, name] of Object.entries(given)) {
    if (all.every(([own]) => own !== name)) continue;
    const problem = `${option} is "${name}", and so is a tensor of the network called`;
    throw new OptionError(operation, problem, "choose another name");
  }
  return new Map(all.map(([name, x]) => [homeOf(x as AnyTensor), name]));
}

function checkBytes(operation: string, { initializers }: GraphWriter): void {
  const bytes = initializers.reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  if (bytes <= mostBytes) return;
  const problem = `the network has ${bytes} bytes of numbers, and an ONNX file in one piece at most ${mostBytes}`;
  throw new OptionError(operation, problem, "save its state with saveSafetensors, which has no such bound");
}

/** What a graph says of its input or output: a size that no name is for is left open. */
function declared({ name, shape, dtype }: Value, batch: string | number): Draft<ValueInfoProto> {
  const dim = shape.map((size): Draft<DimensionProto> => {
    if (typeof size === "number") return { dimValue: size };
    return size.isBatch ? { dimParam: `${batch}` } : {};
  });
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}

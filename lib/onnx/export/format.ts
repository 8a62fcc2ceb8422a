import { checkInteger, checkOptions, describe, OptionError } from "../../errors.ts";
import { Module } from "../../nn/module.ts";
import { checkShape } from "../../tensor/check.ts";
import { peek } from "../../tensor/numbers.ts";
import type { DType } from "../../tensor/storage.ts";
import { type AnyTensor, homeOf } from "../../tensor/tensor.ts";
import { elementTypes } from "../element-types.ts";
import type { DimensionProto, ValueInfoProto } from "../protobuf/messages.ts";
import type { Draft } from "../protobuf/schema.ts";
import { modelSchema } from "../protobuf/schemas.ts";
import { writeMessage } from "../protobuf/write.ts";
import { GraphWriter, type Value } from "./graph.ts";
import { exporterOf, refusals } from "./table.ts";
import { type Step, together, trace } from "./trace.ts";
import { type Size, shapeOf } from "./varying.ts";

/** How a network is written as ONNX. */
export interface FormatOnnxOptions {
  /** The version of ONNX's operators, 13 to 22; default 17, which runtimes know since 2022. */
  readonly opset?: number;
  /** A name for the number of examples, which is free then (default `"N"`), or a number that it always is. */
  readonly batch?: string | number;
  /** What the input is called; default `"input"`. */
  readonly inputName?: string;
  /** What the output is called; default `"output"`. */
  readonly outputName?: string;
  /** What the graph is called; default the name of the network's class. */
  readonly name?: string;
  /** A text for people; default none. */
  readonly docString?: string;
}

const op = "formatOnnx";

/** The first opset that is written, and the version of the format that ONNX gave out with each from there on. */
const oldest = 13;
const irVersions = [7, 7, 8, 8, 8, 8, 9, 9, 10, 10];

/** With how many examples a network is followed whose number of examples is free: three, to see what grows with it, and how. */
const batches = [2, 3, 7];

/** The most bytes that a protobuf message has. */
const mostBytes = 2 ** 31 - 1;

/**
 * A network as an ONNX file: the graph that its `forward` runs in evaluation mode, with its parameters and buffers under their
 * own names, so that other programs run it with the same results. It is followed by shapes alone; nothing is computed, and
 * hooks are not called. Equal networks give equal bytes.
 *
 * The input is `[N, ...shape]` of the type of the first parameter, float32 where there is none. Nodes are called after the
 * part of the network and the operator, `layers.conv1/Conv`. What `forward` decides by looking at numbers is decided as it
 * was for the example that is followed.
 *
 * @param network in any mode; each part stays in its own
 * @param shape of one example, without the batch: `[C, H, W]`
 * @returns the bytes of the file, at most 2 GiB
 * @throws OptionError for an unknown option, or an operation that cannot be written: names it, the part of the network, and
 *   what to do; ShapeError if the shape does not fit the network
 * @example formatOnnx(lenet5(), [1, 28, 28]).length > 60_000 * 4 // true
 */
export function formatOnnx(network: Module, shape: readonly number[], options: FormatOnnxOptions = {}): Uint8Array {
  const { opset, batch, inputName, outputName, name, docString } = checked(network, shape, options);
  const dtype = network.parameters()[0]?.dtype ?? "float32";
  const tried = typeof batch === "number" ? [batch] : batches;
  const traces = tried.map((n) => trace(network, [n, ...shape], dtype));
  const [first] = traces as [(typeof traces)[0]];
  const steps = together(op, traces, tried);
  const named = namesOf(network);
  const graph = new GraphWriter(op, opset, inputName, [...named.values(), outputName]);
  if (new Set(named.values()).has(inputName)) throw taken("inputName", inputName);
  const values = new Map<object, Value>();
  const shapeFound = (shapes: readonly (readonly number[])[]): readonly Size[] => shapeOf(shapes, tried);
  const input = { name: inputName, dtype, shape: shapeFound(traces.map((each) => each.input.shape)) };
  values.set(homeOf(first.input), input);
  const valueOf = (x: AnyTensor): Value => {
    const known = values.get(homeOf(x));
    if (known !== undefined) return known;
    const constant = { name: named.get(homeOf(x)) ?? graph.free("constant"), shape: x.shape, dtype: x.dtype };
    graph.tensor(constant.name, x.shape, peek(x));
    values.set(homeOf(x), constant);
    return constant;
  };
  for (const [i, step] of steps.entries()) {
    const output = { shape: shapeFound(traces.map((each) => each.steps[i]!.shape)), dtype: step.output.dtype };
    values.set(homeOf(step.output), { name: written(graph, step, output, valueOf), ...output });
  }
  const result = valueOf(first.output);
  const own = steps.some(({ output }) => homeOf(output) === homeOf(first.output));
  if (!own) graph.begin("the result", "");
  const last = own ? result.name : graph.node("Identity", [result.name]);
  const renamed = (each: string): string => (each === last ? outputName : each);
  const bytes = graph.initializers.reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
  if (bytes > mostBytes) {
    const problem = `the network has ${bytes} bytes of numbers, and a file of one part at most ${mostBytes}`;
    throw new OptionError(op, problem, "save its state with saveSafetensors, which has no such bound");
  }
  return writeMessage(
    {
      irVersion: irVersions[opset - oldest],
      opsetImport: [{ domain: "", version: opset }],
      producerName: "stridelab",
      docString: docString === "" ? undefined : docString,
      graph: {
        node: graph.nodes.map((node) => ({
          ...node,
          input: node.input?.map(renamed),
          output: node.output?.map(renamed),
        })),
        name,
        initializer: graph.initializers,
        input: [declared(input, batch)],
        output: [declared({ ...result, name: outputName }, batch)],
      },
    },
    modelSchema,
  );
}

/** The nodes of one operation. @returns the name of its result */
function written(
  graph: GraphWriter,
  step: Step,
  output: { readonly shape: readonly Size[]; readonly dtype: DType },
  valueOf: (x: AnyTensor) => Value,
): string {
  const { operation, path, details } = step;
  graph.begin(operation, path);
  const exporter = exporterOf(operation);
  if (exporter === undefined) {
    const { problem, fix } = refusals[operation] ?? {
      problem: "ONNX has nothing that it could be made of",
      fix: "leave it out of forward",
    };
    throw graph.refusal(problem, fix);
  }
  return exporter({ graph, inputs: step.inputs.map(valueOf), ...output, details, valueOf });
}

/** The names of all parameters and buffers, by where their numbers are. */
function namesOf(network: Module): ReadonlyMap<object, string> {
  const all = [...network.namedParameters(), ...network.namedBuffers()];
  return new Map(all.map(([name, x]) => [homeOf(x as AnyTensor), name]));
}

/** What a graph says of its input or output. */
function declared({ name, shape, dtype }: Value, batch: string | number): Draft<ValueInfoProto> {
  const dim = shape.map((size): Draft<DimensionProto> => {
    if (typeof size === "number") return { dimValue: size };
    return size.isBatch ? { dimParam: `${batch}` } : {};
  });
  return { name, type: { tensorType: { elemType: elementTypes[dtype], shape: { dim } } } };
}

function checked(network: Module, shape: readonly number[], options: FormatOnnxOptions): Required<FormatOnnxOptions> {
  if (!(network instanceof Module)) {
    throw new OptionError(
      op,
      `the network is ${describe(network)}`,
      "give a network: formatOnnx(lenet5(), [1, 28, 28])",
    );
  }
  checkShape(op, shape);
  checkOptions(op, options, ["opset", "batch", "inputName", "outputName", "name", "docString"]);
  const { opset = 17, batch = "N", inputName = "input", outputName = "output" } = options;
  const { name = network.constructor.name || "network", docString = "" } = options;
  const newest = oldest + irVersions.length - 1;
  if (!Number.isInteger(opset) || opset < oldest || opset > newest) {
    throw new OptionError(op, `opset is ${describe(opset)}`, `give a whole number from ${oldest} to ${newest}`);
  }
  if (typeof batch === "number") checkInteger(op, "batch", batch, 1);
  const texts = { ...(typeof batch === "number" ? {} : { batch }), inputName, outputName, name };
  for (const [option, text] of Object.entries(texts)) {
    if (typeof text === "string" && text !== "") continue;
    throw new OptionError(op, `${option} is ${describe(text)}`, "give a text");
  }
  if (typeof docString !== "string") throw new OptionError(op, `docString is ${describe(docString)}`, "give a text");
  if (inputName === outputName) throw taken("outputName", outputName);
  return { opset, batch, inputName, outputName, name, docString };
}

function taken(option: string, name: string): OptionError {
  return new OptionError(op, `${option} is "${name}", which something else in the network is called`, "choose another");
}

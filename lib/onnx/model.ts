import { checkOptions, DataError, OptionError } from "../errors.ts";
import { checkBytes } from "../formats/check.ts";
import { Module } from "../nn/module.ts";
import { parameter } from "../nn/parameter.ts";
import type { AnyTensor, Tensor } from "../tensor/tensor.ts";
import { Call, type Held } from "./call.ts";
import { Graph, newestOpset, opsetsOf, type Program } from "./graph.ts";
import { layerNamed, type OnnxLayer } from "./layer.ts";
import { constant } from "./operators/constants.ts";
import { isLayer, operatorOf } from "./operators/index.ts";
import { type OnnxPort, portOf, tensorOf, valueFor } from "./ports.ts";
import type { ModelProto, NodeProto } from "./protobuf/messages.ts";
import { offsetOf, readMessage } from "./protobuf/read.ts";
import { modelSchema } from "./protobuf/schemas.ts";
import type { ExternalBytes } from "./values/tensor-proto.ts";
import { Value } from "./values/value.ts";

/** Builds a network from the messages of a file. */
export let buildModel: (model: ModelProto, file: string, external: ExternalBytes | null) => OnnxModel;

/** Runs a network on values of all of ONNX's types. */
export let runValues: (model: OnnxModel, inputs: ReadonlyMap<string, Held>) => Held[];

/**
 * A network from an ONNX file, as a module: it runs, its layers are summarised and drawn, and it can be trained further.
 *
 * Constants of float32 and float64 are tensors in `weights`, by their names in the file. Weights and biases of convolutions,
 * matrix products and normalisations, and what is added or multiplied, are parameters; running statistics and single numbers
 * are buffers. Gradients flow through all operators on fractions that have them. The network computes what the file says in
 * training, too: batch normalisation by its running statistics, and dropout drops nothing, unless the file says otherwise.
 */
export class OnnxModel extends Module {
  /** What the network is given. */
  readonly inputs: readonly OnnxPort[];
  /** What it gives. */
  readonly outputs: readonly OnnxPort[];
  /** The version of ONNX's operators that it is written in. */
  readonly opset: number;
  /** Its constants of fractions by name: parameters and buffers. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Its nodes that compute, by name, in the order they run. */
  readonly nodes: ReadonlyMap<string, OnnxLayer>;
  readonly #graph: Graph;
  readonly #known: ReadonlyMap<string, Value>;

  static {
    buildModel = (model, file, external) => new OnnxModel(model, file, external);
    runValues = (model, inputs) => model.#run(inputs);
  }

  private constructor(model: ModelProto, file: string, external: ExternalBytes | null) {
    super();
    const { graph, program, problems } = graphOf(model, file, external);
    if (problems.length > 0) throw refusal(file, problems);
    const constants = new Map([...graph.constants, ...constantNodes(graph.nodes, program)]);
    this.#graph = graph;
    this.opset = program.opsets.get("") ?? 0;
    this.inputs = (model.graph?.input ?? []).filter(({ name }) => !graph.constants.has(name)).map(portOf);
    this.outputs = (model.graph?.output ?? []).map(portOf);
    const fractions = [...constants].filter(([, { type }]) => type === "float32" || type === "float64");
    this.weights = new Map(fractions.map(([name, value]) => [name, value.tensor]));
    this.#known = new Map([...constants].filter(([name]) => !this.weights.has(name)));
    const learned = new Set(graph.nodes.flatMap((node) => learnedBy(node)));
    for (const [name, tensor] of this.weights) if (learned.has(name) && tensor.shape.length > 0) parameter(tensor);
    this.nodes = layersOf(graph, this.weights);
  }

  /**
   * The first output for the first input: all there is of most networks. Further inputs that have no value in the file, and
   * further outputs: `run`.
   *
   * @throws OptionError if there are other inputs; ShapeError as `run`
   */
  forward(x: Tensor): Tensor {
    const [input, more] = this.inputs;
    const [output] = this.outputs;
    if (input === undefined || output === undefined || more !== undefined) {
      const names = this.inputs.map(({ name }) => name).join(", ");
      throw new OptionError(
        "OnnxModel.forward",
        `the inputs are ${names || "none"}`,
        "give them by name: run({ ... })",
      );
    }
    const [first = null] = this.#run(new Map([[input.name, valueFor("OnnxModel.forward", input, x)]]));
    return tensorOf("OnnxModel.forward", output.name, first) as unknown as Tensor;
  }

  /**
   * All outputs by name, for inputs by name. Inputs are converted to the types that the file states. Outputs of types that
   * tensors do not have become wider: float16 float32, bool uint8, integers int32.
   *
   * @throws OptionError for inputs that are missing, unknown, or hold numbers that their type does not, and outputs that no
   *   tensor holds; ShapeError if an input has not the sizes that the file states, or operands within do not fit
   */
  run(inputs: Readonly<Record<string, AnyTensor>>): Record<string, AnyTensor> {
    const op = "OnnxModel.run";
    const names = this.inputs.map(({ name }) => name);
    checkOptions(op, inputs, names);
    const given = this.inputs.map((port): [string, Held] => {
      const tensor = inputs[port.name];
      if (tensor !== undefined) return [port.name, valueFor(op, port, tensor)];
      throw new OptionError(op, `input "${port.name}" is missing`, `give ${names.join(", ")}`);
    });
    const results = this.#run(new Map(given));
    return Object.fromEntries(this.outputs.map(({ name }, i) => [name, tensorOf(op, name, results[i] ?? null)]));
  }

  #run(inputs: ReadonlyMap<string, Held>): Held[] {
    const weights = [...this.weights].map(([name, tensor]): [string, Held] => [name, Value.ofTensor(tensor)]);
    return this.#graph.run({ values: new Map([...weights, ...this.#known, ...inputs]), outer: null });
  }
}

/**
 * A network from the bytes of an ONNX file (onnx.ai): operators of sets 1 to 25 of ONNX's own domain.
 *
 * @param file the file's name, for errors
 * @throws DataError for a file that is damaged, saying where, and for one whose operators are not known, before anything is
 *   computed: it names operator, node and set; for a file whose numbers lie in others use `readOnnx`
 * @example const imported = (bytes: Uint8Array) => parseOnnx(bytes).forward(zeros([1, 3, 224, 224]))
 */
export function parseOnnx(bytes: Uint8Array, file = "the ONNX bytes"): OnnxModel {
  return buildModel(modelOf(bytes, file), file, null);
}

/** The messages of a file. @internal */
export function modelOf(bytes: Uint8Array, file: string): ModelProto {
  checkBytes("parseOnnx", bytes);
  return readMessage(bytes, modelSchema, file);
}

/** What of a file is not supported, in words, before anything of it runs. @internal */
export function unsupportedIn(model: ModelProto, file: string): readonly string[] {
  return graphOf(model, file, null).problems;
}

function graphOf(model: ModelProto, file: string, external: ExternalBytes | null) {
  if (model.graph === undefined) throw new DataError(file, "an ONNX file, which holds a graph", "none");
  const program: Program = {
    file,
    opsets: opsetsOf(model.opsetImport),
    functions: new Map(model.functions.map((each) => [`${each.domain}:${each.name}:${each.overload}`, each])),
    checked: new Map(),
    external,
  };
  const problems: string[] = [];
  const opset = program.opsets.get("");
  if (opset !== undefined && (opset < 1 || opset > newestOpset))
    problems.push(`operators of set ${opset} are not known`);
  const inputs = model.graph.input.map(({ name }) => name);
  const outputs = model.graph.output.map(({ name }) => name);
  const graph = new Graph(model.graph, inputs, outputs, program, () => false, problems);
  return { graph, program, problems };
}

function refusal(file: string, problems: readonly string[]): DataError {
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  const fix = `export without them, with operators of a set up to ${newestOpset}`;
  return new DataError(file, "operators that are known", problems.slice(0, 5).join("; ") + more, fix);
}

/** What nodes that are constants give. */
function constantNodes(nodes: readonly NodeProto[], program: Program): [string, Value][] {
  return nodes.flatMap((node): [string, Value][] => {
    const [name = ""] = node.output;
    return node.opType === "Constant" && name !== "" ? [[name, constantOf(node, program)]] : [];
  });
}

function constantOf(node: NodeProto, program: Program): Value {
  try {
    return constant(new Call(node, newestOpset, [], program));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const [problem = ""] = error.message.split("\n");
    throw new DataError(program.file, "a constant with one value", `${problem}, at byte ${offsetOf(node)}`);
  }
}

/** The inputs of a node that it would learn. */
function learnedBy(node: NodeProto): string[] {
  const { learned = [] } = operatorOf(node.domain, node.opType) ?? {};
  return learned.flatMap((i) => node.input[i] ?? []);
}

function layersOf(graph: Graph, weights: ReadonlyMap<string, Tensor>): Map<string, OnnxLayer> {
  const layers = new Map<string, OnnxLayer>();
  for (const node of graph.nodes) {
    if (!isLayer(node.domain, node.opType)) continue;
    const own = node.input.flatMap((name): [string, Tensor][] => {
      const tensor = weights.get(name);
      return tensor === undefined ? [] : [[name, tensor]];
    });
    const layer = layerNamed(node.opType, new Map(own));
    graph.layers.set(node, layer);
    const name = node.name || node.output.find((each) => each !== "") || node.opType;
    layers.set(layers.has(name) ? `${name}_${layers.size}` : name, layer);
  }
  return layers;
}

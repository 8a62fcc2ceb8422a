import { computing, withNumbers } from "../autograd/apply.ts";
import { DataError, quoted, shortened } from "../errors.ts";
import { Call, type Held, nameOf, type Operator, type Source } from "./call.ts";
import { type ElementType, elementType } from "./element-types.ts";
import { type OnnxLayer, runLayer } from "./layer.ts";
import { operatorOf } from "./operators/index.ts";
import { unsupported } from "./operators/unsupported.ts";
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, OperatorSetIdProto } from "./protobuf/messages.ts";
import { offsetOf } from "./protobuf/read.ts";
import { readTensor } from "./values/tensor-proto.ts";
import { Value } from "./values/value.ts";

/** The newest set of operators that is known. */
export const newestOpset = 25;

/** What the nodes of a file have in common. */
export interface Program extends Source {
  /** The versions of the operator sets, by their domains. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Operators that the file defines itself, by domain and name. */
  readonly functions: ReadonlyMap<string, FunctionProto>;
  /** Those of them whose nodes have been checked, and those that are being checked: one that calls itself has no end. */
  readonly checked: Map<FunctionProto, "begun" | "done">;
}

/** Values by their names; those of the graphs around it are known inside. */
export interface Scope {
  readonly values: Map<string, Held>;
  readonly outer: Scope | null;
}

/** A node that is ready to run. */
interface Step {
  readonly node: NodeProto;
  readonly operator: Operator;
  readonly opset: number;
  /** Names that no later node asks for. */
  readonly done: string[];
}

/** The versions of operator sets by their domains; ONNX's own has two names. */
export function opsetsOf(imports: readonly OperatorSetIdProto[]): Map<string, number> {
  return new Map(imports.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, version]));
}

/** Nodes in the order they run, each checked before any of them does. */
export class Graph {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Constants that the graph begins with. */
  readonly constants: ReadonlyMap<string, Value>;
  readonly #program: Program;
  readonly #steps: Step[] = [];
  readonly #graphs = new Map<GraphProto, Graph>();
  /** Of values, as far as the file says them. */
  readonly #types = new Map<string, ElementType>();
  /** Layers of nodes that stand for themselves in a summary. */
  readonly layers = new Map<NodeProto, OnnxLayer>();

  /**
   * @param known whether a name means something in the graphs around it
   * @param problems what of it cannot be computed, in words, is added to this list
   * @throws DataError for names that mean nothing, or two things
   */
  constructor(
    graph: Pick<GraphProto, "node" | "initializer" | "sparseInitializer" | "input" | "valueInfo">,
    inputs: readonly string[],
    outputs: readonly string[],
    program: Program,
    known: (name: string) => boolean,
    problems: string[],
  ) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#program = program;
    const constants = new Map<string, Value>();
    for (const tensor of graph.initializer) {
      if (constants.has(tensor.name))
        throw this.#malformed("each constant once", `${quoted(tensor.name)} twice`, tensor);
      constants.set(tensor.name, readTensor(tensor, program.file, program.external));
    }
    this.constants = constants;
    if (graph.sparseInitializer.length > 0) problems.push("sparse constants are not read");
    for (const { name, type } of [...graph.input, ...graph.valueInfo]) {
      const stated = elementType(type?.tensorType?.elemType ?? 0);
      if (stated !== undefined) this.#types.set(name, stated);
    }
    for (const [name, { type }] of constants) this.#types.set(name, type);
    const names = new Set([...constants.keys(), ...inputs]);
    const inside = (name: string): boolean => names.has(name) || known(name);
    for (const node of graph.node) {
      const unknown = node.input.find((name) => name !== "" && !inside(name));
      if (unknown !== undefined) {
        throw this.#malformed(`inputs of ${nameOf(node)} that come before it`, quoted(unknown), node);
      }
      this.#add(node, inside, problems);
      for (const name of node.output) {
        if (name === "") continue;
        if (names.has(name))
          throw this.#malformed("each value once", `${quoted(name)} again as output of ${nameOf(node)}`, node);
        names.add(name);
      }
    }
    const missing = outputs.find((name) => !inside(name));
    if (missing !== undefined) throw this.#malformed("outputs that nodes give", quoted(missing), graph);
    this.#findLastUses();
  }

  get nodes(): readonly NodeProto[] {
    return this.#steps.map(({ node }) => node);
  }

  /** Runs it. @param scope its inputs, by their names; what it computes is added */
  run(scope: Scope): Held[] {
    for (const [name, value] of this.constants) if (!scope.values.has(name)) scope.values.set(name, value);
    for (const step of this.#steps) {
      if (!isGiven(step.node, scope)) this.#runStep(step, scope);
      for (const name of step.done) scope.values.delete(name);
    }
    return this.outputs.map((name) => found(scope, name) ?? null);
  }

  /** Which values each step is the last to ask for: they are let go, or all of a deep network's maps would stay. */
  #findLastUses(): void {
    const needed = new Set([...this.outputs, ...this.#steps.flatMap(({ node }) => namesWithin(node))]);
    for (const { node, done } of [...this.#steps].reverse()) {
      for (const name of [...node.input, ...node.output]) {
        if (needed.has(name)) continue;
        needed.add(name);
        done.push(name);
      }
    }
  }

  #add(node: NodeProto, known: (name: string) => boolean, problems: string[]): void {
    const { opsets, functions } = this.#program;
    const domain = node.domain === "ai.onnx" ? "" : node.domain;
    const own = functions.get(`${domain}:${node.opType}:${node.overload}`);
    if (own !== undefined) {
      this.#steps.push({ node, operator: this.#functionOf(own, node, problems), opset: 0, done: [] });
      return;
    }
    const opset = opsets.get(domain);
    if (opset === undefined) throw this.#malformed(`a version of the operators of ${quoted(domain)}`, "none", node);
    const operator = operatorOf(domain, node.opType);
    const { since = 1, until = Number.POSITIVE_INFINITY } = operator ?? {};
    if (operator === undefined || opset < since || opset >= until) {
      problems.push(unknownOperator(node, domain, opset, since));
      return;
    }
    const refused = operator.refuses?.(new Call(node, opset), (i) => this.#types.get(node.input[i] ?? "") ?? null);
    if (typeof refused === "string") problems.push(`${nameOf(node)}: ${refused}`);
    for (const { g } of node.attribute)
      if (g !== undefined) this.#graphs.set(g, innerGraph(g, this.#program, known, problems));
    this.#steps.push({ node, operator, opset, done: [] });
  }

  /** An operator that runs the nodes of a function. */
  #functionOf(own: FunctionProto, caller: NodeProto, problems: string[]): Operator {
    const program = { ...this.#program, opsets: new Map([...this.#program.opsets, ...opsetsOf(own.opsetImport)]) };
    const build = (call: Call | null): Graph => {
      const node = own.node.map((inner) => withAttributes(inner, own, call?.node.attribute ?? []));
      const graph = { node, initializer: [], sparseInitializer: [], input: [], valueInfo: own.valueInfo };
      return new Graph(graph, own.input, own.output, program, () => false, call === null ? problems : []);
    };
    const { checked } = this.#program;
    if (checked.get(own) === "begun") {
      throw this.#malformed("functions that do not call themselves", `${nameOf(caller)} within itself`, caller);
    }
    // once, whoever calls it: a function of calls of functions of calls would take for ever
    if (!checked.has(own)) {
      checked.set(own, "begun");
      build(null);
      checked.set(own, "done");
    }
    return {
      run(call) {
        const inputs = own.input.map((name, i): [string, Held] => [name, call.inputs[i] ?? null]);
        return build(call).run({ values: new Map(inputs), outer: null });
      },
    };
  }

  #runStep({ node, operator, opset }: Step, scope: Scope): void {
    const inputs = node.input.map((name) => (name === "" ? undefined : found(scope, name)));
    const runGraph = (graph: GraphProto, given: readonly Held[]): Held[] => {
      const inner = this.#graphs.get(graph)!;
      const values = new Map(inner.inputs.map((name, i): [string, Held] => [name, given[i] ?? null]));
      return inner.run({ values, outer: scope });
    };
    const compute = (operands: readonly (Held | undefined)[]): readonly (Held | undefined)[] => {
      const results = operator.run(new Call(node, opset, operands, this.#program, runGraph));
      return results instanceof Value ? [results] : results;
    };
    const layer = this.layers.get(node);
    const run = () => (layer === undefined ? compute(inputs) : runLayer(layer, inputs, compute));
    const results = named(node, () => (!computing() && inputs.every(isKnown) ? withNumbers(run) : run()));
    for (const [i, name] of node.output.entries()) {
      const result = results[i];
      if (name !== "" && result !== undefined) scope.values.set(name, result);
    }
  }

  #malformed(expected: string, what: string, where: object): DataError {
    return new DataError(this.#program.file, expected, `${what}, at byte ${offsetOf(where)}`);
  }
}

/** Why an operator is not run: the reason that is known, or the version that has it. */
function unknownOperator(node: NodeProto, domain: string, opset: number, since: number): string {
  const name = domain === "" ? node.opType : `${domain}.${node.opType}`;
  const reason = Object.hasOwn(unsupported, name) ? unsupported[name] : null;
  const why = reason ?? (opset < since ? `set ${since} is the first that has it` : "it is not known");
  return `operator ${shortened(name)} of node ${nameOf(node)}, set ${opset}: ${why}`;
}

/** A graph in an attribute, which sees the names around it. */
function innerGraph(graph: GraphProto, program: Program, known: (name: string) => boolean, problems: string[]): Graph {
  const inputs = graph.input.map(({ name }) => name);
  return new Graph(
    graph,
    inputs,
    graph.output.map(({ name }) => name),
    program,
    known,
    problems,
  );
}

/** All names in the graphs of a node: they may mean values around it. */
function namesWithin({ attribute }: NodeProto): string[] {
  return attribute.flatMap(({ g }) =>
    g === undefined
      ? []
      : [...g.output.map(({ name }) => name), ...g.node.flatMap((node) => [...node.input, ...namesWithin(node)])],
  );
}

/** What a name stands for, in the innermost scope that has it. */
function found(scope: Scope, name: string): Held | undefined {
  for (let within: Scope | null = scope; within !== null; within = within.outer) {
    const value = within.values.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Whether a node is a constant whose value is there: as a weight, which may have been trained since. */
function isGiven({ opType, output }: NodeProto, scope: Scope): boolean {
  return opType === "Constant" && scope.values.has(output[0] ?? "");
}

/** Whether nothing of it is a shape alone. */
function isKnown(held: Held | undefined): boolean {
  if (held instanceof Value) return held.known;
  return held === undefined || held === null || held.every((value) => value.known);
}

/** A node of a function with the attributes that the call gives, or the function's own. */
function withAttributes(node: NodeProto, own: FunctionProto, given: readonly AttributeProto[]): NodeProto {
  const attribute = node.attribute.flatMap((each): AttributeProto[] => {
    if (each.refAttrName === "") return [each.g === undefined ? each : { ...each, g: insideGraph(each.g, own, given) }];
    const source = [...given, ...own.attributeProto].find(({ name }) => name === each.refAttrName);
    return source === undefined ? [] : [{ ...source, name: each.name }];
  });
  return { ...node, attribute };
}

function insideGraph(graph: GraphProto, own: FunctionProto, given: readonly AttributeProto[]): GraphProto {
  return { ...graph, node: graph.node.map((node) => withAttributes(node, own, given)) };
}

/** Errors of what a node does say which node it was. */
function named<R>(node: NodeProto, f: () => R): R {
  try {
    return f();
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith(node.opType))
      error.message = `${nameOf(node)}: ${error.message}`;
    throw error;
  }
}

import { OptionError, quoted, shortened } from "../errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ElementType } from "./element-types.ts";
import {
  type AttributeProto,
  attributeTypes,
  type GraphProto,
  type NodeProto,
  type TypeProto,
} from "./protobuf/messages.ts";
import { type ExternalBytes, readTensor } from "./values/tensor-proto.ts";
import { isFloat, Value, type ValueType } from "./values/value.ts";

/** What a name in a graph stands for: a tensor, a sequence of them, or an optional value that is not there. */
export type Held = Value | readonly Value[] | null;

/** Runs the graph of an attribute; names of the graphs around it are known there. */
export type RunGraph = (graph: GraphProto, inputs: readonly Held[]) => Held[];

/** Where the tensors of attributes come from. */
export interface Source {
  /** The file's name, for errors. */
  readonly file: string;
  readonly external: ExternalBytes | null;
}

/** One operator, once: what its node says, and what it is given. */
export class Call {
  readonly node: NodeProto;
  /** The version of the operator set that the node is written in. */
  readonly opset: number;
  readonly inputs: readonly (Held | undefined)[];
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #runGraph: RunGraph;
  readonly #source: Source;

  constructor(
    node: NodeProto,
    opset: number,
    inputs: readonly (Held | undefined)[] = [],
    source: Source = { file: nameOf(node), external: null },
    runGraph: RunGraph = () => [],
  ) {
    this.node = node;
    this.opset = opset;
    this.inputs = inputs;
    this.#attributes = new Map(node.attribute.map((each) => [each.name, each]));
    this.#source = source;
    this.#runGraph = runGraph;
  }

  /** Operator and node as errors name them: `Conv "layer1.conv"`. */
  get name(): string {
    return nameOf(this.node);
  }

  /** A tensor that must be there. */
  value(index: number): Value {
    const input = this.inputs[index];
    if (input instanceof Value) return input;
    const found = input === undefined ? "is missing" : input === null ? "is an empty optional" : "is a sequence";
    throw this.wrong(`input ${index} ${found}`, "it takes a tensor there");
  }

  /** A tensor that may be left out. */
  maybe(index: number): Value | null {
    return this.inputs[index] === undefined ? null : this.value(index);
  }

  /** All inputs, for operators that take any number. */
  get values(): Value[] {
    return this.inputs.map((_, i) => this.value(i));
  }

  sequence(index: number): readonly Value[] {
    const input = this.inputs[index];
    if (Array.isArray(input)) return input as readonly Value[];
    throw this.wrong(`input ${index} is no sequence`, "it takes a sequence of tensors there");
  }

  /** Fractions that must be there. */
  tensor(index: number): Tensor {
    const value = this.value(index);
    if (isFloat(value.type)) return value.tensor;
    throw this.wrong(
      `input ${index} is ${value.type}`,
      "it takes fractions there: float32, float64, float16 or bfloat16",
    );
  }

  maybeTensor(index: number): Tensor | null {
    return this.inputs[index] === undefined ? null : this.tensor(index);
  }

  /** A result of the type that the first input, or another, has. */
  like(tensor: Tensor, index = 0): Value {
    return Value.rounded(this.value(index).type, tensor);
  }

  int(name: string, otherwise: number): number {
    return Number(this.#attribute(name, attributeTypes.int)?.i ?? otherwise);
  }

  flag(name: string, otherwise = false): boolean {
    return this.int(name, otherwise ? 1 : 0) !== 0;
  }

  float(name: string, otherwise: number): number {
    return this.#attribute(name, attributeTypes.float)?.f ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attribute(name, attributeTypes.string);
    return attribute === undefined ? otherwise : new TextDecoder().decode(attribute.s ?? new Uint8Array());
  }

  ints(name: string): number[] | null {
    return this.#attribute(name, attributeTypes.ints)?.ints.map(Number) ?? null;
  }

  floats(name: string): number[] | null {
    const list = this.#attribute(name, attributeTypes.floats)?.floats;
    return list === undefined ? null : Array.from(list);
  }

  texts(name: string): string[] | null {
    const decoder = new TextDecoder();
    return this.#attribute(name, attributeTypes.strings)?.strings.map((text) => decoder.decode(text)) ?? null;
  }

  constant(name: string): Value | null {
    const tensor = this.#attribute(name, attributeTypes.tensor)?.t;
    return tensor === undefined ? null : readTensor(tensor, this.#source.file, this.#source.external);
  }

  type(name: string): TypeProto | null {
    return this.#attribute(name, attributeTypes.typeProto)?.tp ?? null;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  graph(name: string): GraphProto {
    const graph = this.#attribute(name, attributeTypes.graph)?.g;
    if (graph !== undefined) return graph;
    throw this.wrong(`the graph ${name} is missing`, "the operator has one in this attribute");
  }

  run(graph: GraphProto, inputs: readonly Held[]): Held[] {
    return this.#runGraph(graph, inputs);
  }

  /** Whole numbers that newer versions take as an input, and older ones as an attribute. */
  listed(name: string, index: number): number[] | null {
    return this.maybe(index)?.list ?? this.ints(name);
  }

  /** An axis counted from the end, or the start, as counted from the start. */
  axis(axis: number, rank: number): number {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    throw this.wrong(`axis ${axis} of a tensor with ${rank} axes`, `give one from ${-rank} to ${rank - 1}`);
  }

  /** All outputs that somebody asked for. */
  wants(index: number): boolean {
    return (this.node.output[index] ?? "") !== "";
  }

  /** An error that names the node. */
  wrong(problem: string, fix: string): OptionError {
    return new OptionError(this.name, problem, fix);
  }

  unknownType(type: ValueType): OptionError {
    return this.wrong(`it is given ${type}`, "choose a type that the operator takes");
  }

  #attribute(name: string, type: number): AttributeProto | undefined {
    const attribute = this.#attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.refAttrName !== "")
      throw this.wrong(`attribute ${name} refers to a function's`, "there is none around it");
    if (attribute.type === type || attribute.type === 0) return attribute;
    throw this.wrong(`attribute ${name} is of type ${attribute.type}`, `the operator has type ${type} there`);
  }
}

/** A node as errors name it. */
export function nameOf({ opType, name, output }: NodeProto): string {
  return `${shortened(opType)} ${quoted(name || output.find((each) => each !== "") || "")}`;
}

/** What an operator of ONNX does. */
export interface Operator {
  /** The first version of the operator set that has it; default 1. */
  readonly since?: number;
  /** The first version that has it no more. */
  readonly until?: number;
  /** Which inputs are learned, where they are constants of the graph: weights and biases. */
  readonly learned?: readonly number[];
  /**
   * Says what of the node cannot be computed; null where all can. Asked before anything runs.
   *
   * @param type the type of an input, as far as the file says it
   */
  refuses?(call: Call, type: (input: number) => ElementType | null): string | null;
  /** One result, or one for each output. */
  run(call: Call): Value | readonly (Held | undefined)[];
}

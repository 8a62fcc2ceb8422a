import { OptionError } from "../../errors.ts";
import { elementCount } from "../../tensor/shape.ts";
import { type DType, isArrayOf } from "../../tensor/storage.ts";
import { elementTypes } from "../element-types.ts";
import { type AttributeProto, attributeTypes, type NodeProto, type TensorProto } from "../protobuf/messages.ts";
import type { Draft } from "../protobuf/schema.ts";
import { type Size, sameSize, Varying } from "./varying.ts";

/** A value that flows through the graph. */
export interface Value {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: DType;
}

/** An attribute that is a fraction; a plain number is an integer. */
export class Fraction {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The settings of a node: integers, lists of them, texts, fractions; what is undefined is left out. */
export type Attributes = Readonly<Record<string, number | readonly number[] | string | Fraction | undefined>>;

/** What numbers an initializer holds. */
type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array;

/**
 * A graph while it is written: nodes in the order they run, and the constants that they read. Names are made of the part of
 * the network and the operator, `features.conv1/Conv`, with a number behind it where that is taken.
 */
export class GraphWriter {
  /** The version of ONNX's operators. */
  readonly opset: number;
  /** The function that errors name. */
  readonly #operation: string;
  readonly #input: string;
  readonly #nodes: Draft<NodeProto>[] = [];
  readonly #initializers: Draft<TensorProto>[] = [];
  readonly #names: Set<string>;
  /** The bools that values of 0 and 1 were made of. */
  readonly bools = new Map<string, string>();
  /** What is written now: which operation of which part. */
  #path = "";
  #what = "";
  #batch: string | null = null;

  constructor(operation: string, opset: number, input: string, reserved: Iterable<string>) {
    this.#operation = operation;
    this.opset = opset;
    this.#input = input;
    this.#names = new Set([...reserved, input]);
  }

  get nodes(): readonly Draft<NodeProto>[] {
    return this.#nodes;
  }

  get initializers(): readonly Draft<TensorProto>[] {
    return this.#initializers;
  }

  /** Says what the nodes to come compute. */
  begin(operation: string, path: string): void {
    this.#what = operation;
    this.#path = path;
  }

  /** An error that says which operation of which part cannot be written, why, and what to do. */
  refusal(problem: string, fix: string): OptionError {
    const where = this.#path === "" ? "the network's forward" : this.#path;
    return new OptionError(this.#operation, `${this.#what} in ${where}: ${problem}`, fix);
  }

  /** Adds a node with one output. @returns its name */
  node(opType: string, inputs: readonly (string | null)[], attributes: Attributes = {}): string {
    return this.nodeWithOutputs(opType, inputs, attributes, 1)[0]!;
  }

  /** Adds a node. @returns the names of its outputs */
  nodeWithOutputs(opType: string, inputs: readonly (string | null)[], attributes: Attributes, count: number): string[] {
    const name = this.#unique(opType);
    const output = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    const input = inputs.map((each) => each ?? "");
    while (input.at(-1) === "") input.pop();
    const attribute = Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [this.#attribute(key, value)],
    );
    this.#nodes.push({ input, output, name, opType, attribute });
    return output;
  }

  /** A constant list of integers. */
  integers(role: string, values: readonly number[]): string {
    return this.#constant(
      role,
      [values.length],
      BigInt64Array.from(values, (value) => this.#integer(role, value)),
    );
  }

  /** A constant integer without axes. */
  integer(role: string, value: number): string {
    return this.#constant(role, [], BigInt64Array.of(this.#integer(role, value)));
  }

  /** A constant number without axes. */
  scalar(role: string, value: number, dtype: DType): string {
    return this.numbers(role, [], [value], dtype);
  }

  /** A constant of any shape and type. */
  numbers(role: string, shape: readonly number[], values: ArrayLike<number>, dtype: DType): string {
    if (Array.prototype.some.call(values, (value: unknown) => value instanceof Varying)) throw this.#varies();
    return this.#constant(role, shape, arrays[dtype].from(values));
  }

  /** A tensor under its own name. */
  tensor(name: string, shape: readonly number[], values: Numbers): void {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.#initializers.push({ dims: shape, dataType: codeOf(values), name, rawData });
  }

  /** A name that begins so, and that nothing has yet. */
  free(name: string): string {
    let free = name;
    for (let i = 1; this.#names.has(free); i++) free = `${name}_${i}`;
    this.#names.add(free);
    return free;
  }

  /** The sizes of a shape as a list of integers: a constant, or made of the input's number of examples. */
  sizes(role: string, shape: readonly Size[]): string {
    if (shape.every((size) => typeof size === "number")) return this.integers(role, shape);
    const pieces: string[] = [];
    let run: number[] = [];
    const flush = (): void => {
      if (run.length > 0) pieces.push(this.integers(role, run));
      run = [];
    };
    for (const size of shape) {
      if (typeof size === "number") run.push(size);
      else {
        flush();
        pieces.push(this.#varying(size));
      }
    }
    flush();
    return pieces.length === 1 ? pieces[0]! : this.node("Concat", pieces, { axis: 0 });
  }

  /** The same numbers under another shape, whatever the number of examples is. */
  reshape(x: string, from: readonly Size[], to: readonly Size[]): string {
    const kept = to.map((size, axis) => size instanceof Varying && axis < from.length && sameSize(size, from[axis]!));
    const open = to.filter((size, axis) => size instanceof Varying && !kept[axis]).length;
    if (open > 1 || (open === 0 && !kept.includes(true))) return this.node("Reshape", [x, this.sizes("shape", to)]);
    const shape = to.map((size, axis) => (typeof size === "number" ? size : kept[axis] ? 0 : -1));
    return this.node("Reshape", [x, this.integers("shape", shape)]);
  }

  #varying(size: Varying): string {
    const { times, plus } = size;
    if (times === null || plus === null) throw this.#varies();
    if (this.#batch === null) {
      const [path, what] = [this.#path, this.#what];
      this.begin("", "");
      const shape = this.node("Shape", [this.#input]);
      this.#batch = this.node("Gather", [shape, this.integers("batch", [0])], { axis: 0 });
      this.begin(what, path);
    }
    const whole = times === 1 ? this.#batch : this.node("Mul", [this.#batch, this.integers("times", [times])]);
    return plus === 0 ? whole : this.node("Add", [whole, this.integers("plus", [plus])]);
  }

  #constant(role: string, shape: readonly number[], values: Numbers): string {
    const name = this.#unique(role);
    this.tensor(name, shape, values);
    return name;
  }

  #unique(name: string): string {
    return this.free(this.#path === "" ? name : `${this.#path}/${name}`);
  }

  #attribute(name: string, value: number | readonly number[] | string | Fraction): Draft<AttributeProto> {
    if (typeof value === "number") return { name, i: this.#integer(name, value), type: attributeTypes.int };
    if (typeof value === "string") return { name, s: new TextEncoder().encode(value), type: attributeTypes.string };
    if (value instanceof Fraction) return { name, f: this.#fraction(value.value), type: attributeTypes.float };
    return { name, ints: value.map((each) => this.#integer(name, each)), type: attributeTypes.ints };
  }

  #integer(name: string, value: number): bigint {
    if (Number.isInteger(value)) return BigInt(value);
    if (Number.isNaN(Number(value))) throw this.#varies();
    throw this.refusal(`${name} is ${value}, and ONNX takes whole numbers`, "give a whole number");
  }

  #fraction(value: number): number {
    if (Number.isNaN(Number(value))) throw this.#varies();
    return value;
  }

  #varies(): OptionError {
    return this.refusal(
      "what it computes depends on the number of examples in a way that no graph has for all of them",
      "give the batch a fixed size, batch: 1",
    );
  }
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const;

function codeOf(values: Numbers): number {
  if (values instanceof BigInt64Array) return elementTypes.int64;
  const dtype = (Object.keys(arrays) as DType[]).find((each) => isArrayOf(each, values));
  return elementTypes[dtype!];
}

/** How many numbers a shape without varying sizes holds. */
export function countOf(shape: readonly Size[]): number {
  return elementCount(shape.map(Number));
}

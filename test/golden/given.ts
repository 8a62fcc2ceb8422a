import { type FloatDType, type Parameter, type Shape, type Tensor, tensor } from "../../lib/index.ts";
import type { Case, Values } from "./format.ts";

/** Any tensor of the two float types; which, the check chooses at run time. */
export type T = Tensor<Shape, FloatDType>;

/** A case's operation by PyTorch's name, computed by ours. */
export type Run = (given: Given) => T;

/** One number for both directions, or one each. */
export type Pair = number | readonly [number, number];

/** How an option of ours may be spelt in a case; an option that is not here has the one spelling. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  kernel: ["kernel", "kernel_size", "kernel_shape", "k"],
  stride: ["stride", "strides"],
  padding: ["padding", "pad", "pads"],
  dilation: ["dilation", "dilations"],
  axis: ["axis", "dim", "axes", "dims"],
  keepDims: ["keepdim", "keepdims"],
  epsilon: ["eps", "epsilon"],
  groups: ["num_groups", "groups", "g"],
  size: ["size", "out", "output_size", "out_size"],
  scale: ["scale", "scale_factor", "upscale_factor", "factor"],
  power: ["p", "norm_type", "norm"],
  slope: ["negative_slope", "slope", "alpha"],
  target: ["target", "t", "targets", "labels", "y"],
  weight: ["w", "weight", "gamma"],
  bias: ["b", "bias", "beta"],
  runningMean: ["running_mean", "rm", "mean"],
  runningVariance: ["running_var", "rv", "var", "running_variance"],
  least: ["min", "min_val", "min_value"],
  most: ["max", "max_val", "max_value"],
  order: ["dims", "dim", "perm", "order", "axes"],
  indices: ["indices", "index", "idx"],
};

/** What a case gives to its operation, read under any of its names. What nobody read is left over: see `unread`. */
export class Given {
  readonly dtype: FloatDType;
  readonly #case: Case;
  readonly #tensors: Readonly<Record<string, Parameter>>;
  readonly #read = new Set<string>();

  constructor(one: Case, dtype: FloatDType) {
    this.#case = one;
    this.dtype = dtype;
    this.#tensors = Object.fromEntries(
      Object.entries(one.inputs).map(([name, { data, shape }]) => {
        const input: Parameter = tensor(data, shape, dtype);
        input.requiresGrad = name in one.grads;
        return [name, input];
      }),
    );
  }

  /** The inputs in the order of the case. */
  get inputs(): readonly T[] {
    for (const name of Object.keys(this.#tensors)) this.#read.add(name);
    return Object.values(this.#tensors);
  }

  /** The input that the operation is called after: `x`, or the first one. */
  get x(): T {
    const [first] = Object.keys(this.#tensors);
    const name = "x" in this.#tensors ? "x" : (first ?? "x");
    return this.tensor(name);
  }

  /** The second operand of an operation of two. */
  get second(): T {
    const [, second] = this.inputs;
    if (second === undefined) throw new Error("there is one input, and the operation takes two");
    return second;
  }

  /** The gradient that arrived at an input. */
  gradient(name: string): T | null {
    return this.#tensors[name]?.grad ?? null;
  }

  tensor(name: string): T {
    return this.optional(name) ?? missing(name);
  }

  /** An input, or numbers among the attributes; `null` where there are none. */
  optional(name: string): T | null {
    for (const spelling of spellings[name] ?? [name]) {
      const found = this.#tensors[spelling];
      if (found !== undefined) {
        this.#read.add(spelling);
        return found;
      }
    }
    const values = this.#attribute(name);
    if (!Array.isArray(values)) return null;
    return tensor(values.map(Number), [values.length], this.dtype);
  }

  /** Class numbers or places: an input, or numbers among the attributes, nested as they are or in the shape of `like`. */
  integers(name: string, like?: T): Tensor<Shape, "int32"> {
    const spelling = (spellings[name] ?? [name]).find((each) => each in this.#case.inputs);
    if (spelling !== undefined) {
      this.#read.add(spelling);
      const { data, shape } = this.#case.inputs[spelling] as Values;
      return tensor(data, shape, "int32");
    }
    const found = this.#attribute(name) ?? missing(name);
    const flat = [found].flat(Number.POSITIVE_INFINITY).map(Number);
    return tensor(flat, like === undefined ? nestedShape(found) : (like.shape as readonly number[]), "int32");
  }

  has(name: string): boolean {
    return this.#attribute(name) !== undefined;
  }

  number(name: string, otherwise?: number): number {
    const found = this.#attribute(name) ?? otherwise ?? missing(name);
    const [only = Number.NaN, ...more] = [found].flat().map(Number);
    if (more.length === 0) return only;
    throw new Error(`attribute "${name}" has ${more.length + 1} numbers, expected one`);
  }

  pair(name: string, otherwise?: Pair): Pair {
    const found = this.#attribute(name) ?? otherwise ?? missing(name);
    if (!Array.isArray(found)) return Number(found);
    return found.length === 1 ? Number(found[0]) : (found.map(Number) as unknown as Pair);
  }

  /** How much is put around: numbers, or `same` and `valid` by name. */
  padding(): Pair | "same" | "valid" {
    const found = this.#attribute("padding");
    return found === "same" || found === "valid" ? found : this.pair("padding", 0);
  }

  /** Numbers, of which one may stand alone; `undefined` where there are none. */
  numbers(name: string): number[] | undefined {
    const found = this.#attribute(name);
    return found === undefined ? undefined : [found].flat().map(Number);
  }

  flag(name: string, otherwise: boolean): boolean {
    return Boolean(this.#attribute(name) ?? otherwise);
  }

  text(name: string, otherwise: string): string {
    const found = this.#attribute(name) ?? otherwise;
    if (typeof found === "string") return found;
    throw new Error(`attribute "${name}" is ${JSON.stringify(found)}, expected a text`);
  }

  /** Attributes and inputs that the operation has not asked for: the case means something else than was computed. */
  get unread(): string[] {
    const { attr, inputs } = this.#case;
    return [...Object.keys(attr).filter((name) => given(attr[name])), ...Object.keys(inputs)].filter(
      (name) => !this.#read.has(name) && name !== "inplace",
    );
  }

  #attribute(name: string): unknown {
    const { attr } = this.#case;
    const spelling = (spellings[name] ?? [name]).find((each) => given(attr[each]));
    if (spelling === undefined) return undefined;
    this.#read.add(spelling);
    return attr[spelling];
  }
}

const nestedShape = (value: unknown): number[] =>
  Array.isArray(value) ? [value.length, ...nestedShape(value[0])] : [];

/** Python's None says what a missing attribute says. */
const given = (value: unknown): boolean => value !== undefined && value !== null;

function missing(name: string): never {
  throw new Error(`the case has no "${(spellings[name] ?? [name]).join('" or "')}"`);
}
